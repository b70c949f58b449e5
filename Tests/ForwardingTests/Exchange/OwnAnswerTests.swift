import Forwarding
import HTTP
import Reactor
import Testing

/// In which form Martlet answers itself, and with which page: `pages`.
@Suite("Own answers, in process")
struct OwnAnswerTests {
    private static let files = [
        "top404.html": "<p>top 404", "top5.html": "<p>top 5xx", "top5.json": "{}", "site400.html": "<p>site 400",
        "site404.html": "<p>site 404",
        "site5.html": "<p>site 5xx", "path.html": "<p>path 504", "only.json": "[]",
    ]
    private static let top =
        "pages: { 404: top404.html, 503: top404.html, 5xx: { html: top5.html, json: top5.json } }\n"
    private static let site = "host: a.test, pages: { 400: site400.html, 404: site404.html, 5xx: site5.html }"

    private func stage(_ sites: String, edge: String = top, way: Way = Way()) throws -> Stage {
        try Stage(
            yaml: Stage.text(["node1": "retry: 90s"], edge: "sites: [\(sites)]\n" + edge, speaking: way.member),
            way: way, pages: Self.files)
    }

    private func page(_ client: ScriptedClient) -> String? {
        client.own?.page.map { String(decoding: $0.content, as: UTF8.self) }
    }

    private func get(_ stage: Stage, _ target: String, host: String = "a.test", accept: String? = nil) throws
        -> ScriptedClient
    {
        let line = accept.map { "Accept: \($0)\r\n" } ?? ""
        return try stage.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\(line)\r\n")
    }

    @Test(
        "without pages the first words of Accept say which form it is",
        arguments: [
            (nil, .text), ("*/*", .text), ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", .html),
            ("application/json, text/plain, */*", .json), ("image/avif,*/*", .text), ("*/*, text/html", .text),
        ] as [(String?, PageKind)])
    func forms(accept: String?, kind: PageKind) throws {
        let stage = try stage("{ host: a.test, paths: { /shop: shop } }", edge: "")
        for (host, target) in [("a.test", "/x"), ("b.test", "/"), ("a.test", "/x/../shop")] {
            let refusal = try get(stage, target, host: host, accept: accept).own
            #expect(refusal?.kind == kind && refusal?.page == nil)
        }
        // The next request on the same exchange is not taken for the last one.
        #expect(try get(stage, "/x").own?.kind == .text)
    }

    @Test("who asks for JSON gets no HTML, who asks for HTML no JSON, and who names neither what there is")
    func negotiation() throws {
        let stage = try stage(
            "{ host: a.test, pages: { 404: { json: only.json } }, paths: { /shop: shop } }",
            edge: "pages: { 404: top404.html }\n")
        func answer(_ host: String, _ accept: String?) throws -> String? {
            page(try get(stage, "/x", host: host, accept: accept))
        }
        #expect(try answer("b.test", "text/html") == "<p>top 404" && answer("b.test", "*/*") == "<p>top 404")
        #expect(try answer("b.test", nil) == "<p>top 404" && answer("b.test", "application/json") == nil)
        #expect(try answer("a.test", "text/html") == nil && answer("a.test", "application/json") == "[]")
        #expect(try answer("a.test", "*/*") == "[]")
        let weighed = "text/html;q=0.5, application/json"
        #expect(try answer("a.test", weighed) == "[]" && answer("b.test", weighed) == nil)
        #expect(try get(stage, "/x", accept: weighed).own?.kind == .json)
    }

    @Test("a site's page is for its own 404, 400, 503 and fixed answers; the top's where there is no site")
    func levels() throws {
        let stage = try stage(
            "{ \(Self.site), paths: { /shop: shop, /no: { answer: 404 }, /said: { answer: 404, text: said }, "
                + "/teapot: { answer: 418 }, /moved: { redirect: /shop } } }")
        #expect(page(try get(stage, "/x")) == "<p>site 404")
        #expect(try page(get(stage, "/no")) == "<p>site 404")
        #expect(page(try get(stage, "/", host: "b.test")) == "<p>top 404")
        #expect(page(try get(stage, "/said")) == "said")
        #expect(try page(get(stage, "/teapot")) == nil)
        #expect(page(try get(stage, "/moved")) == nil)
        #expect(try page(get(stage, "/shop/../no")) == "<p>site 400")
        stage.refusals["node1"] = SystemError("connect", code: 111)
        let failed = try get(stage, "/shop")
        #expect(failed.outcome == .refused(503, "no-member") && page(failed) == "<p>site 5xx")
        #expect(page(try get(stage, "/shop", accept: "application/json")) == nil)
    }

    @Test("a path's page for 504 and 502, whatever is spoken", arguments: Way.all)
    func members(way: Way) throws {
        let stage = try stage(
            "{ \(Self.site), paths: { /: { balancer: shop, pages: { 504: path.html } } } }", edge: Self.top, way: way)
        let late = try get(stage, "/")
        stage.last.fail(.answerTimeout)
        #expect(late.outcome == .refused(504, "answer-timeout") && page(late) == "<p>path 504")
        let broken = try get(stage, "/", accept: "text/html")
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        stage.last.end()
        #expect(broken.own?.status == 502 && page(broken) == "<p>site 5xx")
    }

