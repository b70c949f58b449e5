import Bytes

extension RequestHead {
    /// Whether the content is gzip and nothing else speaks of its coded bytes, so that it may be handed on inflated.
    ///
    /// Not where several codings were applied, where a digest was made of the coded bytes (RFC 9530), or where the
    /// content is a part.
    ///
    /// - Parameter source: the bytes that were parsed.
    public func hasInflatableContent(in source: Span<UInt8>) -> Bool {
        guard hasContent, let index = fields.index(of: .contentEncoding),
            ContentCoding(fields[index].value, in: source) == .gzip,
            fields.index(of: .contentEncoding, from: index + 1) == nil
        else { return false }
        return !fields.contains(.digest) && !fields.contains(.contentRange)
    }
}
