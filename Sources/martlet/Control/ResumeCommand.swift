import ArgumentParser
import Forwarding

/// `martlet resume MEMBER`: ends what `drain` began.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "End what drain began: the member gets any requests again.")

    @Argument(help: "The member as BALANCER/MEMBER, or MEMBER alone where one balancer has it.")
    var member: MemberPath

    @OptionGroup var options: ControlOptions

    func run() throws {
        let member = try member.resolved(by: options)
        let asked = try options.post(member.target + "/resume", NoContent(), as: EdgeStatus.Member.self)
        options.show(asked) { "\(member) is \($0.stateWords)" }
    }
}
