import Bytes

/// Which answers are compressed. Immutable, so that workers share it.
public final class CompressionPolicy: Sendable {
    /// Content of a known length below this many bytes is left alone.
    public let minimumLength: UInt64
    /// What compresses, at most one of a coding, the preferred first.
    public let kinds: [EncoderKind]
    /// Whether answers that may show an attacker's bytes beside a victim's secrets are left alone (BREACH).
    ///
    /// An attacker's page sends a victim's browser to us with a guess in the request; where the answer shows the guess
    /// beside the secret, its compressed length tells how good the guess was. With this on, the answer is left alone of
    /// a request that another site has made (`Sec-Fetch-Site: cross-site`), whose target has three bytes or more
    /// behind its slash, or that has content, and that belongs to somebody (`Cookie`, `Authorization`) or is given a
    /// cookie. Two bytes are no match for deflate, brotli or zstd.
    ///
    /// The answer is not searched for the guess, on purpose: applications escape what they show in ways of their own,
    /// so who wants to get past a search has only to add a byte that is escaped. So the decision falls with the head,
    /// and nothing waits for it.
    public let guardsAgainstBreach: Bool
    private let types: [MediaTypePattern]

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - types: media types whose content is compressed.
    ///   - minimumLength: bytes; below a few hundred the fields and the gzip frame cost more than is saved.
    ///   - kinds: what compresses, at most one of a coding, the preferred first.
    ///   - guardsAgainstBreach: see ``guardsAgainstBreach``.
    public init(
        types: [MediaTypePattern], minimumLength: UInt64, kinds: [EncoderKind], guardsAgainstBreach: Bool
    ) {
        precondition(Set(kinds.map(\.coding)).count == kinds.count, "one encoder of each coding")
        self.types = types
        self.minimumLength = minimumLength
        self.kinds = kinds
        self.guardsAgainstBreach = guardsAgainstBreach
    }

    /// Decides about one answer.
    ///
    /// - Parameters:
    ///   - head: the member's answer.
    ///   - source: the bytes that were parsed.
    ///   - method: of the request.
    ///   - wishes: what the request says.
    public func decide(
        _ head: borrowing ResponseHead, in source: Span<UInt8>, method: Method, wishes: CodingWishes
    ) -> CompressionDecision {
        let status = head.status
        if status == 304 { return decideNotModified(head, in: source, wishes: wishes) }
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
        // A reload may have taken the coding away meanwhile.
        guard let coding = wishes.coding, kind(of: coding) != nil else { return .notAccepted }
        if wishes.isExposed, wishes.hasSession || head.fields.contains(.setCookie) { return .reflected }
        return method == .head ? .fieldsOnly(coding) : .compress(coding)
    }

    /// What compresses to a coding; `nil`: nothing does.
    public func kind(of coding: ContentCoding) -> EncoderKind? {
        for index in 0..<kinds.count where kinds[index].coding == coding { return kinds[index] }
        return nil
    }

    /// A 304 has the tag by which its client knows the content.
    private func decideNotModified(
        _ head: borrowing ResponseHead, in source: Span<UInt8>, wishes: CodingWishes
    ) -> CompressionDecision {
        guard !wishes.tags.isEmpty, let tag = head.fields.first(.entityTag),
            let mark = wishes.tags.mark(of: tag.value, in: source)
        else { return .status }
        return .tagOnly(mark)
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
        guard let start = value.first else { return false }
        let first = source[start].asciiLowercased
        for index in 0..<types.count where types[index].first == first {
            if types[index].matches(value, in: source) { return true }
        }
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
