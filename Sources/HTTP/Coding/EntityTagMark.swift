import Bytes

/// The mark on the entity tag of a compressed answer: `"x"` becomes `"x-gzip"`, `"x-br"` or `"x-zstd"`, and `W/"x"`
/// `W/"x-gzip"` (RFC 9110, section 8.8.3.3).
///
/// It is taken off once in `If-Match` and `If-None-Match`, so that conditional requests meet the member's own tag. Not
/// in `If-Range`: a part of the member's content does not continue a compressed one (RFC 9110, section 13.1.5). Where
/// the edge compresses, a tag of an answer left alone that ends in a mark by itself gets that of ``identity``; so
/// taking one off always gives back the member's.
public enum EntityTagMark: UInt8, CaseIterable, Sendable {
    /// The same as of ``ContentCoding``.
    case gzip, brotli, zstd
    /// The answer was left alone, though its tag ends in a mark.
    case identity

    /// The mark of a coding.
    init(_ coding: ContentCoding) {
        switch coding {
        case .gzip: self = .gzip
        case .brotli: self = .brotli
        case .zstd: self = .zstd
        }
    }

    /// What a marked tag ends in.
    private var ending: StaticString {
        switch self {
        case .gzip: "-gzip\""
        case .brotli: "-br\""
        case .zstd: "-zstd\""
        case .identity: "-identity\""
        }
    }

    /// Whether a client to whom these codings are acceptable can have what the mark stands for.
    func isAcceptable(_ codings: ContentCodings) -> Bool {
        self == .identity || codings.rawValue & 1 << rawValue != 0
    }

    /// The mark that a tag ends in, and how many bytes of the tag precede it; `nil` where there is none.
    static func find(in tag: Range<Int>, of source: Span<UInt8>) -> (mark: EntityTagMark, count: Int)? {
        guard tag.count >= 4, source[tag.upperBound - 1] == UInt8(ascii: "\""),
            let mark = ended(by: source[tag.upperBound - 2])
        else { return nil }
        let count = tag.count - mark.ending.utf8CodeUnitCount
        // The opening quote is not the mark's.
        guard count > 0, source.extracting((tag.lowerBound + count)..<tag.upperBound).equals(mark.ending) else {
            return nil
        }
        return (mark, count)
    }

    /// The only mark whose last letter it is.
    private static func ended(by letter: UInt8) -> EntityTagMark? {
        switch letter {
        case UInt8(ascii: "p"): .gzip
        case UInt8(ascii: "r"): .brotli
        case UInt8(ascii: "d"): .zstd
        case UInt8(ascii: "y"): .identity
        default: nil
        }
    }

    /// Writes a tag with the mark; what is no tag is written as it is.
    func writeMarked(
        _ tag: Range<Int>, of source: Span<UInt8>, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        guard tag.count >= 2, source[tag.upperBound - 1] == UInt8(ascii: "\"") else {
            return output.put(tag, of: source, &fits)
        }
        output.put(tag.lowerBound..<(tag.upperBound - 1), of: source, &fits)
        output.put(ending, &fits)
    }

    /// Writes a list of tags, each without its mark; all else as it is, so that it never grows.
    ///
    /// - Parameter codings: marks of others stay.
    static func writeUndone(
        _ value: Range<Int>, of source: Span<UInt8>, for codings: ContentCodings, to output: inout OutputSpan<UInt8>,
        _ fits: inout Bool
    ) {
        var written = value.lowerBound
        var offset = value.lowerBound
        while let tag = source.nextElement(from: &offset, to: value.upperBound) {
            guard let (mark, count) = find(in: tag, of: source), mark.isAcceptable(codings) else { continue }
            output.put(written..<(tag.lowerBound + count), of: source, &fits)
            output.put("\"", &fits)
            written = tag.upperBound
        }
        output.put(written..<value.upperBound, of: source, &fits)
    }
}
