import HTTP
import Testing

/// A valid head and what must come out of it.
struct ValidRequest: CustomTestStringConvertible, Sendable {
    var rule: String
    var source: String
    var testDescription: String { rule }

    static let all: [ValidRequest] = [
        ValidRequest(rule: "RFC 9112 3: the shortest request", source: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ValidRequest(
            rule: "RFC 9112 2.2: one empty line before is skipped", source: "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ValidRequest(rule: "RFC 9112 3.2: HTTP/1.0 needs no Host", source: "GET /x HTTP/1.0\r\n\r\n"),
        ValidRequest(
            rule: "RFC 9112 3.2.1: path and query",
            source: "GET /a/b;p=1?q=?/&r HTTP/1.1\r\nHost: a.example:8080\r\n\r\n"),
        ValidRequest(
            rule: "RFC 9112 3.2.2: absolute form",
            source: "GET http://a.example:81/p?q HTTP/1.1\r\nHost: A.example:81\r\n\r\n"),
        ValidRequest(
            rule: "RFC 9112 3.2.2: absolute form without path",
            source: "GET https://[::1] HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"),
        ValidRequest(
            rule: "RFC 9112 3.2.3: authority form",
            source: "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"),
        ValidRequest(rule: "RFC 9112 3.2.4: asterisk form", source: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        ValidRequest(
            rule: "RFC 9112 5: odd but legal white space",
            source:
                "POST /p HTTP/1.1\r\nhOsT:a\r\nX-Empty:\r\nX-Blank: \t \r\n"
                + "X-Tab:\t a\tb \t\r\nContent-Length:  10\r\n\r\n"
        ),
        ValidRequest(
            rule: "RFC 9112 6.1: chunked, hop-by-hop fields",
            source:
                "PUT /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n"
                + "Connection: close, X-Hop\r\nX-Hop: 1\r\n\r\n"
        ),
        ValidRequest(
            rule: "RFC 6455 4.1: a WebSocket is asked for",
            source: "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"),
        ValidRequest(
            rule: "RFC 9110 10.1.1: 100-continue is expected",
            source: "POST /u HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n"),
        ValidRequest(
            rule: "RFC 9110 5.5: obs-text in a value", source: "GET / HTTP/1.1\r\nHost: a\r\nX: \u{80}\u{FF}\r\n\r\n"),
        ValidRequest(
            rule: "RFC 9110 9.1: a method of its own", source: "X-MY!METHOD /p HTTP/1.1\r\nHost: a_b-c.d\r\n\r\n"),
        ValidRequest(
            rule: "RFC 9112 9.3: HTTP/1.0 with keep-alive",
            source: "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n"),
    ]
}

@Suite struct RequestHeadTests {
    @Test("RFC 9112 3: parts of a request line")
    func requestLine() throws {
        let head = try #require(
            RequestSnapshot.parse("GET /a/b;p=1?q=?/&r HTTP/1.1\r\nHost: a.example:8080\r\nX: y\r\n\r\n").value)
        #expect(head.method == .get && head.methodText == "GET" && head.form == .origin && head.minorVersion == 1)
        #expect(head.target == "/a/b;p=1?q=?/&r" && head.path == "/a/b;p=1" && head.query == "q=?/&r")
        #expect(head.host == "a.example" && head.port == 8080 && head.authority == "a.example:8080")
        #expect(head.framing == .none && head.keepsAlive && !head.expectsContinue && !head.asksForWebSocket)
        #expect(head.fields.map(\.name) == ["Host", "X"] && head.fields.map(\.value) == ["a.example:8080", "y"])
    }

    @Test(
        "RFC 9110 9: methods",
        arguments: [
            ("GET", Method.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("DELETE", .delete),
            ("OPTIONS", .options),
            ("PATCH", .patch), ("TRACE", .trace), ("PURGE", .other), ("VERSION-CONTROL", .other), ("G", .other),
        ])
    func methods(_ name: String, _ method: Method) {
        let head = RequestSnapshot.parse("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n").value
        #expect(head?.method == method && head?.methodText == name)
    }

    @Test(
        "RFC 9112 3.2: forms of targets",
        arguments: [
            (
                "GET http://u.example HTTP/1.1\r\nHost: u.example\r\n\r\n", RequestHead.TargetForm.absolute, "", nil,
                "u.example"
            ),
            ("GET HTTP://u.example?q HTTP/1.1\r\nHost: u.example:80\r\n\r\n", .absolute, "", "q", "u.example"),
            ("GET https://u.example:443/ HTTP/1.1\r\nHost: U.EXAMPLE\r\n\r\n", .absolute, "/", nil, "u.example"),
            ("GET http://u.example/a HTTP/1.0\r\n\r\n", .absolute, "/a", nil, "u.example"),
            ("GET http://u.example/ HTTP/1.1\r\nHost: other\r\n\r\n", .absolute, "/", nil, "u.example"),
            ("GET http://u.example:81/ HTTP/1.1\r\nHost: u.example\r\n\r\n", .absolute, "/", nil, "u.example"),
            ("OPTIONS * HTTP/1.1\r\nHost: u.example\r\n\r\n", .asterisk, "", nil, "u.example"),
            ("CONNECT u.example:1 HTTP/1.1\r\nHost: u.example:1\r\n\r\n", .authority, "", nil, "u.example"),
            ("GET // HTTP/1.1\r\nHost: u.example\r\n\r\n", .origin, "//", nil, "u.example"),
            ("GET /? HTTP/1.1\r\nHost: u.example:\r\n\r\n", .origin, "/", "", "u.example"),
            (
                "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?bbbbbbbbbbbbb? HTTP/1.1\r\nHost: [2001:db8::1.2.3.4]:9\r\n\r\n",
                .origin,
                "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbb?", "[2001:db8::1.2.3.4]"
            ),
        ])
    func targets(
        _ source: String, _ form: RequestHead.TargetForm, _ path: String, _ query: String?, _ host: String
    ) {
        let head = RequestSnapshot.parse(source).value
        #expect(head?.form == form && head?.path == path && head?.query == query && head?.host == host)
    }

    @Test(
        "RFC 9112 6.3: framing of requests",
        arguments: [
            ("", Framing.none), ("Content-Length: 0\r\n", .length(0)), ("content-LENGTH: 0042 \r\n", .length(42)),
            ("Content-Length: 922337203685477580\r\n", .length(922_337_203_685_477_580)),
            ("Transfer-Encoding: chunked\r\n", .chunked), ("TRANSFER-ENCODING:\tCHUNKED\r\n", .chunked),
        ])
    func framing(_ fields: String, _ framing: Framing) {
        #expect(RequestSnapshot.parse("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n").value?.framing == framing)
    }

    @Test(
        "RFC 9112 9.3: persistence",
        arguments: [
            ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
            ("HTTP/1.1", "Connection: x, CLOSE\r\n", false),
            ("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n", false), ("HTTP/1.0", "", false),
            ("HTTP/1.0", "Connection: Keep-Alive\r\n", true), ("HTTP/1.0", "Connection: keep-alive, close\r\n", false),
            ("HTTP/1.9", "", true), ("HTTP/1.1", "Connection: closed\r\n", true),
        ])
    func persistence(_ version: String, _ fields: String, _ keepsAlive: Bool) {
        #expect(RequestSnapshot.parse("GET / \(version)\r\nHost: a\r\n\(fields)\r\n").value?.keepsAlive == keepsAlive)
    }

    @Test(
        "RFC 9110 7.8: only a whole WebSocket handshake asks for one",
        arguments: [
            ("GET", "HTTP/1.1", "Connection: upgrade\r\nUpgrade: websocket\r\n", true),
            ("GET", "HTTP/1.1", "Upgrade: websocket\r\n", false), ("GET", "HTTP/1.1", "Connection: upgrade\r\n", false),
            ("POST", "HTTP/1.1", "Connection: upgrade\r\nUpgrade: websocket\r\n", false),
            ("GET", "HTTP/1.0", "Connection: upgrade\r\nUpgrade: websocket\r\n", false),
            ("GET", "HTTP/1.1", "Connection: upgrade\r\nUpgrade: h2c\r\n", false),
            ("GET", "HTTP/1.1", "Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n", false),
            ("GET", "HTTP/1.1", "Connection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n", false),
        ])
    func webSocket(_ method: String, _ version: String, _ fields: String, _ asks: Bool) {
        let head = RequestSnapshot.parse("\(method) / \(version)\r\nHost: a\r\n\(fields)\r\n").value
        #expect(head?.asksForWebSocket == asks)
    }

    @Test("RFC 9110 7.6.1: Connection nominates only what may be nominated")
    func nomination() throws {
        let protected = [
            "Host: a", "Cookie: c=1", "Authorization: Basic x", "Via: 1.1 x", "X-Forwarded-For: 1.2.3.4",
            "Content-Length: 1",
            "Cache-Control: no-store", "If-None-Match: \"x\"", "Expect: 100-continue",
        ]
        let names = protected.map { $0.prefix { $0 != ":" } }.joined(separator: ", ")
        let source =
            "POST / HTTP/1.1\r\n\(protected.joined(separator: "\r\n"))\r\nX-Own: 1\r\nx-other: 2\r\nX-Own: 3\r\n"
            + "Connection: \(names),,x-own\r\n\r\n"
        let head = try #require(RequestSnapshot.parse(source).value)
        #expect(head.fields.filter { !$0.isForwarded }.map(\.name) == ["X-Own", "X-Own", "Connection"])
    }

    @Test(
        "RFC 9110 7.6.1: hop-by-hop fields, and those only the edge may set",
        arguments: [
            "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
            "Proxy-Authorization", "x_forwarded_port", "x_forwarded_for", "X-Forwarded_Proto", "Content_Length",
            "transfer_encoding", "Proxy", "X-Forwarded-Server", "X_Real_IP", "x.real-ip", "X-Martlet-Else",
            "x_martlet_route",
            "X_FORWARDED_ANYTHING_AT_ALL_BE_IT_LONG",
        ])
    func notForwarded(_ name: String) throws {
        let value = name == "Transfer-Encoding" ? "chunked" : "x"
        let head = try #require(RequestSnapshot.parse("GET / HTTP/1.1\r\nHost: a\r\n\(name): \(value)\r\n\r\n").value)
        #expect(!head.fields[1].isForwarded)
    }

    @Test(
        "names that only look like those are forwarded",
        arguments: [
            "X_Own", "Proxy2", "X-Forward", "X-Forwarded", "Content_Lengt", "My_Transfer_Encoding", "Host_", "Proxies",
            "X_Real_I", "X_Real_IPs", "XReal_IP", "X-Martlet", "X-Real-IP2", "Real_IP",
        ])
    func forwarded(_ name: String) throws {
        let head = try #require(RequestSnapshot.parse("GET / HTTP/1.1\r\nHost: a\r\n\(name): x\r\n\r\n").value)
        #expect(head.fields[1].isForwarded)
    }

    @Test("valid heads parse, also after another and with bytes behind them", arguments: ValidRequest.all)
    func valid(_ request: ValidRequest) throws {
        let source = bytes(request.source)
        let alone = try #require(RequestSnapshot.parse(source).value)
        #expect(RequestSnapshot.parse(source + bytes("GET / HTTP/1.1\r\n\r\n\0\n")).value == alone)

        var head = RequestHead(fieldCountMax: 128)
        for other in ValidRequest.all {
            try head.parse(bytes(other.source).span, limits: HeadLimits())
            try head.parse(source.span, limits: HeadLimits())
            #expect(RequestSnapshot(head, source) == alone)
        }
    }

    @Test("every head cut short is incomplete for the parser, and more for the scanner", arguments: ValidRequest.all)
    func cut(_ request: ValidRequest) throws {
        let source = bytes(request.source)
        var head = RequestHead(fieldCountMax: 128)
        for count in 0..<source.count {
            var reason: HeadRefusal?
            do throws(HeadError) {
                try head.parse(source.span.extracting(0..<count), limits: HeadLimits())
            } catch {
                reason = error.reason
            }
            #expect(reason != nil, "cut to \(count)")
        }
    }

    @Test("lookups by known and by any name")
    func lookups() throws {
        let source = bytes("GET / HTTP/1.1\r\nHost: a\r\nCookie: x=1\r\nX-A: 1\r\ncookie: y=2\r\nx-a: 2\r\n\r\n")
        var head = RequestHead(fieldCountMax: 8)
        try head.parse(source.span, limits: HeadLimits(fieldCountMax: 8))
        let first = head.fields.first(.cookie)
        #expect(first.map { text(source, $0.value) } == "x=1")
        let second = head.fields.index(of: .cookie, from: 2)
        #expect(second == 3)
        let third = head.fields.index(of: .cookie, from: 4)
        #expect(third == nil)
        let own = head.fields.index(named: "x-a", in: source.span)
        #expect(own == 2)
        let ownAgain = head.fields.index(named: "x-a", in: source.span, from: 3)
        #expect(ownAgain == 4)
        let missing = head.fields.contains(.expect)
        #expect(!missing)
    }
}
