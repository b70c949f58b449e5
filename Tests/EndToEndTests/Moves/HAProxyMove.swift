/// A shop behind a front end of HAProxy's.
extension Move {
    static let haproxy = Move(requests: haproxyRequests, differences: haproxyDifferences)

    private static let ada = "Authorization: Basic YWRhOm9wZW4gc2VzYW1l"
    private static let node1 = "Cookie: SERVERID=node1"
    private static let shop = "https://shop.example.com"
    private static let api = "https://api.shop.example.com"

    private static let haproxyRequests: [MoveRequest] = [
        // Redirects and fixed answers.
        .init("to TLS", "http://shop.example.com/app/cart?id=7", 301),
        .init("to TLS, the other name", "http://www.shop.example.com/", 301),
        .init("to TLS, a form", "POST http://shop.example.com/app/cart", 301, content: "a=1"),
        .init("acme in cleartext", "http://shop.example.com/.well-known/acme-challenge/token", 200),
        .init("www", "https://www.shop.example.com/app/cart?id=7", 301),
        .init("the old host", "https://old-shop.example.com/x/y?z", 301),
        .init("a host of nobody", "https://other.example.com/", 404),
        .init("a host in capitals", "https://SHOP.example.com/app/name", 200, [node1]),
        .init("the start", "\(shop)/", 302),
        .init("old path", "\(shop)/old?a=b", 301),
        .init("another host", "\(shop)/docs/intro?x", 303),
        .init("health", "\(shop)/healthz", 200),
        .init("health, HEAD", "HEAD \(shop)/healthz", 200),
        .init("gone", "\(shop)/flash/movie", 410),
        .init("an end", "\(shop)/app/wp-login.php", 403),
        .init("no such path", "\(shop)/nothing-here", 404),
        .init("a port in Host", "http://shop.example.com:80/app/cart", 301),
        .init("a dot behind the host", "https://shop.example.com./app/name", 200, [node1]),
        // What members are told.
        .init("echo", "\(shop)/app/echo?x=1", 200, [node1]),
        .init("HEAD", "HEAD \(shop)/app/echo", 200, [node1]),
        .init("OPTIONS", "OPTIONS \(shop)/app/echo", 200, [node1]),
        .init("PUT", "PUT \(shop)/app/echo", 200, [node1], content: "text"),
        .init("DELETE", "DELETE \(shop)/app/echo", 200, [node1]),
        .init("TRACE", "TRACE \(shop)/app/echo", 405, [node1]),
        .init(
            "forged fields", "\(shop)/app/echo", 200,
            [
                node1, "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example",
                "X-Real-IP: 6.6.6.6", "X-Forwarded-Port: 1",
            ]),
        .init("set and removed", "\(shop)/app/echo", 200, [node1, "X-Client: me", "X-Debug: 1", "X-Other: 2"]),
        .init("a name of the client's", "\(shop)/app/echo", 200, [node1, "X-Request-ID: mine"]),
        .init("a field twice", "\(shop)/app/echo", 200, [node1, "X-Two: 1", "X-Two: 2"]),
        .init(
            "hop by hop", "\(shop)/app/echo", 200,
            [node1, "Connection: keep-alive", "Keep-Alive: timeout=5", "TE: trailers"]),
        .init("the balancer's cookie is not told", "\(shop)/app/echo", 200, ["Cookie: a=1; SERVERID=node1; b=2"]),
        .init("slashes", "\(shop)/app//a/./echo", 200, [node1]),
        .init("escapes", "\(shop)/app/a%2Cb%C3%A9/echo?q=%2F", 200, [node1]),
        .init("absolute form", "\(shop)/", 200, [node1], target: "\(shop)/app/echo"),
        .init("a host of its own, another path", "\(api)/items?x=1", 200, ["Cookie: SERVERID=node2"]),
        .init("mapped", "\(shop)/shop/echo", 200),
        .init("HTTP/1.0", "\(shop)/app/echo", 200, [node1], version: "1.0"),
        .init("HTTP/1.0, chunks", "\(shop)/app/chunks", 200, [node1], version: "1.0"),
        // Sessions.
        .init("cookie's member", "\(shop)/app/name", 200, ["Cookie: SERVERID=node2"]),
        .init("the other one", "\(shop)/app/name", 200, [node1]),
        .init("a first answer", "\(api)/name", 200),
        .init("a member of nobody", "\(api)/name", 200, ["Cookie: SERVERID=node9"]),
        .init("log in", "\(shop)/app/logout", 200, [node1]),
        // By a method, or by a field.
        .init("a canary", "\(shop)/app/name", 200, [node1, "X-Canary: 1"]),
        .init("no canary", "\(shop)/app/name", 200, [node1, "X-Canary: 0"]),
        .init("WebDAV", "PROPFIND \(shop)/app/name", 200, [node1]),
        // Fields and cookies of answers.
        .init("a page", "\(shop)/app/page.html", 200, [node1]),
        .init("a page, gzip", "\(shop)/app/page.html", 200, [node1, "Accept-Encoding: gzip, br"]),
        .init("not modified", "\(shop)/app/page.html", 304, [node1, "If-None-Match: \"page-1\""]),
        .init("a range", "\(shop)/app/page.html", 206, [node1, "Range: bytes=0-9"]),
        .init("an image", "\(shop)/app/logo.png", 200, [node1, "Accept-Encoding: gzip"]),
        .init("no content", "\(shop)/app/nothing", 204, [node1]),
        .init("chunks", "\(shop)/app/chunks", 200, [node1]),
        .init("mapped, Location", "\(shop)/shop/inside", 303),
        .init("mapped, Location elsewhere", "\(shop)/shop/elsewhere", 302),
        .init("mapped, cookies", "\(shop)/shop/foreign", 200),
        // Pages, and members that fail.
        .init("sorry", "\(shop)/app/down/x", 503),
        .init("sorry, HEAD", "HEAD \(shop)/app/down/x", 503),
        .init("the backup", "\(shop)/app/half/name", 200),
        .init("the application's 503", "\(shop)/app/fail-503", 503, [node1]),
        .init("the application's 404", "\(shop)/app/fail-404", 404, [node1]),
        // Access.
        .init("admin, allowed", "\(shop)/app/admin/echo", 200, [node1], from: "127.0.0.2"),
        .init("admin, a stranger", "\(shop)/app/admin/echo", 403, [node1]),
        .init("admin, forged", "\(shop)/app/admin/echo", 403, [node1, "X-Forwarded-For: 127.0.0.2"]),
        .init("admin, escaped", "\(shop)/app/%61dmin/echo", 403, [node1]),
        .init("admin, slashes", "\(shop)/app//admin/echo", 400, [node1]),
        .init("reports, nobody", "\(shop)/app/reports/echo", 401, [node1]),
        .init("reports, ada", "\(shop)/app/reports/echo", 200, [node1, ada]),
        // Limits and uploads.
        .init("log in, three times", "POST \(shop)/app/login", 429, [node1], content: "user=ada", times: 3),
        .init("upload", "POST \(shop)/app/upload", 201, [node1], content: "0123456789abcdef", count: 65536),
        .init("upload, too large", "POST \(shop)/app/upload", 413, [node1], content: "0123456789abcdef", count: 65537),
        .init("upload, chunks", "POST \(shop)/app/upload", 201, [node1], chunks: ["one", "two"]),
        .init(
            "upload, 100 Continue", "POST \(shop)/app/upload", 201, [node1, "Expect: 100-continue"], content: "text"),
        // Chat and events.
        .init("chat", "\(shop)/app/chat", 101, [node1], kind: .socket),
        .init("chat, no WebSocket", "\(shop)/app/chat", 426, [node1]),
        .init("events", "\(shop)/app/events", 200, [node1], kind: .events),
    ]

