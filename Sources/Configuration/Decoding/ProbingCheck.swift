import Limiting
import Model

/// Holds checks of members against what they are built on, and against the members.
struct ProbingCheck {
    private let edge: EdgeConfiguration
    private let kinds = CheckKind.allCases.map(\.rawValue)

    /// Looks at the checks of a configuration in which nothing wrong was found.
    static func check(_ section: Section, _ edge: EdgeConfiguration) {
        ProbingCheck(edge: edge).check(section)
    }

    private func check(_ section: Section) {
        for (entry, template) in zip(section["checks"]?.named() ?? [], edge.checks) { check(entry, template) }
        for (entry, balancer) in zip(section["balancers"]?.named() ?? [], edge.balancers) {
            let balancerSection = entry.slot.section()
            if let slot = balancerSection?["check"], let said = balancer.check { check(said, at: slot, for: nil) }
            for (entry, member) in zip(balancerSection?["members"]?.named() ?? [], balancer.members) {
                let own = entry.slot.section()?["check"]
                if let own, let said = member.check { check(said, at: own, for: member) }
                if let slot = own ?? balancerSection?["check"], let check = edge.check(of: member, in: balancer) {
                    place(check.address, check.port, at: slot, for: member)
                    if check.fields.count > MemberCheck.fieldCountMax {
                        slot.complain(
                            "expected at most \(MemberCheck.fieldCountMax) fields with those of what it begins with, "
                                + "found \(check.fields.count)")
                    }
                }
                let agentSlot = entry.slot.section()?["agent"] ?? balancerSection?["agent"]
                if let agentSlot, let agent = member.agent ?? balancer.agent {
                    place(agent.address, agent.port, at: agentSlot, for: member)
                }
            }
        }
    }

    private func check(_ entry: NamedSlot, _ template: CheckConfiguration) {
        if kinds.contains(template.name) || template.name == CheckConfiguration.off {
            entry.slot.findings.add(
                entry.nameOrigin, keys: entry.slot.keys, "\(template.name.quoted) has a meaning of its own in use:",
                cure: .rename("my-\(template.name)"))
        }
        guard let base = template.base, !kinds.contains(base) else {
            return check(template, at: entry.slot, for: nil)
        }
        let slot = entry.slot.section()?["use"] ?? entry.slot
        slot.complain(
            "expected \(kinds.alternatives), found \(base.quoted): no check under checks begins with another one",
            cure: .write("http"))
    }

    /// Looks at what one place says.
    ///
    /// - Parameter member: whose it is; `nil`: it is no single member's.
    private func check(_ said: CheckConfiguration, at slot: Slot, for member: MemberConfiguration?) {
        let section = slot.section()
        if let base = said.base, base != CheckConfiguration.off, !kinds.contains(base),
            !edge.checks.contains(where: { $0.name == base })
        {
            let names = edge.checks.map(\.name) + kinds + [CheckConfiguration.off]
            return (section?["use"] ?? slot).complain(
                "no check under checks is called \(base.quoted)",
                cure: NearestName.suggestion(for: base, among: names) ?? .write("http"))
        }
        if let base = said.base, kinds.contains(base), said.kind != nil {
            section?["kind"]?.complain("use: \(base) says the kind already", cure: .takeAway("take one away"))
        }
        let whole = edge.whole(said)
        if let kind = whole.kind ?? member.map({ CheckKind($0.speaks) }) {
            refuse(Self.keys(without: kind), in: section, "a check of the kind \(kind.rawValue) has no use for it")
            if kind != .tls, whole.usesTLS != true, whole.kind != nil {
                refuse(["tls-verify", "tls-ca"], in: section, "it is asked without TLS")
            }
        }
        if whole.method == .head {
            refuse(Self.contentKeys, in: section, "an answer to HEAD has no content")
        }
    }

    private func refuse(_ keys: [String], in section: Section?, _ message: String) {
        for key in keys { section?[key]?.complain(message, cure: .takeAway()) }
    }

    private static let contentKeys = ["content", "content-without", "content-matches", "content-matches-not"]

    /// The keys that a kind has no use for.
    private static func keys(without kind: CheckKind) -> [String] {
        let request = ["method", "fields"]
        let answer = ["expect", "answer-fields", "answer-fields-match"] + contentKeys
        return switch kind {
        case .http, .h2: ["service"]
        case .grpc: request + answer + ["path"]
        case .fastcgi: request + ["service", "tls", "tls-verify", "tls-ca"]
        case .tls: request + answer + ["path", "service", "tls"]
        case .tcp, .ajp: request + answer + ["path", "service", "host", "tls", "tls-verify", "tls-ca"]
        }
    }

    /// Looks at where a member is asked.
    private func place(_ address: String?, _ port: Int?, at slot: Slot, for member: MemberConfiguration) {
        let section = slot.section()
        let isSocket = address?.hasPrefix("unix:") == true
        if isSocket {
            section?["port"]?.complain("a UNIX-domain socket has no port", cure: .takeAway())
        } else if case .unix = member.address {
            if address == nil, port != nil {
                section?["port"]?.complain(
                    "member \(member.name) waits at a UNIX-domain socket, which has no port",
                    cure: .add("address: 127.0.0.1"))
            } else if address != nil, port == nil {
                section?.complain("nothing says at which port of that address", adding: "port: 8080")
            }
        }
        guard !isSocket, let port else { return }
        var host = address
        if host == nil, case .host(let name, _) = member.address { host = name }
        guard let host,
            let listener = edge.listeners.first(where: { AddressDoubts.reaches(.host(host, port: port), $0.address) })
        else { return }
        slot.warn(
            "Martlet listens there itself, on \(listener.address), and would prove itself",
            cure: "name the address of the backend")
    }
}
