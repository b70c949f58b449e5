import BasicContainers

/// How urgently each member has to work: Apache's `lbstatus`, in hundredths.
///
/// A turn adds the factor of each of its members to its status, and takes their sum from the one that gets the request.
/// The numbers are those of doing just that, one member after the other; but what is kept is each status as it would
/// have been before the first turn, so that a turn changes the winner's alone. Those who take part in elections also
/// take part in the turns of sessions' requests, others in these only: there are two counts of turns. Who takes part
/// seldom changes; who comes or goes is moved over. Methods that go by loads have these compared before the statuses.
/// Nothing is allocated.
struct LoadStatuses: ~Copyable, Sendable {
    /// By member.
    let factors: [Int64]
    /// By member, its status less what was added in the turns that it has taken part in.
    private var anchors: RigidArray<Int64>
    /// By member; 0 where the method goes by requests alone.
    private var loads: RigidArray<Int64>
    /// Who takes part in all turns, and is in a heap.
    private var electable = MemberSet()
    /// Who takes part in the turns of sessions' requests alone.
    private var others = MemberSet()
    /// The sum of the factors of each.
    private var electableTotal: Int64 = 0
    private var othersTotal: Int64 = 0
    /// All turns, and those of sessions' requests.
    private(set) var turns: Int64 = 0
    private var sessionTurns: Int64 = 0
    private(set) var heaps: FactorHeaps
    /// The same by sessions; of nobody where these do not matter.
    private(set) var sessionHeaps: SessionHeaps
    private let goesBySessions: Bool
    /// Who may be elected and whose factors count until somebody fails, recovers or is drained; and whether it is they
    /// who take part now, as far as was looked.
    private var usualCandidates = Candidates()
    private var usualElectorate = MemberSet()
    private var isUsualElection = false
    private var isUsualElectorate = false

    /// Makes a table in which all statuses and loads are 0.
    ///
    /// - Parameters:
    ///   - areRemembered: whether turns count. Else statuses stay 0 whatever is elected.
    ///   - goesBySessions: whether members' sessions matter.
    init(_ members: [Member], areRemembered: Bool = true, goesBySessions: Bool = false) {
        factors = members.map { areRemembered ? Int64($0.specification.loadFactor.hundredths) : 0 }
        anchors = RigidArray(repeating: 0, count: members.count)
        loads = RigidArray(repeating: 0, count: members.count)
        let ranks = members.enumerated().map { index, member in
            // As candidates are looked at: spares behind the others.
            Int32(member.specification.status.contains(.hotSpare) ? index + members.count : index)
        }
        heaps = FactorHeaps(factors, ranks: ranks)
        self.goesBySessions = goesBySessions
        sessionHeaps = SessionHeaps(goesBySessions ? factors : [], ranks: goesBySessions ? ranks : [])
    }

    private init(copying other: borrowing LoadStatuses) {
        factors = other.factors
        anchors = other.anchors.clone()
        loads = other.loads.clone()
        (electable, others) = (other.electable, other.others)
        (electableTotal, othersTotal) = (other.electableTotal, other.othersTotal)
        (turns, sessionTurns) = (other.turns, other.sessionTurns)
        heaps = other.heaps.duplicate()
        goesBySessions = other.goesBySessions
        sessionHeaps = other.sessionHeaps.duplicate()
        (usualCandidates, usualElectorate) = (other.usualCandidates, other.usualElectorate)
    }

    /// The same once more.
    func duplicate() -> LoadStatuses { LoadStatuses(copying: self) }

    /// Goes on where another table of the same members and factors stands that was not used yet.
    mutating func resume(_ earlier: borrowing LoadStatuses) {
        for member in 0..<anchors.count { anchors[member] = earlier[member] }
    }

    /// A member's status.
    @inline(__always)
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

    /// Says who usually takes part from here on.
    mutating func setUsual(_ standing: borrowing Standing) {
        usualCandidates = standing.candidates
        usualElectorate = standing.electorate
        (isUsualElection, isUsualElectorate) = (false, false)
    }

