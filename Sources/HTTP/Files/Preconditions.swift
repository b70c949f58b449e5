import Bytes

/// Whether a request for a file is carried out as far as its conditions say (RFC 9110, section 13.2.2).
enum Preconditions {
    /// What the conditions come to.
    enum Outcome: Equatable {
        /// All are true, or there are none.
        case met
        /// The client has what it would be sent: 304.
        case notModified
        /// The file is not the one that was meant: 412.
        case failed
    }

    private static let fields =
        KnownField.ifMatch.bit | KnownField.ifNoneMatch.bit | KnownField.ifModifiedSince.bit
        | KnownField.ifUnmodifiedSince.bit

    /// Looks at the conditions in the order of the RFC; `If-Range` is ``ByteRange``'s.
    ///
    /// - Parameters:
    ///   - source: the bytes that were parsed.
    ///   - facts: of what would be sent: the file, or the variant.
    ///   - codings: whose marks are taken off tags, where the edge compresses (``EntityTagMark``); `nil`: none are.
    ///   - now: seconds since 1970.
    static func evaluate(
        _ head: borrowing RequestHead, in source: Span<UInt8>, of facts: FileFacts, undoing codings: ContentCodings?,
        now: Int
    ) -> Outcome {
        guard head.fields.present & fields != 0 else { return .met }
        if head.fields.contains(.ifMatch) {
            let tag = FileTag(facts)
            guard lists(tag, .ifMatch, head.fields, in: source, .strong, undoing: codings) else { return .failed }
        } else if let modified = facts.modifiedSeconds,
            let date = date(.ifUnmodifiedSince, head.fields, in: source, now: now), modified > date
        {
            return .failed
        }
        let isReading = head.method == .get || head.method == .head
        if head.fields.contains(.ifNoneMatch) {
            let tag = FileTag(facts)
            if lists(tag, .ifNoneMatch, head.fields, in: source, .weak, undoing: codings) {
                return isReading ? .notModified : .failed
            }
        } else if isReading, let modified = facts.modifiedSeconds,
            let date = date(.ifModifiedSince, head.fields, in: source, now: now), modified <= date
        {
            return .notModified
        }
        return .met
    }

    /// Whether the fields of a name list a tag, or are `*`, as the file exists.
    private static func lists(
        _ tag: FileTag, _ name: KnownField, _ fields: borrowing FieldTable, in source: Span<UInt8>,
        _ comparison: FileTag.Comparison, undoing codings: ContentCodings?
    ) -> Bool {
        var index = fields.index(of: name)
        while let found = index {
            let value = fields[found].value
            if source.equals("*", in: value) { return true }
            var offset = value.lowerBound
            while let element = source.nextElement(from: &offset, to: value.upperBound) {
                if tag.matches(element, of: source, comparison, undoing: codings) { return true }
            }
            index = fields.index(of: name, from: found + 1)
        }
        return false
    }

    /// The date that the only field of a name says; `nil` where the field is to be ignored.
    private static func date(
        _ name: KnownField, _ fields: borrowing FieldTable, in source: Span<UInt8>, now: Int
    ) -> Int? {
        guard let index = fields.index(of: name), fields.index(of: name, from: index + 1) == nil else { return nil }
        return HTTPDate.read(source.extracting(fields[index].value), now: now)
    }
}
