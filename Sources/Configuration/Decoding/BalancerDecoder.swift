import Balancing
import Forwarding

/// Decodes a balancer.
enum BalancerDecoder {
    /// Decodes a balancer of its entry.
    ///
    /// - Parameters:
    ///   - entry: its name and what stands behind it.
    ///   - folder: what relative paths start from.
    ///   - hearsHeartbeats: whether heartbeats are listened for by UDP.
    ///   - listeners: the addresses that a member cannot be meant to have.
    static func decode(
        _ entry: NamedSlot, from folder: BaseFolder, hearsHeartbeats: Bool, listeners: [ListenerConfiguration]
    ) -> BalancerConfiguration? {
        let name = entry.parsedName(Words.name)
        guard let section = entry.slot.section() else { return nil }
        let method = section["method"]?.choice().flatMap(Balancing.Method.init)
        let findingCount = entry.slot.findings.count
        let affinity = section["affinity"].flatMap { AffinityDecoder.decode($0, from: folder) }
        let isAffinityRight = entry.slot.findings.count == findingCount
        if isAffinityRight { refuseWithoutKey(section, method, affinity) }
        let sessions = SessionPolicyDecoder.decode(section, method, affinity, isAffinityRight: isAffinityRight)
        let members = MemberDecoder.decode(
            section["members"], from: folder, listeners: listeners.map(\.address), affinity: affinity,
            isAffinityRight: isAffinityRight)
        if method == .consistentHash { refuseLargeRing(section["members"], members) }
        guard let name else { return nil }
        return BalancerConfiguration(
            name: name, method: method ?? .byrequests, affinity: affinity, members: members,
            maxAttempts: section.declared("max-attempts"), noFailover: section.boolean("no-failover"),
            forceRecovery: section.boolean("force-recovery"), failOnStatus: statuses(section["fail-on-status"]),
            failOnTimeout: section.boolean("fail-on-timeout"), retryOnStatus: statuses(section["retry-on"]),
            retryOnTimeout: namesTimeout(section["retry-on"]), timeoutMilliseconds: section.declared("timeout"),
            tellsFacts: section.boolean("facts"),
            heartbeatField: HeartbeatDecoder.field(
                section, method, isListening: hearsHeartbeats, members: members),
            inflatesRequests: section.boolean("inflate-requests"),
            sessionIdleMilliseconds: sessions.idle, failsOverToBuddy: sessions.goesToBuddy,
            buddyField: sessions.buddyField, failoverRate: sessions.rate, returnsAfterRecovery: sessions.returns)
    }

    private static func refuseWithoutKey(
        _ section: Section, _ method: Balancing.Method?, _ affinity: AffinityConfiguration?
    ) {
        guard method == .consistentHash else { return }
        if case .hash = affinity { return }
        if let slot = section["affinity"] {
            slot.complain("method consistent-hash needs a key", cure: .write("{ mode: hash, \(key(of: affinity)) }"))
        } else {
            section["method"]?.complain(
                "consistent-hash needs a key", cure: .add("affinity: { mode: hash, cookie: JSESSIONID }"))
        }
    }

    /// What tells the sessions apart by the declared affinity, as the key of a hash.
    private static func key(of affinity: AffinityConfiguration?) -> String {
        var (cookie, parameter): (String?, String?) = (nil, nil)
        switch affinity {
        case .route(let name, let other, _, _): (cookie, parameter) = (name, other)
        case .learn(let name, _, _), .prefix(let name): cookie = name
        case .sealed(let sealed): (cookie, parameter) = (sealed.cookie, sealed.parameter)
        case .insert(let inserted): cookie = inserted.followed
        case .hash, nil: break
        }
        if cookie == nil, let name = parameter?.yaml { return "parameter: \(name)" }
        return "cookie: \(cookie?.yaml ?? "JSESSIONID")"
    }

    private static func refuseLargeRing(_ slot: Slot?, _ members: [MemberConfiguration]) {
        let (sum, sumMax) = (
            members.reduce(0) { $0 + $1.loadFactorHundredths }, Balancing.Limits.ringHundredthsMax
        )
        guard sum > sumMax else { return }
        slot?.complain(
            "load factors of \((sum + 99) / 100) together are more than the \(sumMax / 100) that a ring has room for",
            cure: "divide all by the same number")
    }

    private static func namesTimeout(_ slot: Slot?) -> Bool {
        guard case .sequence(let nodes) = slot?.node.content else { return false }
        return nodes.contains { $0.meaning == .text(BalancerConfiguration.retryOnTimeoutWord) }
    }

    private static func statuses(_ slot: Slot?) -> [Int] {
        var statuses: [Int] = []
        for item in slot?.items() ?? [] {
            guard let status = item.quantity() else { continue }
            if statuses.contains(status) { item.complain("\(status) is there twice", cure: .takeAway("take one away")) }
            statuses.append(status)
        }
        return statuses
    }
}
