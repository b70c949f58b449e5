/// What the readings of a path may have made of it up to some byte: for each place of a ``PathTree``, how many segments
/// that lead nowhere may stand on it, and what may become of the segment that is being read.
///
/// A set of heights is a word: bit n for n segments, the highest bit for 63 and more.
struct PathStacks {
    /// Places that readings may be at, at the same time. Whose path needs more is up to no good.
    static let capacity = 8

    /// A place and the heights above it.
    struct Stack {
        /// The place's index.
        var place = 0
        /// Where the segment that is being read holds nothing that can be read in several ways.
        var plain: UInt64 = 0
        /// Where it holds such a thing, taken for a character like others.
        var mixed: UInt64 = 0
        /// Where it has been put down already, and its parameters are passed over.
        var passed: UInt64 = 0
    }

    /// How many there are.
    private(set) var count = 0
    /// Whether there was no room for one.
    private(set) var isFull = false
    private var stacks = InlineArray<8, Stack>(repeating: Stack())

    subscript(index: Int) -> Stack { stacks[index] }

    /// Adds heights above a place.
    mutating func add(_ place: Int, plain: UInt64 = 0, mixed: UInt64 = 0, passed: UInt64 = 0) {
        guard plain | mixed | passed != 0 else { return }
        var index = 0
        while index < count, stacks[index].place != place { index += 1 }
        guard index < Self.capacity else { return isFull = true }
        if index == count {
            count += 1
            stacks[index] = Stack(place: place)
        }
        stacks[index].plain |= plain
        stacks[index].mixed |= mixed
        stacks[index].passed |= passed
    }
}

extension UInt64 {
    /// The height at which a place itself is reached.
    static let ground: UInt64 = 1
    private static let top: UInt64 = 1 << 63

    /// The heights with one segment more.
    var raised: UInt64 { self << 1 | self & Self.top }
    /// The heights above the ground, with one segment less.
    var lowered: UInt64 { (self & ~Self.ground) >> 1 | self & Self.top }
}
