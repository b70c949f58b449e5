import Bytes

/// Slabs one behind the other, and how far they are read.
struct SlabRun {
    private var slabs: [Buffer] = []
    /// The slab that is read, and how many of its bytes are.
    private var index = 0
    private var offset = 0
    /// Bytes that the slabs could hold.
    private(set) var capacity = 0

    /// Whether there is no slab.
    var isEmpty: Bool { slabs.isEmpty }

    /// The slab that was appended last.
    var last: Buffer? { slabs.last }

    /// The first slab.
    var first: Buffer? { slabs.first }

    /// The slab that is to be read, and which of its bytes; `nil`: all are read.
    var front: (slab: Buffer, range: Range<Int>)? {
        guard index < slabs.count else { return nil }
        let slab = slabs[index]
        if offset < slab.count { return (slab, offset..<slab.count) }
        guard index + 1 < slabs.count else { return nil }
        return (slabs[index + 1], 0..<slabs[index + 1].count)
    }

    /// Appends an empty slab; the ones before it are full.
    mutating func append(_ slab: Buffer) {
        slabs.append(slab)
        capacity += slab.capacity
    }

    /// Puts a full slab before all others, of which none is read.
    mutating func insertFirst(_ slab: Buffer, readTo offset: Int) {
        slabs.insert(slab, at: 0)
        capacity += slab.capacity
        (index, self.offset) = (0, offset)
    }

    /// Takes the first slab out, with how many of its bytes are read.
    mutating func takeFirst() -> (slab: Buffer, readTo: Int) {
        let slab = slabs.removeFirst()
        capacity -= slab.capacity
        let readTo = index > 0 ? slab.count : offset
        if index > 0 { index -= 1 } else { offset = 0 }
        return (slab, readTo)
    }

    /// Goes on behind bytes that are read, all of them of one slab.
    mutating func consume(_ count: Int) {
        guard index < slabs.count else { return }
        if offset == slabs[index].count, index + 1 < slabs.count { (index, offset) = (index + 1, 0) }
        offset += count
    }

    /// Gives back the slabs that are read.
    mutating func dropRead(to stores: Stores) {
        while let slab = slabs.first, index > 0 || offset == slab.count {
            _ = takeFirst()
            stores.giveBack(slab)
        }
    }

    /// Begins again with the first byte.
    mutating func rewind() {
        (index, offset) = (0, 0)
    }

    /// Gives all slabs back.
    mutating func removeAll(to stores: Stores) {
        for slab in slabs { stores.giveBack(slab) }
        slabs.removeAll(keepingCapacity: true)
        (index, offset, capacity) = (0, 0, 0)
    }
}
