import Bytes

/// What a client's `Accept-Encoding` fields allow (RFC 9110, section 12.5.3).
public struct AcceptEncoding: Equatable, Sendable {
    /// Weights in thousandths by the codings' raw values; 0: not acceptable.
    private var weights = InlineArray<3, Int>(repeating: 0)
    /// Weight of identity in thousandths; 1000 when it is not spoken of.
    public private(set) var identity = 1000
    private var namesIdentity = false

    /// Reads all `Accept-Encoding` fields of a request as one list.
    ///
    /// `x-gzip` is gzip; `*` speaks for what is not named; an element with a malformed weight is ignored. Of an element
    /// that is named twice the greater weight counts.
    ///
    /// - Parameter source: the bytes that were parsed.
    public init(_ head: borrowing RequestHead, in source: Span<UInt8>) {
        // -1: not named.
        var named = InlineArray<3, Int>(repeating: -1)
        var identityNamed: Int?
        var others: Int?
        var index = head.fields.index(of: .acceptEncoding)
        while let found = index {
            let value = head.fields[found].value
            var offset = value.lowerBound
            while let element = source.nextElement(from: &offset, to: value.upperBound) {
                guard let (name, weight) = Self.split(element, in: source) else { continue }
                if let coding = ContentCoding(name, in: source) {
                    named[Int(coding.rawValue)] = max(named[Int(coding.rawValue)], weight)
                } else if source.equals("identity", in: name) {
                    identityNamed = weight
                } else if source.equals("*", in: name) {
                    others = weight
                }
            }
            index = head.fields.index(of: .acceptEncoding, from: found + 1)
        }
        for index in named.indices { weights[index] = named[index] >= 0 ? named[index] : others ?? 0 }
        identity = identityNamed ?? (others == 0 ? 0 : 1000)
        namesIdentity = identityNamed != nil
    }

    /// The weight of a coding in thousandths, 0 when it is not acceptable.
    public func weight(of coding: ContentCoding) -> Int { weights[Int(coding.rawValue)] }

    /// The codings that are acceptable.
    public var acceptable: ContentCodings {
        var codings: ContentCodings = []
        for coding in ContentCoding.allCases where weight(of: coding) > 0 { codings.insert(ContentCodings(coding)) }
        return codings
    }

    /// Which coding to use: that of the greatest weight, of equal ones the first of those that we have.
    ///
    /// `nil`: identity, because none is acceptable or all are liked less than identity where that is named.
    /// An absent or empty field gets identity: our policy, where the RFC would allow any coding.
    ///
    /// - Parameter kinds: what we have, the preferred first.
    public func preferred(among kinds: [EncoderKind]) -> ContentCoding? {
        var best: ContentCoding?
        var most = leastWeight
        for index in 0..<kinds.count where weight(of: kinds[index].coding) > most {
            best = kinds[index].coding
            most = weight(of: kinds[index].coding)
        }
        return best
    }

    /// Which of the codings that lie ready to send: that of the greatest weight, of equal ones the densest.
    ///
    /// `nil`: identity, for the same reasons as of ``preferred(among:)``.
    public func preferred(ready: ContentCodings) -> ContentCoding? {
        let densestFirst: InlineArray<3, ContentCoding> = [.brotli, .zstd, .gzip]
        var best: ContentCoding?
        var most = leastWeight
        for index in densestFirst.indices {
            let coding = densestFirst[index]
            guard ready.contains(ContentCodings(coding)), weight(of: coding) > most else { continue }
            best = coding
            most = weight(of: coding)
        }
        return best
    }

    /// What a coding's weight must exceed: as much as identity's is enough, where that is named.
    private var leastWeight: Int { namesIdentity ? max(identity, 1) - 1 : 0 }

    /// Parts `coding;q=weight`.
    private static func split(_ element: Range<Int>, in source: Span<UInt8>) -> (coding: Range<Int>, weight: Int)? {
        let end = source.tokenEnd(from: element.lowerBound, to: element.upperBound)
        guard end > element.lowerBound else { return nil }
        let coding = element.lowerBound..<end
        let rest = source.trimmed(end..<element.upperBound)
        if rest.isEmpty { return (coding, 1000) }
        guard source[rest.lowerBound] == UInt8(ascii: ";") else { return nil }
        let parameter = source.trimmed((rest.lowerBound + 1)..<rest.upperBound)
        guard parameter.count >= 3, source[parameter.lowerBound] | 0x20 == UInt8(ascii: "q"),
            source[parameter.lowerBound + 1] == UInt8(ascii: "=")
        else { return nil }
        guard let weight = source.weight(in: (parameter.lowerBound + 2)..<parameter.upperBound) else { return nil }
        return (coding, weight)
    }

    public static func == (left: AcceptEncoding, right: AcceptEncoding) -> Bool {
        left.identity == right.identity && left.namesIdentity == right.namesIdentity
            && ContentCoding.allCases.allSatisfy { left.weight(of: $0) == right.weight(of: $0) }
    }
}

extension ContentCoding {
    /// Finds a coding by its name, in any case; `x-gzip` is gzip (RFC 9110, section 8.4.1.3).
    init?(_ name: Range<Int>, in source: Span<UInt8>) {
        switch name.count {
        case 2 where source.equals("br", in: name): self = .brotli
        case 4 where source.equals("gzip", in: name): self = .gzip
        case 4 where source.equals("zstd", in: name): self = .zstd
        case 6 where source.equals("x-gzip", in: name): self = .gzip
        default: return nil
        }
    }
}
