import Bytes
import Forwarding
import HTTP
import Reactor
import Testing

/// Places that let in users alone: `users`. Passwords are checked by the test.
@Suite("Users, in process")
struct UsersTests {
    private static let wrong = "Authorization: Basic YWRhOm9wZW4="

    private func stage(
        _ paths: String = "/: { balancer: shop, users: { file: htpasswd, realm: Shop } }", edge: String = "",
        members: [String: String] = ["node1": ""], way: Way = Way()
    ) throws -> Stage {
        try Stage(
            members, edge: "sites: [{ paths: { \(paths) } }]\n\(Stage.logging)\n\(edge)", way: way)
    }

    private func challenge(_ client: ScriptedClient) -> String {
        String(decoding: client.own?.lines ?? [], as: UTF8.self)
    }

    // MARK: - Who is asked

    @Test(
        "who shows no name and password, or none that can be read, is asked for them",
        arguments: [
            nil, "Authorization: Bearer YWRhOnNlc2FtZQ==", "Authorization: Basic YWRh", "Authorization: Basic !",
            "Authorization: Basic OnNlc2FtZQ==", "Proxy-Authorization: Basic YWRhOnNlc2FtZQ==",
            "\(Stage.asAda)\r\n\(Stage.asAda)", "\(Stage.asAda)\r\n\(wrong)",
        ], Way.all)
    func asked(field: String?, way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.get("/x", fields: field ?? "Accept: x")
        #expect(client.outcome == .refused(401, "denied-user"))
        #expect(challenge(client) == "WWW-Authenticate: Basic realm=\"Shop\", charset=\"UTF-8\"\r\n")
        #expect(stage.passwords.count == 0 && stage.connections.isEmpty && stage.isAtRest)
        let line = stage.takeLines().first ?? ""
        #expect(line.contains("\"reason\":\"denied-user\"") && line.contains("\"rule\":\"/ users\""))
        #expect(line.contains("\"user\":\"\""))
    }

    @Test("a password is checked once, and known for five minutes", arguments: Way.all)
    func accepted(way: Way) throws {
        let stage = try stage(way: way)
        let first = try stage.get("/x", fields: Stage.asAda)
        stage.turn()
        #expect(first.outcome == .open && stage.connections.isEmpty && stage.passwords.jobs.count == 1)
        stage.decide()
        // The field goes on to the member.
        #expect(stage.last.request.values(of: "Authorization") == ["Basic YWRhOnNlc2FtZQ=="])
        stage.last.answer(Answer.empty)
        #expect(first.outcome == .whole)
        #expect(stage.takeLines().first?.contains("\"user\":\"ada\"") == true)
        stage.pass(milliseconds: 299_999)
        _ = try stage.settle { try stage.get("/y", fields: Stage.asAda) }
        #expect(stage.passwords.count == 1 && stage.isAtRest)
        #expect(stage.takeLines().first?.contains("\"user\":\"ada\"") == true)
        stage.pass(milliseconds: 1)
        let last = try stage.get("/z", fields: Stage.asAda)
        #expect(last.outcome == .open && stage.passwords.count == 2)
        last.leave()
        #expect(stage.isAtRest)
    }

    @Test("a wrong password is refused, and so it is for ten seconds without a check", arguments: Way.all)
    func refused(way: Way) throws {
        let stage = try stage(way: way)
        let first = try stage.get("/x", fields: Self.wrong)
        stage.decide()
        #expect(first.outcome == .refused(401, "denied-user") && challenge(first).contains("Shop"))
        #expect(try stage.get("/x", fields: Self.wrong).outcome == .refused(401, "denied-user"))
        #expect(stage.passwords.count == 1 && stage.connections.isEmpty && stage.isAtRest)
        #expect(stage.takeLines().allSatisfy { $0.contains("\"user\":\"\"") })
        stage.pass(milliseconds: 10_000)
        #expect(try stage.get("/x", fields: Self.wrong).outcome == .open)
        #expect(stage.passwords.count == 2)
        stage.decide(.refused)
    }

