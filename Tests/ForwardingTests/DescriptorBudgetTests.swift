import Forwarding
import Model
import Testing

/// What fits into how many descriptors.
@Suite("Descriptor budget")
struct DescriptorBudgetTests {
    private func configuration(_ connections: Int, workers: Int? = nil, control: String? = nil) -> EdgeConfiguration {
        var edge = EdgeConfiguration(listeners: [], sites: [], balancers: [])
        edge.limits.connectionsMax = connections
        (edge.workers, edge.controlSocketPath) = (workers, control)
        return edge
    }

    private func fitting(_ limit: Int, _ configuration: EdgeConfiguration) throws -> (Int, String?) {
        let fitted = try DescriptorBudget(limit: limit, open: 10, cores: 2).fit(configuration)
        return (fitted.configuration.limits.connectionsMax, fitted.doubt?.description)
    }

    @Test("as many clients as have a descriptor for a member each; of many, all but 4,096")
    func share() throws {
        // 10 are open; 4 of workers, 2 of logs, 16 to spare.
        #expect(try fitting(1_024, configuration(65_536)).0 == 496)
        #expect(try fitting(20_000, configuration(65_536)).0 == 20_000 - 32 - 4_096)
        #expect(try fitting(1_024, configuration(65_536, workers: 10)).0 == 488)
        #expect(try fitting(1_024, configuration(65_536, control: "x")).0 == 476)
        #expect(try fitting(34, configuration(65_536)).0 == 1)
    }

    @Test("a check has a descriptor, each of a name's and of a file's members that may come without a reload too")
    func checks() throws {
        func fits(_ change: (inout BalancerConfiguration) -> Void) throws -> Int {
            var edge = configuration(65_536)
            var balancer = BalancerConfiguration(
                name: "shop", members: [MemberConfiguration(name: "app", address: .host("app.test", port: 80))])
            balancer.check = CheckConfiguration()
            change(&balancer)
            edge.balancers = [balancer]
            return try fitting(1_024, edge).0
        }
        // The thread that checks has two itself.
        #expect(try fits { _ in } == (1_024 - 32 - 2 - 1 + 1) / 2)
        #expect(try fits { $0.members[0].standsForAll = true } == (1_024 - 32 - 2 - 32) / 2)
        #expect(try fits { $0.membersPath = "members.yaml" } == (1_024 - 32 - 2 - 128) / 2)
        #expect(try fits { $0.check = nil } == 496)
    }

    @Test("the cure, obeyed, is enough")
    func cure() throws {
        for connections in [1, 100, 5_000, 65_536, 1_000_000] {
            let (fits, warning) = try fitting(34, configuration(connections))
            #expect((warning == nil) == (connections == 1))
            guard let warning else { continue }
            let limit = try #require(warning.firstMatch(of: #/LimitNOFILE=(\d+)/#).flatMap { Int($0.1) }, "\(warning)")
            #expect(fits == 1 && warning.contains("limits.connections is \(connections), and 34 descriptors"))
            #expect(try fitting(limit, configuration(connections)) == (connections, nil))
        }
        #expect(throws: DescriptorShortage.self) { _ = try fitting(33, configuration(1)) }
    }
}
