import HTTP
import Testing

@Suite struct ResponseWritingTests {
    private func lines(
        _ source: String, date: String = "", extra: String = "", framing: Framing = .length(3),
        _ change: (inout ResponseRewrite) -> Void = { _ in }
    ) -> [String] {
        var rewrite = ResponseRewrite(framing: framing)
        change(&rewrite)
        guard let rebuilt = rebuild(source, rewrite, date: date, extra: extra) else { return [] }
        return text(rebuilt).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("the whole head of a usual answer")
    func whole() {
        let source =
            "HTTP/1.0 200 Very Fine\r\nServer: x\r\nContent-Length: 3\r\nConnection: keep-alive\r\n"
            + "Keep-Alive: 5\r\nDate: d\r\nX: y\r\n\r\n"
        #expect(
            lines(source, date: "now") == [
                "HTTP/1.1 200 OK", "Server: x", "Date: d", "X: y", "Content-Length: 3", "", "",
            ])
    }

    @Test(
        "CVE class 12: nothing of a member's reason phrase is passed on",
        arguments: [
            ("200 <script>", "HTTP/1.1 200 OK"), ("404", "HTTP/1.1 404 Not Found"), ("799 whatever", "HTTP/1.1 799 "),
            ("418 I'm a teapot", "HTTP/1.1 418 "), ("103 x", "HTTP/1.1 103 Early Hints"),
            ("302 x", "HTTP/1.1 302 Found"),
        ])
    func reason(_ status: String, _ line: String) {
        #expect(lines("HTTP/1.1 \(status)\r\nA: b\r\n\r\n").first == line)
    }