    @Test("$user in fields: whose password was right, and nobody who only says so", arguments: Way.all)
    func told(way: Way) throws {
        let stage = try stage(
            "/: { balancer: shop, users: { file: htpasswd, realm: Shop } }, /open: { balancer: shop, users: off }",
            edge: "fields: { request: { set: { X-User: $user, X-Both: \"$user@$member\" } }, "
                + "answer: { set: { X-For: $user } } }",
            way: way)
        let refused = try stage.get("/x", fields: "X-User: root")
        #expect(refused.outcome == .refused(401, "denied-user") && !challenge(refused).contains("X-For"))
        let client = try stage.get("/x", fields: Stage.asAda, "X-User: root", "x_user: root")
        stage.decide()
        #expect(stage.last.request.values(of: "X-User") == ["ada"])
        #expect(stage.last.request.values(of: "x_user").isEmpty)
        #expect(stage.last.request.values(of: "X-Both") == ["ada@node1"])
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && client.field("X-For") == "ada")
        let open = try stage.settle { try stage.get("/open", fields: Stage.asAda, "X-User: root") }
        #expect(open.told("X-User").isEmpty && open.client.field("X-For") == nil && stage.isAtRest)
    }

    @Test("a name that nobody has is checked as long, and refused with any password")
    func unknown() throws {
        let stage = try stage()
        // Its password is that of the user in whose place it is checked.
        let client = try stage.get("/x", fields: "Authorization: Basic Ym9iOnNlc2FtZQ==")
        #expect(client.outcome == .open && stage.passwords.jobs.count == 1)
        stage.decide()
        #expect(client.outcome == .refused(401, "denied-user") && stage.isAtRest)
    }

    @Test("where there is no room for a check it is 503, for a second", arguments: Way.all)
    func busy(way: Way) throws {
        let stage = try stage(way: way)
        stage.passwords.isFull = true
        let client = try stage.get("/x", fields: Stage.asAda)
        #expect(client.outcome == .refused(503, "users-busy") && client.own?.refusal.retryAfterSeconds == 1)
        stage.passwords.isFull = false
        let other = try stage.get("/x", fields: Stage.asAda)
        stage.decide(.undone)
        #expect(other.outcome == .refused(503, "users-busy") && stage.isAtRest)
        // Nothing was learnt by that.
        #expect(try stage.get("/x", fields: Stage.asAda).outcome == .open)
        stage.decide(.accepted)
        stage.last.answer(Answer.empty)
        #expect(stage.isAtRest)
    }

    // MARK: - Levels

    @Test("the nearest level says who is let in, and off lets everybody in")
    func levels() throws {
        let paths = "/: shop, /open: { balancer: shop, users: off }, /in: { balancer: shop, users: others }"
        let stage = try stage(paths, edge: "users: { file: htpasswd, realm: Outer }")
        #expect(try challenge(stage.get("/x")).contains("Outer"))
        #expect(try challenge(stage.get("/in")).contains("restricted"))
        #expect(try stage.ask("/open/x").member == "node1")
        let first = try stage.get("/x", fields: Stage.asAda)
        stage.decide()
        stage.last.answer(Answer.empty)
        // What was proven by one file is not by another one.
        let second = try stage.get("/in", fields: Stage.asAda)
        #expect(first.outcome == .whole && second.outcome == .open && stage.passwords.count == 2)
        second.leave()
        #expect(stage.isAtRest)
    }

    @Test("nobody is asked where the answer is another URL, and everybody before a fixed answer", arguments: Way.all)
    func own(way: Way) throws {
        let paths = "/old: { redirect: /new }, /fixed: { answer: 200, text: ok }"
        let stage = try stage(paths, edge: "users: htpasswd", way: way)
        #expect(try stage.get("/old").outcome == .refused(308, "redirected"))
        #expect(try stage.get("/fixed").outcome == .refused(401, "denied-user"))
        let first = try stage.get("/fixed", fields: Stage.asAda)
        #expect(first.outcome == .open && stage.bench.lentSlabCount == 0)
        stage.decide()
        #expect(first.outcome == .refused(200, "fixed-answer") && first.own?.page?.content == Array("ok".utf8))
        #expect(try stage.get("/fixed", fields: Stage.asAda).outcome == .refused(200, "fixed-answer"))
        let left = try stage.get("/fixed", fields: Self.wrong)
        left.leave()
        stage.decide()
        #expect(left.outcome == .gone && stage.connections.isEmpty && stage.isAtRest)
    }

    @Test("content for a fixed answer waits with its client, and is taken by nobody", arguments: Wire.allCases)
    func ownContent(wire: Wire) throws {
        let stage = try stage("/fixed: { answer: 204, users: htpasswd }", way: Way(client: wire))
        let client = try stage.post("/fixed", length: 100_000, fields: Stage.asAda)
        #expect(client.send(Octets.pattern(50_000)) == 0 && stage.bench.lentSlabCount == 0)
        client.end()
        stage.decide()
        #expect(client.outcome == .refused(204, "fixed-answer") && stage.isAtRest)
    }

    // MARK: - Held

    @Test("content fills a slab while the request is held, and then waits; all of it goes on", arguments: Way.all)
    func content(way: Way) throws {
        let stage = try stage(way: way)
        let content = Octets.pattern(100_000)
        let client = try stage.post("/x", length: content.count, fields: Stage.asAda)
        let taken = client.send(content)
        #expect((1..<content.count).contains(taken) && stage.connections.isEmpty)
        #expect(client.send([0]) == 0 || way.client == .http2)
        #expect(stage.bench.lentSlabCount == 1)
        client.leave()
        #expect(stage.isAtRest)

        let other = try stage.post("/x", length: 10, fields: Stage.asAda)
        other.send("hello")
        other.send("world")
        other.end()
        stage.decide(.undone)
        stage.decide(.accepted)
        #expect(stage.last.received.content == Array("helloworld".utf8))
        stage.last.answer(Answer.empty)
        #expect(other.outcome == .whole && stage.isAtRest)
    }

    @Test("content beyond the limit is refused while the request is held", arguments: Way.all)
    func tooLarge(way: Way) throws {
        let stage = try stage(edge: "limits: { request-body: 5 }", way: way)
        let client = try stage.post("/x", length: nil, fields: Stage.asAda)
        client.send("hello world")
        #expect(client.outcome == .refused(413, "request-body"))
        stage.decide(.accepted)
        #expect(stage.connections.isEmpty && stage.isAtRest)
    }

    @Test("nobody is told to go on before it is known who asks", arguments: Way.all)
    func expectation(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.post("/x", length: 5, fields: Stage.asAda, "Expect: 100-continue")
        stage.turn()
        #expect(client.interim.isEmpty && stage.connections.isEmpty)
        stage.decide()
        #expect(client.interim.isEmpty)
        stage.last.answer("HTTP/1.1 100 Continue\r\n\r\n")
        #expect(client.interim == [100])
        client.send("hello")
        client.end()
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)

        let refused = try stage.post("/x", length: 5, fields: Self.wrong, "Expect: 100-continue")
        stage.decide()
        #expect(refused.interim.isEmpty && refused.outcome == .refused(401, "denied-user"))
    }

    @Test("what is said of a request that is gone is nobody else's", arguments: Way.all)
    func gone(way: Way) throws {
        let stage = try stage(way: way)
        let left = try stage.get("/left", fields: Self.wrong)
        #expect(stage.passwords.jobs.first?.isWanted == true)
        left.leave()
        #expect(stage.passwords.jobs.first?.isWanted == false)
        // It has the same exchange.
        let other = try stage.get("/other", fields: Stage.asAda)
        stage.decide(.refused)
        #expect(left.outcome == .gone && other.outcome == .open && stage.connections.isEmpty)
        stage.decide()
        #expect(stage.last.request.hasPrefix("GET /other "))
        stage.last.answer(Answer.empty)
        #expect(other.outcome == .whole && stage.isAtRest)
    }

    @Test("after ten seconds nobody waits any more, and each has his own ten")
    func timeout() throws {
        let stage = try stage()
        let first = try stage.get("/1", fields: Stage.asAda)
        stage.pass(milliseconds: 6_000)
        let second = try stage.get("/2", fields: Self.wrong)
        stage.pass(milliseconds: 3_999)
        #expect(first.outcome == .open)
        stage.pass(milliseconds: 1)
        #expect(first.outcome == .refused(503, "users-busy") && second.outcome == .open)
        #expect(stage.bench.passwords.waitingCount == 1)
        stage.pass(milliseconds: 6_000)
        #expect(second.outcome == .refused(503, "users-busy") && stage.isAtRest)
        // It comes too late for them, and is known for others.
        stage.decide()
        _ = try stage.settle { try stage.get("/3", fields: Stage.asAda) }
        #expect(stage.passwords.count == 2)
    }

    @Test("a request that is held over a reload goes to a member of the new balancer")
    func reload() throws {
        let stage = try stage()
        let client = try stage.get("/x", fields: Stage.asAda)
        try stage.serve(Stage.text(["node2": ""]))
        stage.turn()
        #expect(client.outcome == .open)
        stage.decide(.accepted)
        #expect(stage.last.member == "node2")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole)
    }

    @Test("who is let in waits for a member as others do")
    func waits() throws {
        let stage = try stage(members: ["node1": "max: 1, acquire: 2s"])
        let first = try stage.get("/1", fields: Stage.asAda)
        stage.decide()
        let second = try stage.get("/2", fields: Stage.asAda)
        #expect(stage.passwords.count == 1 && stage.connections.count == 1)
        stage.last.answer(Answer.empty)
        stage.turn()
        #expect(first.outcome == .whole && stage.last.request.hasPrefix("GET /2 "))
        stage.last.answer(Answer.empty)
        #expect(second.outcome == .whole && stage.isAtRest)
    }

    @Test("a WebSocket is let in as any request is", arguments: Way.all)
    func webSocket(way: Way) throws {
        let stage = try stage(way: way)
        #expect(try stage.askForWebSocket().outcome == .refused(401, "denied-user"))
        _ = try stage.settle { () throws -> ScriptedClient in
            let client = try stage.get("/", fields: Stage.asAda)
            stage.decide()
            return client
        }
        let client = try stage.get(
            "/chat", fields: "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", Stage.asAda)
        stage.last.answer(Answer.switching)
        client.send("hello")
        #expect(stage.tunnelCount == 1)
        client.leave()
        #expect(stage.isAtRest)
    }

    @Test("the client behind a trusted proxy is who guesses, and not the proxy")
    func address() throws {
        let stage = try stage(edge: "trusted-proxies: [198.51.100.7]")
        _ = try stage.get("/x", fields: Stage.asAda, "X-Forwarded-For: 192.0.2.77")
        _ = try stage.get("/x", fields: Self.wrong)
        let bits = ["192.0.2.77", "198.51.100.7"].map { SocketAddress(host: $0, port: 0)?.mappedBits }
        #expect(stage.passwords.jobs.map { Optional($0.address) } == bits)
        stage.decide(.refused)
        stage.decide(.refused)
    }

    @Test("combined has the user where Apache has it, as one word")
    func combined() throws {
        let sites = "sites: [{ paths: { /: { balancer: shop, users: htpasswd } } }]\n"
        let stage = try Stage(["node1": ""], edge: sites + "log: { access: { format: combined } }")
        let client = try stage.get("/a,b", fields: Stage.asAda)
        stage.decide()
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole)
        stage.bench.journal.handOver()
        let line = stage.log.next().map { filled in
            var bytes: [UInt8] = []
            filled.slab.withReadable { for offset in $0.indices { bytes.append($0[offset]) } }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(line?.hasPrefix("198.51.100.7 - ada [") == true)
    }
}
