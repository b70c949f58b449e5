import ArgumentParser
import Forwarding

/// `martlet whatif`: says where sessions would be if members left or came.
struct WhatIfCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whatif", abstract: "Show where sessions would be if members left or came.",
        discussion: """
            martlet whatif --drain node2
            martlet whatif --lose node1,node3 --balancer shop
            martlet whatif --add node5=2

            Nothing is changed. Sessions of members that leave go where an election, a hash or a redirect would send \
            them on the average: at once if they are lost, as they end if they are drained. Whoever comes gets new \
            sessions, and under mode hash its share of all.
            """)

    @Option(help: "Members to be drained, with a comma between two; may be repeated.")
    var drain: [String] = []

    @Option(help: "Members to be lost, with a comma between two; may be repeated.")
    var lose: [String] = []

    @Option(help: "A member to come as NAME or NAME=LOAD-FACTOR, with a comma between two; may be repeated.")
    var add: [String] = []

    @Option(help: "The balancer; each that has all the members named if left out.")
    var balancer: String?

    @OptionGroup var options: ControlOptions

    func validate() throws {
        guard !(drain + lose + add).isEmpty else { throw ValidationError("say who would leave or come") }
        _ = try additions()
    }

    func run() throws {
        let request = ForecastRequest(
            balancer: balancer, drain: Self.names(drain), lose: Self.names(lose), add: try additions())
        options.show(try options.post("/whatif", request, as: ForecastReport.self), text)
    }

    private static func names(_ lists: [String]) -> [String] {
        lists.flatMap { $0.split(separator: ",").map(String.init) }
    }

    private func additions() throws -> [ForecastRequest.Addition] {
        try Self.names(add).map { addition in
            let parts = addition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard !parts[0].isEmpty, let factor = parts.count == 1 ? 1 : Double(parts[1]) else {
                throw ValidationError("--add \(addition): expected NAME or NAME=LOAD-FACTOR")
            }
            return ForecastRequest.Addition(name: String(parts[0]), loadFactor: factor)
        }
    }

    private func text(_ report: ForecastReport) -> String {
        report.balancers.map { balancer in
            var table = TextTable(["MEMBER", ">SESSIONS", ">THEN", ">LOAD FACTOR", ">PER LOAD FACTOR", ""])
            for member in balancer.members {
                let mark =
                    member.isLeaving
                    ? "leaves" : member.name == balancer.peak ? "peak" : member.isComing ? "comes" : ""
                table.add([
                    member.name, "\(member.sessions)", "\(member.sessionsAfter)", Words.number(member.loadFactor),
                    Words.number(member.loadAfter), mark,
                ])
            }
            return head(balancer) + "\n" + table.text
        }.joined(separator: "\n\n")
    }

    private func head(_ balancer: ForecastReport.Balancer) -> String {
        let when = lose.isEmpty && !drain.isEmpty ? " as they end" : ""
        let stranded = balancer.stranded > 0 ? ", \(balancer.stranded) would find nobody" : ""
        return "balancer \(balancer.name): \(balancer.moved) of \(Words.count(balancer.sessions, "session")) would move"
            + when + stranded
    }
}
