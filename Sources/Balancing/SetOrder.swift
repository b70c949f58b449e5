/// A balancer's members by their sets (`lbset`), and who of a set may be elected.
struct SetOrder: Sendable {
    /// Members, those of the lowest set first, in each set by index.
    private let members: [Int]
    /// Where each set ends in `members`.
    private let ends: [Int]
    /// By member.
    private let statuses: [MemberStatus]

    /// Orders members.
    init(_ specifications: [MemberSpecification]) {
        let ordered = specifications.indices.sorted {
            (specifications[$0].set, $0) < (specifications[$1].set, $1)
        }
        members = ordered
        ends = ordered.indices.filter { position in
            position + 1 == ordered.count
                || specifications[ordered[position]].set != specifications[ordered[position + 1]].set
        }.map { $0 + 1 }
        statuses = specifications.map(\.status)
    }

    /// Finds those who may be elected: of the lowest set in which there are any.
    ///
    /// In a set, as many of its usable spares stand in as regular members cannot be used or are draining, the first
    /// ones first; standbys are elected when there is nobody else of the set.
    ///
    /// - Parameters:
    ///   - usable: who can be given a request.
    ///   - drained: who is draining.
    func candidates(_ usable: borrowing MemberSet, drained: borrowing MemberSet) -> Candidates {
        var start = 0
        for end in ends {
            var candidates = Candidates()
            var standbys = MemberSet()
            var vacancies = 0
            for position in start..<end {
                let member = members[position]
                let status = statuses[member]
                let isDrained = drained.contains(member)
                let isUsable = usable.contains(member) && !isDrained
                if !status.isReserve {
                    if isUsable { candidates.regulars.insert(member) } else { vacancies += 1 }
                } else if isUsable, !status.contains(.hotSpare) {
                    standbys.insert(member)
                }
            }
            for position in start..<end where vacancies > 0 {
                let member = members[position]
                guard statuses[member].contains(.hotSpare), !drained.contains(member), usable.contains(member)
                else { continue }
                candidates.spares.insert(member)
                vacancies -= 1
            }
            if candidates.isEmpty { candidates.regulars = standbys }
            if !candidates.isEmpty { return candidates }
            start = end
        }
        return Candidates()
    }
}
