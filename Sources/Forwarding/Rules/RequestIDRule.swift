import Bytes
import HTTP
import Model

/// How requests get a name. Immutable; shared by all workers.
struct RequestIDRule: Sendable {
    /// Bytes of a name that somebody else has given, at most.
    private static let bytesMax = 128
    /// The field that trusted proxies say it in, in lower case; empty: in none.
    private let field: [UInt8]

    /// - Parameter configuration: `nil`: it is not declared, and some field names it.
    init(_ configuration: RequestIDConfiguration?) {
        field = Array((configuration?.field.lowercased() ?? "").utf8)
    }

    /// Finds the name that a trusted proxy has given.
    ///
    /// - Returns: where it lies in `source`; `nil`: there is none, or several, or one of other letters.
    func find(in head: borrowing RequestHead, _ source: Span<UInt8>) -> Range<Int>? {
        guard !field.isEmpty else { return nil }
        var found: Range<Int>?
        for index in 0..<head.fields.count where head.fields[index].name.count == field.count {
            let one = head.fields[index]
            guard source.extracting(one.name).equalsIgnoringCase(field.span) else { continue }
            guard found == nil, 1...Self.bytesMax ~= one.value.count else { return nil }
            found = one.value
        }
        guard let found, source.extracting(found).isName else { return nil }
        return found
    }
}

extension Span where Element == UInt8 {
    /// Whether all of it are letters, digits and marks that mean nothing to those who read logs.
    fileprivate var isName: Bool {
        for offset in indices {
            switch self[offset] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
                UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "-"):
                continue
            default: return false
            }
        }
        return true
    }
}

extension [UInt8] {
    /// Appends 128 bits in hexadecimal digits.
    mutating func append(hexadecimal high: UInt64, _ low: UInt64) {
        for half in 0..<2 {
            let half = half == 0 ? high : low
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: half &>> UInt64(shift)) & 15
                append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}