    /// What both answer themselves, each in its own words.
    private static let haproxyOwn = [
        "to TLS", "to TLS, the other name", "to TLS, a form", "a port in Host", "www", "the old host",
        "a host of nobody", "the start",
        "old path", "another host", "gone", "an end", "no such path", "TRACE", "admin, a stranger", "admin, forged",
        "reports, nobody", "log in, three times", "upload, too large",
    ]

    /// What HAProxy lets in.
    private static let haproxyOpen = ["admin, escaped", "admin, slashes"]

    private static let haproxyDifferences: [MoveDifference] = [
        // What Martlet answers itself.
        .init("content", "content-length", "content-type", of: haproxyOwn, because: "each has words of its own"),
        .init(
            "content-type", of: ["health", "health, HEAD"], there: "text/plain", here: "text/plain; charset=utf-8",
            because: "a text of Martlet's says its charset"),
        .init("date", there: "-", here: "now", because: "an answer says when it was made (RFC 9110, section 6.6.1)"),
        .init(
            "cache-control", there: "no-cache", here: "no-store", because: "errors of Martlet's are kept by no cache"),
        .init(
            "cache-control", of: ["sorry", "sorry, HEAD"], there: "-", here: "no-store",
            because: "errors of Martlet's are kept by no cache"),
        .init(
            "cache-control", of: ["the start", "another host"], there: "no-cache", here: "-",
            because: "302 and 303 are kept by no cache unless they say so (RFC 9111, section 3)"),
        .init(
            "retry-after", of: ["sorry", "sorry, HEAD"], there: "-", here: "60",
            because: "clients are told when to come again"),
        .init(
            "retry-after", of: ["log in, three times"], there: "-", here: "30",
            because: "clients are told when to come again"),
        .init(
            "www-authenticate", there: "Basic realm=\"Reports\"", here: "Basic realm=\"Reports\", charset=\"UTF-8\"",
            because: "browsers are told that names are in UTF-8 (RFC 7617, section 2.1)"),
        .init(
            "allow", of: ["TRACE"], there: "-", here: "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH",
            because: "405 says what is allowed (RFC 9110, section 15.5.6)"),
        .init(
            "location", of: ["a port in Host"], there: "https://shop.example.com:80/app/cart",
            here: "https://shop.example.com/app/cart", because: "scheme redirects keep the port of cleartext"),
        .init(
            "status", "content", "content-length", "content-type", "server", "cache-control",
            of: ["a dot behind the host"], because: "hdr(host) compares letters; the name with a dot is the same host"),
        // Access.
        .init(
            "status", of: ["admin, escaped"], there: "200", here: "403",
            because: "path_beg compares the path as it is written, and members read it"),
        .init(
            "status", of: ["admin, slashes"], there: "200", here: "400",
            because: "path_beg compares the path as it is written, and members read it"),
        .init(
            "content", "content-length", "content-type", "cache-control", "server", "told line", "told content",
            "told host", "told x-client", "told x-forwarded-host", "told x-forwarded-for", "told x-forwarded-port",
            "told x-forwarded-proto",
            "told x-real-ip", "told x-request-id", "told connection", of: haproxyOpen,
            because: "no member gets it"),
        // Members.
        .init(
            "status", of: ["the backup"], there: "503", here: "200",
            because: "HAProxy takes a backup once checks have found the others down, Martlet in the same request"),
        .init(
            "content", "content-length", "content-type", "server", of: ["the backup"],
            because: "the standby has answered"),
        .init(
            "set-cookie", of: ["a first answer", "a member of nobody"], there: "SERVERID=node2; path=/",
            here: "SERVERID=node2; Path=/; SameSite=Lax", because: "SameSite is Lax unless it is said"),
        .init(
            "cache-control", of: ["a first answer", "a member of nobody"], there: "-", here: "private",
            because: "HAProxy leaves it out where it thinks that no cache would keep the answer"),
        .init(
            "vary", of: ["a page", "chunks", "HTTP/1.0, chunks"], there: "-", here: "Accept-Encoding",
            because: "caches are told of codings also by the answer without one"),
        .init(
            "etag", of: ["a page, gzip"], there: "W/\"page-1\"", here: "\"page-1-gzip\"",
            because: "each coding has a strong validator of its own, so that ranges can be joined"),
        .init("connection", of: ["chat"], there: "Upgrade", here: "upgrade", because: "case means nothing there"),
        .init(
            "connection", of: ["to TLS, a form"], there: "close", here: "-",
            because: "Martlet reads what little nobody wants, and keeps the connection"),
        // What members are told.
        .init("told connection", there: "close", here: "-", because: "members' connections are pooled"),
        .init("told via", there: "-", here: "1.1 martlet", because: "a proxy names itself (RFC 9110, section 7.6.3)"),
        .init(
            "told via", of: ["HTTP/1.0"], there: "-", here: "1.0 martlet",
            because: "a proxy names itself (RFC 9110, section 7.6.3)"),
        .init(
            "told line", of: ["HTTP/1.0"], there: "GET /app/echo HTTP/1.0", here: "GET /app/echo HTTP/1.1",
            because: "a proxy says its own version (RFC 9112, section 2.3)"),
        .init(
            "transfer-encoding", of: ["HTTP/1.0, chunks"], there: "chunked", here: "-",
            because: "clients of HTTP/1.0 know no chunks (RFC 9112, section 6.1)"),
        .init("told x-request-id", there: "a UUID", here: "32 digits", because: "another form of a name"),
        .init(
            "told x-forwarded-for", of: ["forged fields"], there: "127.0.0.1 | 6.6.6.6", here: "127.0.0.1",
            because: "option forwardfor appends to what anybody says"),
        .init(
            "told x-forwarded-proto", of: ["acme in cleartext"], there: "-", here: "http",
            because: "Martlet says it for both schemes"),
        .init(
            "told keep-alive", of: ["hop by hop"], there: "timeout=5", here: "-",
            because: "a field of the connection goes no further (RFC 9110, section 7.6.1)"),
        .init(
            "told te", of: ["hop by hop"], there: "trailers", here: "-",
            because: "a field of the connection goes no further (RFC 9110, section 7.6.1)"),
        .init(
            "told line", of: ["absolute form"], there: "GET https://shop.example.com/app/echo HTTP/1.1",
            here: "GET /app/echo HTTP/1.1", because: "members are asked in the form that is for them"),
    ]
}
