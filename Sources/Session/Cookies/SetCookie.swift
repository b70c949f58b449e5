import Bytes

/// One Set-Cookie field (RFC 6265, section 5.2), as ranges into its value.
public struct SetCookie: Sendable {
    /// The name.
    public let name: Range<Int>
    /// The value without a pair of quotes that encloses it all; may be empty.
    public let value: Range<Int>
    /// From the semicolon behind the value to the field's end; empty where there is none.
    public let attributes: Range<Int>

    /// Reads a field.
    ///
    /// - Returns: `nil` when it has no name.
    public init?(_ field: Span<UInt8>) {
        var reader = CookieReader()
        guard let pair = reader.next(in: field), !pair.name.isEmpty, reader.pair.lowerBound == 0 else { return nil }
        name = pair.name
        value = pair.value
        attributes = reader.pair.upperBound..<field.count
    }

    /// Whether the cookie is taken away rather than set: by an empty value, or by a time that has passed, of which
    /// Max-Age goes before Expires (section 5.3).
    ///
    /// - Parameters:
    ///   - field: the same that was read.
    ///   - now: seconds since 1970-01-01 00:00 UTC.
    public func isRemoval(in field: Span<UInt8>, now: Int) -> Bool {
        if value.isEmpty { return true }
        var hasExpired = false
        var hasAge = false
        var reader = SetCookieAttributeReader(of: field)
        // The last one of a name counts.
        while let attribute = reader.next(in: field) {
            let value = field.extracting(attribute.value)
            if attribute.kind == .maxAge, let isOver = Self.isOver(value) {
                (hasAge, hasExpired) = (true, isOver)
            } else if attribute.kind == .expires, !hasAge, let date = CookieDate.seconds(value) {
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
}

/// The attributes of a Set-Cookie field, one by one.
public struct SetCookieAttributeReader: Sendable {
    /// An attribute's name, as far as it is known.
    public enum Kind: Sendable {
        case domain, path, secure, httpOnly, sameSite, partitioned, maxAge, expires, other
    }

    /// One attribute.
    public struct Attribute: Sendable {
        /// Which one it is.
        public let kind: Kind
        /// From its semicolon to its end.
        public let whole: Range<Int>
        /// What stands behind the equals sign, without white space around it; empty where there is none.
        public let value: Range<Int>
    }

    private var offset: Int

    /// Makes a reader that stands before the first attribute of a field, whether or not its cookie has a name: browsers
    /// take one without.
    public init(of field: Span<UInt8>) {
        offset = field.firstOffset(of: UInt8(ascii: ";")) ?? field.count
    }

    /// Reads the next attribute.
    ///
    /// - Parameter field: the value of the Set-Cookie field, the same at every call.
    public mutating func next(in field: Span<UInt8>) -> Attribute? {
        guard offset < field.count else { return nil }
        let start = offset
        let end = field.firstOffset(of: UInt8(ascii: ";"), from: start + 1) ?? field.count
        offset = end
        let equals = field.extracting(start + 1..<end).firstOffset(of: UInt8(ascii: "=")).map { $0 + start + 1 } ?? end
        let name = trimmed(start + 1..<equals, in: field)
        return Attribute(
            kind: Self.kind(field.extracting(name)), whole: start..<end,
            value: trimmed(min(equals + 1, end)..<end, in: field))
    }

    private static func kind(_ name: Span<UInt8>) -> Kind {
        if name.equalsIgnoringCase("path") { return .path }
        if name.equalsIgnoringCase("httponly") { return .httpOnly }
        if name.equalsIgnoringCase("secure") { return .secure }
        if name.equalsIgnoringCase("samesite") { return .sameSite }
        if name.equalsIgnoringCase("domain") { return .domain }
        if name.equalsIgnoringCase("max-age") { return .maxAge }
        if name.equalsIgnoringCase("expires") { return .expires }
        return name.equalsIgnoringCase("partitioned") ? .partitioned : .other
    }
}
