/// A set of members of one balancer, by index.
///
/// A value of fixed size (128 bytes).
public struct MemberSet: Sendable {
    private var words: InlineArray<16, UInt64>

    /// Makes an empty set.
    public init() {
        words = InlineArray(repeating: 0)
    }

    /// Whether no member is in the set.
    public var isEmpty: Bool {
        for index in words.indices where words[index] != 0 { return false }
        return true
    }

    /// How many members are in the set.
    public var count: Int {
        var count = 0
        for index in words.indices { count += words[index].nonzeroBitCount }
        return count
    }

    /// Tells whether a member is in the set.
    ///
    /// - Parameter member: `0 ..< Limits.membersMax`.
    public func contains(_ member: Int) -> Bool {
        words[member >> 6] & (1 << (member & 63)) != 0
    }

    /// Adds a member.
    ///
    /// - Parameter member: `0 ..< Limits.membersMax`.
    public mutating func insert(_ member: Int) {
        words[member >> 6] |= 1 << (member & 63)
    }

    /// Finds the next member of the set.
    ///
    /// - Parameter member: where to begin, 0 or more.
    /// - Returns: the lowest member that is not below `member`, or `nil`.
    public func first(from member: Int) -> Int? {
        var index = member >> 6
        guard index < words.count else { return nil }
        var word = words[index] & (.max << (member & 63))
        while word == 0 {
            index += 1
            guard index < words.count else { return nil }
            word = words[index]
        }
        return index << 6 + word.trailingZeroBitCount
    }
}