    /// Lets those take part in elections who usually do.
    mutating func admitUsual() {
        guard !isUsualElection else { return }
        admit(usualCandidates)
        isUsualElection = true
    }

    /// Tells a member's load.
    mutating func setLoad(_ load: Int64, of member: Int) {
        guard loads[member] != load else { return }
        loads[member] = load
        if electable.contains(member) { heaps.change(member, load: load, anchor: anchors[member]) }
    }

    /// Tells a member's sessions, and what it has under way as ``setLoad(_:of:)`` does.
    mutating func setSessions(_ count: Int64, busy: Int64, of member: Int) {
        setLoad(busy, of: member)
        let anchor = electable.contains(member) ? anchors[member] : nil
        sessionHeaps.set(count, busy: busy, of: member, anchor: anchor)
    }

    /// The candidate with the smallest load, of equal ones that with the highest status in the next election, and of
    /// these the first.
    ///
    /// Takes a step for each different factor, as do the others.
    @inline(__always)
    func lightest() -> Int {
        lightest { load, _, otherLoad, _ in load - otherLoad }
    }

    /// The same by the loads with one more, each for its member's factor.
    @inline(__always)
    func lightestForFactor() -> Int {
        // Crosswise: a / b < c / d where a * d < c * b.
        lightest { load, factor, otherLoad, otherFactor in (load + 1) * otherFactor - (otherLoad + 1) * factor }
    }

    /// - Parameter difference: of a load and its factor to another load and its factor: below 0 where it is smaller.
    @inline(__always)
    private func lightest(by difference: (Int64, Int64, Int64, Int64) -> Int64) -> Int {
        var best: (heap: Int, entry: FactorHeaps.Entry)?
        for heap in heaps.factors.indices {
            guard let first = heaps.first(of: heap) else { continue }
            guard let other = best else {
                best = (heap, first)
                continue
            }
            let (factor, otherFactor) = (heaps.factors[heap], heaps.factors[other.heap])
            let more = difference(first.load, factor, other.entry.load, otherFactor)
            let (status, highest) = (
                first.anchor + factor * (turns + 1), other.entry.anchor + otherFactor * (turns + 1)
            )
            if more < 0 || more == 0 && (status > highest || status == highest && first.rank < other.entry.rank) {
                best = (heap, first)
            }
        }
        return best.map { Int($0.entry.member) } ?? -1
    }

    /// The candidate with the highest status in the next election, the first of equal ones.
    @inline(__always)
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
        countSession(of: winner)
    }

    /// The same where those take part who usually do.
    mutating func countUsualSession(of winner: Int) {
        if !isUsualElectorate {
            if !usualElectorate.isUnion(of: electable, and: others) { restrict(to: usualElectorate) }
            isUsualElectorate = true
        }
        countSession(of: winner)
    }

    private mutating func countSession(of winner: Int) {
        turns += 1
        sessionTurns += 1
        ease(winner, by: electableTotal + othersTotal)
    }

    private mutating func ease(_ member: Int, by total: Int64) {
        let status = max(self[member] - total, -Limits.loadStatusMax)
        anchors[member] = status - factors[member] * turns(of: member)
        guard electable.contains(member) else { return }
        heaps.change(member, load: loads[member], anchor: anchors[member])
        if goesBySessions { sessionHeaps.change(member, anchor: anchors[member]) }
    }

    // MARK: - Who takes part

    /// The turns that a member has taken part in, as far as its anchor is concerned.
    @inline(__always)
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
        (isUsualElection, isUsualElectorate) = (false, false)
        let status = self[member]
        let factor = factors[member]
        switch old {
        case .electable:
            heaps.remove(member)
            if goesBySessions { sessionHeaps.remove(member) }
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
            heaps.insert(member, load: loads[member], anchor: anchors[member])
            if goesBySessions { sessionHeaps.insert(member, anchor: anchors[member]) }
        case .others:
            others.insert(member)
            othersTotal += factor
            anchors[member] = status - factor * sessionTurns
        case .nobody: anchors[member] = status
        }
    }
}
