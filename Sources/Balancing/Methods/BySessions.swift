/// The member that would have the fewest sessions for its factor with one more, and of equal ones the one whose share
/// of requests is most due.
///
/// Exchanges under way count as well: a new session is not seen before its first answer, and a burst of them must not
/// fall to one member. Of its sessions, those count that a member has more than whoever has the fewest for its factor,
/// as ``Limits/sessionsWeightMax`` exchanges of that one at most: a member of which too much was counted is not spared
/// while the others are busy.
extension LoadStatuses {
    /// Takes a step for each different factor.
    ///
    /// The load of a member is the smaller one of two numbers: its sessions, less the fewest, with what is under way,
    /// and the bound of the sessions with what is under way. So the smallest load is the smaller one of the smallest
    /// of either, and nobody has to be known on which side of the bound he is.
    func lightestBySessions() -> Int {
        let fewest = sessionHeaps.fewest
        var best: Contender?
        for heap in heaps.factors.indices {
            guard let idlest = heaps.first(of: heap), let lowest = sessionHeaps.firstBySum(of: heap) else { continue }
            // All in parts of an exchange, as many as the factor of whoever has the fewest sessions.
            let factor = heaps.factors[heap]
            let bounded = (idlest.load + 1) * fewest.factor + Limits.sessionsWeightMax * factor
            let unbounded = (lowest.load + 1) * fewest.factor - fewest.sessions * factor
            consider(Contender(entry: idlest, factor: factor, load: bounded), &best)
            // A greater one is nobody's load, and may be too great to compare.
            if unbounded <= bounded { consider(Contender(entry: lowest, factor: factor, load: unbounded), &best) }
        }
        return best.map { Int($0.entry.member) } ?? -1
    }

    private struct Contender {
        let entry: FactorHeaps.Entry
        let factor: Int64
        let load: Int64
    }

    @inline(__always)
    private func consider(_ one: Contender, _ best: inout Contender?) {
        guard let other = best else { return best = one }
        // Crosswise: a / b < c / d where a * d < c * b.
        let difference = one.load * other.factor - other.load * one.factor
        guard difference <= 0 else { return }
        let (status, highest) = (status(one), status(other))
        if difference < 0 || status > highest || status == highest && one.entry.rank < other.entry.rank { best = one }
    }

    private func status(_ one: Contender) -> Int64 { one.entry.anchor + one.factor * (turns + 1) }
}