    @Test("RFC 9110 7.6.1: hop-by-hop fields go, also nominated ones, but not known end-to-end ones")
    func hopByHop() {
        let source =
            "HTTP/1.1 200 OK\r\nConnection: X-Hop, Set-Cookie, close\r\nX-Hop: 1\r\nSet-Cookie: a=b\r\n"
            + "Transfer-Encoding: chunked\r\nUpgrade: h2\r\n\r\n"
        #expect(
            lines(source, framing: .chunked) == [
                "HTTP/1.1 200 OK", "Set-Cookie: a=b", "Transfer-Encoding: chunked", "", "",
            ])
    }

    @Test("what the edge alone says of its decisions is not taken from members")
    func edgesOwn() {
        let source = "HTTP/1.1 200 OK\r\nX-Martlet-Route: a\r\nX-Martlet-Coding: b\r\nX-Martlet: c\r\n\r\n"
        #expect(lines(source) == ["HTTP/1.1 200 OK", "X-Martlet: c", "Content-Length: 3", "", ""])
    }

    @Test("framing, connection, date and further fields are those asked for")
    func asked() {
        let source = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
        #expect(
            lines(source, framing: .untilClose) { $0.connection = .close } == [
                "HTTP/1.1 200 OK", "Connection: close", "", "",
            ])
        #expect(
            lines(source, extra: "Set-Cookie: x\r\n", framing: .length(0)) { $0.connection = .keepAlive }
                == ["HTTP/1.1 200 OK", "Content-Length: 0", "Connection: keep-alive", "Set-Cookie: x", "", ""])
        #expect(lines(source, date: "now", framing: .none) == ["HTTP/1.1 200 OK", "Date: now", "", ""])
        #expect(
            lines("HTTP/1.1 103 X\r\nLink: y\r\n\r\n", date: "now", framing: .none) == [
                "HTTP/1.1 103 Early Hints", "Link: y", "", "",
            ])
        let upgrade = "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: z\r\n\r\n"
        #expect(
            lines(upgrade, framing: .none) { $0.switchesToWebSocket = true }
                == [
                    "HTTP/1.1 101 Switching Protocols", "Sec-WebSocket-Accept: z", "Connection: upgrade",
                    "Upgrade: websocket", "", "",
                ])
    }

    @Test("RFC 9110 8.8.3.3, 12.5.5: fields of a compressed answer")
    func gzip() {
        let source = "HTTP/1.1 200 OK\r\nAccept-Ranges: bytes\r\nETag: \"x\"\r\nContent-Length: 3\r\n\r\n"
        #expect(
            lines(source, framing: .chunked) { $0.coding = .coded(.gzip) } == [
                "HTTP/1.1 200 OK", "ETag: \"x-gzip\"", "Vary: Accept-Encoding", "Content-Encoding: gzip",
                "Transfer-Encoding: chunked", "", "",
            ])
    }

    @Test(
        "RFC 9110 12.5.5: Vary is merged",
        arguments: [
            ("Vary: Cookie", ["Vary: Cookie, Accept-Encoding"]), ("Vary: accept-encoding", ["Vary: accept-encoding"]),
            ("Vary: *", ["Vary: *"]), ("Vary: a\r\nVary: b", ["Vary: a, Accept-Encoding", "Vary: b"]),
            ("Vary:", ["Vary: Accept-Encoding"]),
            ("Vary: a\r\nVary: b,Accept-Encoding", ["Vary: a", "Vary: b,Accept-Encoding"]),
            ("X: y", ["X: y", "Vary: Accept-Encoding"]),
        ])
    func vary(_ fields: String, _ expected: [String]) {
        #expect(
            Array(
                lines("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n", framing: .none) { $0.coding = .varies }[1...].dropLast(2))
                == expected)
    }

    @Test(
        "RFC 9110 8.8.3: entity tags by decision",
        arguments: [
            ("W/\"x\"", ResponseRewrite.CodingChange.coded(.gzip), "W/\"x-gzip\""),
            ("\"x\"", .tagged(.gzip), "\"x-gzip\""), ("\"x\"", .coded(.brotli), "\"x-br\""),
            ("W/\"x\"", .tagged(.zstd), "W/\"x-zstd\""), ("\"x-br\"", .tagged(.identity), "\"x-br-identity\""),
            ("\"x\"", .varies, "\"x\""),
            ("\"x-gzip\"", .untouched, "\"x-gzip-identity\""), ("\"x-gzip\"", .coded(.gzip), "\"x-gzip-gzip\""),
            ("\"x-zstd\"", .varies, "\"x-zstd-identity\""), ("\"x-identity\"", .untouched, "\"x-identity-identity\""),
            ("\"x-gzip\"", .none, "\"x-gzip\""),
            ("odd", .coded(.gzip), "odd"), ("\"\"", .coded(.gzip), "\"-gzip\""),
        ])
    func entityTag(_ tag: String, _ coding: ResponseRewrite.CodingChange, _ expected: String) {
        let lines = lines("HTTP/1.1 200 OK\r\nETag: \(tag)\r\n\r\n") { $0.coding = coding }
        #expect(lines.contains("ETag: \(expected)"))
    }

    @Test("RFC 9110 8.4, 12.5.5: the coding is named, a member's identity goes, what the edge decides it says itself")
    func coded() {
        let source =
            "HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nX-Martlet-Coding: mine\r\nVary: accept-encoding\r\n\r\n"
        for (coding, name) in [(ContentCoding.gzip, "gzip"), (.brotli, "br"), (.zstd, "zstd")] {
            let lines = lines(source, framing: .chunked) { $0.coding = .coded(coding) }
            #expect(lines.filter { $0.hasPrefix("Content-Encoding") } == ["Content-Encoding: \(name)"])
            #expect(lines.filter { $0.hasPrefix("Vary") } == ["Vary: accept-encoding"])
            #expect(!lines.contains { $0.hasPrefix("X-Martlet-Coding") })
        }
    }

    @Test("a mark put on is taken off again, whatever the tag")
    func markedAndBack() {
        for tag in ["\"x\"", "W/\"x\"", "\"x-gzip\"", "\"a,b\"", "\"\"", "\"-gzip\"", "\"x-identity\"", "W/\"-br\""] {
            let changes =
                ContentCoding.allCases.map(ResponseRewrite.CodingChange.coded)
                + EntityTagMark.allCases.map(ResponseRewrite.CodingChange.tagged) + [.untouched, .varies]
            for coding in changes {
                let answer = lines("HTTP/1.1 200 OK\r\nETag: \(tag)\r\n\r\n") { $0.coding = coding }
                guard let sent = answer.first(where: { $0.hasPrefix("ETag: ") })?.dropFirst(6) else { continue }
                var rewrite = RequestRewrite(framing: .none)
                rewrite.undoesMarks = true
                rewrite.undoneCodings = .all
                let request = rebuild(bytes("GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: \(sent)\r\n\r\n"), rewrite)
                #expect(text(request ?? []).contains("If-None-Match: \(tag)\r\n"))
            }
        }
    }

    @Test("what does not fit says so, at every size")
    func room() throws {
        let source = "HTTP/1.1 404 x\r\nETag: \"x\"\r\nX:y\r\nVary: z\r\nContent-Length: 10\r\n\r\n"
        var rewrite = ResponseRewrite(framing: .chunked)
        rewrite.coding = .coded(.gzip)
        let whole = try #require(rebuild(source, rewrite, date: "now"))
        for room in 0..<whole.count { #expect(rebuild(source, rewrite, date: "now", room: room) == nil) }
        #expect(rebuild(source, rewrite, date: "now", room: whole.count) == whole)
    }
}
