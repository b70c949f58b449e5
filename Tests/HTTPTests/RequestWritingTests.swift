import HTTP
import Testing

@Suite struct RequestWritingTests {
    private func lines(
        _ source: String, _ change: (inout RequestRewrite) -> Void = { _ in }
    ) -> [String] {
        let framing = RequestSnapshot.parse(source).value?.framing ?? .none
        var rewrite = RequestRewrite(framing: framing, isSecure: true)
        change(&rewrite)
        guard let rebuilt = rebuild(bytes(source), rewrite) else { return [] }
        return text(rebuilt).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("the whole head of a usual request")
    func whole() {
        let source =
            "GET /a?b HTTP/1.1\r\nHost: shop:8443\r\nUser-Agent:x\r\nConnection: keep-alive\r\nCookie: a=b\r\n\r\n"
        #expect(
            lines(source) == [
                "GET /a?b HTTP/1.1", "Host: shop:8443", "User-Agent: x", "Cookie: a=b", "X-Forwarded-For: 192.0.2.1",
                "X-Forwarded-Proto: https", "X-Forwarded-Host: shop:8443", "Via: 1.1 martlet", "", "",
            ])
    }

    @Test("a field of the edge's own is left out where a client sends it, in any case, also as CGI reads it")
    func omitted() {
        let source =
            "GET / HTTP/1.1\r\nHost: a\r\nx-BUDDY: 1\r\nX-Buddy2: 2\r\nX-Bud: 3\r\nX-Buddy:4\r\nX_Buddy: 5\r\n\r\n"
        let rewrite = RequestRewrite(framing: .length(3), isSecure: true)
        let rebuilt = rebuild(bytes(source), rewrite, omitting: "x-buddy") ?? []
        #expect(
            text(rebuilt).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init) == [
                "GET / HTTP/1.1", "Host: a", "X-Buddy2: 2", "X-Bud: 3", "X-Forwarded-For: 192.0.2.1",
                "X-Forwarded-Proto: https", "X-Forwarded-Host: a", "Via: 1.1 martlet", "Content-Length: 3", "", "",
            ])
    }

    @Test("RFC 9110 7.6.1: hop-by-hop fields go, also nominated ones, in any place")
    func hopByHop() {
        let source =
            "POST /a HTTP/1.1\r\nKeep-Alive: 5\r\nHost: a\r\nX-Hop: 1\r\nTE: trailers\r\nX-Stay: 2\r\n"
            + "Proxy-Connection: x\r\nConnection: x-hop, te, x-forwarded-for, via, host\r\nProxy: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
        #expect(
            lines(source) == [
                "POST /a HTTP/1.1", "Host: a", "X-Stay: 2", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https",
                "X-Forwarded-Host: a", "Via: 1.1 martlet", "Transfer-Encoding: chunked", "", "",
            ])
    }

    @Test("CVE class 11: what the edge sets cannot be forged or stripped")
    func forged() {
        let source =
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n"
            + "x-forwarded-proto: http\r\nX-Forwarded-Host: evil\r\n"
            + "X-Forwarded-Port: 1\r\nX_Forwarded_For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"
            + "Connection: X-Forwarded-For, X-Forwarded-Proto\r\n\r\n"
        #expect(
            lines(source) == [
                "GET / HTTP/1.1", "Host: a", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https",
                "X-Forwarded-Host: a",
                "Via: 1.1 martlet", "", "",
            ])
    }

    @Test("RFC 9112 3.2.2: the authority of an absolute form takes the place of Host")
    func absoluteForm() {
        let source = "GET http://shop.example:81/x HTTP/1.1\r\nA: 1\r\nHost: other\r\nB: 2\r\n\r\n"
        #expect(
            lines(source) == [
                "GET /x HTTP/1.1", "Host: shop.example:81", "A: 1", "B: 2", "X-Forwarded-For: 192.0.2.1",
                "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example:81", "Via: 1.1 martlet", "", "",
            ])
        #expect(lines(source) { $0.omitsHost = true }.filter { $0.hasPrefix("Host") }.isEmpty)
    }

    @Test("a client without an address is left out of X-Forwarded-For")
    func withoutAddress() {
        let source =
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n\r\n"
        for (isTrusted, expected) in [(false, []), (true, ["X-Forwarded-For: 1.1.1.1, 2.2.2.2"])] {
            var rewrite = RequestRewrite(framing: .none, isSecure: false)
            rewrite.peerIsTrusted = isTrusted
            let lines = text(rebuild(bytes(source), rewrite, peer: "") ?? []).split(separator: "\r\n").map(String.init)
            #expect(lines.filter { $0.hasPrefix("X-Forwarded-For") } == expected)
            #expect(lines.contains("X-Forwarded-Proto: http"))
        }
    }

    @Test("a trusted peer's fields are appended to or kept")
    func trusted() {
        let source =
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: http\r\n"
            + "X-Forwarded-For: 2.2.2.2\r\n"
            + "X-Forwarded-Port: 80\r\nForwarded: for=1.1.1.1\r\n\r\n"
        #expect(
            lines(source) { $0.peerIsTrusted = true } == [
                "GET / HTTP/1.1", "Host: a", "X-Forwarded-Proto: http", "X-Forwarded-Port: 80",
                "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 192.0.2.1", "X-Forwarded-Host: a", "Via: 1.1 martlet", "", "",
            ])
    }

    @Test("RFC 9110 7.6.3: Via fields become one list")
    func via() {
        #expect(
            lines("GET / HTTP/1.1\r\nHost: a\r\nVia: 1.0 x, 1.1 y\r\nVia:\r\nVia: 2 z\r\n\r\n").contains(
                "Via: 1.0 x, 1.1 y, 2 z, 1.1 martlet"))
        #expect(lines("GET / HTTP/1.0\r\n\r\n").contains("Via: 1.0 martlet"))
    }

    @Test(
        "RFC 9112 3.2: the target's form",
        arguments: [
            ("GET http://a/x?y HTTP/1.1\r\nHost: a", "GET /x?y HTTP/1.1"),
            ("GET http://a HTTP/1.1\r\nHost: a", "GET / HTTP/1.1"),
            ("GET http://a?y HTTP/1.1\r\nHost: a", "GET /?y HTTP/1.1"),
            ("OPTIONS * HTTP/1.1\r\nHost: a", "OPTIONS * HTTP/1.1"),
            ("OPTIONS http://a HTTP/1.1\r\nHost: a", "OPTIONS * HTTP/1.1"),
            ("OPTIONS http://a/ HTTP/1.1\r\nHost: a", "OPTIONS / HTTP/1.1"),
            ("OPTIONS http://a?x HTTP/1.1\r\nHost: a", "OPTIONS /?x HTTP/1.1"),
            ("BREW /pot HTTP/1.0\r\nHost: a", "BREW /pot HTTP/1.1"),
        ])
    func targets(_ head: String, _ line: String) {
        #expect(lines("\(head)\r\n\r\n").first == line)
    }

    @Test(
        "RFC 9112 3.2.2: one Host, whatever the client sent",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a:80", "Host: a:80"), ("GET / HTTP/1.0", "Host: "),
            ("GET http://b:81/ HTTP/1.0", "Host: b:81"),
        ])
    func host(_ head: String, _ line: String) {
        let lines = lines("\(head)\r\n\r\n")
        #expect(lines.filter { $0.lowercased().hasPrefix("host:") } == [line])
    }

    @Test("framing and connection fields are those asked for")
    func asked() {
        let source =
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
        #expect(lines(source).suffix(3) == ["Content-Length: 7", "", ""])
        #expect(lines(source) { $0.framing = .chunked }.suffix(3) == ["Transfer-Encoding: chunked", "", ""])
        #expect(
            lines(source) {
                $0.framing = .length(UInt64(Int64.max))
            }.suffix(3)
                == ["Content-Length: 9223372036854775807", "", ""])
        #expect(
            lines(source) {
                $0.framing = .none
                $0.asksForWebSocket = true
            }.suffix(4)
                == ["Connection: upgrade", "Upgrade: websocket", "", ""])
        #expect(lines(source) { $0.isSecure = false }.contains("X-Forwarded-Proto: http"))
    }

    @Test("RFC 9110 10.1.1: Expect goes on, but not from HTTP/1.0")
    func expect() {
        #expect(
            lines("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n").contains(
                "Expect: 100-continue"))
        #expect(
            !lines("PUT / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n").contains(
                "Expect: 100-continue"))
    }

    @Test(
        "the mark of compressed answers is taken off conditions, if asked",
        arguments: [
            ("If-None-Match: \"x-gzip\"", "If-None-Match: \"x\""),
            ("If-None-Match: W/\"x-gzip\" , \"y\",\"z-gzip\"", "If-None-Match: W/\"x\" , \"y\",\"z\""),
            ("If-None-Match: ,,,\"x-gzip\",,", "If-None-Match: ,,,\"x\",,"),
            ("If-None-Match: \"a,b-gzip\"", "If-None-Match: \"a,b\""), ("If-Match: *", "If-Match: *"),
            ("If-Match: \"x-gzip-gzip\"", "If-Match: \"x-gzip\""),
            ("If-Match: \"x-br\", W/\"y-zstd\", \"z-identity\"", "If-Match: \"x\", W/\"y\", \"z\""),
            ("If-None-Match: \"x-br-identity\", \"x-brr\"", "If-None-Match: \"x-br\", \"x-brr\""),
            ("If-Range: \"x-gzip\"", "If-Range: \"x-gzip\""),
            ("If-Range: Sun, 06 Nov 1994 08:49:37 GMT", "If-Range: Sun, 06 Nov 1994 08:49:37 GMT"),
            ("If-None-Match: -gzip\"", "If-None-Match: -gzip\""), ("If-None-Match: x-gzip", "If-None-Match: x-gzip"),
            ("If-None-Match:", "If-None-Match: "), ("If-None-Match: \"-gzip\"", "If-None-Match: \"\""),
        ])
    func conditions(_ field: String, _ undone: String) {
        let source = "GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n"
        let all = lines(source) {
            $0.undoesMarks = true
            $0.undoneCodings = .all
        }
        #expect(all[2] == undone)
        if field.contains(": ") { #expect(lines(source)[2] == field) }
    }

    @Test("a mark in If-None-Match stays where the client could not read what it stands for")
    func unreadableMarks() {
        let source = "GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"a-gzip\", \"b-br\", \"c-identity\"\r\n\r\n"
        let undone = lines(source) { $0.undoesMarks = true }
        #expect(undone[2] == "If-None-Match: \"a-gzip\", \"b-br\", \"c\"")
    }

    @Test("what the edge is asked about the coding and the route is not the member's")
    func martletQuestions() {
        let lines = lines(
            "GET / HTTP/1.1\r\nHost: a\r\nx-martlet-coding: 1\r\nX: y\r\nX-MARTLET-EXPLAIN: 1\r\n\r\n")
        #expect(lines.contains("X: y") && !lines.contains { $0.lowercased().hasPrefix("x-martlet") })
    }

    @Test("what does not fit says so, at every size")
    func room() {
        let source = bytes(
            "GET / HTTP/1.1\r\nHost: a\r\nVia:x\r\nX:y\r\nIf-Match: \"x-gzip\"\r\nContent-Length: 10\r\n\r\n")
        var rewrite = RequestRewrite(framing: .length(10), isSecure: true)
        rewrite.undoesMarks = true
        let whole = rebuild(source, rewrite) ?? []
        #expect(!whole.isEmpty)
        let fitting = (0...whole.count).filter { rebuild(source, rewrite, room: $0) != nil }
        #expect(fitting == [whole.count])
    }
}
