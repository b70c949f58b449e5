import Balancing
import Forwarding
import Model
import Reactor
import Testing

/// Members that stand for several: what becomes of them with each answer.
@Suite("Members of names")
struct ExpansionTests {
    private func started(_ change: (inout World) -> Void = { _ in }) throws -> World {
        var world = World()
        world.members = [("app", "{ url: \"http://app.test:8080\", addresses: all, load-factor: 2 }")]
        world.addresses = ["app.test": ["192.0.2.1", "192.0.2.2"]]
        change(&world)
        try world.reload()
        return world
    }

    private func lines(_ changes: [Receipt.Change]) -> [String] { changes.map(\.line) }

    /// The members that are served, and the states that they have.
    private func members(_ world: World) -> [Member] { world.served?.edge.balancers[0].chooser.members ?? [] }

    // MARK: - Addresses

    @Test("a member an address, with what is declared of it, named by the address")
    func addresses() throws {
        let world = try started { $0.addresses["app.test"] = ["192.0.2.2", "2001:db8::1", "192.0.2.1"] }
        #expect(members(world).map(\.name) == ["app-192-0-2-1", "app-192-0-2-2", "app-2001-db8--1"])
        #expect(members(world).map(\.specification.route) == members(world).map(\.name))
        let pools = world.served?.edge.balancers[0].pools ?? []
        #expect(
            pools.map { $0.addresses.map(\.description) } == [
                ["192.0.2.1:8080"], ["192.0.2.2:8080"], ["[2001:db8::1]:8080"],
            ])
        #expect(members(world).allSatisfy { $0.specification.loadFactor == members(world)[0].specification.loadFactor })
    }

    @Test("the order of an answer means nothing: states stay with their addresses")
    func order() throws {
        var world = try started()
        let before = members(world)
        world.addresses["app.test"] = ["192.0.2.2", "192.0.2.1"]
        #expect(try world.lookUp() == [])
        #expect(zip(before, members(world)).allSatisfy { $0.state === $1.state })
    }

    @Test("one that comes is told, one that goes drains while it is held, and is gone then")
    func changes() throws {
        var world = try started { $0.settings = "\ndns: { hold: 5s }" }
        let before = members(world)
        world.addresses["app.test"] = ["192.0.2.2", "192.0.2.3"]
        #expect(
            lines(try world.lookUp()) == [
                "member shop/app-192-0-2-1 changed (its name stands for it no more: it keeps its sessions for a while)",
                "member shop/app-192-0-2-3 added: none -> 192.0.2.3:8080",
            ])
        #expect(members(world)[0].specification.status == [.draining] && members(world)[0].state === before[0].state)
        #expect(members(world)[1].specification.status == [] && members(world)[1].state === before[1].state)
        world.now += 3_000
        #expect(try world.lookUp() == [])
        #expect(
            lines(try world.lookUp()) == ["member shop/app-192-0-2-1 gone: 192.0.2.1:8080 -> none"])
        #expect(members(world).map(\.name) == ["app-192-0-2-2", "app-192-0-2-3"])
        #expect(world.served?.generation == 1, "it is one configuration")
    }

    @Test("one that comes back while it is held is what it was")
    func flapping() throws {
        var world = try started()
        let before = members(world)
        for _ in 0..<5 {
            world.addresses["app.test"] = ["192.0.2.1"]
            try world.lookUp()
            #expect(members(world).map(\.specification.status) == [[], [.draining]])
            world.addresses["app.test"] = ["192.0.2.2", "192.0.2.1"]
            try world.lookUp()
            #expect(members(world).map(\.specification.status) == [[], []])
        }
        #expect(zip(before, members(world)).allSatisfy { $0.state === $1.state })
    }

    @Test("without a hold it is gone at once")
    func noHold() throws {
        var world = try started { $0.settings = "\ndns: { hold: 0 }" }
        world.addresses["app.test"] = ["192.0.2.2"]
        #expect(lines(try world.lookUp()) == ["member shop/app-192-0-2-1 gone: 192.0.2.1:8080 -> none"])
    }

    @Test("a name server that fails changes nothing, and that is told")
    func failing() throws {
        var world = try started()
        let before = members(world)
        world.addresses = [:]
        #expect(lines(try world.lookUp()) == ["name app.test kept: none -> 192.0.2.1, 192.0.2.2 (nobody knows it)"])
        #expect(zip(before, members(world)).allSatisfy { $0.state === $1.state && $1.specification.isReachable })
        #expect(
            world.served?.warnings == [
                "balancers.shop.members.app: app.test has no address (nobody knows it): it is served at its old "
                    + "192.0.2.1, 192.0.2.2 on"
            ])
    }

    @Test("before the first answer there is one member, which is in error")
    func unanswered() throws {
        var world = try started { $0.addresses = [:] }
        #expect(members(world).map(\.name) == ["app"] && !members(world)[0].specification.isReachable)
        world.addresses["app.test"] = ["192.0.2.1"]
        #expect(
            lines(try world.lookUp()) == [
                "member shop/app-192-0-2-1 added: none -> 192.0.2.1:8080", "member shop/app gone",
            ])
    }

    @Test("beyond members-max those go first that are served, and the others are told")
    func tooMany() throws {
        var world = try started {
            $0.members = [("app", "{ url: \"http://app.test:8080\", addresses: all, members-max: 2 }")]
            $0.addresses["app.test"] = ["192.0.2.5", "192.0.2.7"]
        }
        world.addresses["app.test"] = ["192.0.2.1", "192.0.2.7", "192.0.2.3", "192.0.2.5"]
        #expect(try world.lookUp() == [])
        #expect(members(world).map(\.name) == ["app-192-0-2-5", "app-192-0-2-7"])
        #expect(
            world.served?.warnings == [
                "balancers.shop.members.app: it would stand for 4 members, and members-max is 2: the others are left "
                    + "out"
            ])
    }

    @Test("those that are held make room for those that are answered")
    func replaced() throws {
        var world = try started {
            $0.members = [("app", "{ url: \"http://app.test:8080\", addresses: all, members-max: 3 }")]
        }
        world.addresses["app.test"] = ["192.0.2.3", "192.0.2.4"]
        try world.lookUp()
        #expect(members(world).map(\.name) == ["app-192-0-2-1", "app-192-0-2-3", "app-192-0-2-4"])
        world.addresses["app.test"] = ["192.0.2.3", "192.0.2.4", "192.0.2.5"]
        try world.lookUp()
        #expect(members(world).map(\.name) == ["app-192-0-2-3", "app-192-0-2-4", "app-192-0-2-5"])
        #expect(world.served?.warnings == [])
    }

    @Test("a member that is declared has its name, whatever is answered")
    func collision() throws {
        let world = try started { $0.members.append(("app-192-0-2-1", "http://192.0.2.9:80")) }
        #expect(members(world).map(\.name) == ["app-192-0-2-2", "app-192-0-2-1"])
        #expect(world.served?.warnings.count == 1)
    }

    @Test("a reload keeps members that are answered as before")
    func reload() throws {
        var world = try started()
        let before = members(world)
        world.settings = "\ntimeouts: { body: 9s }"
        #expect(lines(try world.reload()) == ["key timeouts.body changed: 30s -> 9s"])
        #expect(zip(before, members(world)).allSatisfy { $0.state === $1.state })
    }

    // MARK: - Services

    @Test("priorities are sets, weights are shares, and hosts are named without their domain")
    func services() throws {
        let world = try started {
            $0.members = [("app", "{ srv: _http._tcp.app.test, lbset: 3 }")]
            $0.services["_http._tcp.app.test"] = [
                .init(host: "n2.app.test", priority: 20, weight: 10, address: "192.0.2.2"),
                .init(host: "n1.app.test", port: 8_081, priority: 10, weight: 30, address: "192.0.2.1"),
                .init(host: "far.other.test", priority: 20, weight: 0, address: "192.0.2.3"),
            ]
        }
        let specifications = members(world).map(\.specification)
        #expect(specifications.map(\.name) == ["app-far-other-test-8080", "app-n1-8081", "app-n2-8080"])
        #expect(specifications.map(\.set) == [4, 3, 4])
        #expect(world.served?.edge.balancers[0].pools.map { $0.addresses.map(\.port) } == [[8_080], [8_081], [8_080]])
        let factors = specifications.map { Int($0.loadFactor.hundredths) }
        #expect(factors == [1, 3_000, 1_000])
    }

    @Test("RFC 2782: a weight of 0 is a very small share beside others, however small or large they are")
    func zeroWeight() throws {
        func factors(_ weights: [UInt16]) throws -> [Int] {
            let world = try started {
                $0.members = [("app", "{ srv: _http._tcp.app.test }")]
                $0.services["_http._tcp.app.test"] = weights.enumerated().map { index, weight in
                    .init(host: "n\(index).app.test", weight: weight, address: "192.0.2.\(index + 1)")
                }
            }
            return members(world).map { Int($0.specification.loadFactor.hundredths) }
        }
        #expect(try factors([0, 1, 2]) == [1, 100, 200])
        #expect(try factors([0, 4_000]) == [1, 8_000])
        #expect(try factors([0, 65_535]) == [1, 10_000])
        #expect(try factors([0, 0]) == [100, 100])
        #expect(try factors([1, 2]) == [1, 2])
    }

    @Test("equal weights are no shares: what is declared holds")
    func equalWeights() throws {
        let world = try started {
            $0.members = [("app", "{ srv: _http._tcp.app.test, load-factor: 3 }")]
            $0.services["_http._tcp.app.test"] = [
                .init(host: "n1.app.test", weight: 50), .init(host: "n2.app.test", weight: 50, address: "192.0.2.2"),
            ]
        }
        #expect(members(world).map { Int($0.specification.loadFactor.hundredths) } == [300, 300])
    }

    @Test("another priority or weight is told by what comes of it")
    func otherShares() throws {
        var world = try started {
            $0.members = [("app", "{ srv: _http._tcp.app.test }")]
            $0.services["_http._tcp.app.test"] = [
                .init(host: "n1.app.test", priority: 1, weight: 30),
                .init(host: "n2.app.test", priority: 1, weight: 100, address: "192.0.2.2"),
            ]
        }
        world.services["_http._tcp.app.test"] = [
            .init(host: "n1.app.test", priority: 1, weight: 50),
            .init(host: "n2.app.test", priority: 2, weight: 100, address: "192.0.2.2"),
        ]
        #expect(
            lines(try world.lookUp()) == [
                "member shop/app-n1-8080 changed (load-factor 0.3 -> 0.5)",
                "member shop/app-n2-8080 changed (lbset 0 -> 1)",
            ])
    }

    @Test("a host whose address changes is the same member")
    func movedHost() throws {
        var world = try started {
            $0.members = [("app", "{ srv: _http._tcp.app.test }")]
            $0.services["_http._tcp.app.test"] = [.init(host: "n1.app.test")]
        }
        let before = members(world)[0]
        world.services["_http._tcp.app.test"] = [.init(host: "n1.app.test", address: "192.0.2.77")]
        #expect(
            lines(try world.lookUp()) == ["member shop/app-n1-8080 resolved: 192.0.2.1:8080 -> 192.0.2.77:8080"])
        #expect(members(world)[0].state === before.state)
    }

    @Test("a host whose address nobody tells this time is where it was; one that was never told is nobody")
    func untold() throws {
        var world = try started {
            $0.members = [("app", "{ srv: _http._tcp.app.test }")]
            $0.services["_http._tcp.app.test"] = [
                .init(host: "n1.app.test"), .init(host: "n2.app.test", address: "192.0.2.2"),
            ]
        }
        let before = members(world)
        world.services["_http._tcp.app.test"] = [
            .init(host: "n1.app.test", address: ""), .init(host: "n2.app.test", address: "192.0.2.2"),
            .init(host: "n3.app.test", address: ""),
        ]
        #expect(try world.lookUp() == [])
        #expect(members(world).map(\.specification.status) == [[], []])
        #expect(zip(before, members(world)).allSatisfy { $0.state === $1.state })
        #expect(
            world.served?.warnings == [
                "balancers.shop.members.app: no address of n3.app.test is known: left out until there is one"
            ])
    }

    @Test("who takes another process's place has what that one was answered, where nobody answers him")
    func inherited() throws {
        func world(_ change: (inout World) -> Void = { _ in }) throws -> World {
            try started {
                $0.members.append(("web", "{ srv: _http._tcp.app.test }"))
                $0.services["_http._tcp.app.test"] = [.init(host: "n1.app.test", priority: 3, address: "2001:db8::1")]
                change(&$0)
            }
        }
        let before = try world()
        var after = try world { ($0.addresses, $0.services) = ([:], [:]) }
        #expect(members(after).map(\.name) == ["app", "web"])
        try after.inherit(before.sources.leftNames)
        #expect(members(after).map(\.name) == ["app-192-0-2-1", "app-192-0-2-2", "web-n1-8080"])
        let pools = { (world: World) in world.served?.edge.balancers[0].pools.map(\.addresses) }
        #expect(pools(after) == pools(before))
        #expect(after.sources.names.values.allSatisfy { $0.fault != nil && $0.value != nil })
        var other = try world { $0.addresses["app.test"] = ["192.0.2.9"] }
        try other.inherit(before.sources.leftNames)
        #expect(members(other).map(\.name) == ["app-192-0-2-9", "web-n1-8080"], "a later answer holds")
    }

    @Test("names that could not be declared are nobody's", arguments: ["a;b", "a b", "a\\\"b", "é", "<a>", "a%0d"])
    func hostileNames(_ label: String) throws {
        let world = try started {
            $0.members = [("app", "{ srv: _http._tcp.app.test }")]
            $0.services["_http._tcp.app.test"] = [
                .init(host: "n1.app.test"), .init(host: label + ".app.test", address: "192.0.2.2"),
            ]
        }
        #expect(members(world).map(\.name) == ["app-n1-8080"])
        #expect(
            world.served?.warnings == [
                "balancers.shop.members.app: names that are longer than members' or of other letters are left out: 1"
            ])
    }

    @Test("a server that tells of others each time fills no memory: as many are held as a balancer has room for")
    func churn() {
        var records = NameRecords()
        for turn in 0..<20 {
            let addresses = (0..<200).compactMap { SocketAddress(host: "10.0.\(turn).\($0)", port: 80) }
            records.take(NameLookup.Finding(addresses: addresses), holding: 86_400_000, at: Int64(turn) * 100)
        }
        #expect(records.addresses.count == 200)
        #expect(records.missedAddresses.count == BalancerConfiguration.membersMax)
    }

    @Test("weights that are more than a ring has room for are divided")
    func ring() throws {
        let world = try started {
            $0.members = [("app", "{ srv: _http._tcp.app.test, members-max: 100 }")]
            $0.affinity = "{ mode: hash, cookie: SID }\n    method: consistent-hash"
            $0.services["_http._tcp.app.test"] = (1...30).map { number in
                .init(host: "n\(number).app.test", weight: UInt16(9_000 + number), address: "192.0.2.\(number)")
            }
        }
        let sum = members(world).reduce(0) { $0 + Int($1.specification.loadFactor.hundredths) }
        #expect(members(world).count == 30 && (60_000...102_400).contains(sum))
    }

    // MARK: - What is said once

    @Test("that a name's answers fail is said once, with the age of what is used on, and that they are mended")
    func news() throws {
        var world = try started()
        let name = try #require(world.sources.names.keys.first)
        var former = world.sources
        world.addresses = [:]
        world.now += 41_000
        try world.lookUp()
        #expect(
            world.sources.news(of: name, since: former, at: world.now)?.line
                == "app.test: nobody knows it: its last answer, 42 s old, is used on")
        former = world.sources
        try world.lookUp()
        #expect(world.sources.news(of: name, since: former, at: world.now) == nil)
        former = world.sources
        world.addresses["app.test"] = ["192.0.2.1"]
        try world.lookUp()
        #expect(world.sources.news(of: name, since: former, at: world.now)?.line == "app.test is answered again")
    }
}
