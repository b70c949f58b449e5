import Bytes

/// Which precompressed variant of a file is sent: `app.js.br` for `app.js`.
public enum FileVariants {
    /// Chooses among the variants that there are.
    ///
    /// Weights are heeded; of equal ones the densest goes first: brotli, zstd, gzip. A request for a part gets one of
    /// the file itself, in which every client can go on.
    ///
    /// - Parameters:
    ///   - existing: the codings of the file's variants; see ``FileFacts/isVariant(of:)``.
    ///   - source: the bytes that were parsed.
    /// - Returns: `nil`: the file itself.
    public static func choose(
        _ existing: ContentCodings, for head: borrowing RequestHead, in source: Span<UInt8>
    ) -> ContentCoding? {
        guard !existing.isEmpty, head.fields.contains(.acceptEncoding) else { return nil }
        if head.method == .get, head.fields.contains(.range) { return nil }
        return AcceptEncoding(head, in: source).preferred(ready: existing)
    }
}

extension ContentCoding {
    /// What the name of a precompressed variant has behind that of its file.
    public var fileSuffix: StaticString {
        switch self {
        case .gzip: ".gz"
        case .brotli: ".br"
        case .zstd: ".zst"
        }
    }
}
