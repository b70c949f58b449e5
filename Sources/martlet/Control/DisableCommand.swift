import ArgumentParser
import Forwarding

/// `martlet disable MEMBER`: takes a member out, for its sessions too.
struct DisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Give a member no requests at all.",
        discussion: """
            As status: [disabled] in the configuration does, but at once; it lasts across reloads until \
            `martlet resume`, or until the process ends. Its sessions go to other members; exchanges under way end on \
            it. No check and no rule for when nobody is left brings it back. `martlet drain` lets sessions stay.
            """)

    @Argument(help: "The member as BALANCER/MEMBER, or MEMBER alone where one balancer has it.")
    var member: MemberPath

    @OptionGroup var options: ControlOptions

    func run() throws {
        let named = try member.resolved(by: options)
        let asked = try options.post(named.target + "/disable", NoContent(), as: EdgeStatus.Member.self)
        options.show(asked) { "\(named) is \($0.stateWords): \(Words.count($0.underWay, "exchange")) under way" }
    }
}
