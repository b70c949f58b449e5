import Bytes

/// The mark on the entity tag of a compressed answer: `"x"` becomes `"x-gzip"`, `W/"x"` becomes `W/"x-gzip"` (RFC 9110,
/// section 8.8.3.3).
///
/// It is taken off once in `If-Match` and `If-None-Match`, so that conditional requests meet the member's own tag. Not
/// in `If-Range`: a part of the member's content does not continue a compressed one (RFC 9110, section 13.1.5). Where a
/// balancer compresses, a tag of an answer left alone that ends in the mark by itself gets one more; so taking one off
/// always gives back the member's.
public enum EntityTagMark {
    /// Whether a request's `If-None-Match` names a marked tag.
    public static func isMarked(_ head: borrowing RequestHead, in source: Span<UInt8>) -> Bool {
        var index = head.fields.index(of: .ifNoneMatch)
        while let found = index {
            if isMarked(head.fields[found].value, in: source) { return true }
            index = head.fields.index(of: .ifNoneMatch, from: found + 1)
        }
        return false
    }

    private static func isMarked(_ value: Range<Int>, in source: Span<UInt8>) -> Bool {
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

    /// Writes a list of tags, each without its mark; all else as it is, so that it never grows.
    static func writeUndone(
        _ value: Range<Int>, of source: Span<UInt8>, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        var written = value.lowerBound
        var offset = value.lowerBound
        while let tag = source.nextElement(from: &offset, to: value.upperBound) {
            guard endsMarked(tag, in: source) else { continue }
            output.put(written..<(tag.upperBound - 6), of: source, &fits)
            output.put("\"", &fits)
            written = tag.upperBound
        }
        output.put(written..<value.upperBound, of: source, &fits)
    }
}
