import Bytes

/// Writing pieces of heads; each verb clears `fits` when its piece has no room, and writes nothing then.
extension OutputSpan where Element == UInt8 {
    @inline(__always)
    mutating func put(_ constant: StaticString, _ fits: inout Bool) {
        fits = append(copying: constant) && fits
    }

    @inline(__always)
    mutating func put(_ bytes: Span<UInt8>, _ fits: inout Bool) {
        fits = append(copying: bytes) && fits
    }

    @inline(__always)
    mutating func put(_ range: Range<Int>, of source: Span<UInt8>, _ fits: inout Bool) {
        fits = append(copying: source.extracting(range)) && fits
    }

    /// Writes a field line from its parts.
    mutating func put(_ field: Field, of source: Span<UInt8>, _ fits: inout Bool) {
        put(field.name, of: source, &fits)
        put(": ", &fits)
        put(field.value, of: source, &fits)
        put("\r\n", &fits)
    }

    /// Writes the values of all fields of a name as one list.
    ///
    /// - Parameter isEnd: whether the list ends with them; else a comma is behind each, so that one more can follow.
    mutating func putValues(
        of name: KnownField, in fields: borrowing FieldTable, of source: Span<UInt8>, isEnd: Bool,
        _ fits: inout Bool
    ) {
        var index = fields.index(of: name)
        var isFirst = true
        while let found = index {
            if !fields[found].value.isEmpty {
                if isEnd, !isFirst { put(", ", &fits) }
                put(fields[found].value, of: source, &fits)
                if !isEnd { put(", ", &fits) }
                isFirst = false
            }
            index = fields.index(of: name, from: found + 1)
        }
    }

    /// Writes the field that frames the content, if one does.
    mutating func put(_ framing: Framing, _ fits: inout Bool) {
        switch framing {
        case .none, .untilClose:
            break
        case .length(let length):
            put("Content-Length: ", &fits)
            fits = append(decimal: length) && fits
            put("\r\n", &fits)
        case .chunked:
            put("Transfer-Encoding: chunked\r\n", &fits)
        }
    }
}
