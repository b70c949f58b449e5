/// How urgently each member has to work: Apache's `lbstatus`, in hundredths.
///
/// A turn adds the factor of each of its members to its status, and takes their sum from the one that gets the request.
/// The numbers are those of doing just that, one member after the other; but what is kept is each status as it would
/// have been before the first turn, so that a turn changes the winner's alone. Those who take part in elections also
/// take part in the turns of sessions' requests, others in these only: there are two counts of turns. Who takes part
/// seldom changes; who comes or goes is moved over. Nothing is allocated.
struct LoadStatuses: Sendable {
    /// By member.
    let factors: [Int64]
    /// By member, its status less what was added in the turns that it has taken part in.
    private var anchors: [Int64]
    /// Who takes part in all turns, and is in a heap.
    private var electable = MemberSet()
    /// Who takes part in the turns of sessions' requests alone.
    private var others = MemberSet()
    /// The sum of the factors of each.
    private var (electableTotal, othersTotal) = (Int64(0), Int64(0))
    /// All turns, and those of sessions' requests.
    private var (turns, sessionTurns) = (Int64(0), Int64(0))
    private var heaps: FactorHeaps

    /// Makes a table in which all statuses are 0.
    init(_ members: [Member]) {
        factors = members.map { Int64($0.specification.loadFactor.hundredths) }
        anchors = members.map { _ in 0 }
        heaps = FactorHeaps(
            factors,
            ranks: members.enumerated().map { index, member in
                // As candidates are looked at: spares behind the others.
                Int32(member.specification.status.contains(.hotSpare) ? index + members.count : index)
            })
    }

    /// The same, sharing nothing.
    func duplicate() -> LoadStatuses {
        var copy = self
        copy.anchors = anchors.map { $0 }
        copy.heaps = heaps.duplicate()
        return copy
    }

    /// Goes on where another table of the same members and factors stands that was not used yet.
    mutating func resume(_ earlier: borrowing LoadStatuses) {
        for member in anchors.indices { anchors[member] = earlier[member] }
    }

    /// A member's status.
    subscript(member: Int) -> Int64 {
        min(anchors[member] + factors[member] * turns(of: member), Limits.loadStatusMax)
    }

    /// The status by which a candidate of the next election is compared.
    @inline(__always)
    func next(_ member: Int) -> Int64 { anchors[member] + factors[member] * (turns + 1) }

    // MARK: - Turns

    /// Lets these and nobody else take part in elections from here on.
    mutating func admit(_ candidates: borrowing Candidates) {
        if !electable.isUnion(of: candidates.regulars, and: candidates.spares) { exchange(for: candidates) }
    }

    /// The candidate with the highest status in the next election, the first of equal ones.
    ///
    /// Takes a step for each different factor.
    func highest() -> Int {
        var (best, highest, bestRank) = (-1, Int64.min, Int32.max)
        for heap in heaps.factors.indices {
            guard let first = heaps.first(of: heap) else { continue }
            let status = first.anchor + heaps.factors[heap] * (turns + 1)
            if status > highest || status == highest && first.rank < bestRank {
                (best, highest, bestRank) = (Int(first.member), status, first.rank)
            }
        }
        return best
    }

    /// Holds an election that this candidate has won.
    mutating func countElection(of winner: Int) {
        turns += 1
        ease(winner, by: electableTotal)
    }

    /// Counts the request of a session.
    ///
    /// - Parameters:
    ///   - winner: the session's member, one of `electorate`.
    ///   - electorate: who takes part.
    mutating func countSession(of winner: Int, among electorate: borrowing MemberSet) {
        if !electorate.isUnion(of: electable, and: others) { restrict(to: electorate) }
        turns += 1
        sessionTurns += 1
        ease(winner, by: electableTotal + othersTotal)
    }

    private mutating func ease(_ member: Int, by total: Int64) {
        let status = max(self[member] - total, -Limits.loadStatusMax)
        anchors[member] = status - factors[member] * turns(of: member)
        if electable.contains(member) { heaps.change(member, load: 0, anchor: anchors[member]) }
    }

    // MARK: - Who takes part

    /// The turns that a member has taken part in, as far as its anchor is concerned.
    private func turns(of member: Int) -> Int64 {
        electable.contains(member) ? turns : others.contains(member) ? sessionTurns : 0
    }

    private mutating func exchange(for candidates: borrowing Candidates) {
        var gone = electable
        gone.subtract(candidates.regulars)
        gone.subtract(candidates.spares)
        // Who is full takes part in the turns of sessions still; who is not will be found out there.
        for member in gone { move(member, from: .electable, to: .others) }
        var come = candidates.regulars
        come.formUnion(candidates.spares)
        come.subtract(electable)
        for member in come { move(member, from: others.contains(member) ? .others : .nobody, to: .electable) }
    }

    private mutating func restrict(to electorate: borrowing MemberSet) {
        var gone = electable
        gone.subtract(electorate)
        for member in gone { move(member, from: .electable, to: .nobody) }
        gone = others
        gone.subtract(electorate)
        for member in gone { move(member, from: .others, to: .nobody) }
        var come = copy electorate
        come.subtract(electable)
        come.subtract(others)
        for member in come { move(member, from: .nobody, to: .others) }
    }

    private enum Part {
        case electable
        case others
        case nobody
    }

    private mutating func move(_ member: Int, from old: Part, to new: Part) {
        let status = self[member]
        let factor = factors[member]
        switch old {
        case .electable:
            heaps.remove(member)
            electable.remove(member)
            electableTotal -= factor
        case .others:
            others.remove(member)
            othersTotal -= factor
        case .nobody: break
        }
        switch new {
        case .electable:
            electable.insert(member)
            electableTotal += factor
            anchors[member] = status - factor * turns
            heaps.insert(member, load: 0, anchor: anchors[member])
        case .others:
            others.insert(member)
            othersTotal += factor
            anchors[member] = status - factor * sessionTurns
        case .nobody: anchors[member] = status
        }
    }
}
