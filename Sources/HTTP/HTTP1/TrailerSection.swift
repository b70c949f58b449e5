import Bytes

/// The trailer fields after the last chunk (RFC 9110, section 6.5; RFC 9112, section 7.1.2).
///
/// One is made per worker and parsed into again and again. Fields that may not come after the content, since they
/// frame, route, authenticate or describe it, are marked and never written.
public struct TrailerSection: ~Copyable {
    /// All fields in their order.
    public private(set) var fields = FieldTable(capacity: Limits.trailerCountMax)
    private static let limits = HeadLimits(
        fieldBytesMax: Limits.trailerBytesMax, fieldCountMax: Limits.trailerCountMax,
        headBytesMax: Limits.trailerBytesMax)

    /// Makes an empty section.
    public init() {}

    /// Parses a section.
    ///
    /// - Parameters:
    ///   - bytes: received bytes.
    ///   - range: what ``ContentDecoder/Step/end(trailers:)`` told; may be empty.
    /// - Throws: ``ContentError/Reason/trailersMalformed`` with the offending offset, or the limit that was passed.
    public mutating func parse(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(ContentError) {
        fields.removeAll()
        if range.count <= 2 { return }
        do throws(HeadError) {
            _ = try fields.parseLines(
                bytes.extracting(0..<range.upperBound), from: range.lowerBound, limits: Self.limits)
        } catch {
            throw ContentError(
                error.reason.status == 431 ? .trailersTooLarge : .trailersMalformed, at: error.offset,
                limit: error.limit)
        }
        for index in 0..<fields.count where fields[index].known.bit & Self.forbidden != 0 {
            fields.mark(index, .hopByHop)
        }
    }

    /// Writes the last chunk, the fields that may be passed on, and the blank line.
    ///
    /// - Parameters:
    ///   - source: the bytes that were parsed.
    ///   - omitted: names that are left out beside those that nobody may say there; `nil`: none.
    ///   - others: more of these.
    /// - Returns: whether all fitted; if not, what was written is incomplete.
    public func write(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, omitting omitted: FieldNames? = nil,
        and others: FieldNames? = nil
    ) -> Bool {
        var fits = true
        output.put("0\r\n", &fits)
        for index in 0..<fields.count where fields[index].marks.isDisjoint(with: .unforwarded) {
            if let omitted, omitted.contains(fields[index], in: source) { continue }
            if let others, others.contains(fields[index], in: source) { continue }
            output.put(fields[index], of: source, &fits)
        }
        output.put("\r\n", &fits)
        return fits
    }

    /// Every name that Martlet knows, but for `ETag` and `Age`, is of use only before the content (RFC 9110, section
    /// 6.5.1).
    private static let forbidden: UInt64 =
        ~(KnownField.other.bit | KnownField.entityTag.bit | KnownField.age.bit)
}
