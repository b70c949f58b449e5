import ArgumentParser
import Forwarding

/// `martlet status`: says what a running process is doing.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what a running process is doing.",
        discussion: """
            The last reload with what changed and the first error, addresses, balancers with their members, and the \
            certificates that are served. A member's state is usable, in error (for how long still, or due for a \
            try), draining or disabled; under way are exchanges, tunnels included, of MAX at most; 5XX counts answers \
            of such a status; TO MEMBER and FROM MEMBER are bytes.
            """)

    @OptionGroup var options: ControlOptions

    func run() throws {
        options.show(try options.get("/status", as: EdgeStatus.self), Self.text)
    }

    private static func text(_ status: EdgeStatus) -> String {
        var parts = [head(status)]
        for balancer in status.balancers {
            parts.append(
                "balancer \(balancer.name) (\(balancer.method), affinity \(balancer.affinity))\n"
                    + table(balancer.members).text)
            if balancer.hearsHeartbeats {
                parts.append("heartbeats of \(balancer.name)\n" + heartbeats(balancer.members).text)
            }
        }
        if !status.certificates.isEmpty { parts.append("certificates\n" + table(status.certificates).text) }
        let failing = status.sources.filter { $0.fault != nil }
        if !failing.isEmpty { parts.append("what could not be read again\n" + table(failing).text) }
        return parts.joined(separator: "\n\n")
    }

    private static func head(_ status: EdgeStatus) -> String {
        let numbers = [
            "generation \(status.generation)", "up \(Words.duration(seconds: status.uptimeSeconds))",
            Words.count(status.workers, "worker"), Words.count(status.clientConnections, "client connection"),
            Words.count(status.waitingRequests, "waiting request"),
        ]
        var lines = [
            "martlet \(status.version), process \(status.process), configuration: \(status.configuration)",
            numbers.joined(separator: ", "),
        ]
        if let refused = words(status.refused) { lines.append(refused) }
        if let reload = status.lastReload { lines.append(words(reload)) }
        let listeners = status.listeners.map { listener in
            "\(listener.address) (\(((listener.isTls ? ["tls"] : []) + listener.protocols).joined(separator: ", ")))"
        }
        lines.append("listening on \(listeners.joined(separator: ", "))")
        if !status.closedSites.isEmpty {
            let hosts = status.closedSites.map { site in
                site.host + (site.maintenanceBy == .configuration ? " (configured)" : "")
            }
            lines.append("closed for maintenance: \(hosts.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }

    /// What rules have refused; `nil`: nothing.
    private static func words(_ refused: EdgeStatus.Refused) -> String? {
        let counts = [
            (refused.addresses, "by address"), (refused.rates, "by rate"),
            (refused.exchanges, "by exchanges under way"),
            (refused.connections, "by connections"), (refused.streams, "by streams"),
        ].filter { $0.0 > 0 }
        return counts.isEmpty ? nil : "refused " + counts.map { "\($0) \($1)" }.joined(separator: ", ")
    }

    private static func words(_ reload: Receipt) -> String {
        let fault = reload.error.map { ": \($0)" } ?? ""
        let change = "\n  asked by \(reload.askedBy.map(\.rawValue).joined(separator: ", ")): \(reload.summary)"
        let time = Words.time(reload.time)
        return switch reload.outcome {
        case .accepted: "last reload \(time): accepted as generation \(reload.generation)\(fault)\(change)"
        case .rejected: "last reload \(time): rejected, generation \(reload.generation) goes on\(fault)\(change)"
        }
    }

    private static func table(_ members: [EdgeStatus.Member]) -> TextTable {
        var table = TextTable([
            "MEMBER", "STATE", ">UNDER WAY", ">MAX", ">TUNNELS", ">SESSIONS", ">ELECTED", ">FAILURES", ">5XX",
            ">TO MEMBER", ">FROM MEMBER",
        ])
        for member in members {
            table.add([
                member.name, member.stateWords, "\(member.underWay)", member.exchangesMax.map { "\($0)" } ?? "-",
                "\(member.tunnels)", member.sessions.map { "\($0)" } ?? "-", "\(member.elected)", "\(member.failures)",
                "\(member.serverErrors)", Words.bytes(member.sentBytes), Words.bytes(member.receivedBytes),
            ])
        }
        return table
    }

    private static func heartbeats(_ members: [EdgeStatus.Member]) -> TextTable {
        var table = TextTable(["MEMBER", ">READY", ">BUSY", "HEARD"])
        for member in members {
            guard let heartbeat = member.heartbeat else {
                table.add([member.name, "-", "-", "never"])
                continue
            }
            let age = Words.duration(seconds: Int(heartbeat.ageMilliseconds / 1_000))
            table.add([member.name, "\(heartbeat.ready)", "\(heartbeat.busy)", "\(age) ago"])
        }
        return table
    }

    private static func table(_ certificates: [EdgeStatus.Certificate]) -> TextTable {
        var table = TextTable(["NAMES", "SERIAL", "EXPIRES", "FILE"])
        for certificate in certificates {
            table.add([
                certificate.names.joined(separator: ", "), certificate.serial, Words.time(certificate.notAfter),
                certificate.path,
            ])
        }
        return table
    }

    private static func table(_ sources: [EdgeStatus.Source]) -> TextTable {
        var table = TextTable(["WHAT", "NAME", "READ", "WHY NOT SINCE"])
        for source in sources {
            let age = source.ageSeconds.map { "\(Words.duration(seconds: $0)) ago" } ?? "never"
            table.add([source.kind.words, source.name, age, source.fault ?? ""])
        }
        return table
    }
}

extension EdgeStatus.Source.Kind {
    /// What it is, for people.
    fileprivate var words: String { rawValue.replacing("-", with: " ") }
}

extension EdgeStatus.Member {
    /// What it may get, for people; with what it stands in for.
    var stateWords: String {
        let reserve = [("hot-standby", "hot standby"), ("hot-spare", "hot spare")].first { status.contains($0.0) }
        return reserve.map { "\(word(drain)) (\($0.1))" } ?? word(drain)
    }

    private var drain: String? {
        drainedBy.map { $0 == .control ? "draining" : "draining (configured)" }
    }

    private func word(_ drain: String?) -> String {
        switch state {
        case .usable: return "usable"
        case .draining: return drain ?? "draining"
        case .disabled: return "disabled"
        case .due: return "in error, due for a try" + (drain.map { ", \($0)" } ?? "")
        case .inError:
            let seconds = Int(errorMilliseconds / 1_000 + 1)
            let error =
                addresses.isEmpty
                ? "in error: its name has no address"
                : errorMilliseconds == .max ? "in error" : "in error for \(Words.duration(seconds: seconds))"
            return drain.map { "\(error), \($0)" } ?? error
        }
    }
}
