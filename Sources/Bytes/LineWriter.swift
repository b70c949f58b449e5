import Glibc

/// Writes many short texts, such as a log's line, into room that was made for the longest one.
///
/// A line has some ninety parts, most of them shorter than a call is long: this knows where it writes by an address,
/// and copies short parts by words, where an `OutputSpan` looks up both and calls memcpy for each. What does not fit is
/// a fault of who has made the room, and ends the process.
///
/// Safe because each write is checked against the room, and because one lives only within ``append(to:_:)``.
@safe
public struct LineWriter: ~Copyable {
    @usableFromInline var position: UnsafeMutableRawPointer
    @usableFromInline let end: UnsafeMutableRawPointer

    @inlinable
    init(position: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer) {
        unsafe self.position = position
        unsafe self.end = end
    }

    /// Appends what `body` writes.
    @inlinable
    public static func append(to output: inout OutputSpan<UInt8>, _ body: (inout LineWriter) -> Void) {
        unsafe output.withUnsafeMutableBufferPointer { room, count in
            guard let base = UnsafeMutableRawPointer(room.baseAddress) else { return }
            var writer = unsafe LineWriter(position: base + count, end: base + room.count)
            body(&writer)
            count = unsafe writer.position - base
        }
    }

    /// Bytes that there is room for.
    @inlinable public var room: Int { unsafe end - position }

    /// Writes an ASCII constant.
    @inlinable
    public mutating func put(_ constant: StaticString) {
        unsafe copy(UnsafeRawPointer(constant.utf8Start), constant.utf8CodeUnitCount)
    }

    /// Writes bytes as they are.
    @inlinable
    public mutating func put(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe copy(base, source.count)
        }
    }

    /// Writes a byte.
    @inlinable
    public mutating func put(byte: UInt8) {
        unsafe advance(1).storeBytes(of: byte, as: UInt8.self)
    }

    /// Writes a number that is not negative; most of a line's are 0.
    @inlinable
    public mutating func put(decimal number: Int) {
        if number < 10 { put(byte: 0x30 | UInt8(truncatingIfNeeded: max(0, number))) } else { put(large: number) }
    }

    @usableFromInline
    mutating func put(large number: Int) {
        var (count, bound) = (2, 100)
        while count < 19, number >= bound { (count, bound) = (count + 1, bound &* 10) }
        put(number, digits: count)
    }

    /// Writes a number's last digits, `1 ... 19` of them.
    public mutating func put(_ number: Int, digits count: Int) {
        let target = unsafe advance(count)
        var (rest, offset) = (UInt(bitPattern: number), count)
        while offset > 1 {
            offset -= 2
            unsafe target.storeBytes(of: Self.digits(of: rest % 100), toByteOffset: offset, as: UInt16.self)
            rest /= 100
        }
        if offset > 0 { unsafe target.storeBytes(of: 0x30 | UInt8(truncatingIfNeeded: rest % 10), as: UInt8.self) }
    }

    /// The two digits of a number below 100, the first one in the lower byte.
    @inline(__always)
    private static func digits(of number: UInt) -> UInt16 {
        let tens = (number &* 103) &>> 10
        return UInt16(truncatingIfNeeded: 0x3030 | tens | (number &- tens &* 10) &<< 8)
    }

    /// Where the next bytes go, of which there are so many.
    @inlinable
    mutating func advance(_ count: Int) -> UnsafeMutableRawPointer {
        precondition(count <= room, "more is written than there is room for")
        defer { unsafe position += count }
        return unsafe position
    }

    @usableFromInline
    mutating func copy(_ source: UnsafeRawPointer, _ count: Int) {
        let target = unsafe advance(count)
        switch count {
        case 0: return
        case 1: unsafe target.storeBytes(of: source.load(as: UInt8.self), as: UInt8.self)
        case ..<4: unsafe Self.copyEnds(source, count, as: UInt16.self, to: target)
        case ..<8: unsafe Self.copyEnds(source, count, as: UInt32.self, to: target)
        case ..<16: unsafe Self.copyEnds(source, count, as: UInt64.self, to: target)
        case ...32: unsafe Self.copyEnds(source, count, as: SIMD16<UInt8>.self, to: target)
        case ...64: unsafe Self.copyEnds(source, count, as: SIMD32<UInt8>.self, to: target)
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
}
