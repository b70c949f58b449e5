import ArgumentParser
import Forwarding

/// `martlet sessions`: says how many live sessions members have.
struct SessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "Show how many live sessions members have.",
        discussion: """
            Sessions are counted where a balancer's affinity tells them apart; the numbers are estimates with a \
            standard error of 0.9 % of those seen within that time. A session that has moved counts on both members \
            for a while, and once among all.
            """)

    @OptionGroup var options: ControlOptions

    func run() throws {
        options.show(try options.get("/sessions", as: SessionReport.self), Self.text)
    }

    private static func text(_ report: SessionReport) -> String {
        report.balancers.map { balancer in
            let head = "balancer \(balancer.name) (affinity \(balancer.affinity)): "
            guard let sessions = balancer.sessions else { return head + "sessions are not counted" }
            let sum = max(1, balancer.members.reduce(0) { $0 + ($1.sessions ?? 0) })
            var table = TextTable(["MEMBER", ">SESSIONS", ">SHARE", ">LOAD FACTOR", ">PER LOAD FACTOR"])
            for member in balancer.members {
                let count = member.sessions ?? 0
                table.add([
                    member.name, "\(count)", "\(count * 100 / sum) %", Words.number(member.loadFactor),
                    Words.number(Double(count) / member.loadFactor),
                ])
            }
            return head + Words.count(sessions, "session") + "\n" + table.text
        }.joined(separator: "\n\n")
    }
}
