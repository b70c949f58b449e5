import BasicContainers

/// Members in heaps, one for each load factor: the statuses of all in one heap grow by the same in each turn, so that
/// who of them comes first changes only with what happens to one of them.
///
/// A change takes as many steps as the number of members of the factor has bits. Nothing is allocated.
struct FactorHeaps: ~Copyable, Sendable {
    /// What a member is compared by.
    struct Entry: Sendable {
        /// The smaller one comes first.
        var load: Int64
        /// Its status before the first turn; of equal loads the greater one comes first.
        var anchor: Int64
        /// Of equal ones the lower one comes first; no two have the same.
        let rank: Int32
        let member: Int32

        fileprivate func isBefore(_ other: Entry) -> Bool {
            if load != other.load { return load < other.load }
            if anchor != other.anchor { return anchor > other.anchor }
            return rank < other.rank
        }
    }

    /// The factor of each heap.
    let factors: [Int64]
    /// Where the heaps begin in `entries`, each with room for all members of its factor.
    private let starts: [Int]
    /// By member, its heap.
    private let heaps: [UInt16]
    /// By member.
    private let ranks: [Int32]
    /// How many members are in each heap.
    private var counts: RigidArray<Int>
    /// By member, where it is among `entries`; -1: nowhere.
    private var places: RigidArray<Int>
    private var entries: RigidArray<Entry>

    /// - Parameters:
    ///   - memberFactors: by member.
    ///   - ranks: by member, of all different ones.
    init(_ memberFactors: [Int64], ranks: [Int32]) {
        let factors = Set(memberFactors).sorted()
        self.factors = factors
        self.ranks = ranks
        heaps = memberFactors.map { factor in UInt16(factors.firstIndex(of: factor) ?? 0) }
        var (starts, end) = ([Int](), 0)
        for factor in factors {
            starts.append(end)
            end += memberFactors.count { $0 == factor }
        }
        self.starts = starts
        counts = RigidArray(repeating: 0, count: factors.count)
        places = RigidArray(repeating: -1, count: memberFactors.count)
        entries = RigidArray(
            repeating: Entry(load: 0, anchor: 0, rank: 0, member: -1), count: memberFactors.count)
    }

    private init(copying other: borrowing FactorHeaps) {
        (factors, starts, heaps, ranks) = (other.factors, other.starts, other.heaps, other.ranks)
        counts = other.counts.clone()
        places = other.places.clone()
        entries = other.entries.clone()
    }

    /// The same once more.
    func duplicate() -> FactorHeaps { FactorHeaps(copying: self) }

    /// The first member of a heap; `nil`: the heap is empty.
    @inline(__always)
    func first(of heap: Int) -> Entry? {
        counts[heap] > 0 ? entries[starts[heap]] : nil
    }

    /// Adds a member that is in no heap.
    mutating func insert(_ member: Int, load: Int64, anchor: Int64) {
        let heap = Int(heaps[member])
        let place = counts[heap]
        counts[heap] += 1
        rise(Entry(load: load, anchor: anchor, rank: ranks[member], member: Int32(member)), in: heap, from: place)
    }

    /// Removes a member that is in a heap.
    mutating func remove(_ member: Int) {
        let heap = Int(heaps[member])
        let place = places[member] - starts[heap]
        counts[heap] -= 1
        places[member] = -1
        let last = entries[starts[heap] + counts[heap]]
        if last.member != member { settle(last, in: heap, from: place) }
    }

    /// Changes what a member is compared by that is in a heap.
    mutating func change(_ member: Int, load: Int64, anchor: Int64) {
        let heap = Int(heaps[member])
        let entry = Entry(load: load, anchor: anchor, rank: ranks[member], member: Int32(member))
        settle(entry, in: heap, from: places[member] - starts[heap])
    }

    /// Puts an entry into a place that is free, or nearer to the end or the beginning, and moves others there.
    private mutating func settle(_ entry: Entry, in heap: Int, from place: Int) {
        let parent = starts[heap] + (place - 1) / 2
        if place > 0, entry.isBefore(entries[parent]) {
            rise(entry, in: heap, from: place)
        } else {
            sink(entry, in: heap, from: place)
        }
    }

    private mutating func rise(_ entry: Entry, in heap: Int, from place: Int) {
        let start = starts[heap]
        var place = place
        while place > 0 {
            let parent = entries[start + (place - 1) / 2]
            guard entry.isBefore(parent) else { break }
            entries[start + place] = parent
            places[Int(parent.member)] = start + place
            place = (place - 1) / 2
        }
        entries[start + place] = entry
        places[Int(entry.member)] = start + place
    }

    private mutating func sink(_ entry: Entry, in heap: Int, from place: Int) {
        let (start, count) = (starts[heap], counts[heap])
        var place = place
        while true {
            var child = 2 * place + 1
            guard child < count else { break }
            if child + 1 < count, entries[start + child + 1].isBefore(entries[start + child]) { child += 1 }
            let next = entries[start + child]
            guard next.isBefore(entry) else { break }
            entries[start + place] = next
            places[Int(next.member)] = start + place
            place = child
        }
        entries[start + place] = entry
        places[Int(entry.member)] = start + place
    }
}