    @Test("HEAD gets the fields of a page and none of it; the largest one goes into one slab")
    func head() throws {
        let content = String(repeating: "x", count: 48 << 10)
        let stage = try Stage(
            yaml: Stage.text(["node1": ""], edge: "pages: { 404: large.html }\nsites: [{ paths: { /a: shop } }]"),
            pages: ["large.html": content])
        let refusal = try #require(try get(stage, "/").own)
        func written(to method: HTTP.Method) -> String {
            let bytes = [UInt8](capacity: 64 << 10) { (output: inout OutputSpan<UInt8>) in
                _ = refusal.write(code: "", to: method, closes: true, date: Span(), into: &output)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(refusal.isLong && refusal.contentBytes(code: "", to: .get) == content.utf8.count)
        #expect(refusal.contentBytes(code: "", to: .head) == 0)
        #expect(written(to: .get) == written(to: .head) + content)
        #expect(written(to: .head).contains("\r\nContent-Length: \(content.utf8.count)\r\n"))
        #expect(written(to: .head).contains("\r\nContent-Type: text/html; charset=utf-8\r\n"))
    }

    @Test("no-member says when the first member in error is tried again")
    func retryAfter() throws {
        let stage = try stage("{ paths: { /: shop } }", edge: "")
        stage.refusals["node1"] = SystemError("connect", code: 111)
        #expect(try get(stage, "/").own?.refusal.retryAfterSeconds == 90)
        stage.pass(milliseconds: 30_500)
        #expect((1...90).contains(try #require(try get(stage, "/").own).refusal.retryAfterSeconds))
        #expect(try stage.get("/", method: "TRACE").own?.refusal.retryAfterSeconds == 0)
    }
}

/// Places that are closed for a while: `maintenance`.
@Suite("Maintenance, in process")
struct MaintenanceTests {
    private func stage(
        _ sites: String, edge: String = "", way: Way = Way(), closedSites: Set<String> = []
    ) throws -> Stage {
        try Stage(
            yaml: Stage.text(["node1": ""], edge: "sites: [\(sites)]\n" + edge, speaking: way.member), way: way,
            closedSites: closedSites)
    }

    private func send(
        _ stage: Stage, _ target: String = "/", host: String = "a.test", from address: String = "198.51.100.7",
        _ fields: String = ""
    ) throws -> ScriptedClient {
        try stage.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n", from: address)
    }

    private func isClosed(_ client: ScriptedClient) -> Bool { client.outcome == .refused(503, "maintenance") }

    @Test("a site is closed, and one of its paths is not; no member is asked", arguments: Way.all)
    func site(way: Way) throws {
        let sites = """
            { host: a.test, maintenance: true, paths: { /: shop, /old: { redirect: /new }, /no: { answer: 404 },
              /open: { balancer: shop, maintenance: false } } }, { host: b.test, paths: { /: shop } }
            """
        let stage = try stage(sites, way: way)
        for target in ["/", "/old", "/no"] { #expect(isClosed(try send(stage, target))) }
        #expect(try isClosed(stage.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\n")))
        #expect(try send(stage).own?.refusal.retryAfterSeconds == 0)
        #expect(stage.connections.isEmpty && stage.isAtRest)
        #expect(try stage.ask("/open/x", host: "a.test").member == "node1")
        #expect(try stage.ask("/", host: "b.test").member == "node1")
    }

    @Test("all of the edge, but for addresses that may; they are told when to come again")
    func allowed() throws {
        let stage = try stage(
            "{ paths: { /: shop } }",
            edge: "maintenance: { allow: [192.0.2.0/24, \"2001:db8::/32\"], retry-after: 10m }\n"
                + "trusted-proxies: [203.0.113.1]")
        #expect(isClosed(try send(stage)))
        #expect(try send(stage).own?.refusal.retryAfterSeconds == 600)
        func isServed(from address: String, _ fields: String = "") throws -> Bool {
            try stage.settle { try send(stage, from: address, fields) }.member == "node1"
        }
        #expect(try isServed(from: "192.0.2.9") && isServed(from: "2001:db8::1"))
        #expect(try !isServed(from: "192.0.3.9"))
        // What a stranger says of itself counts for nothing; what a trusted proxy says is all that counts.
        #expect(try !isServed(from: "198.51.100.7", "X-Forwarded-For: 192.0.2.9\r\n"))
        #expect(try isServed(from: "203.0.113.1", "X-Forwarded-For: 192.0.2.9\r\n"))
        #expect(try !isServed(from: "203.0.113.1", "X-Forwarded-For: 192.0.2.9, 198.51.100.7\r\n"))
        #expect(try !isServed(from: "203.0.113.1"))
    }

    @Test("a WebSocket is not opened, and a gRPC call is answered as any")
    func tunnels() throws {
        let stage = try stage("{ maintenance: true, paths: { /: shop } }")
        #expect(isClosed(try stage.askForWebSocket()))
        #expect(isClosed(try send(stage, "/", "Content-Type: application/grpc\r\n")))
    }

    @Test("control closes a site by its host, on the terms that are declared, and leaves open what is declared so")
    func control() throws {
        let sites = """
            { host: a.test, maintenance: { enabled: false, allow: [192.0.2.0/24], retry-after: 2m },
              paths: { /: shop, /open: { balancer: shop, maintenance: false } } },
              { host: "*.a.test", paths: { /: shop } }, { paths: { /: shop } }
            """
        let open = try stage(sites)
        for host in ["a.test", "b.a.test", "c.test"] { #expect(try open.ask(host: host).member == "node1") }
        let closed = try stage(sites, closedSites: ["a.test", "*"])
        #expect(isClosed(try send(closed)))
        #expect(try send(closed).own?.refusal.retryAfterSeconds == 120)
        #expect(isClosed(try send(closed, host: "c.test")))
        #expect(try closed.settle { try send(closed, from: "192.0.2.9") }.member == "node1")
        #expect(try closed.ask("/open", host: "a.test").member == "node1")
        #expect(try closed.ask(host: "b.a.test").member == "node1")
    }
}
