import Balancing
import Model

/// Decodes a balancer.
enum BalancerDecoder {
    /// Decodes a balancer of its entry.
    ///
    /// - Parameters:
    ///   - entry: its name and what stands behind it.
    ///   - hearsHeartbeats: whether heartbeats are listened for by UDP.
    ///   - listeners: the addresses that a member cannot be meant to have.
    static func decode(
        _ entry: NamedSlot, hearsHeartbeats: Bool, listeners: [ListenAddress]
    ) -> BalancerConfiguration? {
        let name = entry.parsedName(Words.name)
        guard let section = entry.slot.section() else { return nil }
        var balancer = BalancerConfiguration(name: name ?? "", members: [])
        section.read(BalancerConfiguration.schema, into: &balancer) { !["affinity", "members"].contains($0.name) }
        let findingCount = entry.slot.findings.count
        balancer.affinity = section["affinity"].flatMap(AffinityDecoder.decode)
        let isAffinityRight = entry.slot.findings.count == findingCount
        if isAffinityRight {
            refuseWithoutKey(section, balancer)
            SessionCheck.check(section, balancer)
        }
        let memberFindingCount = entry.slot.findings.count
        balancer.members = MemberDecoder.decode(
            section["members"], listeners: listeners, affinity: balancer.affinity, isAffinityRight: isAffinityRight)
        // One that could not be read may be the one that is missed.
        if entry.slot.findings.count == memberFindingCount { GatewayCheck.check(section, balancer) }
        if balancer.method == .consistentHash { refuseLargeRing(section["members"], balancer.members) }
        HeartbeatDecoder.check(section, balancer, isListening: hearsHeartbeats)
        return name == nil ? nil : balancer
    }

    private static func refuseWithoutKey(_ section: Section, _ balancer: BalancerConfiguration) {
        guard balancer.method == .consistentHash else { return }
        if balancer.affinity?.mode.isHashed == true { return }
        if let slot = section["affinity"] {
            slot.complain(
                "method consistent-hash needs a key", cure: .write("{ mode: hash, \(key(of: balancer.affinity)) }"))
        } else {
            section["method"]?.complain(
                "consistent-hash needs a key", cure: .add("affinity: { mode: hash, cookie: JSESSIONID }"))
        }
    }

    /// What tells the sessions apart by the declared affinity, as the key of a hash.
    private static func key(of affinity: AffinityConfiguration?) -> String {
        let session = affinity?.mode.session
        if session?.cookie == nil, let name = session?.parameter?.yaml { return "parameter: \(name)" }
        return "cookie: \(session?.cookie?.yaml ?? "JSESSIONID")"
    }

    private static func refuseLargeRing(_ slot: Slot?, _ members: [MemberConfiguration]) {
        let (sum, sumMax) = (
            members.reduce(0) { $0 + $1.loadFactorHundredths * $1.expansionMax }, Balancing.Limits.ringHundredthsMax
        )
        guard sum > sumMax else { return }
        slot?.complain(
            "load factors of \((sum + 99) / 100) together are more than the \(sumMax / 100) that a ring has room for",
            cure: "divide all by the same number")
    }
}
