/// A balancer's election: its method, and the table in which Apache's methods keep how urgently members have to work.
///
/// A session's request counts in the table whatever the method: each usable member's factor is added to its status, and
/// their sum is taken from the session's member. Nothing is allocated.
struct Election: ~Copyable, Sendable {
    private let method: Method
    /// Apache's `lbstatus`.
    private(set) var statuses: LoadStatuses
    /// What is under way; of nobody where that does not matter.
    private(set) var busyness: Busyness
    private let watchesBusyness: Bool
    /// What has moved; of nobody where that does not matter.
    private var traffic: ByTraffic
    /// How members' hearts beat; of nobody where that does not matter.
    private var heartbeats: ByHeartbeat
    private var loads: ObservedLoads
    /// By whose share of new sessions is another one than usually.
    private var allowances: Allowances
    /// By member.
    private let factors: [Int64]
    private var usualCandidates = Candidates()
    /// The count of changes of members' health to which it is usual who takes part; `UInt64.max`: to none.
    private(set) var usualNumber = UInt64.max

    /// Makes a table.
    ///
    /// - Parameters:
    ///   - changes: those of the members' states.
    ///   - isBounded: whether what is under way matters whatever the method.
    init(_ method: Method, members: [Member], changes: StateChanges, isBounded: Bool) {
        self.method = method
        statuses = LoadStatuses(members, goesBySessions: method == .bysessions)
        traffic = ByTraffic(method == .bytraffic ? members : [])
        watchesBusyness = isBounded || method.goesByBusyness
        busyness = Busyness(watchesBusyness ? members : [])
        heartbeats = ByHeartbeat(method == .heartbeat ? members : [])
        loads = ObservedLoads(members, changes, hearsReports: method == .bysessions || method == .heartbeat)
        allowances = Allowances(count: members.count)
        factors = members.map { Int64($0.specification.loadFactor.hundredths) }
    }

    /// Goes on where an earlier table stands if it is the same method's, for the same factors in the same order.
    mutating func resume(_ earlier: borrowing Election) {
        guard earlier.method == method, earlier.statuses.factors == statuses.factors else { return }
        statuses.resume(earlier.statuses)
        traffic.resume(earlier.traffic)
    }

    private init(copying other: borrowing Election) {
        method = other.method
        statuses = other.statuses.duplicate()
        busyness = other.busyness.duplicate()
        watchesBusyness = other.watchesBusyness
        traffic = other.traffic.duplicate()
        heartbeats = other.heartbeats.duplicate()
        loads = other.loads.duplicate()
        allowances = other.allowances.duplicate()
        factors = other.factors
        (usualCandidates, usualNumber) = (other.usualCandidates, other.usualNumber)
    }

    /// A table of the same standing.
    func duplicate() -> Election { Election(copying: self) }

    /// Finds who of the candidates may have one more session, where somebody's share is another one than usually.
    ///
    /// - Parameter share: a member's, in per cent of its factor.
    mutating func admit(_ candidates: Candidates, share: (Int) -> Int) -> Candidates {
        allowances.admit(candidates, factors: factors, share: share)
    }

    /// Counts the session of a candidate that was admitted.
    mutating func spend(_ winner: Int) {
        allowances.spend(winner)
    }

    /// Finds the member that the method would elect.
    ///
    /// - Parameters:
    ///   - now: milliseconds of the monotonic clock.
    ///   - random: gives 64 random bits each time.
    mutating func find(
        among candidates: borrowing Candidates, of members: [Member], now: Int64, random: () -> UInt64
    ) -> Int {
        if method.countsElections { statuses.admit(candidates) }
        observe(now: now)
        return switch method {
        case .byrequests, .consistentHash: electByRequests()
        case .bytraffic: traffic.elect(among: candidates)
        case .bybusyness: electByBusyness()
        case .leastConnections: electByConnections()
        case .bysessions: statuses.lightestBySessions()
        case .heartbeat: heartbeats.elect(among: candidates, random: random)
        case .twoChoices: electOfTwo(among: candidates, of: members, now: now, random: random)
        }
    }

    /// Says who usually takes part, until the count of changes is another one than this.
    mutating func setUsual(_ standing: borrowing Standing, number: UInt64) {
        usualNumber = number
        usualCandidates = standing.candidates
        statuses.setUsual(standing)
        if method == .bytraffic { traffic.setUsual(standing) }
    }

    /// The same among those who usually are candidates, without comparing sets; -1: there are none.
    mutating func findUsually(of members: [Member], now: Int64, random: () -> UInt64) -> Int {
        guard !usualCandidates.isEmpty else { return -1 }
        if method.countsElections { statuses.admitUsual() }
        observe(now: now)
        switch method {
        case .byrequests, .consistentHash: return electByRequests()
        case .bybusyness: return electByBusyness()
        case .leastConnections: return electByConnections()
        case .bytraffic: return traffic.electUsually()
        case .bysessions: return statuses.lightestBySessions()
        case .heartbeat, .twoChoices:
            let candidates = usualCandidates
            return find(among: candidates, of: members, now: now, random: random)
        }
    }

    /// Counts the request of the member that was found.
    mutating func count(_ winner: Int) {
        if method.countsElections { statuses.countElection(of: winner) }
    }

    /// Counts a session's request.
    ///
    /// - Parameters:
    ///   - winner: the session's member, one of `electorate`.
    ///   - electorate: the members whose factors count.
    mutating func count(_ winner: Int, among electorate: borrowing MemberSet) {
        statuses.countSession(of: winner, among: electorate)
    }

    /// The same where those take part who usually do.
    mutating func countUsually(_ winner: Int) {
        statuses.countUsualSession(of: winner)
    }

    /// Looks at the loads that have changed, where they matter.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    mutating func observe(now: Int64) {
        guard watchesBusyness || method == .bytraffic || method == .heartbeat else { return }
        if method == .heartbeat, heartbeats.hasExpired(now: now) { loads.readAll() }
        while let member = loads.nextChanged() { observe(member, now: now) }
    }

    private mutating func observe(_ member: Int, now: Int64) {
        if watchesBusyness {
            let count = loads.busyness(of: member)
            busyness.set(count, of: member)
            if method.comparesBusyness { statuses.setLoad(Int64(count), of: member) }
        }
        switch method {
        case .bytraffic: traffic.set(loads.traffic(of: member), of: member)
        case .bysessions:
            statuses.setSessions(loads.sessions(of: member, now: now), busy: Int64(busyness[member]), of: member)
        case .heartbeat: heartbeats.set(loads.readyPlaces(of: member, now: now), of: member)
        case .byrequests, .bybusyness, .leastConnections, .twoChoices, .consistentHash: break
        }
    }
}

extension Method {
    /// Whether elections count in the table as well, and not sessions' requests alone.
    fileprivate var countsElections: Bool {
        switch self {
        case .byrequests, .consistentHash, .bybusyness, .leastConnections, .bysessions: true
        case .bytraffic, .heartbeat, .twoChoices: false
        }
    }

    /// Whether what is under way comes before a member's status.
    fileprivate var comparesBusyness: Bool { self == .bybusyness || self == .leastConnections }

    /// Whether it asks for what is under way of all candidates.
    fileprivate var goesByBusyness: Bool { comparesBusyness || self == .bysessions }
}
