import ArgumentParser
import Forwarding
import Session

/// A member as operators write it: `BALANCER/MEMBER`, or `MEMBER` alone.
struct MemberPath: ExpressibleByArgument {
    /// `nil`: the one that has the member.
    let balancer: String?
    let member: String

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isOfName) })
        else { return nil }
        balancer = parts.count == 2 ? String(parts[0]) : nil
        member = String(parts[parts.count - 1])
    }

    /// Finds the member's balancer where it was left out.
    ///
    /// - Throws: the exit code, where no balancer has the member or several have.
    func resolved(by options: ControlOptions) throws -> NamedMember {
        if let balancer { return NamedMember(balancer: balancer, member: member) }
        let balancers = try options.get("/status", as: EdgeStatus.self).value.balancers
        let owners = balancers.filter { $0.members.contains { $0.name == member } }.map(\.name)
        switch owners.count {
        case 1: return NamedMember(balancer: owners[0], member: member)
        case 0:
            let paths = balancers.flatMap { balancer in balancer.members.map { "\(balancer.name)/\($0.name)" } }
            throw EdgeProcess.failure(
                "error: no balancer has a member \"\(member)\"; the members are "
                    + paths.prefix(20).joined(separator: ", ") + (paths.count > 20 ? " …" : ""),
                code: ControlOptions.badData)
        default:
            throw EdgeProcess.failure(
                "error: several balancers have a member \"\(member)\"; say which one is meant: "
                    + owners.map { "\($0)/\(member)" }.joined(separator: ", "),
                code: ControlOptions.badData)
        }
    }
}

/// A member of a balancer, by their names.
struct NamedMember: CustomStringConvertible {
    let balancer: String
    let member: String

    /// The path by which the control socket knows it.
    var target: String { "/balancers/\(balancer)/members/\(member)" }

    var description: String { "\(balancer)/\(member)" }
}
