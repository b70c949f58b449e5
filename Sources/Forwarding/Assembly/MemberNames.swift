import Model
import Reactor

extension MemberConfiguration.Address {
    /// The name that has to be looked up; `nil` for an address in digits and a path.
    var name: NameLookup.Name? {
        switch self {
        case .unix: nil
        case .host(let host, let port):
            SocketAddress(host: host, port: UInt16(port)) == nil
                ? NameLookup.Name(host: host, port: UInt16(port)) : nil
        case .service(let name): NameLookup.Name(service: name)
        }
    }
}

extension NameServers {
    /// Those that are declared.
    init(_ configuration: DNSConfiguration) {
        self.init(configuration.servers.compactMap { SocketAddress(host: $0.host, port: UInt16($0.port)) })
    }
}

extension EdgeConfiguration {
    /// Members' names that have to be looked up.
    var names: Set<NameLookup.Name> {
        Set(balancers.flatMap { $0.members.compactMap(\.address.name) })
    }

    /// The balancers whose members are in files, by the paths of these.
    var membersPaths: [String: [String]] {
        Dictionary(grouping: balancers.filter { $0.membersPath != nil }, by: { $0.membersPath ?? "" })
            .mapValues { $0.map(\.name) }
    }

    /// What of members' names is not as it should be, by the keys of the members: no address, or more than are used.
    /// Blocks on the network for ``NameLimits/checkSeconds`` at most.
    public func nameDoubts() -> [(keys: String, message: String, cure: String)] {
        let lookup = NameLookup(NameServers(dns))
        lookup.begin(names)
        let answers = lookup.answers(for: names, seconds: NameLimits.checkSeconds)
        return balancers.flatMap { balancer in
            balancer.members.compactMap { member in
                guard let name = member.address.name, let answer = answers[name] else { return nil }
                let keys = "balancers.\(balancer.name).members.\(member.name)"
                switch answer {
                case .failure(let error):
                    return (
                        keys,
                        "\(name.host) has no address (\(error.words)), and the member would be in error until it has "
                            + "one",
                        "write a name that has one, or an address in digits"
                    )
                case .success(let finding):
                    let count = max(finding.addresses.count, finding.services.count)
                    guard member.isTemplate, count > member.expansionMax else { return nil }
                    return (
                        keys,
                        "\(name.host) stands for \(count) members, and members-max is \(member.expansionMax): the "
                            + "others would be left out",
                        "write members-max: \(min(count, BalancerConfiguration.membersMax))"
                    )
                }
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
