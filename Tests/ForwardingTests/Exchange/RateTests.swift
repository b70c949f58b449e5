import Forwarding
import HTTP
import Model
import Reactor
import Testing

/// How many requests somebody may send in a time: `rate-limit` of listeners, the top, sites and paths.
@Suite("Rates, in process")
struct RateTests {
    private static let listener = ListenAddress.ip(host: "127.0.0.1", port: 8_080)

    private func stage(
        _ paths: String, site: String = "", edge: String = "", listener: String = "", way: Way = Way()
    ) throws -> Stage {
        let sites = "sites: [{ host: shop.test, \(site.isEmpty ? "" : site + ", ")paths: { \(paths) } }]"
        let listeners = "listeners: [{ address: \"127.0.0.1:8080\"\(listener) }]"
        return try Stage(["node1": ""], edge: [listeners, sites, edge].joined(separator: "\n"), way: way)
    }

    /// Whether a request is let through, of a path that Martlet answers itself.
    @discardableResult
    private func isLet(
        _ stage: Stage, _ target: String = "/", from address: String = "198.51.100.7", host: String = "shop.test",
        of edge: Edge? = nil, _ fields: String...
    ) throws -> Bool {
        let lines = (["Host: \(host)"] + fields).map { "\($0)\r\n" }.joined()
        let client = try stage.send(
            "GET \(target) HTTP/1.1\r\n\(lines)\r\n", from: address, by: Self.listener, of: edge)
        switch client.outcome {
        case .refused(429, "rate-limit"): return false
        case .refused(200, "fixed-answer"): return true
        default:
            Issue.record("\(client.outcome)")
            return false
        }
    }

    private func count(_ times: Int, _ ask: () throws -> Bool) throws -> Int {
        try (0..<times).reduce(0) { sum, _ in sum + (try ask() ? 1 : 0) }
    }

    @Test(
        "a minute of two workers lets through the burst and what the rate brings, to the request",
        arguments: [
            ("60/m", 60 + 60), ("5/m", 5 + 5), ("{ rate: 7/s, burst: 3 }", 3 + 7 * 60), ("{ rate: 1/h, burst: 2 }", 2),
        ])
    func minute(rate: String, expected: Int) throws {
        let first = try stage("/: { answer: 200, rate-limit: \(rate) }")
        let second = try stage("/: { answer: 200 }")
        second.bench.serve(first.edge, memories: [nil])
        func admit() throws -> Int { try (isLet(first) ? 1 : 0) + (isLet(second, of: first.edge) ? 1 : 0) }
        var admitted = 0
        for _ in 0..<100 { admitted += try admit() }
        for _ in 0..<(60_000 / 20) {
            for stage in [first, second] { stage.pass(milliseconds: 20) }
            admitted += try admit()
        }
        #expect(admitted == expected)
    }

    @Test("what is refused is told when to come again, and what the limit is", arguments: Way.all)
    func refusal(way: Way) throws {
        let stage = try stage("/: { answer: 200, rate-limit: { rate: 4/m, burst: 2 } }", edge: Stage.logging, way: way)
        #expect(try count(2) { try isLet(stage) } == 2)
        stage.pass(milliseconds: 1)
        let client = try stage.get()
        #expect(client.outcome == .refused(429, "rate-limit") && client.own?.refusal.retryAfterSeconds == 15)
        let line = stage.takeLines().last ?? ""
        #expect(line.contains("\"limit\":2") && line.contains("\"rule\":\"/ rate-limit\""))
        stage.pass(milliseconds: 14_998)
        #expect(try stage.get().own?.refusal.retryAfterSeconds == 1)
        stage.pass(milliseconds: 1)
        #expect(try isLet(stage) && !isLet(stage))
    }

    @Test("each address has its own, of IPv6 each /64, and behind trusted proxies each client")
    func addresses() throws {
        let stage = try stage(
            "/: { answer: 200, rate-limit: 1/h }", edge: "trusted-proxies: [192.0.2.1]")
        #expect(try isLet(stage) && !isLet(stage) && isLet(stage, from: "198.51.100.8"))
        #expect(try isLet(stage, from: "2001:db8::1") && !isLet(stage, from: "2001:db8::ffff:1"))
        #expect(try isLet(stage, from: "2001:db8:0:1::1") && !isLet(stage, from: "::ffff:198.51.100.7"))
        let proxy = "192.0.2.1"
        #expect(try !isLet(stage, from: proxy, "X-Forwarded-For: 198.51.100.7"))
        #expect(try isLet(stage, from: proxy, "X-Forwarded-For: 198.51.100.7, 203.0.113.1"))
        #expect(try !isLet(stage, "/", "X-Forwarded-For: 203.0.113.2"))
        #expect(try isLet(stage, from: "unix:/run/a.sock") && !isLet(stage, from: "unix:/run/b.sock"))
    }

