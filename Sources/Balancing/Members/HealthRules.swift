/// What a balancer makes of its members' health.
public struct HealthRules: Sendable, Hashable {
    /// The share of its members, in per cent, below which those that can be used may not fall: what checks and
    /// ejections say is not obeyed then. 0: however few there are.
    public var panicPercent: Int
    /// Whether what they say is not obeyed either where nobody can be used.
    public var servesAnyway: Bool
    /// How long a member that was down has fewer new sessions than its share, in milliseconds; 0: not at all.
    public var slowStartMilliseconds: Int64
    /// When members are ejected (``OutlierWatch``); `nil`: never.
    public var ejection: EjectionRules?

    /// Makes rules; those that hold where nothing is declared if nothing else is said.
    public init(
        panicPercent: Int = 0, servesAnyway: Bool = false, slowStartMilliseconds: Int64 = 0,
        ejection: EjectionRules? = nil
    ) {
        self.panicPercent = panicPercent
        self.servesAnyway = servesAnyway
        self.slowStartMilliseconds = slowStartMilliseconds
        self.ejection = ejection
    }

    /// Whether to leave unheeded what checks and ejections say.
    ///
    /// - Parameters:
    ///   - usable: how many members can be used by all that is known.
    ///   - count: how many there are.
    func ignoresVerdicts(usable: Int, of count: Int) -> Bool {
        usable * 100 < panicPercent * count || servesAnyway && usable == 0
    }

    /// Whether a member starts slowly still.
    ///
    /// - Parameters:
    ///   - since: when it was up again, in milliseconds of the monotonic clock.
    ///   - now: milliseconds of the monotonic clock; workers' differ, so that it may be the earlier one.
    func isStarting(since: Int64, now: Int64) -> Bool {
        slowStartMilliseconds > 0 && now - since < slowStartMilliseconds
    }

    /// The share of new sessions that a member gets, in per cent of what its load factor says, as far as it has been
    /// down.
    ///
    /// - Parameters:
    ///   - since: when it was up again, in milliseconds of the monotonic clock.
    ///   - now: milliseconds of the monotonic clock.
    func slowStartPercent(since: Int64, now: Int64) -> Int {
        guard isStarting(since: since, now: now) else { return 100 }
        return max(1, Int(max(0, now - since) * 100 / slowStartMilliseconds))
    }
}
