import Bytes

/// Tokens that were opened lately, by their text and the session that they are bound to: a session's next request need
/// not open its token again, which takes 4,000 instructions.
///
/// Each has one place, by its tag's last characters, and makes room for the next one there. Only what was opened gets
/// in, and all ends with the keys, which come with an edge. Belongs to one worker. Comparing tells by its time how much
/// of a text is known, but only to whom has its last 48 bits right and the session's identifier beside them.
public final class OpenedTokens {
    private static let stride = TokenText.count + Limits.openedSessionBytesMax
    // Empty until there is a first one: memory is for balancers that have sealed sessions.
    private var bytes: [UInt8] = []
    private var sessionCounts: [UInt8] = []
    private var routes: [SealedRoute] = []

    /// Makes an empty table, which takes no memory before the first token.
    public init() {}

    /// Finds what a token stands for; `nil` where it is not known, whatever it is.
    public func route(of text: Span<UInt8>, for session: Span<UInt8>) -> SealedRoute? {
        guard !routes.isEmpty, text.count == TokenText.count, !session.isEmpty else { return nil }
        let place = Self.place(of: text)
        guard Int(sessionCounts[place]) == session.count else { return nil }
        let start = place * Self.stride
        let bytes = bytes
        let known = bytes.span.extracting(start..<start + TokenText.count + session.count)
        guard known.extracting(0..<TokenText.count).equals(text),
            known.extracting(TokenText.count..<known.count).equals(session)
        else { return nil }
        return routes[place]
    }

    /// Takes a token that was opened.
    ///
    /// - Parameter text: of ``TokenText/count`` characters.
    public func insert(_ route: SealedRoute, of text: Span<UInt8>, for session: Span<UInt8>) {
        precondition(text.count == TokenText.count, "a token's text has one length")
        guard !session.isEmpty, session.count <= Limits.openedSessionBytesMax else { return }
        if routes.isEmpty { makeRoom() }
        let place = Self.place(of: text)
        let start = place * Self.stride
        for offset in text.indices { bytes[start + offset] = text[offset] }
        for offset in session.indices { bytes[start + TokenText.count + offset] = session[offset] }
        sessionCounts[place] = UInt8(session.count)
        routes[place] = route
    }

    private func makeRoom() {
        let count = Limits.openedTokens
        bytes = [UInt8](repeating: 0, count: count * Self.stride)
        sessionCounts = [UInt8](repeating: 0, count: count)
        routes = [SealedRoute](repeating: SealedRoute(member: 0, named: 0, expiry: 0), count: count)
    }

    private static func place(of text: Span<UInt8>) -> Int {
        // Fibonacci hashing: the characters' own bits are few and far between.
        let hash = text.word(at: TokenText.count - 8) &* 0x9e37_79b9_7f4a_7c15
        return Int(hash >> UInt64(64 - Limits.openedTokens.trailingZeroBitCount))
    }
}
