import Balancing
import Model

/// Decodes members.
enum MemberDecoder {
    private static let countMax = BalancerConfiguration.membersMax

    /// Decodes the members of a balancer.
    ///
    /// - Parameters:
    ///   - slot: where they are declared.
    ///   - listeners: where Martlet itself waits.
    ///   - affinity: the balancer's, as far as it could be read.
    ///   - isAffinityRight: whether nothing was found wrong with it.
    static func decode(
        _ slot: Slot?, listeners: [ListenAddress], affinity: AffinityConfiguration?,
        isAffinityRight: Bool
    ) -> [MemberConfiguration] {
        guard let slot, let entries = slot.named() else { return [] }
        if entries.count > countMax {
            slot.complain("expected at most \(countMax) members, found \(entries.count)", cure: "split the balancer")
        }
        var members: [MemberConfiguration] = []
        var owners: [String: [Owner]] = [:]
        var redirects: [(slot: Slot, route: String, owner: String?)] = []
        var formers: [Former] = []
        var doubts = AddressDoubts(listeners: listeners)
        for entry in entries {
            let name = entry.parsedName(Words.name)
            guard let section = entry.slot.section() else { continue }
            var member = MemberConfiguration(name: name ?? "", address: .unix(path: ""))
            let wrong = section.read(MemberConfiguration.schema, into: &member)
            func readable(_ key: String) -> Slot? { wrong.contains(key) ? nil : section[key] }
            checkPlace(entry.slot, section, member, wrong)
            if let slot = readable("url") {
                doubts.check(member.address, speaks: member.speaks, of: entry.name, at: slot)
                if wrong.isDisjoint(with: ["secret", "secret-file"]) { doubts.checkSecret(of: member, at: slot) }
            }
            if section["secret"] != nil {
                section["secret-file"]?.complain("the secret is there already", cure: .takeAway("take one away"))
            }
            let hasRoute = !wrong.contains("route") && (section["route"] != nil || name != nil)
            let route = hasRoute ? member.route : nil
            if let slot = readable("redirect"), let redirect = member.redirect {
                redirects.append((slot, redirect, route))
            }
            if let slot = readable("was"), let former = member.formerName { formers.append((slot, former, entry.name)) }
            if let slot = section["ties"] { check(ties: slot, member.status, affinity, isAffinityRight) }
            if let slot = readable("route") { check(route: member.route, slot, affinity) }
            if let route {
                let owner = Owner(name: entry.name, origin: entry.nameOrigin, status: member.status)
                warn(of: route, owner, already: owners[route] ?? [], section["route"] ?? entry.slot)
                owners[route, default: []].append(owner)
            }
            if name != nil, readable("url") ?? readable("srv") != nil { members.append(member) }
        }
        let total = members.reduce(0) { $0 + $1.expansionMax }
        if members.count <= countMax, total > countMax {
            slot.complain(
                "they may stand for \(total) members, and a balancer has at most \(countMax)",
                cure: "lower members-max")
        }
        check(formers, names: entries, routes: owners)
        for (slot, route, owner) in redirects {
            check(slot, route, of: owner, among: owners.keys)
            if isAffinityRight, affinity?.mode.asksForMembers != true { slot.refuseUntied("redirect") }
        }
        return members
    }

    /// Looks at what says where a member is: an URL, or a service's records, and whether that may be several members.
    private static func checkPlace(
        _ slot: Slot, _ section: Section, _ member: MemberConfiguration, _ wrong: Set<String>
    ) {
        switch (section["url"], section["srv"]) {
        case (nil, nil):
            slot.complain("the key \"url\" is missing: \(MemberConfiguration.schema.table["url"].summary)")
        case (_?, let service?):
            service.complain("the url says already where it is", cure: .takeAway("take one away"))
        default: break
        }
        guard wrong.isDisjoint(with: ["url", "srv", "addresses"]) else { return }
        if section["srv"] != nil {
            section["addresses"]?.complain("srv stands for a member a record anyway", cure: .takeAway())
        } else if member.standsForAll, member.address.isLiteral {
            section["addresses"]?.complain("the url has one address, and no name", cure: .takeAway())
        }
        guard member.isTemplate else { return }
        for key in ["route", "was"] {
            section[key]?.complain(
                "each of the members that it stands for has its own name, and that for its route", cure: .takeAway())
        }
    }

    /// Complains about `ties` where nobody would be tied by it.
    private static func check(
        ties slot: Slot, _ status: MemberStatus, _ affinity: AffinityConfiguration?, _ isAffinityRight: Bool
    ) {
        guard status.contains(.hotStandby) else {
            return slot.complain("clients are tied to every member but a hot-standby anyway", cure: .takeAway())
        }
        guard isAffinityRight else { return }
        guard let mode = affinity?.mode, mode.asksForMembers else { return slot.refuseUntied("ties") }
        if let objection = mode.objection(to: .ties) { slot.complain(objection, cure: .takeAway()) }
    }

    /// Complains about a route that the affinity could not read again.
    private static func check(route: String, _ slot: Slot, _ affinity: AffinityConfiguration?) {
        if let objection = affinity?.mode.objection(toRoute: route) {
            slot.complain(objection, cure: "write another route")
        }
    }

    /// Who has a route.
    private struct Owner {
        let name: String
        let origin: Origin
        let status: MemberStatus
    }

    /// Warns of a route that another member has as well and always gets.
    private static func warn(of route: String, _ owner: Owner, already others: [Owner], _ slot: Slot) {
        guard !owner.status.contains(.hotStandby),
            let first = others.first(where: { $0.status.isDisjoint(with: [.hotStandby, .disabled, .stopped]) })
        else { return }
        slot.warn(
            "the route \(route.quoted) is that of member \(first.name) at \(slot.said(first.origin)) too, which gets "
                + "its sessions as long as it can be used, those that begin here among them",
            cure: "declare status: [hot-standby] here if this one only stands in, else another route")
    }

    /// What a member was called, and what it is called.
    private typealias Former = (slot: Slot, name: String, owner: String)

    /// Complains about former names that are somebody else's.
    private static func check(
        _ formers: [Former], names: [NamedSlot], routes: [String: [Owner]]
    ) {
        for (index, former) in formers.enumerated() {
            if let member = names.first(where: { $0.name == former.name }) {
                former.slot.complain(
                    "\(former.name.quoted) is the name of a member at \(former.slot.said(member.nameOrigin))",
                    cure: .takeAway("take it away, or name one that is no more"))
            } else if let others = routes[former.name], let other = others.first,
                !others.contains(where: { $0.name == former.owner })
            {
                former.slot.complain(
                    "\(former.name.quoted) is the route of member \(other.name) at \(former.slot.said(other.origin))",
                    cure: .takeAway("take it away, or name one that is no more"))
            } else if formers[..<index].contains(where: { $0.name == former.name }) {
                former.slot.complain(
                    "another member was \(former.name.quoted) as well", cure: .takeAway("take one away"))
            }
        }
    }

    /// Complains about a redirect that leads nowhere, or to the member itself.
    private static func check(
        _ slot: Slot, _ route: String, of owner: String?,
        among routes: Dictionary<String, [Owner]>.Keys
    ) {
        if route == owner {
            slot.complain(
                "\(route.quoted) is the member's own route", cure: .takeAway("name another member's, or take it away"))
        } else if !routes.contains(route) {
            slot.complain(
                "no member of the balancer has the route \(route.quoted)",
                cure: NearestName.suggestion(for: route, among: routes.sorted()))
        }
    }
}
