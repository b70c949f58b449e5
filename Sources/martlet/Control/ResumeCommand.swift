import ArgumentParser
import Forwarding

/// `martlet resume MEMBER`, or `--node`: ends what `drain` or `disable` began.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "End what drain or disable began: the member, or the node, gets any requests again.")

    @Argument(help: "The member as BALANCER/MEMBER, or MEMBER alone where one balancer has it.")
    var member: MemberPath?

    @Flag(help: "The node that `drain --node` has those leave who balance in front.")
    var node = false

    @OptionGroup var options: ControlOptions

    func validate() throws {
        try NodeOrMember.validate(member, node: node)
    }

    func run() throws {
        guard let member else {
            let asked = try options.post("/node/resume", NoContent(), as: NodeReadiness.self)
            return options.show(asked) { $0.isReady ? "this node is ready" : "this node is not ready: \($0.words)" }
        }
        let named = try member.resolved(by: options)
        let asked = try options.post(named.target + "/resume", NoContent(), as: EdgeStatus.Member.self)
        options.show(asked) { "\(named) is \($0.stateWords)" }
    }
}
