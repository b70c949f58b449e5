import Forwarding
import Reactor
import Testing

/// In which order those are served who wait for a member, and that nobody holds up others.
@Suite("Request queue, in process")
struct RequestQueueTests {
    private func stage(_ members: [String: String], _ settings: String = "") throws -> Stage {
        try Stage(members, settings: "affinity: { cookie: SID }\n" + settings)
    }

    /// A request of a session of a member, or without one, that stays under way.
    @discardableResult
    private func get(_ stage: Stage, _ target: String, of member: String? = nil) throws -> ScriptedClient {
        try stage.get(target, fields: member.map { "Cookie: SID=a.\($0)" } ?? "Accept: x")
    }

    /// Has the member answer the request that it has for a target; the turn goes on.
    private func answer(_ stage: Stage, _ target: String) {
        let connection = stage.lent.first { $0.request.hasPrefix("GET \(target) ") }
        #expect(connection != nil, "\(target)")
        connection?.answer(Answer.empty)
    }

    /// The requests that members have, each with its member.
    private func underWay(_ stage: Stage) -> [String] {
        stage.lent.map { "\($0.request.split(separator: " ")[1]) \($0.member)" }.sorted()
    }

    @Test("who comes in the turn in which there is room again takes it from nobody", arguments: [nil, "node1"])
    func newcomer(member: String?) throws {
        let stage = try stage(["node1": "max: 1, acquire: 9s"])
        for target in ["/1", "/2"] { try get(stage, target, of: member) }
        answer(stage, "/1")
        let third = try get(stage, "/3", of: member)
        #expect(underWay(stage) == [] && third.outcome == .open)
        stage.turn()
        #expect(underWay(stage) == ["/2 node1"])
        answer(stage, "/2")
        stage.turn()
        #expect(underWay(stage) == ["/3 node1"])
    }

    @Test("of those who wait for one member, and those who wait for anyone, who has come first is served first")
    func lines() throws {
        let stage = try stage(["node1": "max: 1, acquire: 9s", "node2": "max: 1, acquire: 9s"])
        for (target, member) in [("/1", "node1"), ("/2", "node2"), ("/3", "node1"), ("/4", nil), ("/5", "node1")] {
            try get(stage, target, of: member)
        }
        for (target, next) in [("/1", "/3"), ("/3", "/4"), ("/4", "/5")] {
            answer(stage, target)
            stage.turn()
            #expect(underWay(stage) == ["/2 node2", "\(next) node1"].sorted())
        }
    }

    @Test("who waits for one member holds nobody up who asks for anyone, and the other way round")
    func apart() throws {
        let stage = try stage(["node1": "max: 1, acquire: 9s", "node2": "max: 2, acquire: 9s"])
        for (target, member) in [("/1", "node1"), ("/2", "node2"), ("/3", "node1")] {
            try get(stage, target, of: member)
        }
        try get(stage, "/4")
        #expect(underWay(stage) == ["/1 node1", "/2 node2", "/4 node2"])
        try get(stage, "/5")
        answer(stage, "/2")
        // It has room, and nobody waits for it alone.
        try get(stage, "/6", of: "node2")
        #expect(underWay(stage) == ["/1 node1", "/4 node2", "/6 node2"])
        answer(stage, "/4")
        stage.turn()
        #expect(underWay(stage) == ["/1 node1", "/5 node2", "/6 node2"])
    }

    @Test("who was given away in vain, and waits for somebody else, holds nobody up")
    func again() throws {
        let stage = try stage(["node1": "max: 1, acquire: 9s", "node2": "status: [ignore-errors]"])
        try get(stage, "/1", of: "node1")
        stage.refusals["node2"] = SystemError("connect", code: 111)
        let second = try get(stage, "/2")
        #expect(second.outcome == .open && underWay(stage) == ["/1 node1"])
        stage.refusals = [:]
        try get(stage, "/3")
        #expect(underWay(stage) == ["/1 node1", "/3 node2"])
        answer(stage, "/1")
        stage.turn()
        #expect(underWay(stage) == ["/2 node1", "/3 node2"])
    }

    @Test("queue: so many wait, in the order in which they came, and the others are told so", arguments: [0, 1, 3])
    func bound(most: Int) throws {
        let stage = try stage(["node1": "max: 1, acquire: 9s"], "queue: \(most)")
        let clients = try (1...5).map { try get(stage, "/\($0)", of: $0 % 2 == 0 ? nil : "node1") }
        for (index, client) in clients.enumerated() {
            #expect(client.outcome == (index <= most ? .open : .refused(503, "queue-full")), "\(index)")
        }
        for number in 1...(most + 1) {
            #expect(underWay(stage) == ["/\(number) node1"])
            answer(stage, "/\(number)")
            stage.turn()
        }
        #expect(stage.isQuiet)
    }

    @Test("queue: who leaves, is served or has waited long enough makes room, before a reload and after")
    func boundLeft() throws {
        let stage = try stage(["node1": "max: 1, acquire: 9s"], "queue: 1")
        try get(stage, "/1")
        try get(stage, "/2").leave()
        let third = try get(stage, "/3")
        #expect(try get(stage, "/4").outcome == .refused(503, "queue-full"))
        let text = Stage.text(["node1": "max: 1, acquire: 9s"], settings: "affinity: { cookie: SID }\nqueue: 1")
        try stage.serve(text)
        #expect(try get(stage, "/5").outcome == .refused(503, "queue-full"))
        stage.pass(milliseconds: 9_000)
        #expect(third.outcome == .refused(503, "members-busy"))
        let sixth = try get(stage, "/6")
        answer(stage, "/1")
        stage.turn()
        #expect(underWay(stage) == ["/6 node1"] && sixth.outcome == .open)
        #expect(try get(stage, "/7").outcome == .open)
    }

