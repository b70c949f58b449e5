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
    /// - Returns: `nil` when there is nothing in front of a tilde that could be a route: all is the application's.
    public init?(_ value: Range<Int>, in bytes: Span<UInt8>) {
        let start = bytes.extracting(
            value.lowerBound..<min(value.upperBound, value.lowerBound + Self.routeBytesMax + 1))
        guard let length = start.firstOffset(of: Self.separator), length > 0 else { return nil }
        route = value.lowerBound..<value.lowerBound + length
        prefix = value.lowerBound..<value.lowerBound + length + 1
    }

    /// Whether the route is made like a name. One that is no member's then was some member's once; else the tilde is
    /// the application's.
    ///
    /// - Parameter bytes: the same that were read.
    public func isName(in bytes: Span<UInt8>) -> Bool {
        for offset in route where !bytes[offset].isOfName { return false }
        return true
    }
}
