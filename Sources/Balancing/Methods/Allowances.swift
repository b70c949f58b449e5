import BasicContainers

/// How many new sessions members may have by now whose share is smaller than others'.
///
/// Methods know load factors that do not change. So whoever is to get less is left out of elections until its part of a
/// session has grown to a whole one: whatever the method would give it, it gets no more than its share. Nothing is
/// allocated.
struct Allowances: ~Copyable, Sendable {
    /// Sessions that are kept for a member at most, while the method elects others.
    private static let creditMax = 2.0

    /// By member, in sessions.
    private var credits: RigidArray<Double>

    /// - Parameter count: of the balancer's members.
    init(count: Int) {
        credits = RigidArray(repeating: 0, count: count)
    }

    private init(copying other: borrowing Allowances) {
        credits = other.credits.clone()
    }

    /// The same once more.
    func duplicate() -> Allowances { Allowances(copying: self) }

    /// Finds who may take part in an election. Those of the greatest share always do, and who is alone.
    ///
    /// - Parameters:
    ///   - factors: by member.
    ///   - share: a member's, in per cent of its factor.
    mutating func admit(_ candidates: Candidates, factors: [Int64], share: (Int) -> Int) -> Candidates {
        var (greatest, total) = (0, 0.0)
        var position = candidates.begin
        while let member = candidates.next(&position) {
            let percent = share(member)
            greatest = max(greatest, percent)
            total += Double(factors[member]) * Double(percent)
        }
        guard total > 0 else { return candidates }
        var admitted = candidates
        position = candidates.begin
        while let member = candidates.next(&position) {
            let percent = share(member)
            guard percent < greatest else { continue }
            let credit = credits[member] + Double(factors[member]) * Double(percent) / total
            credits[member] = min(credit, Self.creditMax)
            if credit < 1 { admitted.remove(member) }
        }
        return admitted
    }

    /// A candidate has won.
    mutating func spend(_ member: Int) {
        credits[member] = max(0, credits[member] - 1)
    }
}
