import Balancing
import Model
import Reactor
import Session

/// The members of a balancer, where each that stands for several is replaced by those.
///
/// They are known by what a name server says of them, whatever its order is: a member an address is `NAME-10-0-0-1`,
/// one of a service `NAME-HOST-PORT`, where the host is written without the service's own domain. So pools, state and
/// sessions stay with an address, or a host, for as long as it is answered.
struct Expansion {
    /// The balancer with these members.
    private(set) var balancer: BalancerConfiguration
    /// Where those are that were answered, by their index; `nil`: as it is declared.
    private(set) var places: [[SocketAddress]?] = []
    /// What of the answers is not used, by the keys of the members that are declared.
    private(set) var doubts: [String] = []

    /// A member that one stands for.
    private struct Candidate {
        let member: MemberConfiguration
        let addresses: [SocketAddress]
    }

    /// - Parameters:
    ///   - declared: the balancer as it is declared.
    ///   - served: the names of the members that are served, who go first where there are too many.
    ///   - records: what names stand for.
    init(
        of declared: BalancerConfiguration, served: Set<String> = [], _ records: (NameLookup.Name) -> NameRecords?
    ) {
        balancer = declared
        guard declared.members.contains(where: \.isTemplate) else {
            places = declared.members.map { _ in nil }
            return
        }
        balancer.members = []
        var taken = Set(declared.members.filter { !$0.isTemplate }.flatMap { [$0.name, $0.route] })
        for member in declared.members {
            let keys = "balancers.\(declared.name).members.\(member.name)"
            let found = Self.candidates(for: member, records)
            guard !found.isEmpty else {
                balancer.members.append(member)
                places.append(nil)
                continue
            }
            let lost = member.address.name.flatMap(records)?.lostTargets.filter(Self.isMemberName) ?? []
            if let first = lost.first {
                let others = lost.count > 1 ? " and \(lost.count - 1) more" : ""
                doubts.append("\(keys): no address of \(first)\(others) is known: left out until there is one")
            }
            for one in choose(found, of: member, served: served, keys: keys) {
                guard taken.insert(one.member.name).inserted else {
                    doubts.append("\(keys): another member is called \(one.member.name): this one is left out")
                    continue
                }
                balancer.members.append(one.member)
                places.append(one.addresses)
            }
        }
        if declared.method == .consistentHash { fitRing() }
    }

    /// As many as a member may stand for: of those that are answered, first the ones that are served already, then
    /// those that are held, where there is room left.
    private mutating func choose(
        _ found: [Candidate], of member: MemberConfiguration, served: Set<String>, keys: String
    ) -> [Candidate] {
        let fitting = found.filter { Self.isMemberName($0.member.name) }
        if fitting.count < found.count {
            doubts.append(
                "\(keys): names that are longer than members' or of other letters are left out: "
                    + "\(found.count - fitting.count)")
        }
        let (answered, held) = (fitting.filter { !$0.member.isHeld }, fitting.filter(\.member.isHeld))
        let countMax = member.expansionMax
        if answered.count > countMax {
            doubts.append(
                "\(keys): it would stand for \(answered.count) members, and members-max is \(countMax): the others "
                    + "are left out")
        }
        let known = answered.filter { served.contains($0.member.name) }
        let new = answered.filter { !served.contains($0.member.name) }
        return (known + new + held).prefix(countMax).sorted { $0.member.name < $1.member.name }
    }

    /// Whether a name could be declared: what a name server says goes into cookies, logs and metrics by it.
    private static func isMemberName(_ name: String) -> Bool {
        name.utf8.count <= 128 && name.utf8.allSatisfy(\.isOfName)
    }

    /// A ring has room for so many shares; what SRV records say may be more.
    private mutating func fitRing() {
        let sum = balancer.members.reduce(0) { $0 + $1.loadFactorHundredths }
        let divisor = (sum + Balancing.Limits.ringHundredthsMax - 1) / Balancing.Limits.ringHundredthsMax
        guard divisor > 1 else { return }
        for index in balancer.members.indices {
            let share = balancer.members[index].loadFactorHundredths
            balancer.members[index].loadFactorHundredths = max(1, share / divisor)
        }
    }

    // MARK: - What was answered

    private static func candidates(
        for member: MemberConfiguration, _ records: (NameLookup.Name) -> NameRecords?
    ) -> [Candidate] {
        guard member.isTemplate, let name = member.address.name, let known = records(name) else { return [] }
        let found =
            switch name.kind {
            case .addresses:
                known.addresses.map { one(of: member, at: $0, isMissed: false) }
                    + known.missedAddresses.map { one(of: member, at: $0.record, isMissed: true) }
            case .services: services(for: member, named: name.host, known)
            }
        return found.sorted { $0.member.name < $1.member.name }
    }

    private static func one(
        of template: MemberConfiguration, at address: SocketAddress, isMissed: Bool
    ) -> Candidate {
        let suffix = address.host.map { $0 == "." || $0 == ":" ? "-" : $0 }
        return Candidate(
            member: member(of: template, suffix: String(suffix), isMissed: isMissed), addresses: [address])
    }

    private static func services(
        for template: MemberConfiguration, named service: String, _ known: NameRecords
    ) -> [Candidate] {
        let all = known.services + known.missedServices.map(\.record)
        // Sets are counted, as priorities may be any numbers: the lowest is the first one.
        let priorities = Set(all.map(\.priority)).sorted()
        let weights = all.map { Int($0.weight) }
        let sameWeight = Set(weights).count < 2
        let shareMax = Balancing.Limits.loadFactorHundredths.upperBound
        // 0 is a very small share (RFC 2782): beside it the others count a hundred times, as far as there is room.
        let scale = weights.contains(0) ? max(1, min(100, shareMax / max(1, weights.max() ?? 1))) : 1
        let missed = Set(known.missedServices.map(\.record.key))
        // _http._tcp.app.internal: what is behind the protocol is the domain.
        let domain = "." + service.split(separator: ".").dropFirst(2).joined(separator: ".")
        return all.map { place in
            let host = place.target.hasSuffix(domain) ? place.target.dropLast(domain.count) : place.target[...]
            let suffix = "\(host.map { $0 == "." ? "-" : String($0) }.joined())-\(place.port)"
            var member = member(of: template, suffix: suffix, isMissed: missed.contains(place.key))
            member.address = .host(place.target, port: Int(place.port))
            let rank = priorities.firstIndex(of: place.priority) ?? 0
            member.set = min(template.set + rank, Balancing.Limits.sets.upperBound)
            if !sameWeight {
                member.loadFactorHundredths = min(max(Int(place.weight) * scale, 1), shareMax)
            }
            return Candidate(member: member, addresses: place.addresses)
        }
    }

    private static func member(
        of template: MemberConfiguration, suffix: String, isMissed: Bool
    ) -> MemberConfiguration {
        var member = template
        member.name = "\(template.name)-\(suffix)"
        member.route = member.name
        (member.standsForAll, member.membersMax) = (false, nil)
        member.isHeld = isMissed
        if isMissed { member.status.insert(.draining) }
        return member
    }
}
