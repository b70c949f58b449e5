import Bytes

extension FieldTable {
    /// Appends the field lines from an offset to the blank line (RFC 9112, section 5).
    ///
    /// - Returns: the offset after the blank line.
    /// - Throws: what is wrong with the first bad line.
    mutating func parseLines(
        _ bytes: Span<UInt8>, from start: Int, limits: borrowing HeadLimits
    ) throws(HeadError) -> Int {
        precondition(bytes.count <= Int(UInt32.max), "offsets have 32 bits")
        let countMax = min(limits.fieldCountMax, capacity)
        let bytesMax = min(limits.fieldBytesMax, Int(UInt16.max))
        var offset = start
        while true {
            guard offset < bytes.count else { throw HeadError(.incomplete, at: offset) }
            let first = bytes[offset]
            if first < 0x21 {
                if first == 0x0D { break }
                throw Self.lineStartError(first, at: offset)
            }
            guard count < countMax else { throw HeadError(.tooManyFields, at: offset, limit: countMax) }
            let end = try appendLine(bytes, at: offset)
            guard end - offset <= bytesMax else { throw HeadError(.fieldTooLong, at: offset, limit: bytesMax) }
            offset = end + 2
        }
        guard offset + 1 < bytes.count else { throw HeadError(.incomplete, at: offset) }
        guard bytes[offset + 1] == 0x0A else { throw HeadError(.bareCarriageReturn, at: offset) }
        return offset + 2
    }

    /// Appends a field whose name and value lie anywhere in the bytes, as HTTP/2 delivers them (RFC 9113, section 8.2).
    ///
    /// - Parameters:
    ///   - name: a token; of a request over HTTP/2 the caller has refused upper-case letters.
    ///   - value: without white space around it and without control bytes but tab.
    ///   - limits: `fieldCountMax` and `fieldBytesMax` are held to.
    /// - Throws: what is wrong with the field.
    public mutating func append(
        name: Range<Int>, value: Range<Int>, in bytes: Span<UInt8>, limits: borrowing HeadLimits
    ) throws(HeadError) {
        let countMax = min(limits.fieldCountMax, capacity)
        let bytesMax = min(limits.fieldBytesMax, Int(UInt16.max))
        guard count < countMax else { throw HeadError(.tooManyFields, at: name.lowerBound, limit: countMax) }
        guard name.count + value.count + 2 <= bytesMax else {
            throw HeadError(.fieldTooLong, at: name.lowerBound, limit: bytesMax)
        }
        guard !name.isEmpty else { throw HeadError(.emptyFieldName, at: name.lowerBound) }
        let tokenEnd = bytes.tokenEnd(from: name.lowerBound, to: name.upperBound)
        guard tokenEnd == name.upperBound else { throw HeadError(.fieldNameInvalid, at: tokenEnd) }
        for offset in value where bytes[offset].isControl && bytes[offset] != 0x09 {
            throw HeadError(bytes[offset] == 0 ? .nulByte : .controlByte, at: offset)
        }
        guard bytes.trimmed(value) == value else { throw HeadError(.controlByte, at: value.lowerBound) }
        let read = FieldName(in: bytes, at: name.lowerBound, count: name.count)
        var marks: FieldMarks = read.known.isHopByHop ? .hopByHop : []
        let isSimple = read.isSimple(in: bytes, at: name.lowerBound)
        if read.known == .other, ProtectedFields.mayHave(read, isSimple: isSimple) {
            marks.formUnion(ProtectedFields.marks(ofOther: name, isSimple: isSimple, in: bytes))
        }
        append(
            Field(
                nameOffset: UInt32(name.lowerBound), valueOffset: UInt32(value.lowerBound),
                valueCount: UInt32(value.count), nameCount: UInt16(name.count), known: read.known, marks: marks))
    }

    private static func lineStartError(_ byte: UInt8, at offset: Int) -> HeadError {
        switch byte {
        case 0x20, 0x09: HeadError(.foldedField, at: offset)
        case 0x0A: HeadError(.bareLineFeed, at: offset)
        case 0x00: HeadError(.nulByte, at: offset)
        default: HeadError(.controlByte, at: offset)
        }
    }

