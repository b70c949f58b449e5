import Bytes

/// What a Set-Cookie field says (RFC 6265, section 5.2), as ranges into the field's value.
///
/// Allocates nothing; each byte is looked at a fixed number of times.
public struct SetCookieReader: Sendable {
    /// The cookie's name without the white space around it; not empty.
    public let name: Range<Int>
    /// Its value without the white space around it and without a pair of quotes that encloses it all; may be empty.
    public let value: Range<Int>
    /// What follows the first semicolon; empty where there is none.
    public let attributes: Range<Int>

    /// Reads a field.
    ///
    /// - Parameter field: the value of one Set-Cookie field.
    /// - Returns: `nil` where it names no cookie.
    public init?(_ field: Span<UInt8>) {
        let end = field.firstOffset(of: UInt8(ascii: ";"), from: 0) ?? field.count
        guard let equals = field.extracting(0..<end).firstOffset(of: UInt8(ascii: "=")) else { return nil }
        name = trimmed(0..<equals, in: field)
        guard !name.isEmpty else { return nil }
        value = unquoted(trimmed(equals + 1..<end, in: field), in: field)
        attributes = min(end + 1, field.count)..<field.count
    }

    /// Whether the field takes the cookie away: by an empty value, or by a time that has passed, of which Max-Age goes
    /// before Expires (section 5.3).
    ///
    /// - Parameters:
    ///   - field: the same that was read.
    ///   - now: seconds since 1970-01-01 00:00 UTC.
    public func removes(in field: Span<UInt8>, now: Int) -> Bool {
        if value.isEmpty { return true }
        var hasExpired = false
        var hasAge = false
        var offset = attributes.lowerBound
        while offset < attributes.upperBound {
            let end = field.firstOffset(of: UInt8(ascii: ";"), from: offset) ?? attributes.upperBound
            let whole = offset..<end
            offset = end + 1
            guard let equals = field.extracting(whole).firstOffset(of: UInt8(ascii: "=")) else { continue }
            let key = trimmed(whole.lowerBound..<whole.lowerBound + equals, in: field)
            let argument = trimmed(whole.lowerBound + equals + 1..<end, in: field)
            // The last one of a name counts.
            if Self.equals(field.extracting(key), "max-age"), let isOver = Self.isOver(field.extracting(argument)) {
                (hasAge, hasExpired) = (true, isOver)
            } else if !hasAge, Self.equals(field.extracting(key), "expires"),
                let date = CookieDate.seconds(field.extracting(argument))
            {
                hasExpired = date <= now
            }
        }
        return hasExpired
    }

    /// Whether an age is 0 or less; `nil` where it is no number (section 5.2.2).
    private static func isOver(_ age: Span<UInt8>) -> Bool? {
        guard !age.isEmpty else { return nil }
        let isNegative = age[0] == UInt8(ascii: "-")
        guard !isNegative || age.count > 1 else { return nil }
        var isZero = true
        for offset in (isNegative ? 1 : 0)..<age.count {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(age[offset]) else { return nil }
            if age[offset] != UInt8(ascii: "0") { isZero = false }
        }
        return isNegative || isZero
    }

    private static func equals(_ name: Span<UInt8>, _ lowercase: StaticString) -> Bool {
        guard name.count == lowercase.utf8CodeUnitCount, name.count <= 8 else { return false }
        return name.word(at: 0, count: name.count).asciiLowercased == UInt64(ascii: lowercase)
    }
}
