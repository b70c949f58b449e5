/// A set of members of one balancer, by index.
///
/// A value of fixed size (136 bytes).
public struct MemberSet: Sendable {
    private var words: InlineArray<16, UInt64>
    /// A bit for each word that is not 0: looking for the next member takes as long with 1,024 as with two.
    private var filled = 0

    /// Makes an empty set.
    public init() {
        words = InlineArray(repeating: 0)
    }

    /// Whether no member is in the set.
    @inline(__always)
    public var isEmpty: Bool { filled == 0 }

    /// How many members are in the set.
    public var count: Int {
        var count = 0
        var left = filled
        while left != 0 {
            count += words[left.trailingZeroBitCount].nonzeroBitCount
            left &= left - 1
        }
        return count
    }

    /// Tells whether a member is in the set.
    ///
    /// - Parameter member: `0 ..< Limits.membersMax`.
    @inline(__always)
    public func contains(_ member: Int) -> Bool {
        words[member >> 6] & (1 << (member & 63)) != 0
    }

    /// Adds a member.
    ///
    /// - Parameter member: `0 ..< Limits.membersMax`.
    @inline(__always)
    public mutating func insert(_ member: Int) {
        words[member >> 6] |= 1 << (member & 63)
        filled |= 1 << (member >> 6)
    }

    /// Removes a member.
    ///
    /// - Parameter member: `0 ..< Limits.membersMax`.
    @inline(__always)
    public mutating func remove(_ member: Int) {
        words[member >> 6] &= ~(1 << (member & 63))
        if words[member >> 6] == 0 { filled &= ~(1 << (member >> 6)) }
    }

    /// Removes the members of another set.
    mutating func subtract(_ other: borrowing MemberSet) {
        var left = filled & other.filled
        while left != 0 {
            let index = left.trailingZeroBitCount
            setWord(index, words[index] & ~other.words[index])
            left &= left - 1
        }
    }

    /// Adds the members of another set.
    mutating func formUnion(_ other: borrowing MemberSet) {
        var left = other.filled
        while left != 0 {
            let index = left.trailingZeroBitCount
            setWord(index, words[index] | other.words[index])
            left &= left - 1
        }
    }

    /// Removes the members that are not in another set.
    mutating func formIntersection(_ other: borrowing MemberSet) {
        var left = filled
        while left != 0 {
            let index = left.trailingZeroBitCount
            setWord(index, words[index] & other.words[index])
            left &= left - 1
        }
    }

    /// Whether all members of the set are in another one.
    @inline(__always)
    func isSubset(of other: borrowing MemberSet) -> Bool {
        guard filled & ~other.filled == 0 else { return false }
        var left = filled
        while left != 0 {
            let index = left.trailingZeroBitCount
            if words[index] & ~other.words[index] != 0 { return false }
            left &= left - 1
        }
        return true
    }

    /// Whether the members of the set are those of two others.
    @inline(__always)
    func isUnion(of one: borrowing MemberSet, and other: borrowing MemberSet) -> Bool {
        guard filled == one.filled | other.filled else { return false }
        var left = filled
        while left != 0 {
            let index = left.trailingZeroBitCount
            if words[index] != one.words[index] | other.words[index] { return false }
            left &= left - 1
        }
        return true
    }

    /// Removes all members but the lowest ones.
    ///
    /// - Parameter count: how many are left at most, 0 or more.
    mutating func keepFirst(_ count: Int) {
        var room = count
        var left = filled
        while left != 0 {
            let index = left.trailingZeroBitCount
            while words[index].nonzeroBitCount > room {
                setWord(index, words[index] & ~(1 << (63 - words[index].leadingZeroBitCount)))
            }
            room -= words[index].nonzeroBitCount
            left &= left - 1
        }
    }

    /// The member at a place, counted from the lowest.
    ///
    /// - Parameter place: `0 ..< count`.
    func member(at place: Int) -> Int {
        var place = place
        var left = filled
        while left != 0 {
            let index = left.trailingZeroBitCount
            var word = words[index]
            if place < word.nonzeroBitCount {
                for _ in 0..<place { word &= word - 1 }
                return index << 6 + word.trailingZeroBitCount
            }
            place -= word.nonzeroBitCount
            left &= left - 1
        }
        preconditionFailure("there are not so many members")
    }

    /// A bit for each word that is not 0.
    var filledWords: Int { filled }

    /// 64 of the members, a bit each.
    func word(_ index: Int) -> UInt64 { words[index] }

    /// Puts others in the place of 64 members.
    mutating func setWord(_ index: Int, _ word: UInt64) {
        words[index] = word
        if word == 0 { filled &= ~(1 << index) } else { filled |= 1 << index }
    }

    /// Finds the next member of the set.
    ///
    /// - Parameter member: where to begin, 0 or more.
    /// - Returns: the lowest member that is not below `member`, or `nil`.
    @inline(__always)
    public func first(from member: Int) -> Int? {
        // Inlined because, called on a field of another value, it would be given a copy of all of it.
        let index = member >> 6
        guard index < words.count else { return nil }
        let word = words[index] & (.max << (member & 63))
        if word != 0 { return index << 6 + word.trailingZeroBitCount }
        let later = filled & (.max << (index + 1))
        guard later != 0 else { return nil }
        let next = later.trailingZeroBitCount
        return next << 6 + words[next].trailingZeroBitCount
    }
}

extension MemberSet: Sequence {
    /// Gives the members as they were when it was made, the lowest first.
    public struct Iterator: IteratorProtocol {
        private let words: InlineArray<16, UInt64>
        private var filled: Int
        private var index = 0
        /// The members of the word at `index` that are left.
        private var word: UInt64 = 0

        fileprivate init(_ set: MemberSet) {
            words = set.words
            filled = set.filled
        }

        /// The next member; `nil` at the end.
        @inline(__always)
        public mutating func next() -> Int? {
            if word == 0 {
                guard filled != 0 else { return nil }
                index = filled.trailingZeroBitCount
                word = words[index]
                filled &= filled - 1
            }
            let member = index << 6 + word.trailingZeroBitCount
            word &= word - 1
            return member
        }
    }

    /// Where a look at the members begins.
    public func makeIterator() -> Iterator { Iterator(self) }
}
