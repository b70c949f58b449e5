/// Several requests at once: what looks like one to a careless reader, and what stands behind a refused one.
extension HostileFramingRequest {
    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: b\r\n\r\n"

    static let smuggling: [Self] = [
        Self(
            name: "CL.0: content of a GET is content, not a request",
            sent: request("GET /", "Content-Length: \(smuggled.utf8.count)", content: smuggled)
                + request("GET /next", "Connection: close"),
            statuses: [200, 200],
            forwarded: .exactly(
                rebuilt("GET /", framing: "Content-Length: \(smuggled.utf8.count)", content: smuggled)
                    + rebuilt("GET /next"))),
        Self(
            name: "0.CL: a request behind a GET of no content gets fields of its own",
            sent: request("GET /", "Content-Length: 0")
                + request("GET /next", "X-Forwarded-For: 9.9.9.9", "Connection: close"),
            statuses: [200, 200],
            forwarded: .exactly(rebuilt("GET /", framing: "Content-Length: 0") + rebuilt("GET /next"))),
        Self(
            name: "pipelining: nothing behind a refused request is looked at",
            sent: request("POST /", "Content-Length: 5", "Content-Length: 5") + smuggled, statuses: [400],
            forwarded: .nothing),
        Self(
            name: "pipelining: what came before a refused request is answered",
            sent: request("GET /first") + request("POST /", "Transfer-Encoding: xchunked") + smuggled,
            statuses: [200, 501], forwarded: .exactly(rebuilt("GET /first"))),
        Self(
            name: "pipelining: nothing behind Connection: close is looked at",
            sent: request("GET /first", "Connection: close") + smuggled, statuses: [200],
            forwarded: .exactly(rebuilt("GET /first"))),
        Self(
            name: "pipelining: nothing behind a request of HTTP/1.0 is looked at",
            sent: "GET /first HTTP/1.0\r\nHost: a\r\n\r\n" + smuggled, statuses: [200],
            forwarded: .exactly(rebuilt("GET /first", via: "1.0"))),
        Self(
            name: "pipelining: bytes behind the content of a POST are a request that fails",
            sent: request("POST /", "Content-Length: 5", content: "helloXGET / HTTP/1.1\n\n"), statuses: [200, 400],
            forwarded: .exactly(rebuilt("POST /", framing: "Content-Length: 5", content: "hello"))),
        Self(
            name: "pipelining: bytes behind the last chunk are a request that fails",
            sent: chunked("5\r\nhello\r\n0\r\n\r\nX: 1\r\n\r\n"), statuses: [200, 400],
            forwarded: .exactly(rebuiltChunks("hello"))),
        Self(
            name: "RFC 9112 2.2: one empty line between requests is skipped",
            sent: request("POST /", "Content-Length: 5", content: "hello\r\n")
                + request("GET /next", "Connection: close"),
            statuses: [200, 200],
            forwarded: .exactly(
                rebuilt("POST /", framing: "Content-Length: 5", content: "hello") + rebuilt("GET /next"))),
        Self(
            name: "TE.TE: a second field of another name is no coding",
            sent: chunked("5\r\nhello\r\n0\r\n\r\n", fields: "Transfer_Encoding: identity\r\nContent_Length: 3\r\n")
                + request("GET /next", "Connection: close"),
            statuses: [200, 200], forwarded: .exactly(rebuiltChunks("hello") + rebuilt("GET /next"))),
        Self(
            name: "a refused request behind a HEAD has its content",
            sent: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n", statuses: [200, 400],
            forwarded: .exactly(rebuilt("HEAD /"))),
    ]

