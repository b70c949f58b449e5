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

    /// Whether the cookie is taken away rather than set: it is empty, `Max-Age` is none, or `Expires` is in 1970, which
    /// is what applications write for that.
    public func isRemoval(in field: Span<UInt8>) -> Bool {
        if value.isEmpty { return true }
        var reader = SetCookieAttributeReader(self)
        while let attribute = reader.next(in: field) {
            let value = field.extracting(attribute.value)
            switch attribute.kind {
            case .maxAge where value.count > 0 && (value[0] == UInt8(ascii: "-") || value.equals("0")): return true
            case .expires where contains("1970", value): return true
            default: continue
            }
        }
        return false
    }

    private func contains(_ word: StaticString, _ value: Span<UInt8>) -> Bool {
        let count = word.utf8CodeUnitCount
        guard value.count >= count else { return false }
        for start in 0...value.count - count where value.extracting(start..<start + count).equals(word) { return true }
        return false
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

    /// Makes a reader that stands before the first attribute.
    public init(_ cookie: SetCookie) {
        offset = cookie.attributes.lowerBound
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

    private func trimmed(_ range: Range<Int>, in field: Span<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(field[start]) { start += 1 }
        while end > start, isBlank(field[end - 1]) { end -= 1 }
        return start..<end
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
