import Bytes

/// The byte classes of RFC 9110, section 5.6, and searches by them, sixteen bytes at a time.
extension Span where Element == UInt8 {
    /// Finds the next byte below 0x20 or 0x7F; `count` when there is none.
    @inline(__always)
    func controlOffset(from start: Int) -> Int {
        var offset = start
        while offset <= count - 16 {
            let vector = vector(at: offset)
            let lane = (vector.lanesBelow32 | vector.lanes(equalTo: 0x7F)).first
            if lane < 16 { return offset + lane }
            offset += 16
        }
        while offset < count, !self[offset].isControl { offset += 1 }
        return offset
    }

    /// Finds the next byte that is no visible ASCII, or `#`, or `?` if asked for; `count` when there is none.
    @inline(__always)
    func targetStop(from start: Int, atQuestionMark: Bool) -> Int {
        var offset = start
        let stop: UInt8 = atQuestionMark ? 0x3F : 0x23
        while offset <= count - 16 {
            let vector = vector(at: offset)
            let invisible =
                vector.lanesBelow32 | vector.lanes(equalTo: 0x20) | vector.lanes(equalTo: 0x7F) | vector.lanesFrom128
            let lane = (invisible | vector.lanes(equalTo: 0x23) | vector.lanes(equalTo: stop)).first
            if lane < 16 { return offset + lane }
            offset += 16
        }
        while offset < count {
            let byte = self[offset]
            if byte &- 0x21 >= 0x5E || byte == 0x23 || byte == stop { break }
            offset += 1
        }
        return offset
    }

    /// Finds a byte in the short run that ends at the next byte below 0x20; `count` when there is neither.
    ///
    /// - Returns: the offset of `byte` or of the byte below 0x20, whichever is first.
    @inline(__always)
    func offset(of byte: UInt8, withinLineFrom start: Int) -> Int {
        var offset = start
        while offset <= count - 16 {
            let vector = vector(at: offset)
            let lane = (vector.lanesBelow32 | vector.lanes(equalTo: byte)).first
            if lane < 16 { return offset + lane }
            offset += 16
        }
        while offset < count, self[offset] != byte, self[offset] >= 0x20 { offset += 1 }
        return offset
    }

    /// Finds the first byte that may not stand in a token; `end` when all may.
    @inline(__always)
    func tokenEnd(from start: Int, to end: Int) -> Int {
        var offset = start
        while offset < end, self[offset].isToken { offset += 1 }
        return offset
    }

    /// Tells whether the bytes of a range are those of `lowercase`, an ASCII constant, without regard to case.
    @inline(__always)
    func equals(_ lowercase: StaticString, in range: Range<Int>) -> Bool {
        let wanted = lowercase.utf8CodeUnitCount
        guard range.count == wanted else { return false }
        var offset = 0
        while offset < wanted {
            let word = word(at: range.lowerBound + offset, count: Swift.min(8, wanted - offset))
            guard word.asciiLowercased == UInt64(ascii: lowercase, from: offset) else { return false }
            offset += 8
        }
        return true
    }

    /// The range without spaces and tabs at its ends (OWS, RFC 9110 section 5.6.3).
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// Takes the next element off a comma-separated list (RFC 9110, section 5.6.1); quoted commas do not part elements.
    ///
    /// - Parameters:
    ///   - offset: where to go on; moved past the element and its comma.
    ///   - end: where the list ends.
    /// - Returns: the element without white space around it, maybe empty, or `nil` when the list has ended.
    func nextElement(from offset: inout Int, to end: Int) -> Range<Int>? {
        guard offset < end else { return nil }
        let start = offset
        var quoted = false
        while offset < end, quoted || self[offset] != UInt8(ascii: ",") {
            if self[offset] == UInt8(ascii: "\"") {
                quoted.toggle()
            } else if quoted, self[offset] == UInt8(ascii: "\\"), offset + 1 < end {
                offset += 1
            }
            offset += 1
        }
        let element = trimmed(start..<offset)
        if offset < end { offset += 1 }
        return element
    }
}

extension UInt8 {
    /// A byte that no head may hold but for tab and line ends.
    @inline(__always)
    var isControl: Bool { self < 0x20 || self == 0x7F }

    /// Space or tab.
    @inline(__always)
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    @inline(__always)
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// May stand in a token: letters, digits and ``!#$%&'*+-.^_`|~``.
    @inline(__always)
    var isToken: Bool {
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        let mask = self & 0x40 == 0 ? low : high
        return self < 0x80 && mask &>> UInt64(self & 0x3F) & 1 == 1
    }

    /// The value of a hexadecimal digit, or `nil`.
    @inline(__always)
    var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}
