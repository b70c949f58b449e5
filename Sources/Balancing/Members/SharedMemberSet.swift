import Synchronization

/// A set of members that all workers read and some change, each of its words for itself.
///
/// Who reads while it is changed may find some words as they were and others as they are.
struct SharedMemberSet: ~Copyable, Sendable {
    private let words: InlineArray<16, Atomic<UInt64>>
    /// A bit for each word that may not be 0.
    private let filled = Atomic<Int>(0)

    /// Makes an empty set.
    init() {
        words = InlineArray { _ in Atomic(0) }
    }

    /// Whether no member is in the set.
    var isEmpty: Bool { filled.load(ordering: .relaxed) == 0 }

    /// Whether a member is in the set.
    @inline(__always)
    func contains(_ member: Int) -> Bool { words[member >> 6].load(ordering: .relaxed) & (1 << (member & 63)) != 0 }

    /// The set as it is now.
    func load() -> MemberSet {
        var set = MemberSet()
        var left = filled.load(ordering: .relaxed)
        while left != 0 {
            let index = left.trailingZeroBitCount
            set.setWord(index, words[index].load(ordering: .relaxed))
            left &= left - 1
        }
        return set
    }

    /// Puts another set in its place; one thread at a time.
    func store(_ set: borrowing MemberSet) {
        for index in 0..<16 { words[index].store(set.word(index), ordering: .relaxed) }
        filled.store(set.filledWords, ordering: .relaxed)
    }

    /// Adds a member; one thread at a time.
    func insert(_ member: Int) {
        let index = member >> 6
        let word = words[index].load(ordering: .relaxed)
        words[index].store(word | 1 << (member & 63), ordering: .relaxed)
        filled.store(filled.load(ordering: .relaxed) | 1 << index, ordering: .relaxed)
    }

    /// Removes a member; one thread at a time.
    func remove(_ member: Int) {
        let index = member >> 6
        let word = words[index].load(ordering: .relaxed) & ~(1 << (member & 63))
        words[index].store(word, ordering: .relaxed)
        if word == 0 { filled.store(filled.load(ordering: .relaxed) & ~(1 << index), ordering: .relaxed) }
    }
}
