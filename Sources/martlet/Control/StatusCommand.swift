import ArgumentParser
import Forwarding

/// `martlet status`: says what a running process is doing.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what a running process is doing.",
        discussion: """
            Why the node is not to be given requests, where it is not, as after `martlet drain --node`; the last \
            reload with what changed and the first error, addresses, balancers with their members, and the \
            certificates that are served. A member's state is usable, down (by what), in error (for how long still, or \
            due for a try), draining or disabled; `martlet explain member` says more of it. Under way are exchanges, \
            tunnels included, of MAX at most; 5XX counts answers of such a status; TO MEMBER and FROM MEMBER are \
            bytes. With --json, error_milliseconds is missing where a member is in error without an end, as one whose \
            name has no address.
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
            if balancer.members.contains(where: { $0.check != nil }) {
                parts.append("checks of \(balancer.name)\n" + checks(balancer.members).text)
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
        if !status.readiness.isReady { lines.append("not ready: \(status.readiness.words)") }
        if let memory = words(status.memory) { lines.append(memory) }
        if let refused = words(status.refused) { lines.append(refused) }
        if let shed = words(status.shed) { lines.append(shed) }
        if let reload = status.lastReload { lines.append(words(reload)) }
        if let upgrade = status.upgrade { lines.append(words(upgrade)) }
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
            (refused.connections, "by connections of an address"), (refused.connectionRates, "by connection rate"),
            (refused.streams, "by streams"),
        ].filter { $0.0 > 0 }
        return counts.isEmpty ? nil : "refused " + counts.map { "\($0) \($1)" }.joined(separator: ", ")
    }

    /// What was let go of; `nil`: nothing.
    private static func words(_ shed: EdgeStatus.Shed) -> String? {
        let counts = [
            (shed.idleForConnections, "idle for limits.connections"),
            (shed.idleForDescriptors, "idle for want of descriptors"), (shed.idleClients, "idle for limits.memory"),
            (shed.idleMembers, "idle to members for limits.memory"),
            (shed.slowClients, "that took nothing for limits.memory"),
        ].filter { $0.0 > 0 }
        return counts.isEmpty ? nil : "connections let go of: " + counts.map { "\($0) \($1)" }.joined(separator: ", ")
    }

    /// How much memory there is of what is declared; `nil`: nothing is.
    private static func words(_ memory: EdgeStatus.Memory) -> String? {
        guard memory.isDeclared, let most = memory.bytesMax else { return nil }
        return "memory \(Words.bytes(UInt64(memory.residentBytes))) of \(Words.bytes(UInt64(most)))"
    }

    private static func words(_ upgrade: EdgeStatus.Upgrade) -> String {
        let time = Words.time(upgrade.time)
        return upgrade.fault.map {
            "upgrade \(time): process \(upgrade.process) does not serve, this one goes on: \($0)"
        } ?? "upgrade \(time): process \(upgrade.process) was started and does not serve yet"
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

    private static func checks(_ members: [EdgeStatus.Member]) -> TextTable {
        var table = TextTable(["MEMBER", "CHECK", "STATE", ">PASSED", ">FAILED", ">SAVED", ">LAST MS", "LAST"])
        for member in members {
            guard let check = member.check else { continue }
            table.add([
                member.name, check.kind, check.isUp ? "up" : "down", "\(check.passed)", "\(check.failed)",
                "\(check.saved)", check.milliseconds.map { "\($0)" } ?? "-", check.last ?? "-",
            ])
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
        drainedBy.map { drainer in
            switch drainer {
            case .control: "draining"
            case .configuration: "draining (configured)"
            case .discovery: "draining (its name stands for it no more)"
            }
        }
    }

    private func word(_ drain: String?) -> String {
        switch state {
        case .usable:
            let unheeded = causes.isEmpty ? "" : " (\(causes.joined(separator: ", ")): not heeded)"
            return "usable" + unheeded + (sharePercent == 100 ? "" : ", \(sharePercent) % of its share")
        case .draining: return drain ?? (sharePercent == 0 ? "draining (agent: 0 %)" : "draining (agent)")
        case .down:
            let hold = heldMilliseconds.map { milliseconds in
                let time = Words.duration(seconds: Int(milliseconds / 1_000 + 1))
                return ", well again: it came and went, and is used in \(time)"
            }
            return "down (\(causes.joined(separator: ", ")))" + (hold ?? "") + (drain.map { ", \($0)" } ?? "")
        case .disabled: return "disabled"
        case .due: return "in error, due for a try" + (drain.map { ", \($0)" } ?? "")
        case .inError:
            let time = errorMilliseconds.map { " for \(Words.duration(seconds: Int($0 / 1_000 + 1)))" } ?? ""
            let error = addresses.isEmpty ? "in error: its name has no address" : "in error\(time)"
            return drain.map { "\(error), \($0)" } ?? error
        }
    }
}
