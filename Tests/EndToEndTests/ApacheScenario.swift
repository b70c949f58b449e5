/// A balancer, and requests to it whose members Apache and Martlet are compared by.
struct ApacheScenario: Sendable {
    /// A member of a scenario.
    struct Member: Sendable {
        var name: String
        /// Apache's letters.
        var flags: String
        var set: String
        var redirect: String
        var factor: String
        var route: String
        var isDead: Bool

        /// Reads `name[:flags][/set][>redirect][*factor][=route][!]`; `!`: nobody listens there.
        init(_ word: Substring) {
            var rest = word
            isDead = rest.hasSuffix("!")
            if isDead { rest.removeLast() }
            func take(behind mark: Character) -> String {
                guard let index = rest.firstIndex(of: mark) else { return "" }
                let found = String(rest[rest.index(after: index)...])
                rest = rest[..<index]
                return found
            }
            route = take(behind: "=")
            factor = take(behind: "*")
            redirect = take(behind: ">")
            set = take(behind: "/")
            flags = take(behind: ":")
            name = String(rest)
            if route.isEmpty { route = name }
        }
    }

    /// What Martlet does otherwise than Apache, and why.
    struct Difference: Sendable {
        var answers: String
        var reason: String
    }

    var members: [Member]
    var requests: [String]
    /// Apache's `ProxySet`, besides `lbmethod` and `stickysession`.
    var settings: [String: String]
    var method: String
    /// `nil`: Martlet does the same.
    var difference: Difference?
    /// The text that it was made of, which is its name in messages.
    var text: String

    /// Makes a scenario.
    ///
    /// - Parameters:
    ///   - members: words as ``Member`` reads them.
    ///   - requests: words. `-`: no session; `b`: its cookie has the route b; `;b`, `?b`: its path or query parameter
    ///     has; several of them with commas; `@;p=1|c=1`: what stands behind its path, and its cookies; `hold`: is not
    ///     answered before the scenario ends; `+90000`: is answered with that many bytes; `!503`: with that status.
    init(
        _ members: String, _ requests: String, method: String = "byrequests", _ settings: [String: String] = [:],
        martlet: String? = nil, because reason: String = ""
    ) {
        self.members = members.split(separator: " ").map { Member($0) }
        self.requests = requests.split(separator: " ").map(String.init)
        self.method = method
        self.settings = settings
        difference = martlet.map { Difference(answers: $0, reason: reason) }
        let options = settings.isEmpty ? "" : " \(settings.sorted { $0.key < $1.key })"
        text = "\(members) (\(method)\(options)): \(requests)"
    }

    /// The balancer as Apache has it.
    func apache(_ name: String, ports: ApachePorts) -> String {
        let lines = members.map { member in
            // To Apache, a member that is declared to be in error has been so since 1970.
            let isInError = member.flags.contains("e") && difference?.reason != Self.declared
            let retry = isInError ? 2_000_000_000 : 600
            var words = [
                "BalancerMember http://127.0.0.1:\(ports.port(of: member)) route=\(member.route) retry=\(retry)"
            ]
            if !member.flags.isEmpty { words.append("status=+\(member.flags.uppercased())") }
            if !member.set.isEmpty { words.append("lbset=\(member.set)") }
            if !member.redirect.isEmpty { words.append("redirect=\(member.redirect)") }
            if !member.factor.isEmpty { words.append("loadfactor=\(member.factor)") }
            return words.joined(separator: " ")
        }
        let set = settings.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        return """
            <Proxy balancer://\(name)>
            \(lines.joined(separator: "\n"))
            ProxySet lbmethod=\(method) stickysession=JSESSIONID|jsessionid \(set)
            </Proxy>
            ProxyPass /\(name)/ balancer://\(name)/
            """
    }

    /// The balancer as Martlet has it.
    func martlet(_ name: String, ports: ApachePorts) -> String {
        let words = [
            "d": "disabled", "s": "stopped", "i": "ignore-errors", "r": "hot-spare", "h": "hot-standby", "e": "error",
            "n": "draining",
        ]
        let lines = members.map { member in
            var keys = ["url: http://127.0.0.1:\(ports.port(of: member))", "retry: 600s"]
            let status = member.flags.compactMap { words[String($0)] }
            if !status.isEmpty { keys.append("status: [\(status.joined(separator: ", "))]") }
            if !member.set.isEmpty { keys.append("lbset: \(member.set)") }
            if !member.redirect.isEmpty { keys.append("redirect: \(member.redirect)") }
            if member.route != member.name { keys.append("route: \(member.route)") }
            if !member.factor.isEmpty { keys.append("load-factor: \(member.factor)") }
            return "      \(member.name): { \(keys.joined(separator: ", ")) }"
        }
        var affinity = settings["stickysessionsep"].map { ", separator: \"\($0.lowercased())\"" } ?? ""
        if settings["scolonpathdelim"] == "On" { affinity += ", semicolon-path-delimiter: true" }
        var text = """
              \(name):
                method: \(method)
                affinity: { cookie: JSESSIONID, parameter: jsessionid\(affinity) }

            """
        if settings["nofailover"] == "On" { text += "    no-failover: true\n" }
        if let statuses = settings["failonstatus"] { text += "    fail-on-status: [\(statuses)]\n" }
        if settings["forcerecovery"] == "Off" { text += "    force-recovery: false\n" }
        if let attempts = settings["maxattempts"].flatMap(Int.init) { text += "    max-attempts: \(attempts + 1)\n" }
        return text + "    members:\n" + lines.joined(separator: "\n")
    }
}

/// Where members wait, and where nobody does.
struct ApachePorts: Sendable {
    var alive: [String: Int] = [:]
    var dead: [String: Int] = [:]

    func port(of member: ApacheScenario.Member) -> Int {
        (member.isDead ? dead : alive)[member.name] ?? 0
    }
}
