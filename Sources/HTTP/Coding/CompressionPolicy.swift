import Bytes

/// Which answers are compressed. Immutable, so that workers share it.
public struct CompressionPolicy: Sendable {
    /// Content of a known length below this many bytes is left alone.
    public let minimumLength: UInt64
    /// What compresses, at most one of a coding, the preferred first.
    public let kinds: [EncoderKind]
    private let types: [MediaTypePattern]

    /// Text and the structured formats that compress well. Event streams (`text/event-stream`) match: they are
    /// compressed only because the encoder is flushed at every pause of the member.
    public static let defaultTypes = [
        "text/*", "application/json", "application/*+json", "application/javascript", "application/ecmascript",
        "application/xml", "application/*+xml", "application/wasm", "application/manifest+json", "application/x-ndjson",
        "application/yaml", "application/graphql", "application/rtf", "application/vnd.ms-fontobject",
        "application/x-www-form-urlencoded", "image/svg+xml", "image/bmp", "image/x-icon", "image/vnd.microsoft.icon",
        "font/ttf", "font/otf",
    ]

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - types: media types whose content is compressed.
    ///   - minimumLength: bytes; below a few hundred the fields and the gzip frame cost more than is saved.
    ///   - kinds: what compresses, at most one of a coding, the preferred first.
    public init(
        types: [MediaTypePattern] = defaultTypes.compactMap(MediaTypePattern.init), minimumLength: UInt64 = 1024,
        kinds: [EncoderKind] = [.zlib(level: 1)]
    ) {
        precondition(Set(kinds.map(\.coding)).count == kinds.count, "one encoder of each coding")
        self.types = types
        self.minimumLength = minimumLength
        self.kinds = kinds
    }

    /// Decides about one answer.
    ///
    /// - Parameters:
    ///   - head: the member's answer.
    ///   - source: the bytes that were parsed.
    ///   - method: of the request.
    ///   - accepted: what ``AcceptEncoding/prefersGzip`` told of the request.
    ///   - hadMarkedTag: whether the request's conditions held a marked tag; see ``EntityTagMark/isMarked(_:in:)``.
    public func decide(
        _ head: borrowing ResponseHead, in source: Span<UInt8>, method: Method, accepted: Bool, hadMarkedTag: Bool
    ) -> CompressionDecision {
        let status = head.status
        if status == 304 { return hadMarkedTag ? .tagOnly : .status }
        if status < 200 || status == 204 || status == 205 { return .noContent }
        if status == 206 || head.fields.contains(.contentRange) { return .partial }
        guard method != .connect, method != .trace else { return .status }
        if isCoded(head, in: source) { return .alreadyCoded }
        guard let type = head.fields.first(.contentType), isListed(type.value, in: source) else { return .mediaType }
        if case .length(let length) = head.declaredFraming, length < minimumLength {
            return length == 0 ? .noContent : .tooShort
        }
        if forbidsTransform(head, in: source) { return .noTransform }
        if head.fields.contains(.digest) { return .digest }
        guard accepted else { return .notAccepted }
        return method == .head ? .fieldsOnly : .compress
    }

    /// Whether there is a content coding other than `identity`.
    private func isCoded(_ head: borrowing ResponseHead, in source: Span<UInt8>) -> Bool {
        var index = head.fields.index(of: .contentEncoding)
        while let found = index {
            let value = head.fields[found].value
            if !value.isEmpty, !source.equals("identity", in: value) { return true }
            index = head.fields.index(of: .contentEncoding, from: found + 1)
        }
        return false
    }

    private func isListed(_ value: Range<Int>, in source: Span<UInt8>) -> Bool {
        var end = value.lowerBound
        while end < value.upperBound, source[end] != UInt8(ascii: ";"), source[end] != UInt8(ascii: ",") { end += 1 }
        let type = source.trimmed(value.lowerBound..<end)
        for index in 0..<types.count where types[index].matches(type, in: source) { return true }
        return false
    }

    private func forbidsTransform(_ head: borrowing ResponseHead, in source: Span<UInt8>) -> Bool {
        var index = head.fields.index(of: .cacheControl)
        while let found = index {
            var offset = head.fields[found].value.lowerBound
            while let directive = source.nextElement(from: &offset, to: head.fields[found].value.upperBound) {
                if source.equals("no-transform", in: directive) { return true }
            }
            index = head.fields.index(of: .cacheControl, from: found + 1)
        }
        return false
    }
}
