import BasicContainers

/// How many exchanges members have under way, side by side, and all of them together.
struct Busyness: ~Copyable, Sendable {
    private var counts: RigidArray<Int>
    private var total = 0
    private let factors: [Int]
    private let factorTotal: Int
    private let all: MemberSet

    /// Knows of none.
    init(_ members: [Member]) {
        counts = RigidArray(repeating: 0, count: members.count)
        factors = members.map(\.specification.loadFactor.hundredths)
        factorTotal = factors.reduce(0, +)
        var all = MemberSet()
        for member in members.indices { all.insert(member) }
        self.all = all
    }

    private init(copying other: borrowing Busyness) {
        counts = other.counts.clone()
        (total, factors, factorTotal, all) = (other.total, other.factors, other.factorTotal, other.all)
    }

    /// The same once more.
    func duplicate() -> Busyness { Busyness(copying: self) }

    /// A member's.
    subscript(member: Int) -> Int { counts[member] }

    /// Takes a member's.
    mutating func set(_ count: Int, of member: Int) {
        total += count - counts[member]
        counts[member] = count
    }

    /// What some have together, and the sum of their factors in hundredths. Looks at those who are left out.
    func sum(of candidates: borrowing Candidates) -> (busy: Int, factors: Int) {
        var rest = all
        rest.subtract(candidates.regulars)
        rest.subtract(candidates.spares)
        var (busy, factorSum) = (total, factorTotal)
        for member in rest {
            busy -= counts[member]
            factorSum -= factors[member]
        }
        return (busy, factorSum)
    }
}
