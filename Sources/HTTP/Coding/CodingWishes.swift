import Bytes

/// What a request says to the coding of its answer; read once, as its bytes are gone when the answer comes.
public struct CodingWishes: Sendable {
    /// The coding that its answer may have; `nil`: none.
    public private(set) var coding: ContentCoding?
    /// The codings that its client can read.
    public private(set) var acceptable: ContentCodings = []
    /// Whether its answer is to say what was decided (`X-Martlet-Coding`).
    public private(set) var wantsDecision = false
    /// Whether another site has made the request, and bytes of its choice may stand in the answer; see
    /// ``CompressionPolicy/guardsAgainstBreach``.
    private(set) var isExposed = false
    /// Whether it belongs to somebody: it has a cookie or credentials.
    private(set) var hasSession = false
    private(set) var tags = MarkedTags()

    /// Wishes for nothing.
    public init() {}

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - source: the bytes that were parsed.
    ///   - policy: says which codings there are; `nil`: nothing is compressed.
    public init(_ head: borrowing RequestHead, in source: Span<UInt8>, policy: borrowing CompressionPolicy?) {
        wantsDecision = head.fields.contains(.martletCoding)
        guard let policy = copy policy, head.fields.contains(.acceptEncoding) else { return }
        let accepted = AcceptEncoding(head, in: source)
        coding = accepted.preferred(among: policy.kinds)
        acceptable = accepted.acceptable
        if head.fields.contains(.ifNoneMatch) {
            tags.read(head, in: source, preferred: coding, acceptable: acceptable)
        }
        if policy.guardsAgainstBreach, coding != nil { readExposure(head, in: source) }
    }

    private mutating func readExposure(_ head: borrowing RequestHead, in source: Span<UInt8>) {
        guard let site = head.fields.first(.secFetchSite), source.equals("cross-site", in: site.value) else { return }
        isExposed = head.hasContent || head.targetRange.count > Limits.reflectedBytesMin
        hasSession = head.fields.contains(.cookie) || head.fields.contains(.authorization)
    }
}
