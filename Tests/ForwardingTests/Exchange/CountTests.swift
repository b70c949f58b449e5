import Forwarding
import HTTP
import Model
import Reactor
import Testing

/// How many exchanges an address may have under way: `limits.exchanges-per-address` of sites and paths.
@Suite("Exchanges of an address, in process")
struct CountTests {
    private func stage(_ paths: String, site: String = "", edge: String = "", way: Way = Way()) throws -> Stage {
        let sites = "sites: [{ \(site.isEmpty ? "" : site + ", ")paths: { \(paths) } }]\n"
        return try Stage(["node1": ""], edge: sites + edge, way: way)
    }

    private static func limit(_ count: Int) -> String { "limits: { exchanges-per-address: \(count) }" }

    private static let refused = ScriptedClient.Outcome.refused(429, "exchanges-limit")

    @Test("one more is 429, and each that ends makes room; other addresses have their own", arguments: Way.all)
    func one(way: Way) throws {
        let stage = try stage("/: { balancer: shop, \(Self.limit(2)) }", edge: Stage.logging, way: way)
        let first = try stage.get("/a")
        let member = stage.last
        #expect(try stage.get("/b").outcome == .open)
        let third = try stage.get("/c")
        #expect(third.outcome == Self.refused && third.own?.refusal.retryAfterSeconds == 0)
        let line = stage.takeLines()[0]
        #expect(line.contains("\"limit\":2") && line.contains("\"rule\":\"/ limits.exchanges-per-address\""))
        #expect(try stage.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n", from: "198.51.100.8").outcome == .open)
        member.answer(Answer.empty)
        #expect(first.outcome == .whole)
        #expect(try stage.get("/d").outcome == .open)
        #expect(try stage.get("/e").outcome == Self.refused)
        #expect(try stage.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n", from: "2001:db8::1").outcome == .open)
        #expect(try stage.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n", from: "2001:db8::2").outcome == .open)
        #expect(try stage.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n", from: "2001:db8::3").outcome == Self.refused)
    }

    @Test("a path's takes the place of its site's, and its exchanges are not the site's")
    func levels() throws {
        let stage = try stage("/: shop, /one: { balancer: shop, \(Self.limit(1)) }", site: Self.limit(2))
        let outcomes = try ["/", "/one", "/one", "/", "/"].map { try stage.get($0).outcome }
        #expect(outcomes == [.open, .open, Self.refused, .open, Self.refused])
    }

    @Test("WebSockets and calls of gRPC are counted until they end", arguments: Way.all)
    func kinds(way: Way) throws {
        let stage = try stage("/: { balancer: shop, \(Self.limit(1)) }", way: way)
        let socket = try stage.askForWebSocket()
        stage.last.answer(Answer.switching)
        #expect(try stage.get().outcome == Self.refused)
        socket.leave()
        stage.turn()
        let call = try stage.post("/pkg.S/M", length: nil, fields: "Content-Type: application/grpc", "TE: trailers")
        #expect(call.outcome == .open)
        #expect(try stage.get().outcome == Self.refused)
        call.leave()
        stage.turn()
        #expect(try stage.get().outcome == .open)
    }

    @Test("what Martlet answers itself, and what fails, is given back", arguments: Way.all)
    func given(way: Way) throws {
        let stage = try stage(
            "/: { balancer: shop, \(Self.limit(1)) }, /no: { answer: 404, \(Self.limit(1)) }",
            edge: "limits: { request-body: 10 }", way: way)
        for _ in 0..<3 {
            #expect(try stage.get("/no").outcome == .refused(404, "fixed-answer"))
            #expect(try stage.post(length: 11).outcome == .refused(413, "request-body"))
        }
        #expect(try stage.get().outcome == .open)
    }

    @Test(
        "whoever leaves, at whatever step, leaves room",
        arguments: CancellationStep.allCases.flatMap { step in
            Way.all.filter { step != .probed || $0.member == .http1 }.map { (step, $0) }
        })
    func leaving(step: CancellationStep, way: Way) throws {
        let keys = step == .waiting ? "max: 1, acquire: 2s" : step == .probed ? "ping: 5s" : ""
        let users = step == .held ? "/left: { balancer: shop, users: htpasswd }, " : ""
        // The site's holds wherever a path has none of its own.
        let edge = """
            sites: [{ \(Self.limit(1)), paths: { \(users)/: shop, /filler: { balancer: shop, \(Self.limit(2)) } } }]
            limits: { request-body: 50000 }
            compression: { engine: zlib }
            """
        let stage = try Stage(
            ["node1": keys, "node2": "status: [hot-standby]"], settings: "retry-on: [503]", edge: edge, way: way)
        // Who waits for somebody's room.
        let filler = try step == .waiting ? [stage.get("/filler"), stage.get("/filler")] : []
        let client = try step.arrange(stage)
        #expect(stage.passwords.jobs.count == (step == .held ? 1 : 0))
        #expect(try stage.get("/more").outcome == Self.refused)
        client.leave()
        for one in filler { one.leave() }
        stage.turn()
        stage.opensAtOnce = true
        let next = try stage.get("/next")
        #expect(next.outcome == .open)
        next.leave()
        stage.turn()
        #expect(stage.isAtRest)
    }

    @Test("a reload counts on what is under way, and may change how many there may be")
    func reload() throws {
        func text(_ count: Int) -> String {
            Stage.text(["node1": ""], edge: "sites: [{ paths: { /: { balancer: shop, \(Self.limit(count)) } } }]")
        }
        let stage = try Stage(yaml: text(2))
        let clients = [try stage.get(), try stage.get()]
        func ask(_ edge: Edge) throws -> ScriptedClient.Outcome {
            let client = try stage.send(
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n", from: "198.51.100.7",
                by: .ip(host: "127.0.0.1", port: 8_080), of: edge)
            let outcome = client.outcome
            if outcome == .open { client.leave() }
            return outcome
        }
        let second = try stage.serve(text(1))
        clients[0].leave()
        #expect(try ask(second) == Self.refused)
        let third = try stage.serve(text(2), after: second)
        #expect(try ask(third) == .open)
        clients[1].leave()
        let fourth = try stage.serve(text(1), after: third)
        #expect(try ask(fourth) == .open)
    }
}
