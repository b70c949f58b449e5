/// A shop behind a server of nginx's.
extension Move {
    static let nginx = Move(requests: nginxRequests, differences: nginxDifferences)

    private static let ada = "Authorization: Basic YWRhOm9wZW4gc2VzYW1l"
    private static let shop = "https://shop.example.com"

    private static let nginxRequests: [MoveRequest] = [
        // Redirects and fixed answers.
        .init("to TLS", "http://shop.example.com/app/cart?id=7", 301),
        .init("to TLS, the other name", "http://www.shop.example.com/", 301),
        .init("to TLS, a form", "POST http://shop.example.com/app/cart", 301, content: "a=1"),
        .init("acme in cleartext", "http://shop.example.com/.well-known/acme-challenge/token", 200),
        .init("www", "https://www.shop.example.com/app/cart?id=7", 301),
        .init("the old host", "https://old-shop.example.com/x/y?z", 301),
        .init("a host of nobody", "http://other.example.com/", 404),
        .init("a host of nobody, TLS", "https://other.example.com/", 404),
        .init("the start", "\(shop)/", 302),
        .init("old path", "\(shop)/old", 301),
        .init("old path, rest and query", "\(shop)/old/a/b?d=e", 301),
        .init("another host", "POST \(shop)/docs/intro?x", 307, content: "a=1"),
        .init("health", "\(shop)/healthz", 200),
        .init("health, HEAD", "HEAD \(shop)/healthz", 200),
        .init("xmlrpc", "POST \(shop)/xmlrpc.php", 403, content: "<x/>"),
        .init("git", "\(shop)/.git/config", 404),
        .init("gone", "\(shop)/flash/movie", 410),
        .init("no such path", "\(shop)/nothing-here", 404),
        .init("a port in Host", "http://shop.example.com:80/app/cart", 301),
        .init("a dot behind the host", "\(shop)./app/name", 200),
        // What members are told.
        .init("echo", "\(shop)/app/echo?x=1", 200),
        .init("HEAD", "HEAD \(shop)/app/echo", 200),
        .init("OPTIONS", "OPTIONS \(shop)/app/echo", 200),
        .init("PUT", "PUT \(shop)/app/echo", 200, content: "text"),
        .init("DELETE", "DELETE \(shop)/app/echo", 200),
        .init("TRACE", "TRACE \(shop)/app/echo", 405),
        .init(
            "forged fields", "\(shop)/app/echo", 200,
            [
                "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example",
                "X-Real-IP: 6.6.6.6", "X-Forwarded-Port: 1",
            ]),
        .init(
            "behind a balancer", "\(shop)/app/echo", 200, ["X-Forwarded-For: 9.9.9.9"], from: "127.0.0.3"),
        .init("removed", "\(shop)/app/echo", 200, ["X-Debug: 1", "X-Other: 2"]),
        .init("a name of the client's", "\(shop)/app/echo", 200, ["X-Request-ID: mine"]),
        .init("underscores", "\(shop)/app/echo", 200, ["X_Real_IP: 6.6.6.6", "some_field: 1"]),
        .init(
            "hop by hop", "\(shop)/app/echo", 200, ["Connection: keep-alive", "Keep-Alive: timeout=5", "TE: trailers"]),
        .init("cookies", "\(shop)/app/echo", 200, ["Cookie: a=1; b=2"]),
        .init("slashes", "\(shop)/app//a/./echo", 200),
        .init("escapes", "\(shop)/app/a%2Cb%C3%A9/echo?q=%2F", 200),
        .init("an API, another path", "\(shop)/api/items?x=1", 200),
        .init("mapped", "\(shop)/shop/echo", 200),
        .init("HTTP/1.0", "\(shop)/app/echo", 200, version: "1.0"),
        .init("HTTP/1.0, chunks", "\(shop)/app/chunks", 200, version: "1.0"),
        // Fields and cookies of answers.
        .init("a page", "\(shop)/app/page.html", 200),
        .init("a page, gzip", "\(shop)/app/page.html", 200, ["Accept-Encoding: gzip, br"]),
        .init("not modified", "\(shop)/app/page.html", 304, ["If-None-Match: \"page-1\""]),
        .init("a range", "\(shop)/app/page.html", 206, ["Range: bytes=0-9"]),
        .init("an image by its end", "\(shop)/app/logo.png", 200, ["Accept-Encoding: gzip"]),
        .init("no content", "\(shop)/app/nothing", 204),
        .init("chunks", "\(shop)/app/chunks", 200),
        .init("a cookie's marks", "\(shop)/app/logout", 200),
        .init("mapped, Location", "\(shop)/shop/inside", 303),
        .init("mapped, Location elsewhere", "\(shop)/shop/elsewhere", 302),
        .init("mapped, cookies", "\(shop)/shop/foreign", 200),
        // Pages, and members that fail.
        .init("sorry", "\(shop)/app/down/x", 503),
        .init("sorry, HEAD", "HEAD \(shop)/app/down/x", 503),
        .init("the backup", "\(shop)/app/half/name", 200),
        .init("the application's 503", "\(shop)/app/fail-503", 503),
        .init("the application's 502, elsewhere", "\(shop)/app/fail-502", 502),
        .init("the application's 404", "\(shop)/app/fail-404", 404),
        // Files of the disk.
        .init("a file", "\(shop)/static/style.css", 200),
        .init("a file, HEAD", "HEAD \(shop)/static/style.css", 200),
        .init("a file, a range", "\(shop)/static/style.css", 206, ["Range: bytes=5-9"]),
        .init("a file, a range beyond", "\(shop)/static/style.css", 416, ["Range: bytes=500-"]),
        .init(
            "a file, not modified", "\(shop)/static/style.css", 304,
            ["If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"]),
        .init("a file, a form", "POST \(shop)/static/style.css", 405, content: "a=1"),
        .init("a folder without a slash", "\(shop)/static/docs?x", 301),
        .init("a folder", "\(shop)/static/docs/", 200),
        .init("no such file", "\(shop)/static/none.css", 404),
        .init("a hidden file", "\(shop)/static/.env", 404),
        .init("a file outside", "\(shop)/static/%2e%2e/users", 400),
        // Access.
        .init("admin, allowed", "\(shop)/app/admin/echo", 200, from: "127.0.0.2"),
        .init("admin, a stranger", "\(shop)/app/admin/echo", 403),
        .init("admin, forged", "\(shop)/app/admin/echo", 403, ["X-Forwarded-For: 127.0.0.2"]),
        .init("admin, by a proxy", "\(shop)/app/admin/echo", 200, ["X-Forwarded-For: 10.1.2.3"], from: "127.0.0.3"),
        .init(
            "admin, by a proxy, forged", "\(shop)/app/admin/echo", 403, ["X-Forwarded-For: 10.1.2.3, 9.9.9.9"],
            from: "127.0.0.3"),
        .init("admin, escaped", "\(shop)/app/%61dmin/echo", 403),
        .init("reports, nobody", "\(shop)/app/reports/echo", 401),
        .init("reports, ada", "\(shop)/app/reports/echo", 200, [ada]),
        // Limits and uploads.
        .init("log in, three times", "POST \(shop)/app/login", 429, content: "user=ada", times: 3),
        .init("an API's key, twice", "\(shop)/api/items", 429, ["X-Api-Key: one"], times: 2),
        .init("an API's other key", "\(shop)/api/items", 200, ["X-Api-Key: two"]),
        .init("too large", "POST \(shop)/app/echo", 413, content: "0123456789abcdef", count: 65537),
        .init("upload", "POST \(shop)/app/upload", 201, content: "0123456789abcdef", count: 131072),
        .init("upload, too large", "POST \(shop)/app/upload", 413, content: "0123456789abcdef", count: 131073),
        .init("upload, chunks", "POST \(shop)/app/upload", 201, chunks: ["one", "two"]),
        .init("upload, 100 Continue", "POST \(shop)/app/upload", 201, ["Expect: 100-continue"], content: "text"),
        // Chat and events.
        .init("chat", "\(shop)/app/chat", 101, kind: .socket),
        .init("chat, no WebSocket", "\(shop)/app/chat", 426),
        .init("events", "\(shop)/app/events", 200, kind: .events),
    ]

