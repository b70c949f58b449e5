/// The better one of two that are drawn at random (Mitzenmacher, 2001), by what their answers take and how many are
/// under way.
///
/// That is as good as the best of all when there are many members, and no herd follows: two workers that decide at the
/// same moment draw different members. What a member costs is its latency's peak-sensitive average times the exchanges
/// under way with one more, for its factor.
extension Election {
    func electOfTwo(
        among candidates: borrowing Candidates, of members: [Member], now: Int64, random: () -> UInt64
    ) -> Int {
        let count = candidates.count
        let first = Self.draw(count, random)
        guard count > 1 else { return candidates[first] }
        var second = Self.draw(count - 1, random)
        if second >= first { second += 1 }
        let (one, other) = (candidates[first], candidates[second])
        return cost(of: other, members, now) < cost(of: one, members, now) ? other : one
    }

    private func cost(of member: Int, _ members: [Member], _ now: Int64) -> Double {
        let state = members[member].state
        let busy = Double(state.inFlightCount)
        let latency = state.latency.value(now: now)
        // Of whom nothing is known, one at a time is tried.
        let known = latency > 0 ? latency * (busy + 1) : busy * Latency.unknownMicros
        return known / Double(statuses.factors[member])
    }

    /// A number below `count`, each as likely as the others but for one in 2^64 / count.
    private static func draw(_ count: Int, _ random: () -> UInt64) -> Int {
        Int(random().multipliedFullWidth(by: UInt64(count)).high)
    }
}
