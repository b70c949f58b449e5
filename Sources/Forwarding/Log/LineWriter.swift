import Bytes
import Glibc

/// Writes a line of a log into room that was made for the longest one.
///
/// A line has some ninety parts, most of them shorter than a call is long: this knows where it writes by an address,
/// and copies short parts by words, where an `OutputSpan` looks up both and calls memcpy for each.
@safe
struct LineWriter: ~Copyable {
    private var position: UnsafeMutableRawPointer
    private let end: UnsafeMutableRawPointer

    /// Appends what `body` writes.
    @inline(__always)
    static func append(to output: inout OutputSpan<UInt8>, _ body: (inout LineWriter) -> Void) {
        unsafe output.withUnsafeMutableBufferPointer { room, count in
            guard let base = UnsafeMutableRawPointer(room.baseAddress) else { return }
            var writer = unsafe LineWriter(position: base + count, end: base + room.count)
            body(&writer)
            count = unsafe writer.position - base
        }
    }

    /// Bytes that there is room for.
    var room: Int { unsafe end - position }

    // MARK: - What is written as it is

    mutating func put(_ constant: StaticString) {
        unsafe copy(UnsafeRawPointer(constant.utf8Start), constant.utf8CodeUnitCount)
    }

    mutating func put(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe copy(base, source.count)
        }
    }

    /// Writes what has nothing to be escaped, such as a name of the configuration.
    mutating func put(plain text: String) {
        put(text.utf8.span)
    }

    mutating func put(plain bytes: [UInt8]) {
        put(bytes.span)
    }

    mutating func put(byte: UInt8) {
        unsafe advance(1).storeBytes(of: byte, as: UInt8.self)
    }

    /// Writes a number that is not negative; most of a line's are 0.
    @inline(__always)
    mutating func put(decimal number: Int) {
        if number < 10 { put(byte: 0x30 | UInt8(truncatingIfNeeded: max(0, number))) } else { put(large: number) }
    }

    private mutating func put(large number: Int) {
        var (count, bound) = (2, 100)
        while count < 19, number >= bound { (count, bound) = (count + 1, bound &* 10) }
        put(number, digits: count)
    }

    /// Writes a number's last digits, `1 ... 19` of them.
    mutating func put(_ number: Int, digits count: Int) {
        let target = unsafe advance(count)
        var (rest, offset) = (UInt(bitPattern: number), count)
        while offset > 0 {
            offset -= 1
            let digit = 0x30 | UInt8(truncatingIfNeeded: rest % 10)
            unsafe target.storeBytes(of: digit, toByteOffset: offset, as: UInt8.self)
            rest /= 10
        }
    }

    /// Where the next bytes go, of which there are so many.
    @inline(__always)
    private mutating func advance(_ count: Int) -> UnsafeMutableRawPointer {
        precondition(count <= room, "a log line is longer than its limit")
        defer { unsafe position += count }
        return unsafe position
    }

    private mutating func copy(_ source: UnsafeRawPointer, _ count: Int) {
        let target = unsafe advance(count)
        switch count {
        case 0: return
        case 1: unsafe target.storeBytes(of: source.load(as: UInt8.self), as: UInt8.self)
        case ..<4: unsafe Self.copyEnds(source, count, as: UInt16.self, to: target)
        case ..<8: unsafe Self.copyEnds(source, count, as: UInt32.self, to: target)
        case ..<16: unsafe Self.copyEnds(source, count, as: UInt64.self, to: target)
        case ...32: unsafe Self.copyEnds(source, count, as: SIMD16<UInt8>.self, to: target)
        default: unsafe memcpy(target, source, count)
        }
    }

    /// Copies bytes that are a word's at least, and no more than two of them, by their first and their last word.
    @inline(__always)
    private static func copyEnds<Word: BitwiseCopyable>(
        _ source: UnsafeRawPointer, _ count: Int, as word: Word.Type, to target: UnsafeMutableRawPointer
    ) {
        let last = count - MemoryLayout<Word>.size
        let words = unsafe (source.loadUnaligned(as: word), source.loadUnaligned(fromByteOffset: last, as: word))
        unsafe target.storeBytes(of: words.0, as: word)
        unsafe target.storeBytes(of: words.1, toByteOffset: last, as: word)
    }

    // MARK: - What is escaped

    /// Writes bytes so that a line stays one line and valid JSON (RFC 8259, section 7), whatever a client has sent.
    mutating func put(escaping bytes: Span<UInt8>) {
        var start = 0
        while let offset = bytes.firstOffsetToEscape(from: start) {
            put(bytes.extracting(start..<offset))
            put(escaping: bytes[offset])
            start = offset + 1
        }
        put(bytes.extracting(start...))
    }

    mutating func put(escaping bytes: [UInt8], as style: LogForm.Style = .quoted) {
        put(escaping: bytes.span, as: style)
    }

    mutating func put(escaping bytes: ArraySlice<UInt8>, as style: LogForm.Style) {
        put(escaping: bytes.span, as: style)
    }

    /// Writes what a client may have written, so that it ends where the line says.
    mutating func put(escaping bytes: Span<UInt8>, as style: LogForm.Style) {
        guard case .bare(let follower) = style else { return put(escaping: bytes) }
        for offset in bytes.indices {
            let byte = bytes[offset]
            if byte == UInt8(ascii: " ") || byte == follower { put(code: byte) } else { put(escaping: byte) }
        }
    }

    /// Writes a byte so that a line stays one line; other characters than those of control stay as they are.
    mutating func put(escapingControl byte: UInt8) {
        if byte < 0x20 || byte == 0x7f { put(escaping: byte) } else { put(byte: byte) }
    }

    /// Writes a byte as ``put(escaping:)`` writes many.
    mutating func put(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            put(byte: UInt8(ascii: "\\"))
            put(byte: byte)
        case 0x20..<0x7f:
            put(byte: byte)
        default:
            put(code: byte)
        }
    }

    private mutating func put(code byte: UInt8) {
        put("\\u00")
        put(byte: Self.digit(byte >> 4))
        put(byte: Self.digit(byte & 15))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
