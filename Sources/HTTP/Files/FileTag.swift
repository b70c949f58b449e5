import Bytes

/// The entity tag of a file (RFC 9110, section 8.8.3): `"<time>-<bytes>"` in hexadecimal digits, and of a precompressed
/// variant with its coding between them: `"<time>-br-<bytes>"`.
///
/// It never looks as if it had an ``EntityTagMark``, so one that it gets when the edge compresses comes off again. It
/// is a strong one: a file's time has nanoseconds, and what is written anew within one of the kernel's ticks, with as
/// many bytes, is taken for the same.
struct FileTag {
    /// Two numbers of 16 digits, the longest coding, two hyphens and two quotes, and some room.
    private var letters = InlineArray<40, UInt8>(repeating: 0)
    private var count = 0

    init(_ facts: FileFacts) {
        put(UInt8(ascii: "\""))
        put(hexadecimal: UInt64(bitPattern: Int64(facts.modifiedNanos)))
        put(UInt8(ascii: "-"))
        if let coding = facts.coding {
            let token = UInt64(ascii: coding.token)
            for index in 0..<coding.token.utf8CodeUnitCount {
                put(UInt8(truncatingIfNeeded: token >> UInt64(8 * index)))
            }
            put(UInt8(ascii: "-"))
        }
        put(hexadecimal: UInt64(facts.bytes))
        put(UInt8(ascii: "\""))
    }

    private mutating func put(_ letter: UInt8) {
        letters[count] = letter
        count += 1
    }

    private mutating func put(hexadecimal number: UInt64) {
        var shift = max(60 - number.leadingZeroBitCount / 4 * 4, 0)
        while shift >= 0 {
            let digit = UInt8(number >> UInt64(shift) & 0xF)
            put(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
            shift -= 4
        }
    }

    /// The tag with its quotes.
    var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { letters.span.extracting(0..<count) }
    }

    /// How two tags are compared (RFC 9110, section 8.8.3.2).
    enum Comparison {
        /// Weak ones are like none.
        case strong
        /// Weak ones are like strong ones.
        case weak
    }

    /// Whether a tag is this one.
    ///
    /// - Parameters:
    ///   - tag: an element of a list of tags.
    ///   - codings: whose marks are taken off; `nil`: none are.
    func matches(
        _ tag: Range<Int>, of source: Span<UInt8>, _ comparison: Comparison, undoing codings: ContentCodings?
    ) -> Bool {
        var start = tag.lowerBound
        if tag.count > 2, source[start] == UInt8(ascii: "W"), source[start + 1] == UInt8(ascii: "/") {
            guard comparison == .weak else { return false }
            start += 2
        }
        if source.extracting(start..<tag.upperBound).equals(span) { return true }
        guard let codings, let (mark, bytes) = EntityTagMark.find(in: start..<tag.upperBound, of: source),
            mark.isAcceptable(codings)
        else { return false }
        return source.extracting(start..<(start + bytes)).equals(span.extracting(0..<(count - 1)))
    }
}
