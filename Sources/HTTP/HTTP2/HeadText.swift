import Bytes

/// The text of a head while it is put together: a slab that becomes a large one when it must.
struct HeadText: ~Copyable {
    private let buffers: BufferPool
    private var slab: Buffer?

    init(buffers: BufferPool) {
        self.buffers = buffers
    }

    /// Lends an empty slab.
    mutating func begin() {
        giveBack()
        slab = buffers.small()
    }

    /// Gives the slab back, if there is one.
    mutating func giveBack() {
        if let slab = slab.take() { buffers.giveBack(slab) }
    }

    /// Whether there is a slab.
    var isLent: Bool { slab != nil }

    /// Bytes so far.
    var count: Int { slab?.count ?? 0 }

    /// Hands what was put together to `body`; nothing without a slab.
    borrowing func withText<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let slab else { return try body(Span()) }
        return try slab.withReadable(body)
    }

    mutating func put(_ bytes: Span<UInt8>) throws(HeadError) {
        _ = try room(for: bytes.count).append(bytes)
    }

    mutating func put(_ constant: StaticString) throws(HeadError) {
        try room(for: constant.utf8CodeUnitCount).append { (output: inout OutputSpan<UInt8>) in
            _ = output.append(copying: constant)
        }
    }

    mutating func put(copyOf range: Range<Int>) throws(HeadError) {
        _ = try room(for: range.count).append(copyOf: range)
    }

    mutating func put(contentsOf other: borrowing HeadText) throws(HeadError) {
        let target = try room(for: other.count)
        other.withText { _ = target.append($0) }
    }

    /// A field line.
    mutating func put(name: Span<UInt8>, value: Span<UInt8>) throws(HeadError) {
        try put(name)
        try put(": ")
        try put(value)
        try put("\r\n")
    }

    /// Overwrites bytes from an offset on.
    mutating func overwrite(at offset: Int, with bytes: Span<UInt8>) {
        slab?.overwrite(at: offset, with: bytes)
    }

    /// The slab, a large one if need be, with that much room.
    private mutating func room(for count: Int) throws(HeadError) -> Buffer {
        guard let slab else { preconditionFailure("a header block has begun") }
        if slab.room >= count { return slab }
        guard slab.capacity < BufferPool.largeBytes, slab.count + count <= BufferPool.largeBytes else {
            throw HeadError(.headTooLarge, at: 0, limit: Limits.headBytesCeiling)
        }
        let larger = buffers.large()
        larger.append(contentsOf: slab)
        buffers.giveBack(slab)
        self.slab = larger
        return larger
    }

    /// Refuses what no field's value may have, whatever protocol brought it (RFC 9110, section 5.5).
    static func check(_ value: Span<UInt8>) throws(HeadError) {
        var offset = value.controlOffset(from: 0)
        while offset < value.count {
            guard value[offset] == 0x09 else { throw FieldTable.controlError(value, at: offset) }
            offset = value.controlOffset(from: offset + 1)
        }
    }
}
