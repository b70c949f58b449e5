import Model
import Reactor

extension MemberConfiguration.Address {
    /// The name that has to be looked up; `nil` for an address in digits and a path.
    var name: NameLookup.Name? {
        guard case .host(let host, let port) = self, SocketAddress(host: host, port: UInt16(port)) == nil else {
            return nil
        }
        return NameLookup.Name(host: host, port: UInt16(port))
    }
}

extension EdgeConfiguration {
    /// Members' names that have to be looked up.
    var names: Set<NameLookup.Name> {
        Set(balancers.flatMap { $0.members.compactMap(\.address.name) })
    }

    /// Which members' names have no address, by the keys of the members. Blocks on the network for
    /// ``NameLimits/checkSeconds`` at most.
    public func unresolvedNames() -> [(keys: String, message: String)] {
        let lookup = NameLookup()
        lookup.begin(names)
        let answers = lookup.answers(for: names, seconds: NameLimits.checkSeconds)
        return balancers.flatMap { balancer in
            balancer.members.compactMap { member in
                guard let name = member.address.name, case .failure(let error)? = answers[name] else { return nil }
                return (
                    "balancers.\(balancer.name).members.\(member.name)",
                    "\(name.host) has no address (\(error.words)), and the member would be in error until it has one"
                )
            }
        }
    }
}

extension NameLookup {
    /// Waits for answers; who has got none in time has a failure that says so, and who was given up before has none.
    package func answers(for names: Set<Name>, seconds: Int) -> [Name: Answer] {
        var answers = wait(seconds: seconds)
        guard !isAbandoned else { return answers }
        for name in names where answers[name] == nil {
            answers[name] = .failure(
                SocketAddress.ResolutionError(words: "the resolver does not answer within \(seconds) s"))
        }
        return answers
    }
}

extension SocketAddress {
    /// The address of a listener; `nil` when it is none.
    init?(_ address: ListenAddress) {
        switch address {
        case .ip(let host, let port): self.init(host: host, port: UInt16(port))
        case .unix(let path): self.init(unixPath: path)
        }
    }
}
