import ArgumentParser
import Forwarding

/// `martlet resume BALANCER/MEMBER`: ends what `drain` began.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "End what drain began: the member gets any requests again.")

    @Argument(help: "The member as BALANCER/MEMBER.")
    var member: MemberPath

    @OptionGroup var options: ControlOptions

    func run() throws {
        let asked = try options.post(member.target + "/resume", NoContent(), as: EdgeStatus.Member.self)
        options.show(asked) { "\(member) is \($0.stateWords)" }
    }
}
