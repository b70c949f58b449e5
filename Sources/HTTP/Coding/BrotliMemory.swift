import CBrotli

/// The memory of one brotli encoder: blocks that are kept when the library frees them, because it frees everything at
/// the end of a content and asks for the same again at the next.
///
/// Holds at most `bytesMax`, unless that much is in use at once. Safe because a block is handed out once until it comes
/// back, and freed only here.
@safe
final class BrotliMemory {
    /// Safe because its address is that of memory which lives as long as it is listed.
    @safe
    private struct Block {
        let address: UnsafeMutableRawPointer
        let bytes: Int
        var isFree: Bool
    }

    private var blocks: [Block] = []
    private let bytesMax: Int
    /// Bytes of all blocks.
    private(set) var heldBytes = 0
    /// Bytes of the blocks that the library uses, and the most that these ever were.
    private(set) var usedBytes = 0
    private(set) var usedBytesMax = 0
    /// Blocks that were taken from the heap.
    private(set) var allocations = 0

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
        blocks.reserveCapacity(64)
    }

    deinit {
        for index in blocks.indices { unsafe blocks[index].address.deallocate() }
    }

    /// Makes an encoder state that takes its memory here; it must end before this object does.
    func makeState() -> OpaquePointer? {
        unsafe BrotliEncoderCreateInstance(
            { memory, bytes in unsafe BrotliMemory.of(memory).take(bytes) },
            { memory, address in unsafe BrotliMemory.of(memory).giveBack(address) },
            Unmanaged.passUnretained(self).toOpaque())
    }

    private static func of(_ memory: UnsafeMutableRawPointer?) -> BrotliMemory {
        guard let memory = unsafe memory else { preconditionFailure("brotli hands back what it was given") }
        return unsafe Unmanaged<BrotliMemory>.fromOpaque(memory).takeUnretainedValue()
    }

    private func take(_ bytes: Int) -> UnsafeMutableRawPointer {
        var best: Int?
        for index in blocks.indices where blocks[index].isFree && blocks[index].bytes >= bytes {
            // A much larger block is wanted by somebody else.
            if blocks[index].bytes > 2 * bytes + 256 { continue }
            if best == nil || blocks[index].bytes < blocks[best ?? index].bytes { best = index }
        }
        let index = best ?? allocate(bytes)
        blocks[index].isFree = false
        usedBytes += blocks[index].bytes
        usedBytesMax = max(usedBytesMax, usedBytes)
        return unsafe blocks[index].address
    }

    private func allocate(_ bytes: Int) -> Int {
        if heldBytes + bytes > bytesMax { freeUnused() }
        unsafe blocks.append(
            Block(address: .allocate(byteCount: bytes, alignment: 16), bytes: bytes, isFree: true))
        heldBytes += bytes
        allocations += 1
        return blocks.count - 1
    }

    private func freeUnused() {
        for index in blocks.indices where blocks[index].isFree {
            heldBytes -= blocks[index].bytes
            unsafe blocks[index].address.deallocate()
        }
        blocks.removeAll { $0.isFree }
    }

    private func giveBack(_ address: UnsafeMutableRawPointer?) {
        guard let address = unsafe address else { return }
        guard let index = blocks.firstIndex(where: { unsafe $0.address == address }) else {
            preconditionFailure("brotli frees what it was given")
        }
        blocks[index].isFree = true
        usedBytes -= blocks[index].bytes
    }
}
