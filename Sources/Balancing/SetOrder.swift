/// A balancer's members by their sets (`lbset`), and who of a set may be elected.
struct SetOrder: Sendable {
    /// The members of one set, by what they are for.
    private struct Group: Sendable {
        var regulars = MemberSet()
        var spares = MemberSet()
        var standbys = MemberSet()
        var regularCount = 0
    }

    /// The lowest set first.
    private let groups: [Group]

    /// Orders members.
    init(_ specifications: [MemberSpecification]) {
        groups = Set(specifications.map(\.set)).sorted().map { set in
            var group = Group()
            for (member, specification) in specifications.enumerated() where specification.set == set {
                if !specification.status.isReserve {
                    group.regulars.insert(member)
                    group.regularCount += 1
                } else if specification.status.contains(.hotSpare) {
                    group.spares.insert(member)
                } else {
                    group.standbys.insert(member)
                }
            }
            return group
        }
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
        for index in groups.indices {
            var candidates = Candidates()
            candidates.regulars = groups[index].regulars
            candidates.regulars.keep(usable, but: drained)
            let vacancies = groups[index].regularCount - candidates.regulars.count
            if vacancies > 0, !groups[index].spares.isEmpty {
                candidates.spares = groups[index].spares
                candidates.spares.keep(usable, but: drained)
                candidates.spares.keepFirst(vacancies)
            }
            if candidates.isEmpty {
                candidates.regulars = groups[index].standbys
                candidates.regulars.keep(usable, but: drained)
            }
            if !candidates.isEmpty { return candidates }
        }
        return Candidates()
    }
}

extension MemberSet {
    /// Keeps those who are in one set and not in another.
    fileprivate mutating func keep(_ others: borrowing MemberSet, but rest: borrowing MemberSet) {
        formIntersection(others)
        subtract(rest)
    }
}
