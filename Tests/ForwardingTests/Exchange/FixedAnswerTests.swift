import Forwarding
import HTTP
import Reactor
import Testing

/// What a path answers itself: `answer`, `text`; and what answers over TLS say of it: `hsts`.
@Suite("Fixed answers, in process")
struct FixedAnswerTests {
    private func stage(_ paths: String, site: String = "", edge: String = "", way: Way = Way()) throws -> Stage {
        let sites = "sites: [{ \(site.isEmpty ? "" : site + ", ")paths: { \(paths) } }]\n"
        return try Stage(["node1": ""], edge: sites + edge, way: way)
    }

    @Test("answer: its status and its text, and no member is asked", arguments: Way.all)
    func answers(way: Way) throws {
        let stage = try stage("/: shop, /no: { answer: 403 }, /yes: { answer: 200, text: \"ok\" }", way: way)
        let refused = try stage.get("/no/x")
        #expect(refused.outcome == .refused(403, "fixed-answer") && refused.own?.page == nil)
        let answered = try stage.get("/yes?x")
        #expect(answered.outcome == .refused(200, "fixed-answer"))
        #expect(answered.own?.page?.content == Array("ok".utf8))
        #expect(stage.connections.isEmpty && stage.isAtRest)
        #expect(try stage.ask("/other").member == "node1")
    }

    @Test(
        "answer: a path that some member may read as another place is 400",
        arguments: ["/x/../no", "/no/..;/x", "//no", "/%6eo/..", "/n%6f%2f", "/no%00"])
    func ambiguous(target: String) throws {
        let stage = try stage("/: shop, /no: { answer: 403 }")
        #expect(try stage.get(target).outcome == .refused(400, "path-ambiguous"))
        #expect(stage.connections.isEmpty)
    }

    @Test("a WebDAV Destination does not lead into a path with rules of its own")
    func destination() throws {
        let stage = try stage("/: shop, /closed: { balancer: shop, hsts: 1d }")
        let head = "MOVE /a HTTP/1.1\r\nHost: a\r\nDestination: http://a"
        #expect(try stage.send(head + "/closed/b\r\n\r\n").outcome == .refused(502, "destination-elsewhere"))
        #expect(try stage.settle { try stage.send(head + "/b\r\n\r\n") }.member == "node1")
    }

    @Test("hsts: over TLS alone, at the level that is nearest, on Martlet's own answers too")
    func transportSecurity() throws {
        let paths = "/: shop, /no: { answer: 404 }, /in: { balancer: shop, hsts: { max-age: 2h, subdomains: true } }"
        let stage = try stage(paths, edge: "hsts: 1d")
        func field(_ target: String) throws -> String? {
            let reply = try stage.settle { try stage.sendSecurely("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n") }
            return reply.client.field("Strict-Transport-Security")
        }
        #expect(try field("/") == "max-age=86400")
        #expect(try field("/in/x") == "max-age=7200; includeSubDomains")
        #expect(try stage.ask("/").client.field("Strict-Transport-Security") == nil)
        let own = try stage.sendSecurely("GET /no HTTP/1.1\r\nHost: a\r\n\r\n").own
        #expect(own?.lines == Array("Strict-Transport-Security: max-age=86400\r\n".utf8))
        #expect(try stage.get("/no").own?.lines == [])
        let ambiguous = try stage.sendSecurely("GET /x/../no HTTP/1.1\r\nHost: a\r\n\r\n").own
        #expect(ambiguous?.lines == own?.lines && ambiguous?.status == 400)
    }
}
