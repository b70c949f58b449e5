import BasicContainers

/// The candidates by their sessions, beside what ``LoadStatuses`` has of them by what is under way.
struct SessionHeaps: ~Copyable, Sendable {
    /// By sessions alone.
    private var sessions: FactorHeaps
    /// By sessions and what is under way together.
    private var sums: FactorHeaps
    private var sessionCounts: RigidArray<Int64>
    private var sumCounts: RigidArray<Int64>

    /// Has nobody.
    ///
    /// - Parameters:
    ///   - factors: by member.
    ///   - ranks: by member, of all different ones.
    init(_ factors: [Int64], ranks: [Int32]) {
        sessions = FactorHeaps(factors, ranks: ranks)
        sums = FactorHeaps(factors, ranks: ranks)
        sessionCounts = RigidArray(repeating: 0, count: factors.count)
        sumCounts = RigidArray(repeating: 0, count: factors.count)
    }

    private init(copying other: borrowing SessionHeaps) {
        sessions = other.sessions.duplicate()
        sums = other.sums.duplicate()
        sessionCounts = other.sessionCounts.clone()
        sumCounts = other.sumCounts.clone()
    }

    /// The same once more.
    func duplicate() -> SessionHeaps { SessionHeaps(copying: self) }

    /// Takes in somebody who may be elected from here on.
    mutating func insert(_ member: Int, anchor: Int64) {
        sessions.insert(member, load: sessionCounts[member], anchor: 0)
        sums.insert(member, load: sumCounts[member], anchor: anchor)
    }

    /// Lets somebody go who may not be elected any more.
    mutating func remove(_ member: Int) {
        sessions.remove(member)
        sums.remove(member)
    }

    /// Takes a candidate's other anchor.
    mutating func change(_ member: Int, anchor: Int64) {
        sums.change(member, load: sumCounts[member], anchor: anchor)
    }

    /// Takes what a member has.
    ///
    /// - Parameter anchor: a candidate's; `nil`: it is none.
    mutating func set(_ count: Int64, busy: Int64, of member: Int, anchor: Int64?) {
        let isChange = sessionCounts[member] != count
        (sessionCounts[member], sumCounts[member]) = (count, count + busy)
        guard let anchor else { return }
        if isChange { sessions.change(member, load: count, anchor: 0) }
        sums.change(member, load: count + busy, anchor: anchor)
    }

    /// The sessions of the candidate that has the fewest for its factor, and the factor; the first of equal ones.
    var fewest: (sessions: Int64, factor: Int64) {
        var found = (sessions: Int64.max, factor: Int64(1), rank: Int32.max)
        for heap in sessions.factors.indices {
            guard let first = sessions.first(of: heap) else { continue }
            let (factor, isFirst) = (sessions.factors[heap], found.sessions == .max)
            let difference = isFirst ? -1 : first.load * found.factor - found.sessions * factor
            if difference < 0 || difference == 0 && first.rank < found.rank {
                found = (first.load, factor, first.rank)
            }
        }
        return (found.sessions, found.factor)
    }

    /// The candidate of a factor with the smallest sum.
    func firstBySum(of heap: Int) -> FactorHeaps.Entry? { sums.first(of: heap) }
}