    @Test("who waits behind others is told when a member may be tried again, though they have left")
    func reason() throws {
        let stage = try stage(["node1": "retry: 10s"], "timeout: 30s\nforce-recovery: false")
        stage.fail("node1")
        let first = try get(stage, "/1")
        stage.turn()
        stage.pass(milliseconds: 1_000)
        try get(stage, "/2")
        try get(stage, "/3")
        first.leave()
        stage.pass(milliseconds: 8_999)
        #expect(stage.connections.isEmpty)
        stage.pass(milliseconds: 1)
        #expect(underWay(stage) == ["/2 node1", "/3 node1"])
    }

    @Test("who waits for room is told when the member may be tried again that has failed meanwhile")
    func failure() throws {
        let stage = try stage(
            ["node1": "max: 1, acquire: 9s, retry: 2s"], "force-recovery: false\nfail-on-status: [500]")
        for target in ["/1", "/2", "/3"] { try get(stage, target) }
        stage.last.answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
        stage.turn()
        stage.pass(milliseconds: 1_999)
        #expect(stage.isInError("node1") && underWay(stage) == [])
        stage.pass(milliseconds: 1)
        #expect(underWay(stage) == ["/2 node1"])
        answer(stage, "/2")
        stage.turn()
        #expect(underWay(stage) == ["/3 node1"])
    }

    @Test("who waits for room is told when another member may be tried again, and who stands first then if he left")
    func roomOrRecovery() throws {
        let stage = try stage(
            ["node1": "max: 1, acquire: 9s", "node2": "retry: 2s"], "force-recovery: false\ntimeout: 9s")
        stage.fail("node2")
        try get(stage, "/1")
        let first = try get(stage, "/2")
        try get(stage, "/3")
        try get(stage, "/4", of: "node1")
        stage.turn()
        first.leave()
        stage.pass(milliseconds: 1_999)
        #expect(underWay(stage) == ["/1 node1"])
        stage.pass(milliseconds: 1)
        #expect(underWay(stage) == ["/1 node1", "/3 node2"], "the session waits for its own")
    }

    @Test("who would be content with anyone gets his own member's place though those who came before cannot have it")
    func draining() throws {
        let stage = try stage(
            ["node1": "status: [draining], max: 1, acquire: 1s", "node2": "max: 1, acquire: 9s"], "timeout: 9s")
        try get(stage, "/1", of: "node1")
        for target in ["/2", "/3"] { try get(stage, target) }
        try get(stage, "/4", of: "node1")
        try get(stage, "/5", of: "node1")
        stage.pass(milliseconds: 1_000)
        stage.turn()
        #expect(underWay(stage) == ["/1 node1", "/2 node2"])
        answer(stage, "/1")
        stage.turn()
        #expect(underWay(stage) == ["/2 node2", "/4 node1"])
        answer(stage, "/2")
        // Who comes now is behind all of them.
        try get(stage, "/6")
        stage.turn()
        #expect(underWay(stage) == ["/3 node2", "/4 node1"])
        answer(stage, "/3")
        try get(stage, "/7")
        stage.turn()
        #expect(underWay(stage) == ["/4 node1", "/5 node2"])
    }

    @Test("who comes when nobody is well tries a member in error at once, though others wait for room")
    func lastResort() throws {
        let stage = try stage(
            ["node1": "max: 1, acquire: 9s", "node2": "status: [disabled]"], "fail-on-status: [500]")
        for target in ["/1", "/2"] { try get(stage, target) }
        stage.last.answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
        stage.turn()
        #expect(stage.isInError("node1") && underWay(stage) == [])
        try get(stage, "/3")
        #expect(underWay(stage) == ["/3 node1"])
        answer(stage, "/3")
        stage.turn()
        #expect(underWay(stage) == ["/2 node1"])
    }

    @Test("each one's time is over by itself, wherever it stands")
    func times() throws {
        let stage = try stage(["node1": "max: 1, acquire: 2s"])
        try get(stage, "/0")
        var clients: [ScriptedClient] = []
        for number in 1...10 {
            clients.append(try get(stage, "/\(number)"))
            stage.pass(milliseconds: 100)
        }
        for index in [3, 0, 9] { clients[index].leave() }
        stage.pass(milliseconds: 1_000)
        #expect(clients.allSatisfy { $0.outcome == .open || $0.outcome == .gone })
        stage.pass(milliseconds: 99)
        #expect(clients[1].outcome == .open)
        stage.pass(milliseconds: 1)
        #expect(clients[1].outcome == .refused(503, "members-busy") && clients[2].outcome == .open)
        stage.pass(milliseconds: 10_000)
        #expect(clients.count { $0.outcome == .refused(503, "members-busy") } == 7)
    }

    @Test("a thousand wait, some leave, and the others are served in their order")
    func many() throws {
        let stage = try stage(["node1": "max: 1, acquire: 9s"])
        try get(stage, "/0")
        let clients = try (1...1_000).map { try get(stage, "/\($0)") }
        for (index, client) in clients.enumerated() where index % 3 != 0 { client.leave() }
        var last = "/0"
        for number in 1...1_000 where (number - 1) % 3 == 0 {
            answer(stage, last)
            stage.turn()
            last = "/\(number)"
            #expect(underWay(stage) == ["\(last) node1"])
        }
        answer(stage, last)
        #expect(stage.isAtRest && stage.connections.count == 1)
    }
}
