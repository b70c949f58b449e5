import Bytes

/// Walks the pairs of one Cookie field (RFC 6265, section 4.2), in order, whatever bytes are in it.
///
/// A semicolon ends a pair, also inside of quotes (section 5.2 gives quotes no meaning). What has no equals sign is
/// passed over. Each byte is looked at a fixed number of times and nothing is allocated.
public struct CookieReader: Sendable {
    private var offset = 0
    /// Where the last pair lies: from behind the semicolon before it to the one behind it, or to the field's end.
    public private(set) var pair = 0..<0

    /// Makes a reader that stands before the first pair.
    public init() {}

    /// Reads the next pair.
    ///
    /// - Parameter field: the value of the Cookie field, the same at every call.
    /// - Returns: ranges into `field`, or `nil` after the last pair.
    public mutating func next(in field: Span<UInt8>) -> CookiePair? {
        while offset < field.count {
            let start = offset
            let end = field.firstOffset(of: UInt8(ascii: ";"), from: start) ?? field.count
            pair = start..<end
            offset = end + 1
            guard let equals = field.extracting(start..<end).firstOffset(of: UInt8(ascii: "=")) else { continue }
            let name = trimmed(start..<start + equals, in: field)
            let value = unquoted(trimmed(start + equals + 1..<end, in: field), in: field)
            return CookiePair(name: name, value: value)
        }
        return nil
    }

    /// Reads on to the next pair of this name, which costs less than to read all of them.
    ///
    /// - Parameters:
    ///   - name: compared byte for byte; not empty, without blanks, semicolons and equals signs.
    ///   - field: the value of the Cookie field, the same at every call.
    /// - Returns: the value as a range into `field`, or `nil` after the last pair of this name.
    public mutating func next(named name: Span<UInt8>, in field: Span<UInt8>) -> Range<Int>? {
        while offset < field.count {
            let end = field.firstOffset(of: UInt8(ascii: ";"), from: offset) ?? field.count
            let start = firstNonBlank(offset..<end, in: field)
            pair = offset..<end
            offset = end + 1
            let nameEnd = start + name.count
            guard nameEnd < end, field[start] == name[0], field.extracting(start..<nameEnd).equals(name)
            else { continue }
            let equals = firstNonBlank(nameEnd..<end, in: field)
            guard equals < end, field[equals] == UInt8(ascii: "=") else { continue }
            return unquoted(trimmed(equals + 1..<end, in: field), in: field)
        }
        return nil
    }
}

/// Finds the first byte of the range that is not blank, or the range's end.
private func firstNonBlank(_ range: Range<Int>, in field: Span<UInt8>) -> Int {
    var offset = range.lowerBound
    while offset < range.upperBound && isBlank(field[offset]) { offset += 1 }
    return offset
}

/// The range without the white space at both ends of it.
func trimmed(_ range: Range<Int>, in field: Span<UInt8>) -> Range<Int> {
    let start = firstNonBlank(range, in: field)
    var end = range.upperBound
    while start < end && isBlank(field[end - 1]) { end -= 1 }
    return start..<end
}

/// The range without a pair of quotes that encloses it all.
func unquoted(_ range: Range<Int>, in field: Span<UInt8>) -> Range<Int> {
    let quote = UInt8(ascii: "\"")
    guard range.count >= 2, field[range.lowerBound] == quote, field[range.upperBound - 1] == quote else { return range }
    return range.lowerBound + 1..<range.upperBound - 1
}

private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}
