import Balancing
import Model
import Reactor

/// How one member is asked, beside requests, how it is.
package struct ProbePlan: Sendable {
    /// The name of its balancer.
    let balancer: String
    /// The member; its state outlives reloads, and by it a plan is known to be the same member's.
    let member: Member
    /// Where it waits; none where its name has no address.
    let addresses: [SocketAddress]
    /// How it is asked whether it is well; `nil`: it is not.
    let check: MemberCheck?
    /// Who says how much it may have; `nil`: nobody.
    let agent: AgentConfiguration?
    /// What its checks have come to.
    let tally: CheckTally

    /// `node1 of shop`.
    var name: String { "\(member.name) of \(balancer)" }

    /// What is said behind the news that it is well, where it is not used yet.
    static let heldWords = "; it came and went, and is left alone for a while still"

    /// What is said when it is.
    var usedAgainWords: String {
        "member \(name) is used again: it came and went, and has been well for a while"
    }

    /// Where it is asked.
    ///
    /// - Parameters:
    ///   - address: in digits or as `unix:` and a path; `nil`: where it waits.
    ///   - port: the port there; `nil`: its own.
    func places(_ address: String?, _ port: Int?) -> [SocketAddress] {
        guard let address else {
            guard let port else { return addresses }
            return addresses.compactMap { $0.isUnix ? nil : SocketAddress(host: $0.host, port: UInt16(port)) }
        }
        if address.hasPrefix("unix:") {
            return SocketAddress(unixPath: String(address.dropFirst(5))).map { [$0] } ?? []
        }
        let own = addresses.first { !$0.isUnix }
        return SocketAddress(host: address, port: port.map { UInt16($0) } ?? own?.port ?? 0).map { [$0] } ?? []
    }

    /// Whether checks go on from another plan's: the same questions at the same places.
    func continues(_ former: ProbePlan) -> Bool {
        member.state === former.member.state && check == former.check && addresses == former.addresses
    }
}

extension Balancer {
    /// How its members are asked how they are; those that are not are not among them, nor those that may have nothing
    /// by their declaration.
    package var probePlans: [ProbePlan] {
        chooser.members.indices.compactMap { index in
            let agent = configuration.members[index].agent ?? configuration.agent
            guard checks[index] != nil || agent != nil,
                configuration.members[index].status.isDisjoint(with: [.disabled, .stopped])
            else { return nil }
            return ProbePlan(
                balancer: configuration.name, member: chooser.members[index], addresses: pools[index].addresses,
                check: checks[index], agent: agent, tally: tallies[index])
        }
    }
}
