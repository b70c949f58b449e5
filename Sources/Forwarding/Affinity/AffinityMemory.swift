import Session
import TLS

/// What a worker has of a balancer whose affinity is written into cookies: what opens and seals tokens, and what was
/// seen of the application's cookies.
///
/// Made on the main thread, handed over with an edge, and the worker's own from then on.
package final class AffinityMemory {
    /// The balancer's name.
    let balancer: String
    /// Opens and seals; `nil` in other modes than `sealed`.
    private let sealer: TokenSealer?
    /// What was opened lately; `nil` in other modes than `sealed`.
    private let opened: OpenedTokens?
    /// The attributes of the application's session cookies.
    var templates = CookieTemplates()
    /// The attributes of the cookie that the inserted one follows, as a field of its own; empty before it was seen.
    var followed: [UInt8] = []

    /// - Parameter keys: of sealed routes; `nil` in other modes.
    package init(balancer: String, keys: [TokenKey]?, library: TLSLibrary) throws(TLSError) {
        self.balancer = balancer
        guard let keys else {
            sealer = nil
            opened = nil
            return
        }
        opened = OpenedTokens()
        sealer = try TokenSealer(keys: keys, context: Array(balancer.utf8), library: library)
    }

    /// Goes on with what was seen before a reload.
    func adopt(_ predecessor: AffinityMemory) {
        templates = predecessor.templates
        followed = predecessor.followed
    }

    /// Seals a route for a session.
    ///
    /// - Returns: the token's text; `nil` when OpenSSL fails.
    func seal(_ route: SealedRoute, for session: Span<UInt8>) -> InlineArray<68, UInt8>? {
        let binary = route.binary
        let token = [UInt8](capacity: TokenText.bytes) { (output: inout OutputSpan<UInt8>) in
            _ = sealer?.seal(binary.span, for: session, into: &output)
        }
        return token.count == TokenText.bytes ? TokenText.encode(token.span) : nil
    }

    /// Opens a token's text; `nil` when it is none for this session and balancer.
    func open(_ text: Span<UInt8>, for session: Span<UInt8>) -> SealedRoute? {
        if let known = opened?.route(of: text, for: session) { return known }
        guard let token = TokenText.decode(text) else { return nil }
        var binary = InlineArray<22, UInt8>(repeating: 0)
        var message = binary.mutableSpan
        guard sealer?.open(token.span, for: session, into: &message) ?? false else { return nil }
        let route = SealedRoute(binary)
        opened?.insert(route, of: text, for: session)
        return route
    }
}
