import HTTP
import Testing

@Suite struct RequestWritingTests {
    private func lines(
        _ source: String, _ change: (inout RequestRewrite) -> Void = { _ in }
    ) -> [String] {
        let framing = RequestSnapshot.parse(source).value?.framing ?? .none
        var rewrite = RequestRewrite(framing: framing)
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
                "X-Real-IP: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443",
                "X-Forwarded-Host: shop:8443", "Via: 1.1 martlet", "", "",
            ])
    }

    @Test("a field of the edge's own is left out where a client sends it, in any case, also as CGI reads it")
    func omitted() {
        let source =
            "GET / HTTP/1.1\r\nHost: a\r\nx-BUDDY: 1\r\nX-Buddy2: 2\r\nX-Bud: 3\r\nX-Buddy:4\r\nX_Buddy: 5\r\n\r\n"
        let rewrite = RequestRewrite(framing: .length(3))
        let rebuilt = rebuild(bytes(source), rewrite, omitting: FieldNames(["x-buddy"])) ?? []
        #expect(
            text(rebuilt).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init) == [
                "GET / HTTP/1.1", "Host: a", "X-Buddy2: 2", "X-Bud: 3", "X-Forwarded-For: 192.0.2.1",
                "X-Real-IP: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443", "X-Forwarded-Host: a",
                "Via: 1.1 martlet", "Content-Length: 3", "", "",
            ])
    }

    @Test("further lines stand behind Martlet's own, before the framing")
    func extra() {
        let rewrite = RequestRewrite(framing: .length(3))
        let source = "GET / HTTP/1.1\r\nHost: a\r\nX-Own: 1\r\n\r\n"
        let rebuilt = text(rebuild(bytes(source), rewrite, extra: "X-A: 1\r\nX-B: 2\r\n") ?? [])
        #expect(rebuilt.hasSuffix("Via: 1.1 martlet\r\nX-A: 1\r\nX-B: 2\r\nContent-Length: 3\r\n\r\n"))
    }

    @Test("RFC 9110 7.6.1: hop-by-hop fields go, also nominated ones, in any place")
    func hopByHop() {
        let source =
            "POST /a HTTP/1.1\r\nKeep-Alive: 5\r\nHost: a\r\nX-Hop: 1\r\nTE: trailers\r\nX-Stay: 2\r\n"
            + "Proxy-Connection: x\r\nConnection: x-hop, te, x-forwarded-for, via, host\r\nProxy: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
        #expect(
            lines(source) == [
                "POST /a HTTP/1.1", "Host: a", "X-Stay: 2", "X-Forwarded-For: 192.0.2.1", "X-Real-IP: 192.0.2.1",
                "X-Forwarded-Proto: https", "X-Forwarded-Port: 443", "X-Forwarded-Host: a", "Via: 1.1 martlet",
                "Transfer-Encoding: chunked", "", "",
            ])
    }

    @Test("CVE class 11: what the edge sets cannot be forged or stripped")
    func forged() {
        let source =
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n"
            + "x-forwarded-proto: http\r\nX-Forwarded-Host: evil\r\n"
            + "X-Forwarded-Port: 1\r\nx-real-ip: 6.6.6.6\r\nX_Real-IP: 6.6.6.6\r\n"
            + "X_Forwarded_For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"
            + "Connection: X-Forwarded-For, X-Forwarded-Proto\r\n\r\n"
        #expect(
            lines(source) == [
                "GET / HTTP/1.1", "Host: a", "X-Forwarded-For: 192.0.2.1", "X-Real-IP: 192.0.2.1",
                "X-Forwarded-Proto: https", "X-Forwarded-Port: 443", "X-Forwarded-Host: a", "Via: 1.1 martlet", "", "",
            ])
    }

    @Test("RFC 9112 3.2.2: the authority of an absolute form takes the place of Host")
    func absoluteForm() {
        let source = "GET http://shop.example:81/x HTTP/1.1\r\nA: 1\r\nHost: other\r\nB: 2\r\n\r\n"
        #expect(
            lines(source) == [
                "GET /x HTTP/1.1", "Host: shop.example:81", "A: 1", "B: 2", "X-Forwarded-For: 192.0.2.1",
                "X-Real-IP: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443",
                "X-Forwarded-Host: shop.example:81", "Via: 1.1 martlet", "", "",
            ])
        #expect(lines(source) { $0.omitsHost = true }.filter { $0.hasPrefix("Host") }.isEmpty)
    }

    @Test("a client without an address is left out of X-Forwarded-For, and has no X-Real-IP")
    func withoutAddress() {
        let source =
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n\r\n"
        for (isTrusted, expected) in [(false, []), (true, ["X-Forwarded-For: 1.1.1.1, 2.2.2.2"])] {
            var rewrite = RequestRewrite(framing: .none)
            rewrite.peerIsTrusted = isTrusted
            let rebuilt = rebuild(bytes(source), rewrite, peer: "", isSecure: false, port: nil) ?? []
            let lines = text(rebuilt).split(separator: "\r\n").map(String.init)
            #expect(lines.filter { $0.hasPrefix("X-Forwarded-For") } == expected)
            #expect(lines.contains("X-Forwarded-Proto: http"))
            #expect(!lines.contains { $0.hasPrefix("X-Real-IP") || $0.hasPrefix("X-Forwarded-Port") })
        }
    }

    @Test("a trusted peer's fields are appended to or kept")
    func trusted() {
        let source =
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: http\r\n"
            + "X-Forwarded-For: 2.2.2.2\r\n"
            + "X-Forwarded-Port: 80\r\nX-Forwarded-Server: s\r\nForwarded: for=1.1.1.1\r\nX-Real-IP: 3.3.3.3\r\n"
            + "Connection: X-Forwarded-Port, X-Forwarded-Proto\r\n\r\n"
        #expect(
            lines(source) { $0.peerIsTrusted = true } == [
                "GET / HTTP/1.1", "Host: a", "X-Forwarded-Proto: http", "X-Forwarded-Port: 80",
                "X-Forwarded-Server: s", "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 192.0.2.1", "X-Real-IP: 192.0.2.1",
                "X-Forwarded-Host: a", "Via: 1.1 martlet", "", "",
            ])
    }

    @Test("RFC 7239: what a proxy has said of its client, by X-Forwarded-… and by Forwarded, and not what others say")
    func approached() {
        let source =
            "GET / HTTP/1.1\r\nHost: inside:81\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: http\r\n"
            + "Forwarded: for=6.6.6.6;host=shop.test\r\n\r\n"
        var rewrite = RequestRewrite(framing: .none)
        rewrite.writesForwarded = true
        rewrite.isSecure = true
        let own = "for=192.0.2.1;proto=https;host=\"inside:81\""
        func told(_ client: String) -> [String] {
            let rebuilt = rebuild(bytes(source), rewrite, client: client) ?? []
            return text(rebuilt).split(separator: "\r\n").map(String.init).filter { $0.contains("orwarded") }
        }
        #expect(
            told("192.0.2.1") == [
                "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443",
                "X-Forwarded-Host: inside:81", "Forwarded: \(own)",
            ])
        rewrite.approach.address = 1
        rewrite.approach.isSecure = false
        let start = source.utf8.count - "shop.test\r\n\r\n".utf8.count
        rewrite.approach.authority = start..<start + "shop.test".utf8.count
        #expect(
            told("::1") == [
                "X-Forwarded-For: ::1, 192.0.2.1", "X-Forwarded-Proto: http", "X-Forwarded-Host: shop.test",
                "Forwarded: for=\"[::1]\";proto=http;host=shop.test, \(own)",
            ])
        rewrite.writesXForwarded = false
        rewrite.approach.address = 0
        #expect(told("192.0.2.1") == ["Forwarded: for=unknown;proto=http;host=shop.test, \(own)"])
    }

    @Test(
        "what a trusted peer leaves out is said for it; a port beside its scheme nobody else knows",
        arguments: [
            ("", ["X-Forwarded-Proto: https", "X-Forwarded-Port: 443", "X-Forwarded-Host: a"]),
            ("X-Forwarded-Proto: http", ["X-Forwarded-Proto: http", "X-Forwarded-Host: a"]),
            ("X-Forwarded-Port: 81", ["X-Forwarded-Port: 81", "X-Forwarded-Proto: https", "X-Forwarded-Host: a"]),
            ("X-Forwarded-Host: b", ["X-Forwarded-Host: b", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443"]),
        ])
    func trustedInPart(_ field: String, _ told: [String]) {
        let source = "GET / HTTP/1.1\r\nHost: a\r\n\(field.isEmpty ? "" : field + "\r\n")\r\n"
        let lines = lines(source) { $0.peerIsTrusted = true }
        #expect(lines.filter { $0.hasPrefix("X-Forwarded-") && !$0.hasPrefix("X-Forwarded-For") } == told)
    }

    @Test("a trusted peer passes on another spelling, or X-Real-IP, only as its client's word")
    func trustedSpellings() {
        let names = [
            "X_Forwarded_For", "X-Forwarded_Port", "x.forwarded.proto", "Content_Length", "X-Real-IP", "Proxy",
        ]
        let fields = names.map { "\($0): 6.6.6.6\r\n" }.joined()
        var rewrite = RequestRewrite(framing: .none)
        rewrite.peerIsTrusted = true
        let source = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\n\(fields)\r\n"
        let rebuilt = text(rebuild(bytes(source), rewrite, client: "1.1.1.1") ?? [])
        #expect(!rebuilt.contains("6.6.6.6") && rebuilt.contains("\r\nX-Real-IP: 1.1.1.1\r\n"))
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
        let clear = rebuild(bytes(source), RequestRewrite(framing: .none), isSecure: false, port: 8080)
        #expect(text(clear ?? []).contains("\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: 8080\r\n"))
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
        let extra = "X-Added: 1\r\n"
        var rewrite = RequestRewrite(framing: .length(10))
        rewrite.undoesMarks = true
        let whole = rebuild(source, rewrite, extra: extra) ?? []
        #expect(!whole.isEmpty)
        let fitting = (0...whole.count).filter { rebuild(source, rewrite, extra: extra, room: $0) != nil }
        #expect(fitting == [whole.count])
    }
}
