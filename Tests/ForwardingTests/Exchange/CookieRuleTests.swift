import Forwarding
import HTTP
import Testing

/// What members' cookies say of their use: `cookies`.
@Suite("Rules of cookies, in process")
struct CookieRuleTests {
    private func stage(_ cookies: String, settings: String = "", way: Way = Way()) throws -> Stage {
        try Stage(["node1": ""], settings: settings, edge: "cookies: { \(cookies) }", way: way)
    }

    private static let date = "Expires=Wed, 21 Oct 2026 07:28:00 GMT"

    @Test(
        "attributes are added, replaced and taken away",
        arguments: [
            ("secure: always", "a=b", "a=b; Secure"), ("secure: always", "a=b; secure", "a=b; secure"),
            ("secure: always", "a=b; \(date); Path=/", "a=b; \(date); Path=/; Secure"),
            ("secure: never", "a=b; Secure; Path=/; SECURE", "a=b; Path=/"), ("secure: auto", "a=b", "a=b"),
            ("same-site: lax", "a=b", "a=b; SameSite=Lax"),
            ("same-site: strict", "a=b; samesite=none; Secure", "a=b; SameSite=Strict; Secure"),
            ("same-site: lax", "a=b; SameSite=None; Path=/; SameSite=x", "a=b; SameSite=Lax; Path=/"),
            ("same-site: none", "a=b; SameSite=Lax", "a=b; SameSite=None; Secure"),
            ("http-only: true", "a=b;HttpOnly", "a=b;HttpOnly"), ("http-only: true", "a=b", "a=b; HttpOnly"),
            ("http-only: false", "a=b; HttpOnly; Path=/", "a=b; Path=/"),
            ("secure: always, same-site: lax, http-only: true", "a", "a; Secure; SameSite=Lax; HttpOnly"),
            ("secure: always", "a=\"x, y\"; Domain=d", "a=\"x, y\"; Domain=d; Secure"),
        ])
    func attributes(rule: String, cookie: String, expected: String) throws {
        let reply = try stage(rule).ask(answer: Answer.whole(200, "Set-Cookie: \(cookie)"))
        #expect(reply.cookies == [expected])
    }

    @Test("auto: Secure over TLS")
    func secureOverTLS() throws {
        let stage = try stage("secure: auto")
        let reply = try stage.settle(Answer.whole(200, "Set-Cookie: a=b")) {
            try stage.sendSecurely("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        #expect(reply.cookies == ["a=b; Secure"])
    }

    @Test("only: those that are named, of several", arguments: Way.all)
    func only(way: Way) throws {
        let stage = try stage("secure: always, only: [SID, B]", way: way)
        let answer = Answer.whole(
            200, "Set-Cookie: SID=1", "Set-Cookie: sid=2", "X-Between: 1", "Set-Cookie: A=B",
            "Set-Cookie: B=; Max-Age=0")
        #expect(try stage.ask(answer: answer).cookies == ["SID=1; Secure", "sid=2", "A=B", "B=; Max-Age=0; Secure"])
    }

    @Test("an answer that opens a WebSocket, and an interim one, which waits")
    func heads() throws {
        let stage = try stage("secure: always")
        let client = try stage.askForWebSocket()
        stage.last.answer(Answer.switching.replacing("\r\n\r\n", with: "\r\nSet-Cookie: a=b\r\n\r\n"))
        #expect(client.status == 101 && client.head.values(of: "Set-Cookie") == ["a=b; Secure"])
        let other = try stage.get()
        stage.last.answer(Answer.head(103, "Set-Cookie: a=b"))
        #expect(other.interim.isEmpty)
    }

    @Test("Martlet's own cookies have their own keys")
    func own() throws {
        let stage = try stage(
            "same-site: strict", settings: "affinity: { mode: insert, cookie: SRV, same-site: lax }")
        let cookies = try stage.remembering().ask(answer: Answer.whole(200, "Set-Cookie: a=b")).cookies
        #expect(cookies.first == "a=b; SameSite=Strict")
        #expect(cookies.contains { $0.hasPrefix("SRV=") && $0.contains("SameSite=Lax") && !$0.contains("Strict") })
    }

    @Test("beside reverse-mapping, which changes other attributes of the same cookie")
    func mapped() throws {
        let path = "{ balancer: shop, to: /app, reverse-mapping: true }"
        let stage = try Stage(
            ["node1": ""], edge: "sites: [{ paths: { /shop: \(path) } }]\ncookies: { secure: always }")
        let reply = try stage.ask("/shop/x", answer: Answer.whole(200, "Set-Cookie: a=b; Path=/app; Domain=192.0.2.1"))
        #expect(reply.cookies == ["a=b; Path=/shop; Secure"])
    }

    @Test("more cookies than can be edited are an answer that does not go out")
    func tooMany() throws {
        // 16 ranges are replaced in each, and 1,024 (Limits.splicesMax) in a head.
        let attributes = String(repeating: "; SameSite=x", count: 12) + String(repeating: "; HttpOnly", count: 3)
        let cookie = "Set-Cookie: a=b\(attributes)\r\n"
        func answer(_ count: Int) -> String {
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + String(repeating: cookie, count: count) + "\r\n"
        }
        let stage = try stage("same-site: lax, http-only: false, secure: always")
        let taken = try stage.ask(answer: answer(64)).client
        let cookies = taken.head.values(of: "Set-Cookie")
        #expect(taken.outcome == .whole && cookies == [String](repeating: "a=b; SameSite=Lax; Secure", count: 64))
        let refused = try stage.ask(answer: answer(65)).client
        #expect(refused.outcome == .refused(502, "answer-cookies") && stage.isAtRest)
    }
}
