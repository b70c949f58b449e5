import ArgumentParser
import Forwarding

/// `martlet status`: says what a running process is doing.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what a running process is doing.",
        discussion: """
            Balancers with their members, and the certificates that are served. A member's state is usable, in error \
            (for how long still, or due for a try), draining or disabled; under way are exchanges, tunnels included; \
            5XX counts answers of such a status.
            """)

    @OptionGroup var options: ControlOptions

    func run() throws {
        options.show(try options.get("/status", as: EdgeStatus.self), Self.text)
    }

    private static func text(_ status: EdgeStatus) -> String {
        let head = [
            "generation \(status.generation)", "up \(Words.duration(seconds: status.uptimeSeconds))",
            Words.count(status.workers, "worker"), Words.count(status.clientConnections, "client connection"),
        ]
        var parts = [head.joined(separator: ", ")]
        for balancer in status.balancers {
            parts.append(
                "balancer \(balancer.name) (\(balancer.method), affinity \(balancer.affinity))\n"
                    + table(balancer.members).text)
            if balancer.hearsHeartbeats {
                parts.append("heartbeats of \(balancer.name)\n" + heartbeats(balancer.members).text)
            }
        }
        if !status.certificates.isEmpty { parts.append("certificates\n" + table(status.certificates).text) }
        return parts.joined(separator: "\n\n")
    }

    private static func table(_ members: [EdgeStatus.Member]) -> TextTable {
        var table = TextTable([
            "MEMBER", "STATE", ">UNDER WAY", ">TUNNELS", ">SESSIONS", ">ELECTED", ">FAILURES", ">5XX", ">SENT",
            ">RECEIVED",
        ])
        for member in members {
            table.add([
                member.name, member.stateWords, "\(member.underWay)", "\(member.tunnels)",
                member.sessions.map { "\($0)" } ?? "-", "\(member.elected)", "\(member.failures)",
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
}

extension EdgeStatus.Member {
    /// What it may get, for people.
    var stateWords: String {
        let drain = drainedBy.map { $0 == .control ? "draining" : "draining (configured)" }
        switch state {
        case .usable: return "usable"
        case .draining: return drain ?? "draining"
        case .disabled: return "disabled"
        case .due: return "in error, due for a try" + (drain.map { ", \($0)" } ?? "")
        case .inError:
            let seconds = Int(errorMilliseconds / 1_000 + 1)
            let error = errorMilliseconds == .max ? "in error" : "in error for \(Words.duration(seconds: seconds))"
            return drain.map { "\(error), \($0)" } ?? error
        }
    }
}
