import ArgumentParser
import Forwarding
import Foundation

/// `martlet drain MEMBER`: lets a member have the requests of its sessions and no others; `martlet drain --node`: tells
/// those who balance in front to leave the node.
struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Give a member the requests of its sessions and no others.",
        discussion: """
            As status: [draining] in the configuration does, but at once; it lasts across reloads until \
            `martlet resume`, or until the process ends. With --wait it exits 0 when nothing is under way on the \
            member any more, nor a session left, and 75 when --timeout has passed before. Where clients are tied to \
            the member and sessions are not counted, it exits 78 when nothing is under way. When the last session \
            will be gone is told by the pace of those that have ended since.

            With --node it is the node that is to be left: /readyz of `metrics` says 503 and answers end their \
            connections, while listeners stay open; until `martlet resume --node`, or the process ends.
            """)

    @Argument(help: "The member as BALANCER/MEMBER, or MEMBER alone where one balancer has it.")
    var member: MemberPath?

    @Flag(help: "Have those who balance in front leave this node, in place of a member.")
    var node = false

    @Flag(help: "Wait until nothing is under way on the member, and no session is left.")
    var wait = false

    @Option(help: "How many seconds to wait at most; as long as it takes if left out.")
    var timeout: Int?

    @OptionGroup var options: ControlOptions

    /// Seconds between two looks at a member that is waited for.
    private static let pause = 0.2

    func validate() throws {
        guard timeout ?? 0 >= 0 else { throw ValidationError("--timeout is a number of seconds, 0 or more") }
        try NodeOrMember.validate(member, node: node)
        guard !node || !wait else { throw ValidationError("--wait is for a member: nobody tells when a node is left") }
    }

    func run() throws {
        guard let member else {
            let asked = try options.post("/node/drain", NoContent(), as: NodeReadiness.self)
            return options.show(asked) { _ in "this node is draining: /readyz says 503" }
        }
        try drain(member)
    }

    private func drain(_ member: MemberPath) throws {
        let begin = ContinuousClock.now
        let member = try member.resolved(by: options)
        func words(_ status: EdgeStatus.Member) -> String { Self.words(status, of: member) }
        var asked = try options.post(member.target + "/drain", NoContent(), as: EdgeStatus.Member.self)
        while wait, asked.value.underWay > 0 || asked.value.sessions ?? 0 > 0 {
            if let timeout, ContinuousClock.now >= begin + .seconds(timeout) {
                throw EdgeProcess.failure(
                    "error: \(words(asked.value)) after \(timeout) s; it goes on draining",
                    code: ControlOptions.later)
            }
            Thread.sleep(forTimeInterval: Self.pause)
            asked = try options.get(member.target, as: EdgeStatus.Member.self)
            guard asked.value.drainedBy != nil else {
                throw EdgeProcess.failure(
                    "error: \(member) drains no longer: it was resumed, or the process was started anew",
                    code: ControlOptions.later)
            }
        }
        guard wait, asked.value.tiesUncounted else { return options.show(asked, words) }
        throw EdgeProcess.failure(
            "error: \(words(asked.value)), so nobody knows when the last one is gone; it goes on draining",
            code: ControlOptions.uncounted)
    }

    private static func words(_ status: EdgeStatus.Member, of member: NamedMember) -> String {
        let tunnels = status.tunnels > 0 ? ", \(Words.count(status.tunnels, "tunnel")) among them" : ""
        let uncounted = status.tiesUncounted ? "; clients are tied to it and their sessions are not counted" : ""
        let sessions = status.sessions.map { "; \(Words.count($0, "session")) left" } ?? uncounted
        let seconds = status.drainMilliseconds.map { Int(($0 + 999) / 1_000) } ?? 0
        let end = seconds > 0 ? ", gone in \(Words.duration(seconds: seconds)) at the pace so far" : ""
        return "\(member) is draining: \(Words.count(status.underWay, "exchange")) under way\(tunnels)\(sessions)\(end)"
    }
}

/// What a verb is given that goes for a member or for the node.
enum NodeOrMember {
    /// Refuses both, and neither.
    static func validate(_ member: MemberPath?, node: Bool) throws {
        guard node == (member == nil) else {
            throw ValidationError(node ? "--node is given in place of a member" : "say which member, or --node")
        }
    }
}

/// The content of a command that needs none.
struct NoContent: Encodable {}
