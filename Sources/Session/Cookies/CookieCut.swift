import Bytes

/// Finds what to take out of a Cookie field so that pairs are gone and the others stand as before (RFC 6265, section
/// 4.2.1).
///
/// The ranges that it gives for the pairs of one field, in their order, do not overlap.
public struct CookieCut: Sendable {
    /// Everything up to here is taken out.
    private var start = 0

    /// Makes a cut that nothing was taken out for.
    public init() {}

    /// The range to take out for a pair.
    ///
    /// - Parameters:
    ///   - pair: as ``CookieReader/pair`` gives it.
    ///   - field: the value of the Cookie field.
    public mutating func range(for pair: Range<Int>, in field: Span<UInt8>) -> Range<Int> {
        guard pair.lowerBound <= start else { return pair.lowerBound - 1..<pair.upperBound }
        var end = pair.upperBound
        if end < field.count { end += 1 }
        while end < field.count, field[end] == UInt8(ascii: " ") || field[end] == UInt8(ascii: "\t") { end += 1 }
        defer { start = end }
        return start..<end
    }
}
