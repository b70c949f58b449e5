import Bytes

/// The mark on the entity tag of a compressed answer: `"x"` becomes `"x-gzip"`, `W/"x"` becomes `W/"x-gzip"` (RFC 9110,
/// section 8.8.3.3).
///
/// It is taken off once in `If-Match`, `If-None-Match` and `If-Range`, so that conditional requests meet the member's
/// own tag. Where a balancer compresses, a tag of an answer left alone that ends in the mark by itself gets one more;
/// so taking one off always gives back the member's.
public enum EntityTagMark {
    /// Whether the list or single tag holds a marked tag.
    ///
    /// - Parameter value: of `If-None-Match` and the like.
    public static func isMarked(_ value: Range<Int>, in source: Span<UInt8>) -> Bool {
        var offset = value.lowerBound
        while let tag = source.nextElement(from: &offset, to: value.upperBound) {
            if endsMarked(tag, in: source) { return true }
        }
        return false
    }

    /// Whether a tag ends in the mark.
    static func endsMarked(_ tag: Range<Int>, in source: Span<UInt8>) -> Bool {
        tag.count >= 7 && source.extracting((tag.upperBound - 6)..<tag.upperBound).equals("-gzip\"")
    }

    /// Writes a tag with the mark; what is no tag is written as it is.
    static func writeMarked(
        _ tag: Range<Int>, of source: Span<UInt8>, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        guard tag.count >= 2, source[tag.upperBound - 1] == UInt8(ascii: "\"") else {
            return output.put(tag, of: source, &fits)
        }
        output.put(tag.lowerBound..<(tag.upperBound - 1), of: source, &fits)
        output.put("-gzip\"", &fits)
    }

    /// Writes a list of tags, each without its mark.
    ///
    /// - Parameter isList: whether commas part tags; `If-Range` has one tag or a date, which holds a comma.
    static func writeUndone(
        _ value: Range<Int>, of source: Span<UInt8>, isList: Bool, to output: inout OutputSpan<UInt8>,
        _ fits: inout Bool
    ) {
        guard isList else { return writeUndone(value, of: source, to: &output, &fits) }
        var offset = value.lowerBound
        var isFirst = true
        while let tag = source.nextElement(from: &offset, to: value.upperBound) {
            if !isFirst { output.put(", ", &fits) }
            isFirst = false
            writeUndone(tag, of: source, to: &output, &fits)
        }
    }

    private static func writeUndone(
        _ tag: Range<Int>, of source: Span<UInt8>, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        guard endsMarked(tag, in: source) else { return output.put(tag, of: source, &fits) }
        output.put(tag.lowerBound..<(tag.upperBound - 6), of: source, &fits)
        output.put("\"", &fits)
    }
}
