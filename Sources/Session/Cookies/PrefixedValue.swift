import Bytes

/// A value of `mode: prefix`: the route, a tilde and the application's own value.
public struct PrefixedValue: Sendable, Equatable {
    /// What separates the two, as in HAProxy.
    public static let separator = UInt8(ascii: "~")
    /// Bytes of a route at most.
    private static let routeBytesMax = 128

    /// The route.
    public let route: Range<Int>
    /// The route and the tilde.
    public let prefix: Range<Int>

    /// Takes a value apart.
    ///
    /// - Returns: `nil` when it does not begin like a route: then all of it is the application's.
    public init?(_ value: Range<Int>, in bytes: Span<UInt8>) {
        let start = bytes.extracting(
            value.lowerBound..<min(value.upperBound, value.lowerBound + Self.routeBytesMax + 1))
        guard let length = start.firstOffset(of: Self.separator), length > 0 else { return nil }
        for offset in 0..<length where !Self.isName(start[offset]) { return nil }
        route = value.lowerBound..<value.lowerBound + length
        prefix = value.lowerBound..<value.lowerBound + length + 1
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
