/// The value of a field with facts of the request in it, such as `$client-address:$client-port`.
///
/// A fact is a dollar and its name, in brackets where letters or hyphens follow: `$(member)-1`. Two dollars are one.
public struct FieldTemplate: Sendable, Hashable {
    /// The value's octets, where a ``FieldFact/rawValue`` marks the place of each fact.
    public private(set) var octets: [UInt8] = []

    /// What is wrong with a dollar in a value.
    public enum Fault: Error, Equatable {
        /// A dollar without a name; how many bytes stand before it.
        case nameless(offset: Int)
        /// The name is none of a fact's.
        case unknown(name: String, range: Range<Int>)
    }

    /// Reads a value as it is declared.
    public init(_ text: String) throws(Fault) {
        let bytes = Array(text.utf8)
        let dollar = UInt8(ascii: "$")
        var offset = 0
        while offset < bytes.count {
            guard bytes[offset] == dollar else {
                octets.append(bytes[offset])
                offset += 1
                continue
            }
            let start = offset
            offset += 1
            if offset < bytes.count, bytes[offset] == dollar {
                octets.append(dollar)
                offset += 1
                continue
            }
            let isBracketed = offset < bytes.count && bytes[offset] == UInt8(ascii: "(")
            if isBracketed { offset += 1 }
            let end = bytes[offset...].firstIndex { !Self.isOfName($0) } ?? bytes.count
            let name = String(decoding: bytes[offset..<end], as: UTF8.self)
            guard !name.isEmpty, !isBracketed || end < bytes.count && bytes[end] == UInt8(ascii: ")") else {
                throw .nameless(offset: start)
            }
            offset = isBracketed ? end + 1 : end
            guard let fact = FieldFact.allCases.first(where: { $0.name == name }) else {
                throw .unknown(name: name, range: start..<offset)
            }
            octets.append(fact.rawValue)
        }
    }

    /// The facts in it.
    public var facts: [FieldFact] { octets.compactMap { FieldFact(mark: $0) } }

    /// Bytes that a value made of it has at most.
    public var bytesMax: Int {
        octets.reduce(0) { $0 + (FieldFact(mark: $1)?.bytesMax ?? 1) }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
