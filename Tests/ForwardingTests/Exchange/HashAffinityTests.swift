import Reactor
import Testing

/// `mode: hash`: the member to which something in the request belongs.
@Suite("Affinity by hash, in process")
struct HashAffinityTests {
    private static let four = ["node1": "", "node2": "", "node3": "", "node4": ""]
    private static let keys = 0..<40

    private func stage(_ key: String, method: String = "byrequests") throws -> Stage {
        try Stage(Self.four, settings: "affinity: { mode: hash, \(key) }\nmethod: \(method)", edge: Stage.explaining)
    }

    /// Asks with a key of the kind that is hashed.
    private func ask(_ stage: Stage, _ key: String, _ number: Int) throws -> Reply {
        switch key {
        case "cookie: SID": try stage.ask(cookie: "a=b; SID=\"k\(number)\"")
        case "parameter: sid": try stage.ask("/x?y=\(stage.connections.count)&sid=k\(number)")
        case "of: path": try stage.ask("/k\(number)?\(stage.connections.count)")
        default: try stage.ask(fields: ["x-uSER: k\(number)"])
        }
    }

    @Test(
        "the requests of a key go to one member, the same on every node",
        arguments: ["cookie: SID", "parameter: sid", "field: X-User", "of: path"], ["byrequests", "consistent-hash"])
    func owners(key: String, method: String) throws {
        let stages = [try stage(key, method: method), try stage(key, method: method)]
        let first = try Self.keys.map { try ask(stages[0], key, $0) }
        #expect(first.allSatisfy { $0.reason == "hashed" })
        // Forty keys leave nobody of four out, but by a chance of one in 25,000.
        #expect(Set(first.map(\.member)).count == 4)
        for stage in stages {
            #expect(try Self.keys.map { try ask(stage, key, $0).member } == first.map(\.member))
        }
    }

    @Test(
        "a lost member's keys go to others and no other key moves; they return when its time has passed",
        arguments: [
            "byrequests", "consistent-hash",
        ])
    func lost(method: String) throws {
        let stage = try stage("field: X-User", method: method)
        let before = try Self.keys.map { try ask(stage, "field", $0).member }
        stage.fail("node2")
        for number in Self.keys {
            let reply = try ask(stage, "field", number)
            let isMoved = before[number] == "node2"
            #expect(isMoved ? reply.member != "node2" : reply.member == before[number])
            #expect(reply.reason == (isMoved ? "moved" : "hashed"))
        }
        stage.pass(milliseconds: 60_000)
        #expect(try Self.keys.map { try ask(stage, "field", $0).member } == before)
    }

    @Test("a request that its key's member does not take goes to the next one")
    func refused() throws {
        let stage = try stage("field: X-User")
        let member = try ask(stage, "field", 1).member
        stage.connections[0].close()
        stage.refusals[member] = SystemError("connect", code: 111)
        let other = try ask(stage, "field", 1)
        #expect(other.member != member && other.reason == "moved")
        #expect(try ask(stage, "field", 1).member == other.member)
    }

    @Test(
        "without a key whoever is elected gets it",
        arguments: ["SID=", "SID=\"\"", "sid=k1; XSID=k1", "SIDE=k1", "SID"])
    func withoutKey(cookie: String) throws {
        let stage = try stage("cookie: SID")
        let replies = try (0..<4).map { _ in try stage.ask(cookie: cookie) }
        #expect(replies.map(\.member) == ["node1", "node2", "node3", "node4"])
        #expect(replies.allSatisfy { $0.reason == "elected" })
    }

    @Test("a path is hashed without its parameters, which are the session's, and without its query")
    func path() throws {
        let stage = try stage("of: path")
        for number in Self.keys {
            let member = try stage.ask("/a\(number)/b").member
            #expect(try stage.ask("/a\(number);jsessionid=\(number)/b;x=y?z").member == member)
        }
    }

    @Test("of: address: a client's requests go to one member, whatever port they come from")
    func address() throws {
        let stage = try stage("of: address")
        func member(_ client: Int, port: UInt16) throws -> String {
            let address = SocketAddress(host: "198.51.100.\(client)", port: port)!
            return try stage.settle { try stage.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n", from: address) }.member
        }
        let first = try Self.keys.map { try member($0, port: 40_000) }
        #expect(Set(first).count > 2)
        #expect(try Self.keys.map { try member($0, port: 40_001) } == first)
    }

    @Test("of: address behind a trusted proxy: it is the client's that the proxy names")
    func addressBehindProxy() throws {
        let stage = try Stage(
            Self.four, settings: "affinity: { mode: hash, of: address }", edge: "trusted-proxies: [203.0.113.0/24]")
        func member(_ client: String, _ field: String = "") throws -> String {
            let head = "GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n"
            return try stage.settle { try stage.send(head, from: client) }.member
        }
        for number in Self.keys {
            let direct = try member("198.51.100.\(number)")
            #expect(try member("203.0.113.9", "X-Forwarded-For: 198.51.100.\(number)\r\n") == direct)
            let through = "X-Forwarded-For: 1.2.3.4, 198.51.100.\(number), 203.0.113.7\r\n"
            #expect(try member("203.0.113.9", through) == direct)
            // Whoever is not trusted says it in vain.
            #expect(try member("198.51.100.\(number)", "X-Forwarded-For: 1.2.3.4\r\n") == direct)
        }
    }

    @Test("load-bound: a key whose requests are too many for its member is shared")
    func bound() throws {
        let stage = try Stage(
            ["node1": "", "node2": ""], settings: "affinity: { mode: hash, of: path, load-bound: 1.5 }",
            edge: Stage.explaining)
        let clients = try (0..<8).map { _ in try stage.get("/one", fields: "X-Martlet-Explain: 1") }
        let members = stage.lent.map(\.member)
        #expect(members.count == 8)
        // Of n requests nobody has more than 1.5 n / 2.
        let home = members[0]
        #expect(members.map { $0 == home } == [true, true, true, false, true, true, true, false])
        for connection in stage.lent { connection.answer(Answer.empty) }
        let reasons = clients.map { $0.field("X-Martlet-Route")?.split(separator: "=").last.map(String.init) ?? "" }
        #expect(reasons == ["hashed", "hashed", "hashed", "displaced", "hashed", "hashed", "hashed", "displaced"])
        #expect(stage.isQuiet)
    }
}
