import Bytes

/// What a client's `Accept-Encoding` fields allow (RFC 9110, section 12.5.3).
public struct AcceptEncoding: Equatable, Sendable {
    /// Weight of gzip in thousandths, 0 when it is not acceptable.
    public private(set) var gzip = 0
    /// Weight of identity in thousandths; 1000 when it is not spoken of.
    public private(set) var identity = 1000

    /// Whether to compress: gzip is acceptable and not liked less than identity where both are named.
    ///
    /// An absent or empty field gets identity: our policy, where the RFC would allow any coding.
    public var prefersGzip: Bool { gzip > 0 && (gzip >= identity || !namesIdentity) }

    private var namesIdentity = false

    /// Reads all `Accept-Encoding` fields of a request as one list.
    ///
    /// `x-gzip` is gzip; `*` speaks for what is not named; an element with a malformed weight is ignored.
    ///
    /// - Parameter source: the bytes that were parsed.
    public init(_ head: borrowing RequestHead, in source: Span<UInt8>) {
        var named: Int?
        var identityNamed: Int?
        var others: Int?
        var index = head.fields.index(of: .acceptEncoding)
        while let found = index {
            let value = head.fields[found].value
            var offset = value.lowerBound
            while let element = source.nextElement(from: &offset, to: value.upperBound) {
                guard let (coding, weight) = Self.split(element, in: source) else { continue }
                if source.equals("gzip", in: coding) || source.equals("x-gzip", in: coding) {
                    named = max(named ?? 0, weight)
                } else if source.equals("identity", in: coding) {
                    identityNamed = weight
                } else if source.equals("*", in: coding) {
                    others = weight
                }
            }
            index = head.fields.index(of: .acceptEncoding, from: found + 1)
        }
        gzip = named ?? others ?? 0
        identity = identityNamed ?? (others == 0 ? 0 : 1000)
        namesIdentity = identityNamed != nil
    }

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
        guard let weight = weight((parameter.lowerBound + 2)..<parameter.upperBound, in: source) else { return nil }
        return (coding, weight)
    }

    /// Reads a weight (RFC 9110, section 12.4.2): 0 to 1 with at most three decimals, in thousandths.
    private static func weight(_ range: Range<Int>, in source: Span<UInt8>) -> Int? {
        let whole = Int(source[range.lowerBound]) - 0x30
        guard whole == 0 || whole == 1, range.count <= 5 else { return nil }
        var thousandths = whole * 1000
        var place = 100
        for offset in range.dropFirst() {
            if offset == range.lowerBound + 1 {
                guard source[offset] == UInt8(ascii: ".") else { return nil }
                continue
            }
            guard source[offset].isDigit else { return nil }
            thousandths += Int(source[offset] &- 0x30) * place
            place /= 10
        }
        return thousandths <= 1000 ? thousandths : nil
    }
}