    /// What both answer themselves, each in its own words.
    private static let nginxOwn = [
        "to TLS", "to TLS, the other name", "to TLS, a form", "a port in Host", "www", "the old host",
        "a host of nobody",
        "a host of nobody, TLS", "the start", "old path", "old path, rest and query", "another host", "xmlrpc", "git",
        "gone", "no such path", "TRACE", "admin, a stranger", "admin, forged", "admin, by a proxy, forged",
        "admin, escaped", "reports, nobody", "log in, three times", "an API's key, twice", "too large",
        "upload, too large",
        "a file, a range beyond", "a file, a form", "a folder without a slash", "no such file", "a hidden file",
        "a file outside",
    ]

    private static let nginxDifferences: [MoveDifference] = [
        // What Martlet answers itself.
        .init("content", "content-length", "content-type", of: nginxOwn, because: "each has words of its own"),
        .init(
            "content-type", of: ["sorry", "sorry, HEAD"], there: "text/html", here: "text/html; charset=utf-8",
            because: "a page of Martlet's says its charset"),
        .init(
            "content-type", of: ["health", "health, HEAD"], there: "text/plain", here: "text/plain; charset=utf-8",
            because: "a text of Martlet's says its charset"),
        .init(
            "etag", of: ["sorry", "sorry, HEAD"], here: "-",
            because: "an error is no document that could be asked for again"),
        .init(
            "status", of: ["sorry", "sorry, HEAD"], there: "502", here: "503",
            because: "nobody can be reached now: 503 says that it may pass, and Retry-After when"),
        .init("retry-after", there: "-", here: "60", because: "clients are told when to come again"),
        .init(
            "retry-after", of: ["log in, three times"], there: "-", here: "30",
            because: "clients are told when to come again"),
        .init("cache-control", there: "-", here: "no-store", because: "errors of Martlet's are kept by no cache"),
        .init(
            "location", of: ["the start"], there: "https://shop.example.com/app/", here: "/app/",
            because: "a path is enough (RFC 9110, section 10.2.2)"),
        .init(
            "location", of: ["old path"], there: "https://shop.example.com/app/new", here: "/app/new",
            because: "a path is enough (RFC 9110, section 10.2.2)"),
        .init(
            "location", of: ["old path, rest and query"], there: "https://shop.example.com/app/new/a/b?d=e",
            here: "/app/new/a/b?d=e", because: "a path is enough (RFC 9110, section 10.2.2)"),
        .init(
            "www-authenticate", there: "Basic realm=\"Reports\"", here: "Basic realm=\"Reports\", charset=\"UTF-8\"",
            because: "browsers are told that names are in UTF-8 (RFC 7617, section 2.1)"),
        .init(
            "allow", of: ["TRACE"], there: "-", here: "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH",
            because: "405 says what is allowed (RFC 9110, section 15.5.6)"),
        .init(
            "x-frame-options", of: ["to TLS", "to TLS, a form", "a port in Host", "acme in cleartext"], there: "-",
            here: "SAMEORIGIN",
            because: "the site has one set of fields for both listeners"),
        .init("x-request-id", there: "-", here: "32 digits", because: "request-id is for all sites"),
        // Who answers.
        .init("server", there: "nginx", here: "-", because: "Martlet does not say what answers"),
        .init("server", there: "nginx/1.22.1", here: "-", because: "Martlet does not say what answers"),
        .init("server", there: "nginx", here: "Member", because: "Martlet lets members say who they are"),
        .init(
            "server", of: ["acme in cleartext"], there: "nginx/1.22.1", here: "Member",
            because: "Martlet lets members say who they are"),
        // Files of the disk.
        .init(
            "etag", of: ["a file", "a file, HEAD", "a file, a range", "a file, not modified", "a folder"],
            because: "Martlet tells files apart by the nanosecond and by their length"),
        .init(
            "expires",
            of: [
                "a file", "a file, HEAD", "a file, a range", "a file, not modified", "a folder without a slash",
                "a folder", "a file, a range beyond",
            ], here: "-", because: "Cache-Control says it, and goes before it"),
        .init(
            "accept-ranges", of: ["a file, not modified"], there: "bytes", here: "-",
            because: "it is said with the whole file"),
        .init(
            "status", of: ["a file, not modified"], there: "200", here: "304",
            because: "the file has not changed since a time to come either (RFC 9110, section 13.1.3)"),
        .init(
            "content", "content-length", "content-type", of: ["a file, not modified"],
            because: "304 has no content"),
        .init(
            "allow", of: ["a file, a form"], there: "-", here: "GET, HEAD, OPTIONS",
            because: "405 says what is allowed (RFC 9110, section 15.5.6)"),
        .init(
            "location", of: ["a folder without a slash"], there: "https://shop.example.com/static/docs/?x",
            here: "/static/docs/?x", because: "a path is enough (RFC 9110, section 10.2.2)"),
        .init(
            "status", of: ["a file outside"], there: "404", here: "400",
            because: "members might read what Martlet does not, and none is asked"),
        .init(
            "strict-transport-security", "x-frame-options", "x-request-id", of: ["a file, a range beyond"],
            because: "nginx says them twice with 416"),
        .init(
            "cache-control", of: ["a file, a range beyond"], here: "no-store",
            because: "what is said of the folder's files is said of no error"),
        // Connections.
        .init("connection", there: "keep-alive", here: "-", because: "HTTP/1.1 keeps connections by itself"),
        .init("connection", of: ["TRACE"], there: "close", here: "-", because: "Martlet keeps the connection"),
        // Members' answers.
        .init(
            "etag", of: ["a page, gzip"], there: "W/\"page-1\"", here: "\"page-1-gzip\"",
            because: "each coding has a strong validator of its own, so that ranges can be joined"),
        .init(
            "expires", of: ["an image by its end"], here: "-", because: "Cache-Control says it, and goes before it"),
        .init(
            "location", of: ["mapped, Location"], there: "https://shop.example.com/shop/there", here: "/shop/there",
            because: "a path stays a path"),
        // What members are told.
        .init("told via", there: "-", here: "1.1 martlet", because: "a proxy names itself (RFC 9110, section 7.6.3)"),
        .init(
            "told via", of: ["HTTP/1.0"], there: "-", here: "1.0 martlet",
            because: "a proxy names itself (RFC 9110, section 7.6.3)"),
        .init(
            "told some_field", of: ["underscores"], there: "-", here: "1",
            because: "a name with underscores is a name; those that look like Martlet's own are left out"),
        .init(
            "told x-forwarded-for", of: ["forged fields"], there: "6.6.6.6, 127.0.0.1", here: "127.0.0.1",
            because: "$proxy_add_x_forwarded_for appends to what anybody says"),
        .init(
            "told x-forwarded-for", of: ["admin, by a proxy"], there: "10.1.2.3, 10.1.2.3", here: "10.1.2.3, 127.0.0.3",
            because: "nginx appends the client whom real_ip has found, Martlet the proxy that it has the request of"),
        .init(
            "told x-forwarded-for", of: ["behind a balancer"], there: "9.9.9.9, 9.9.9.9", here: "9.9.9.9, 127.0.0.3",
            because: "nginx appends the client whom real_ip has found, Martlet the proxy that it has the request of"),
        .init(
            "told line", of: ["acme in cleartext"], there: "GET /.well-known/acme-challenge/token HTTP/1.0",
            here: "GET /.well-known/acme-challenge/token HTTP/1.1",
            because: "nginx speaks HTTP/1.0 with members unless it is told otherwise"),
        .init("told connection", of: ["acme in cleartext"], there: "close", here: "-", because: "members are pooled"),
        .init(
            "told x-forwarded-for", "told x-forwarded-host", "told x-forwarded-port", "told x-forwarded-proto",
            "told x-real-ip", "told x-request-id", of: ["acme in cleartext"], there: "-",
            because: "proxy_set_header stood in the other server; Martlet tells members the same at each listener"),
    ]
}
