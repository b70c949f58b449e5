import Bytes

/// The marked tags of a request's `If-None-Match`, so that a 304 can name the one that its client has.
///
/// They are told apart by 64 bits of a hash, as the request's bytes are gone when the answer comes. A client that is
/// taken in by two equal hashes of its own making harms itself.
struct MarkedTags: Sendable {
    /// Tags that are remembered; more of them in one request are not answered with a mark, and the client asks anew.
    static let countMax = 4

    private var hashes = InlineArray<4, UInt64>(repeating: 0)
    private var marks = InlineArray<4, EntityTagMark>(repeating: .identity)
    private var count = 0

    /// Whether there are none.
    var isEmpty: Bool { count == 0 }

    /// Reads all `If-None-Match` fields of a request.
    ///
    /// - Parameters:
    ///   - preferred: where a tag comes with several marks, this coding's goes before those that were named first.
    ///   - acceptable: tags of other codings are passed over.
    mutating func read(
        _ head: borrowing RequestHead, in source: Span<UInt8>, preferred: ContentCoding?, acceptable: ContentCodings
    ) {
        var index = head.fields.index(of: .ifNoneMatch)
        while let found = index {
            let value = head.fields[found].value
            var offset = value.lowerBound
            while let tag = source.nextElement(from: &offset, to: value.upperBound) {
                guard let (mark, bytes) = EntityTagMark.find(in: tag, of: source), mark.isAcceptable(acceptable) else {
                    continue
                }
                let hash = Self.hash(of: tag.lowerBound..<(tag.lowerBound + bytes), in: source)
                add(mark, hash, isPreferred: preferred.map(EntityTagMark.init) == mark)
            }
            index = head.fields.index(of: .ifNoneMatch, from: found + 1)
        }
    }

    private mutating func add(_ mark: EntityTagMark, _ hash: UInt64, isPreferred: Bool) {
        for index in 0..<count where hashes[index] == hash {
            if isPreferred { marks[index] = mark }
            return
        }
        guard count < Self.countMax else { return }
        hashes[count] = hash
        marks[count] = mark
        count += 1
    }

    /// The mark with which the client knows a member's tag.
    func mark(of tag: Range<Int>, in source: Span<UInt8>) -> EntityTagMark? {
        guard count > 0, tag.count >= 2 else { return nil }
        let hash = Self.hash(of: tag.lowerBound..<(tag.upperBound - 1), in: source)
        for index in 0..<count where hashes[index] == hash { return marks[index] }
        return nil
    }

    /// FNV-1a over a tag without its closing quote; weak tags are compared as strong ones (RFC 9110, section 13.1.2).
    private static func hash(of tag: Range<Int>, in source: Span<UInt8>) -> UInt64 {
        let isWeak =
            tag.count > 2 && source[tag.lowerBound] == UInt8(ascii: "W")
            && source[tag.lowerBound + 1] == UInt8(ascii: "/")
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for offset in (isWeak ? tag.lowerBound + 2 : tag.lowerBound)..<tag.upperBound {
            hash = (hash ^ UInt64(source[offset])) &* 0x0000_0100_0000_01B3
        }
        return hash
    }
}
