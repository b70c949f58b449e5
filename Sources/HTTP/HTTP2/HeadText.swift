import Bytes

/// The text of a head while it is put together field by field: a slab that becomes a large one when it must, and what
/// is wrong with it.
///
/// A class, so that no access to its owner spans the calls: each field would be checked for exclusivity at run time.
final class HeadText {
    private let buffers: BufferPool
    private var slab: Buffer?
    /// Bytes of names and values that were decoded, taken or not, with what HPACK counts for each (RFC 7541, 4.1).
    private var decodedBytes = 0
    /// The first thing that is wrong with the head.
    private(set) var error: HeadError?

    init(buffers: BufferPool) {
        self.buffers = buffers
    }

    /// Lends an empty slab.
    func begin() {
        giveBack()
        slab = buffers.small()
        decodedBytes = 0
        error = nil
    }

    /// Takes a field that was decoded.
    ///
    /// - Parameters:
    ///   - take: puts it into the text; what is wrong with it is kept in ``error``, and nothing is taken from then on.
    /// - Returns: whether the connection may go on; not when more is decoded than any head may have, which a small
    ///   frame can ask for (RFC 7541, section 7.3).
    func add(
        name: Span<UInt8>, value: Span<UInt8>, _ take: (Span<UInt8>, Span<UInt8>) throws(HeadError) -> Void
    ) -> Bool {
        decodedBytes += name.count + value.count + 32
        guard decodedBytes <= Limits.decodedBytesMax else { return false }
        guard error == nil else { return true }
        do throws(HeadError) {
            try Self.check(value)
            try take(name, value)
        } catch {
            refuse(error)
        }
        return true
    }

    /// Remembers what is wrong with the head.
    func refuse(_ error: HeadError) {
        if self.error == nil { self.error = error }
    }

    /// Remembers that a field was refused by nghttp2, for its name or else for its value: a byte that may not be in it,
    /// or white space around it (RFC 9113, section 8.2.1).
    func refuse(name: Span<UInt8>) {
        var isName = name.count > 0
        for offset in name.indices where !name[offset].isToken || name[offset] != name[offset].asciiLowercased {
            isName = false
        }
        refuse(HeadError(isName ? .fieldValueInvalid : .fieldNameInvalid, at: 0))
    }

    /// Gives the slab back, if there is one.
    func giveBack() {
        if let slab = slab.take() { buffers.giveBack(slab) }
    }

    /// Whether there is a slab.
    var isLent: Bool { slab != nil }

    /// Bytes so far.
    var count: Int { slab?.count ?? 0 }

    /// Hands what was put together to `body`; nothing without a slab.
    func withText<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let slab else { return try body(Span()) }
        return try slab.withReadable(body)
    }

    func put(_ bytes: Span<UInt8>) throws(HeadError) {
        _ = try room(for: bytes.count).append(bytes)
    }

    func put(_ constant: StaticString) throws(HeadError) {
        _ = try room(for: constant.utf8CodeUnitCount).append(constant)
    }

    func put(contentsOf other: HeadText) throws(HeadError) {
        let slab = try room(for: other.count)
        other.withText { _ = slab.append($0) }
    }

    /// A field line.
    func put(name: Span<UInt8>, value: Span<UInt8>) throws(HeadError) {
        let slab = try room(for: name.count + value.count + 4)
        _ = slab.append(name)
        _ = slab.append(": ")
        _ = slab.append(value)
        _ = slab.append("\r\n")
    }

    /// Ends a head or trailers, and says how the content is framed that follows a head.
    ///
    /// - Parameter hasLength: whether its length is declared.
    /// - Throws: the first thing that is wrong with the head.
    func finish(_ following: AnswerFollowing, hasLength: Bool) throws(HeadError) {
        if let error { throw error }
        if !hasLength {
            switch following {
            case .nothing: break
            case .content: try put("transfer-encoding: chunked\r\n")
            case .end: try put("content-length: 0\r\n")
            }
        }
        try put("\r\n")
    }

    /// The digits of a status.
    ///
    /// - Parameter status: 0 to 999.
    static func digits(of status: Int) -> InlineArray<3, UInt8> {
        [0x30 + UInt8(status / 100), 0x30 + UInt8(status / 10 % 10), 0x30 + UInt8(status % 10)]
    }

    /// Overwrites bytes from an offset on.
    func overwrite(at offset: Int, with bytes: Span<UInt8>) {
        slab?.overwrite(at: offset, with: bytes)
    }

    /// The slab with so much room in it, for several pieces that are put in one after the other.
    func room(for count: Int) throws(HeadError) -> Buffer {
        guard let slab else { preconditionFailure("a header block has begun") }
        return slab.room >= count ? slab : try grow(slab, by: count)
    }

    /// Puts a large slab in the place of a small one.
    private func grow(_ slab: Buffer, by count: Int) throws(HeadError) -> Buffer {
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
    private static func check(_ value: Span<UInt8>) throws(HeadError) {
        var offset = value.controlOffset(from: 0)
        while offset < value.count {
            guard value[offset] == 0x09 else { throw FieldTable.controlError(value, at: offset) }
            offset = value.controlOffset(from: offset + 1)
        }
    }
}
