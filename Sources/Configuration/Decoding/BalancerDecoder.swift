import Balancing
import Forwarding

/// Decodes a balancer.
enum BalancerDecoder {
    /// Decodes a balancer of its entry.
    static func decode(_ entry: NamedSlot, from folder: BaseFolder) -> BalancerConfiguration? {
        let name = entry.parsedName(Words.name)
        guard let section = entry.slot.section() else { return nil }
        let method = section["method"]?.choice().flatMap(Balancing.Method.init)
        let findingCount = entry.slot.findings.count
        let affinity = section["affinity"].flatMap { AffinityDecoder.decode($0, from: folder) }
        let sessions = SessionPolicyDecoder.decode(
            section, method, affinity, isAffinityRight: entry.slot.findings.count == findingCount)
        let members = MemberDecoder.decode(section["members"], from: folder)
        guard let name else { return nil }
        return BalancerConfiguration(
            name: name, method: method ?? .byrequests, affinity: affinity, members: members,
            maxAttempts: section.declared("max-attempts"), noFailover: section.boolean("no-failover"),
            forceRecovery: section.boolean("force-recovery"), failOnStatus: statuses(section["fail-on-status"]),
            failOnTimeout: section.boolean("fail-on-timeout"), timeoutMilliseconds: section.declared("timeout"),
            tellsFacts: section.boolean("facts"),
            inflatesRequests: section.boolean("inflate-requests"),
            sessionIdleMilliseconds: sessions.idle, failsOverToBuddy: sessions.goesToBuddy,
            buddyField: sessions.buddyField, failoverRate: sessions.rate, returnsAfterRecovery: sessions.returns)
    }

    private static func statuses(_ slot: Slot?) -> [Int] {
        var statuses: [Int] = []
        for item in slot?.items() ?? [] {
            guard let status = item.quantity() else { continue }
            if statuses.contains(status) { item.complain("\(status) is there twice", cure: "take one away") }
            statuses.append(status)
        }
        return statuses
    }
}