    /// Appends the field line at an offset.
    ///
    /// - Returns: the offset of its CR LF.
    @inline(__always)
    private mutating func appendLine(_ bytes: Span<UInt8>, at start: Int) throws(HeadError) -> Int {
        let colon = bytes.offset(of: UInt8(ascii: ":"), withinLineFrom: start)
        let nameCount = colon - start
        guard colon < bytes.count else { throw HeadError(.incomplete, at: colon) }
        let name = FieldName(in: bytes, at: start, count: nameCount)
        let known = name.known
        var marks: FieldMarks = known.isHopByHop ? [.plain, .hopByHop] : .plain
        if known == .other || bytes[colon] != UInt8(ascii: ":") {
            let isSimple = bytes[colon] == UInt8(ascii: ":") && name.isSimple(in: bytes, at: start)
            if !isSimple { try Self.checkName(bytes, from: start, to: colon) }
            if ProtectedFields.mayHave(name, isSimple: isSimple) {
                marks.formUnion(ProtectedFields.marks(ofOther: start..<colon, isSimple: isSimple, in: bytes))
            }
        }

        var valueStart = colon + 1
        if valueStart < bytes.count, bytes[valueStart] == 0x20 {
            valueStart += 1
        } else {
            marks.remove(.plain)
        }
        while valueStart < bytes.count, bytes[valueStart].isBlank {
            valueStart += 1
            marks.remove(.plain)
        }
        let end = try Self.lineEnd(bytes, from: valueStart)
        var valueEnd = end
        while valueEnd > valueStart, bytes[valueEnd - 1].isBlank {
            valueEnd -= 1
            marks.remove(.plain)
        }
        append(
            Field(
                nameOffset: UInt32(truncatingIfNeeded: start), valueOffset: UInt32(truncatingIfNeeded: valueStart),
                valueCount: UInt32(truncatingIfNeeded: valueEnd - valueStart),
                nameCount: UInt16(truncatingIfNeeded: nameCount), known: known, marks: marks))
        return end
    }

    /// Finds the CR LF that ends a line, and refuses every other control byte but tab on the way.
    @inline(__always)
    static func lineEnd(_ bytes: Span<UInt8>, from start: Int) throws(HeadError) -> Int {
        var offset = start
        while true {
            offset = bytes.controlOffset(from: offset)
            if offset + 1 < bytes.count, bytes[offset] == 0x0D, bytes[offset + 1] == 0x0A { return offset }
            guard offset < bytes.count, bytes[offset] == 0x09 else { throw controlError(bytes, at: offset) }
            offset += 1
        }
    }

    /// Says what is wrong with a control byte that is neither tab nor part of CR LF.
    static func controlError(_ bytes: Span<UInt8>, at offset: Int) -> HeadError {
        guard offset < bytes.count else { return HeadError(.incomplete, at: offset) }
        switch bytes[offset] {
        case 0x00: return HeadError(.nulByte, at: offset)
        case 0x0A: return HeadError(.bareLineFeed, at: offset)
        case 0x0D: return HeadError(offset + 1 < bytes.count ? .bareCarriageReturn : .incomplete, at: offset)
        default: return HeadError(.controlByte, at: offset)
        }
    }

    /// Checks that a name is a token and that the colon follows it at once (RFC 9112, section 5.1).
    private static func checkName(_ bytes: Span<UInt8>, from start: Int, to colon: Int) throws(HeadError) {
        let end = bytes.tokenEnd(from: start, to: colon)
        guard end == colon, colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else {
            throw nameError(bytes, at: end)
        }
        guard colon > start else { throw HeadError(.emptyFieldName, at: start) }
    }

    private static func nameError(_ bytes: Span<UInt8>, at offset: Int) -> HeadError {
        guard offset < bytes.count else { return HeadError(.incomplete, at: offset) }
        switch bytes[offset] {
        case 0x0D where offset + 1 < bytes.count && bytes[offset + 1] == 0x0A:
            return HeadError(.fieldWithoutColon, at: offset)
        case 0x20, 0x09:
            let next = bytes.trimmed(offset..<bytes.count).lowerBound
            let isColon = next < bytes.count && bytes[next] == UInt8(ascii: ":")
            return HeadError(isColon ? .spaceBeforeColon : .fieldNameInvalid, at: offset)
        case 0x00, 0x0A, 0x0D:
            return controlError(bytes, at: offset)
        default:
            return HeadError(.fieldNameInvalid, at: offset)
        }
    }
}
