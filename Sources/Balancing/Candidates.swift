/// The members among whom a method elects, in the order in which it looks at them: the regular ones, and then the
/// spares that stand in for some.
struct Candidates: Sendable {
    /// Those who are used as long as they can be.
    var regulars = MemberSet()
    /// Those who stand in.
    var spares = MemberSet()

    /// Whether there is nobody.
    var isEmpty: Bool { regulars.isEmpty && spares.isEmpty }

    /// How many there are.
    var count: Int { regulars.count + spares.count }

    /// Tells whether a member is one of them.
    func contains(_ member: Int) -> Bool { regulars.contains(member) || spares.contains(member) }

    /// Whether all of them are among others, in the same part.
    func isSubset(of others: borrowing Candidates) -> Bool {
        guard regulars.isSubset(of: others.regulars) else { return false }
        return spares.isSubset(of: others.spares)
    }

    /// The one at a place of the order.
    ///
    /// - Parameter place: `0 ..< count`.
    subscript(place: Int) -> Int {
        let count = regulars.count
        return place < count ? regulars.member(at: place) : spares.member(at: place - count)
    }

    /// How far a method has looked.
    struct Position {
        fileprivate var member = 0
        fileprivate var isAtSpares = false
    }

    /// Where to begin.
    var begin: Position { Position() }

    /// The next one; `nil` at the end.
    @inline(__always)
    borrowing func next(_ position: inout Position) -> Int? {
        if !position.isAtSpares {
            if let member = regulars.first(from: position.member) {
                position.member = member + 1
                return member
            }
            position = Position(member: 0, isAtSpares: true)
        }
        guard let member = spares.first(from: position.member) else { return nil }
        position.member = member + 1
        return member
    }

    /// Removes a member, if it is one of them.
    mutating func remove(_ member: Int) {
        regulars.remove(member)
        spares.remove(member)
    }
}
