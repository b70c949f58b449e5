import Balancing
import HTTP
import Model
import Reactor
import Session

/// A balancer with all that forwarding to it needs. Immutable but for the members' live state; shared by all workers.
package final class Balancer: Sendable {
    /// Its place among the edge's balancers.
    let index: Int
    /// What is declared.
    let configuration: BalancerConfiguration
    /// The index of the balancer that gets its requests where none of its members may; `nil`: none does.
    let standIn: Int?
    /// Who gets a request.
    package let chooser: Chooser
    /// Reads the route a request asks for; `nil` without affinity.
    let sessions: SessionReader?
    /// Reads the key by which a request is hashed; `nil` in other modes.
    let hashing: Hashing?
    /// Finds out whether there are routes at all; `nil` in other modes than `route`.
    let routeWatch: RouteWatch?
    /// What tells its sessions apart; `nil` where they cannot be counted.
    let watch: SessionWatch?
    /// Whose session is whose, where that is learned; `nil` in other modes.
    let learned: LearnedSessions?
    /// Whether who names a member can only have its session from there: what was learned or sealed.
    let provesSessions: Bool
    /// Whether sessions have a rank of members to move along.
    let ranksSessions: Bool
    /// What is written into cookies; `nil` in modes that write nothing.
    let written: WrittenAffinity?
    /// Which members Martlet ties clients to, by their index (``MemberConfiguration/ties``).
    let ties: [Bool]
    /// The answer field in which members say how they are, in lower case; `nil`: in none.
    let heartbeatField: [UInt8]?
    /// The answer field by which members say with 503 that they have not begun a request, in lower case; `nil`: none
    /// says so.
    let refusalField: [UInt8]?
    /// What heads say of their member.
    let memberLines: MemberLines
    /// Where each member's connections go, by its index.
    package let pools: [UpstreamPool.Key]
    /// How the log writes each member's addresses, by its index.
    let addressNames: [[[UInt8]]]

    /// Whether a member has a `max`, which slow content is not to use up.
    let limitsExchanges: Bool
    /// Whether there are members of HTTP/2.
    let hasSharedPools: Bool
    /// Whether there are members of FastCGI or AJP.
    let hasRecordMembers: Bool
    /// How requests become calls of scripts; `nil` without members of FastCGI.
    let gateway: GatewayRules?
    /// How many requests wait for its members.
    let waiting: WaitingCount
    /// What waits for slow clients; `nil`: nothing does.
    let buffering: Buffering?
    /// How each member is asked, beside requests, whether it is well, by its index; `nil` for those that are not.
    let checks: [MemberCheck?]
    /// What the members' checks have come to, by their index.
    package let tallies: [CheckTally]
    /// What is measured of it; `nil` where no metrics are told.
    package let measures: BalancerMeasures?

    /// How long a request waits for what stands in its way, in milliseconds; 0: not at all.
    ///
    /// - Parameter connect: `timeouts.connect`.
    func patience(_ obstacle: Obstacle, connect: Int) -> Int {
        let members = configuration.members
        switch obstacle {
        case .sessionMemberBusy(let member): return members[member].acquireMilliseconds ?? connect
        case .busy:
            return configuration.timeoutMilliseconds
                ?? members.map { $0.acquireMilliseconds ?? connect }.max() ?? 0
        case .inError: return configuration.timeoutMilliseconds ?? 0
        case .none: return 0
        }
    }

    /// Members that are given a request at most.
    var attemptsMax: Int { configuration.maxAttempts ?? chooser.members.count }

    /// Whether a request goes to a member of its session or to nobody.
    func staysWithSession(_ preferences: MemberPreferences) -> Bool {
        configuration.noFailover && preferences.count > 0
    }

    /// Changes the state of members that go on as the new declaration wants it; to be called when it is served.
    ///
    /// - Parameters:
    ///   - predecessor: the balancer of this name before the reload.
    ///   - now: milliseconds of the event loops' clock.
    package func takeOver(from predecessor: Balancer, now: Int64) {
        for (old, former) in zip(predecessor.chooser.members, predecessor.pools) {
            // What failed at its old addresses may be mended by the new ones.
            let index = chooser.members.firstIndex { $0.state === old.state }
            guard let index, pools[index].addresses != former.addresses else { continue }
            old.state.recover(evidence: "it has other addresses now", now: now)
        }
        chooser.takeOver(from: predecessor.chooser, now: now)
    }

    /// - Parameters:
    ///   - configuration: what is declared.
    ///   - standIn: the index of the balancer that gets its requests where none of its members may; `nil`: none does.
    ///   - addresses: each member's resolved addresses, by its index; none where its name has none.
    ///   - secrets: what each member asks for, by its index; empty: what is declared.
    ///   - checks: how each member is asked whether it is well, by its index; empty: none is.
    ///   - predecessor: the balancer of this name before a reload.
    ///   - workers: how many there are.
    ///   - surroundings: what members' health needs of the process.
    ///   - timedCount: how many members have a histogram of their own; `nil`: nothing is measured.
    ///   - now: milliseconds of the event loops' clock.
    package init(
        _ configuration: BalancerConfiguration, index: Int, standIn: Int? = nil, addresses: [[SocketAddress]],
        secrets: [Secret?] = [], checks: [MemberCheck?] = [], replacing predecessor: Balancer?, workers: Int = 1,
        surroundings: HealthSurroundings = HealthSurroundings(), timedCount: Int? = nil, now: Int64
    ) {
        self.index = index
        self.standIn = standIn
        self.configuration = configuration
        waiting = predecessor?.waiting ?? WaitingCount()
        let mode = configuration.affinity?.mode
        watch = mode.flatMap(SessionWatch.init)
        routeWatch = RouteWatch(configuration)
        chooser = Chooser(
            configuration, unreachable: Set(addresses.indices.filter { addresses[$0].isEmpty }),
            replacing: predecessor?.chooser, workers: workers, surroundings: surroundings, now: now)
        learned = LearnedSessions(configuration, replacing: predecessor?.learned, now: now)
        pools = zip(configuration.members, addresses).enumerated().map { index, member in
            UpstreamPool.Key(
                balancer: configuration.name, member: member.0.name, addresses: member.1, speaks: member.0.speaks,
                terms: UpstreamTerms(
                    member.0, secret: secrets.indices.contains(index) ? secrets[index] : member.0.secret))
        }
        addressNames = addresses.map { $0.map { Array($0.description.utf8) } }
        heartbeatField = configuration.heartbeatField.map { Array($0.utf8) }
        refusalField = configuration.refusalField.map { Array($0.utf8) }
        memberLines = MemberLines(configuration)
        limitsExchanges = configuration.members.contains { $0.exchangesMax != nil }
        hasSharedPools = configuration.members.contains { $0.speaks == .http2Cleartext }
        hasRecordMembers = configuration.members.contains(where: \.speaksRecords)
        gateway = configuration.fastCGI.map(GatewayRules.init)
        buffering = Buffering(configuration.buffering, for: configuration)
        ranksSessions =
            configuration.failsOverToBuddy || configuration.failoverRate != nil || configuration.buddyField != nil
        written = WrittenAffinity(configuration)
        ties = configuration.members.map(\.ties)
        provesSessions = mode?.provesSessions ?? false
        self.checks = checks.isEmpty ? configuration.members.map { _ in nil } : checks
        tallies = Self.tallies(chooser.members, replacing: predecessor)
        let former = predecessor.flatMap { old in old.measures.map { ($0, old.chooser.members) } }
        measures = timedCount.map { [chooser] in
            BalancerMeasures(chooser.members, timedCount: $0, workers: workers, replacing: former)
        }
        (sessions, hashing) = Self.readers(configuration, mode)
    }

    /// What members' checks have come to; members that go on keep it.
    private static func tallies(_ members: [Member], replacing predecessor: Balancer?) -> [CheckTally] {
        members.map { member in
            guard let predecessor,
                let index = predecessor.chooser.members.firstIndex(where: { $0.state === member.state })
            else { return CheckTally() }
            return predecessor.tallies[index]
        }
    }

    /// What reads whose a request is: one of both, or neither where Martlet's own writing says it.
    private static func readers(
        _ configuration: BalancerConfiguration, _ mode: (any AffinityMode)?
    ) -> (SessionReader?, Hashing?) {
        guard let mode else { return (nil, nil) }
        let names = mode.session
        switch mode.reading {
        case .routes:
            let keys = AffinityKeys(
                cookie: names.cookie, parameter: names.parameter, separator: names.separator,
                isSemicolonPathDelimiter: names.semicolonPathDelimiter)
            let formerRoutes = configuration.members.map(\.formerName)
            return (
                SessionReader(keys: keys, routes: configuration.leadingRoutes, formerRoutes: formerRoutes), nil
            )
        case .session: return (nil, Hashing(names))
        case .key(let key): return (nil, Hashing(key))
        case .written: return (nil, nil)
        }
    }
}
