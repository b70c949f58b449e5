import Bytes

/// A parsed request head: offsets into the bytes that were parsed, and what was decided from them.
///
/// One is made per worker and parsed into again and again; it allocates only when made. All ranges count from the first
/// byte of the span given to ``parse(_:limits:)``, so the same bytes must be handed to whatever reads from it.
/// After a failed parse its contents mean nothing.
public struct RequestHead: ~Copyable {
    /// All fields in their order.
    public internal(set) var fields: FieldTable

    /// The method.
    public internal(set) var method = Method.other
    /// The method's bytes.
    public internal(set) var methodRange = 0..<0
    /// Which form the target has (RFC 9112, section 3.2).
    public internal(set) var targetForm = TargetForm.origin
    /// The whole target as it was sent.
    public internal(set) var targetRange = 0..<0
    /// The target's path; empty for `*`, an authority, or an absolute form without path.
    public internal(set) var pathRange = 0..<0
    /// The query without its question mark, or `nil` if there was no question mark.
    public internal(set) var queryRange: Range<Int>?
    /// The minor version, 0 or 1; HTTP/1.2 and later are taken for 1.1 (RFC 9110, section 2.5).
    public internal(set) var minorVersion: UInt8 = 1
    /// Whether it came over HTTP/2 and was laid down as text by ``HTTP2RequestText``.
    public internal(set) var isHTTP2 = false

    /// The host named by the target, else by `Host`; with the brackets of an IPv6 address. Empty when there is none
    /// (HTTP/1.0).
    public internal(set) var hostRange = 0..<0
    /// The port named beside the host, or `nil`.
    public internal(set) var port: UInt16?
    /// Host and port as they were sent.
    public internal(set) var authorityRange = 0..<0

    /// How the content's end is known: ``Framing/none``, ``Framing/length(_:)`` or ``Framing/chunked``.
    public internal(set) var framing = Framing.none
    /// Whether the client lets the connection live on after the answer (RFC 9112, section 9.3).
    public internal(set) var keepsAlive = false
    /// Whether the client waits for `100 Continue` before it sends content (RFC 9110, section 10.1.1).
    public internal(set) var expectsContinue = false
    /// Whether the client asks for a WebSocket: `GET`, HTTP/1.1, `Connection: upgrade`, `Upgrade: websocket`, no
    /// content.
    public internal(set) var asksForWebSocket = false

    /// Makes an empty head.
    ///
    /// - Parameter fieldCountMax: fields that it holds at most: that of the limits it will be parsed with, or more.
    public init(fieldCountMax: Int) {
        fields = FieldTable(capacity: fieldCountMax)
    }

    /// Whether there is content to come.
    public var hasContent: Bool {
        switch framing {
        case .none: false
        case .length(let length): length > 0
        case .chunked, .untilClose: true
        }
    }

    /// The form of a request target (RFC 9112, section 3.2).
    public enum TargetForm: UInt8, Sendable {
        /// `/path?query`
        case origin
        /// `http://host/path?query`
        case absolute
        /// `host:port`, only with CONNECT.
        case authority
        /// `*`, only with OPTIONS.
        case asterisk
    }

    /// Parses a whole head.
    ///
    /// - Parameters:
    ///   - bytes: what ``HeadScanner`` measured, from its first byte to its blank line; bytes after that are not looked
    ///     at.
    ///   - limits: `fieldCountMax` must not exceed that of the head.
    ///   - isHTTP2: whether ``HTTP2RequestText`` wrote the bytes.
    /// - Throws: the first thing wrong, with the status to answer.
    public mutating func parse(
        _ bytes: Span<UInt8>, limits: borrowing HeadLimits, isHTTP2: Bool = false
    ) throws(HeadError) {
        self.isHTTP2 = isHTTP2
        fields.removeAll()
        let fieldsStart = try parseRequestLine(bytes, limits: limits)
        _ = try fields.parseLines(bytes, from: fieldsStart, limits: limits)
        try settle(bytes)
    }

    /// Parses the head that the bytes begin with, when all of it has come and nothing is wrong with it.
    ///
    /// What ``HeadScanner`` and ``parse(_:limits:isHTTP2:)`` would make of it: nearly every head comes in one piece,
    /// which is then looked at once.
    ///
    /// - Parameters:
    ///   - bytes: all bytes from the head's first.
    ///   - limits: `fieldCountMax` must not exceed that of the head.
    /// - Returns: the bytes of the head with its blank line; `nil` where the scanner is to say what is missing or
    ///   wrong.
    public mutating func parseWhole(_ bytes: Span<UInt8>, limits: borrowing HeadLimits) -> Int? {
        isHTTP2 = false
        fields.removeAll()
        do throws(HeadError) {
            let fieldsStart = try parseRequestLine(bytes, limits: limits)
            let end = try fields.parseLines(bytes, from: fieldsStart, limits: limits)
            guard end <= limits.headBytesMax else { return nil }
            try settle(bytes)
            return end
        } catch {
            return nil
        }
    }
}