    @Test("by a cookie or a field each value has its own; who has none counts by his address")
    func keys() throws {
        let paths = """
            /c: { answer: 200, rate-limit: { rate: 1/h, by: { cookie: SID } } },
            /f: { answer: 200, rate-limit: { rate: 1/h, by: { field: X-Key } } }
            """
        let stage = try stage(paths)
        #expect(try isLet(stage, "/c", "Cookie: a=b; SID=one"))
        #expect(try !isLet(stage, "/c", from: "192.0.2.9", "Cookie: SID=one"))
        #expect(try isLet(stage, "/c", "Cookie: a=b", "Cookie: SID=two") && !isLet(stage, "/c", "Cookie: SID=two"))
        #expect(try isLet(stage, "/c") && !isLet(stage, "/c", "Cookie: SID=") && !isLet(stage, "/c", "Cookie: sid=x"))
        #expect(try isLet(stage, "/f", "x-key: one") && !isLet(stage, "/f", "X-KEY: one") && isLet(stage, "/f"))
        #expect(try !isLet(stage, "/f", "X-Key:") && isLet(stage, "/f", "X-Key: two"))
    }

    @Test("rates of all levels count, the outer ones first; each place has its own buckets")
    func levels() throws {
        let stage = try stage(
            "/a: { answer: 200, rate-limit: 1/h }, /b: { answer: 200, rate-limit: 1/h }, /c: { answer: 200 }",
            site: "rate-limit: 3/h", edge: "rate-limit: 4/h", listener: ", rate-limit: 6/h")
        #expect(try isLet(stage, "/a") && !isLet(stage, "/a") && isLet(stage, "/b"))
        // What /a refused has taken of the site's.
        #expect(try !isLet(stage, "/c"))
        func ask(_ host: String) throws -> ScriptedClient {
            try stage.send("GET /c HTTP/1.1\r\nHost: \(host)\r\n\r\n", by: "127.0.0.1:8080")
        }
        #expect(try ask("shop.test").own?.refusal.limit == 4)
        // The top's count where there is no site as well.
        #expect(try ask("other.test").own?.refusal.limit == 4)
        let last = try ask("other.test")
        #expect(last.outcome == .refused(429, "rate-limit") && last.own?.refusal.limit == 6)
    }

    @Test("sites that say the same have their own buckets, those of the top have one for all")
    func sites() throws {
        func stage(_ site: String, _ top: String) throws -> Stage {
            let sites = ["a.test", "b.test"].map { "{ host: \($0)\(site), paths: { /: { answer: 200 } } }" }
            return try Stage(["node1": ""], edge: "sites: [\(sites.joined(separator: ", "))]\n\(top)")
        }
        let own = try stage(", rate-limit: 1/h", "")
        #expect(try isLet(own, host: "a.test") && !isLet(own, host: "A.test.") && isLet(own, host: "b.test"))
        let shared = try stage("", "rate-limit: 1/h")
        #expect(try isLet(shared, host: "a.test") && !isLet(shared, host: "b.test"))
    }

    @Test("a reload keeps the buckets of what is declared as before, and gives new ones for another rate")
    func reload() throws {
        func text(_ rate: String, _ rest: String = "") -> String {
            let paths = "/: { answer: 200, rate-limit: \(rate) }\(rest)"
            return Stage.text(["node1": ""], edge: "sites: [{ host: shop.test, paths: { \(paths) } }]")
        }
        let stage = try Stage(yaml: text("2/h"))
        #expect(try count(3) { try isLet(stage) } == 2)
        let second = try stage.serve(text("2/h", ", /x: shop"))
        #expect(try !isLet(stage, of: second))
        let third = try stage.serve(text("3/h"), after: second)
        #expect(try count(4) { try isLet(stage, of: third) } == 3)
    }

    @Test("who is denied has nothing taken, and paths of equal rates are two places")
    func order() throws {
        let place = "{ answer: 200, rate-limit: 1/h, deny: 192.0.2.1 }"
        let stage = try stage("/a: \(place), /b: \(place)")
        let denied = try stage.send("GET /a HTTP/1.1\r\nHost: shop.test\r\n\r\n", from: "192.0.2.1")
        #expect(denied.outcome == .refused(403, "denied-address"))
        #expect(try isLet(stage, "/a") && !isLet(stage, "/a"))
        #expect(try stage.get("/a/../b").outcome == .refused(400, "path-ambiguous"))
    }

    @Test("WebSockets and calls of gRPC count", arguments: Way.all)
    func kinds(way: Way) throws {
        let stage = try stage(
            "/chat: { balancer: shop, rate-limit: 1/h }, /pkg.S: { balancer: shop, rate-limit: 1/h }", way: way)
        let socket = try stage.askForWebSocket()
        #expect(socket.outcome == .open && stage.lent.count == 1)
        #expect(try stage.askForWebSocket().outcome == .refused(429, "rate-limit"))
        func call() throws -> ScriptedClient {
            try stage.post("/pkg.S/M", length: 0, fields: "Content-Type: application/grpc", "TE: trailers")
        }
        #expect(try call().outcome == .open && stage.lent.count == 2)
        #expect(try call().outcome == .refused(429, "rate-limit"))
        socket.leave()
    }
}
