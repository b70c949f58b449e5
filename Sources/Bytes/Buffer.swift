import Glibc

/// A fixed slab of memory with bytes that were written and not yet read.
///
/// Shape: `0 <= start <= end <= capacity`; what lies between `start` and `end` is readable, what follows `end` is room.
/// A buffer belongs to one worker's ``BufferPool`` and is lent to a connection while it holds bytes. Not `Sendable`.
///
/// Safe because the memory lives as long as the object, every offset is checked against the invariant above, and spans
/// over it are handed to closures only.
@safe
public final class Buffer {
    /// Bytes that the slab holds at most.
    public let capacity: Int
    private let base: UnsafeMutablePointer<UInt8>
    private var start = 0
    private var end = 0
    /// Whether a ``BufferPool`` has lent it out, so that a slab given back twice cannot be lent to two.
    private var isLent = false
    /// The next free slab of the pool.
    private var next: Buffer?

    /// Allocates a slab that belongs to no pool.
    ///
    /// - Parameter capacity: bytes, 1 or more.
    public init(capacity: Int) {
        precondition(capacity > 0, "a buffer holds at least one byte")
        self.capacity = capacity
        unsafe base = .allocate(capacity: capacity)
    }

    deinit {
        unsafe base.deallocate()
    }

    /// Bytes written and not yet read.
    public var count: Int { end - start }

    /// Whether there is nothing to read.
    public var isEmpty: Bool { end == start }

    /// Bytes that can be appended without moving what is there.
    public var room: Int { capacity - end }

    /// Hands the readable bytes to `body`, which must not change this buffer.
    @inlinable
    public func withReadable<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(readable)
    }

    /// Hands the room to `body`, which appends to it, and makes what was appended readable.
    @inlinable
    public func append<Result, Failure: Error>(
        _ body: (inout OutputSpan<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var output = beginAppending()
        let result = try body(&output)
        endAppending(output)
        return result
    }

    // What takes a closure is inlined where it is called, as one that is generic costs some 60 instructions. The stored
    // properties stay out of sight there: an access from another module would be checked for exclusivity at run time.

    @usableFromInline var readable: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(_unsafeStart: base + start, count: end - start)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    @usableFromInline
    @_lifetime(borrow self)
    func beginAppending() -> OutputSpan<UInt8> {
        let output = unsafe OutputSpan(
            buffer: UnsafeMutableBufferPointer(start: base + end, count: capacity - end), initializedCount: 0)
        return unsafe _overrideLifetime(output, borrowing: self)
    }

    @usableFromInline
    func endAppending(_ output: consuming OutputSpan<UInt8>) {
        end += unsafe output.finalize(for: UnsafeMutableBufferPointer(start: base + end, count: capacity - end))
    }

    /// Appends as much of `bytes` as there is room for.
    ///
    /// - Returns: how many bytes were taken.
    public func append(_ bytes: Span<UInt8>) -> Int {
        let taken = min(bytes.count, capacity - end)
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return }
            unsafe memcpy(base + end, from, taken)
        }
        end += taken
        return taken
    }

    /// Appends an ASCII constant, if there is room for all of it.
    ///
    /// - Returns: whether it fitted.
    public func append(_ constant: StaticString) -> Bool {
        let count = constant.utf8CodeUnitCount
        guard count <= capacity - end else { return false }
        unsafe memcpy(base + end, constant.utf8Start, count)
        end += count
        return true
    }

    /// Appends a copy of bytes that it holds, if there is room for all of them.
    ///
    /// - Parameter range: counted from the first readable byte; must lie within the readable bytes.
    /// - Returns: whether they fitted.
    public func append(copyOf range: Range<Int>) -> Bool {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "copying from outside of the readable bytes")
        guard range.count <= capacity - end else { return false }
        unsafe memcpy(base + end, base + start + range.lowerBound, range.count)
        end += range.count
        return true
    }

    /// Appends the readable bytes of another buffer, all of which must fit.
    public func append(contentsOf other: Buffer) {
        let taken = other.withReadable { append($0) }
        precondition(taken == other.count, "the other buffer's bytes do not fit")
    }

    /// Overwrites readable bytes, for a length that is known only after what it counts.
    ///
    /// - Parameters:
    ///   - offset: counted from the first readable byte.
    ///   - bytes: must lie within the readable bytes.
    public func overwrite(at offset: Int, with bytes: Span<UInt8>) {
        precondition(offset >= 0 && offset <= count - bytes.count, "overwriting outside of the readable bytes")
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return }
            unsafe memcpy(base + start + offset, from, source.count)
        }
    }

    /// Puts other bytes in the place of readable ones; what follows them moves.
    ///
    /// - Parameters:
    ///   - range: counted from the first readable byte; must lie within the readable bytes.
    ///   - bytes: of any count.
    /// - Returns: whether there was room; if not, nothing is changed.
    public func replace(_ range: Range<Int>, with bytes: Span<UInt8>) -> Bool {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "replacing outside of the readable bytes")
        guard bytes.count - range.count <= room else { return false }
        let place = start + range.lowerBound
        unsafe memmove(base + place + bytes.count, base + place + range.count, end - place - range.count)
        end += bytes.count - range.count
        overwrite(at: range.lowerBound, with: bytes)
        return true
    }

    /// Forgets the first `count` readable bytes.
    public func consume(_ count: Int) {
        precondition(count >= 0 && count <= end - start, "more consumed than there was to read")
        start += count
        if start == end { removeAll() }
    }

    /// Forgets the last `count` readable bytes.
    public func removeLast(_ count: Int) {
        precondition(count >= 0 && count <= end - start, "more removed than there was to read")
        end -= count
        if start == end { removeAll() }
    }

    /// Marks the slab as lent by its pool.
    func lend() -> Buffer {
        isLent = true
        // What somebody wrote after he gave it back is not the next one's.
        removeAll()
        return self
    }

    /// Forgets what it holds and that it was lent.
    func endLending() {
        // Lent to two connections it would carry one client's bytes to the other.
        precondition(isLent, "a slab is given back once")
        isLent = false
        removeAll()
    }

    /// Puts the slab before another one in the pool's list.
    func setNext(_ buffer: consuming Buffer?) {
        next = buffer
    }

    /// Takes the slab out of the pool's list.
    func takeNext() -> Buffer? {
        next.take()
    }

    /// Forgets all readable bytes.
    public func removeAll() {
        start = 0
        end = 0
    }

    /// Moves the readable bytes to the front, so that all the free memory is room.
    public func compact() {
        guard start > 0 else { return }
        unsafe memmove(base, base + start, end - start)
        end -= start
        start = 0
    }
}