    static let hopByHop: [Self] = [
        .passed(
            "class 11 (CVE-2022-31813): Connection cannot nominate what the edge adds or routes by",
            request(
                "GET /", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil", "Via: 1.0 x",
                "Cookie: a=b", "Authorization: Basic eDp5",
                "Connection: Host, X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, Via, Cookie, Authorization"),
            as: "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\nAuthorization: Basic eDp5\r\n"
                + "X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n"
                + "X-Forwarded-Port: PORT\r\nX-Forwarded-Host: a\r\nVia: 1.0 x, 1.1 martlet\r\n\r\n"),
        .passed(
            "class 11: Connection cannot nominate the length away",
            request("POST /", "Connection: Content-Length", "Content-Length: 5", content: "hello"),
            as: rebuilt("POST /", framing: "Content-Length: 5", content: "hello")),
        .passed(
            "RFC 9110 7.6.1: nominated and hop-by-hop fields are dropped, in any case",
            request(
                "GET /", "X-Mine: 1", "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "TE: trailers",
                "Upgrade: h2c", "HTTP2-Settings: AAMAAABk", "Proxy-Authorization: Basic eDp5",
                "Connection: x-mINE, keep-alive, Upgrade, HTTP2-Settings, TE", "X-End: 2"),
            as: rebuilt("GET /", "X-End: 2")),
        .passed(
            "RFC 9110 7.6.1: empty options, several fields",
            request("GET /", "Connection: ,, ,", "Connection:", "Connection: X-Mine", "X-Mine: 1"), as: rebuilt("GET /")
        ),
        .passed(
            "CVE-2024-45410: forged X-Forwarded fields and their kin with other marks are dropped",
            request(
                "GET /", "X_Forwarded_For: 1.2.3.4", "x-forwarded_for: 1.2.3.4", "X-Forwarded-Port: 1",
                "X-FORWARDED-FOR: 1", "X-Real-IP: 1.2.3.4", "x_real_ip: 1.2.3.4", "X.Forwarded.For: 1.2.3.4",
                "X-Forwarded-Server: x", "Forwarded: for=1.2.3.4", "Content_Length: 7", "Transfer_Encoding: chunked",
                "Proxy: http://evil"),
            as: rebuilt("GET /")),
        .passed(
            "two fields of X-Forwarded-For are both replaced",
            request("GET /", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 5.6.7.8"), as: rebuilt("GET /")),
    ]

    static let upgrades: [Self] = [
        .passed(
            "class 7 (CVE-2026-2833): an upgrade with content is no upgrade",
            request(
                "GET /", "Connection: Upgrade", "Upgrade: websocket", "Content-Length: \(smuggled.utf8.count)",
                content: smuggled),
            as: rebuilt("GET /", framing: "Content-Length: \(smuggled.utf8.count)", content: smuggled)),
        Self(
            name: "class 7: an upgrade in chunks is no upgrade",
            sent: "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled.replacingHost,
            statuses: [200, 200],
            forwarded: .exactly(
                rebuilt("GET /", framing: "Transfer-Encoding: chunked", content: "0\r\n\r\n") + rebuilt("GET /smuggled")
            ),
            closes: false),
        .passed(
            "RFC 6455 4.1: a POST is no upgrade",
            request("POST /", "Connection: Upgrade", "Upgrade: websocket", "Content-Length: 0"),
            as: rebuilt("POST /", framing: "Content-Length: 0")),
        .passed(
            "RFC 9110 7.8: Upgrade without Connection is no upgrade", request("GET /", "Upgrade: websocket"),
            as: rebuilt("GET /")),
        .passed(
            "RFC 9110 7.8: no upgrade in HTTP/1.0",
            "GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            as: rebuilt("GET /", via: "1.0"), closes: true),
        .passed(
            "RFC 9110 7.8: an upgrade to another protocol is not passed on",
            request("GET /", "Connection: Upgrade", "Upgrade: TLS/1.0"), as: rebuilt("GET /")),
        Self(
            name: "class 7 (CVE-2026-73548): a member that answers 200 to an upgrade; what follows is a request",
            sent: request("GET /", "Connection: Upgrade", "Upgrade: websocket")
                + request("GET /next", "X-Forwarded-For: 9.9.9.9", "Connection: close"),
            statuses: [200, 200],
            forwarded: .exactly(
                rebuilt("GET /", framing: "Connection: upgrade\r\nUpgrade: websocket") + rebuilt("GET /next"))),
    ]
}

extension String {
    /// The same request to the host that the vectors expect.
    fileprivate var replacingHost: String { split(separator: "Host: b").joined(separator: "Host: a") }
}
