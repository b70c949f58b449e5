/// A shop on two Tomcats and a standby behind a virtual host of Apache's.
extension Move {
    static let apache = Move(requests: apacheRequests, differences: apacheDifferences)

    private static let shop = "https://shop.example.com"
    private static let node1 = "Cookie: JSESSIONID=abc.node1"
    private static let node2 = "Cookie: JSESSIONID=abc.node2"
    private static let ada = "Authorization: Basic YWRhOm9wZW4gc2VzYW1l"

    private static let apacheRequests: [MoveRequest] = [
        // Redirects.
        .init("to TLS", "http://shop.example.com/app/cart?id=7", 301),
        .init("to TLS, the other name", "http://www.shop.example.com/", 301),
        .init("to TLS, a form", "POST http://shop.example.com/app/cart", 301, content: "a=1"),
        .init("acme in cleartext", "http://shop.example.com/.well-known/acme-challenge/token", 200),
        .init("www", "https://www.shop.example.com/app/cart?id=7", 301),
        .init("the old host", "https://old-shop.example.com/x/y?z", 301),
        .init("the start", "\(shop)/", 302),
        .init("old path", "\(shop)/old", 301),
        .init("old path, rest and query", "\(shop)/old/a/b%20c?d=e", 301),
        .init("another host", "\(shop)/docs/intro", 302),
        .init("gone", "\(shop)/flash/movie", 410),
        .init("no such path", "\(shop)/nothing-here", 404),
        .init("a port in Host", "http://shop.example.com:80/app/cart", 301),
        .init("a dot behind the host", "https://shop.example.com./app/name", 200, [node1]),
        // What members are told.
        .init("echo", "\(shop)/app/echo?x=1", 200, [node1]),
        .init("HEAD", "HEAD \(shop)/app/echo", 200, [node1]),
        .init("OPTIONS", "OPTIONS \(shop)/app/echo", 200, [node1]),
        .init("PUT", "PUT \(shop)/app/echo", 200, [node1], content: "text"),
        .init("PATCH", "PATCH \(shop)/app/echo", 200, [node1], content: "text"),
        .init("DELETE", "DELETE \(shop)/app/echo", 200, [node1]),
        .init("TRACE", "TRACE \(shop)/app/echo", 405, [node1]),
        .init(
            "forged fields", "\(shop)/app/echo", 200,
            [node1, "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example"]),
        .init("set and removed", "\(shop)/app/echo", 200, [node1, "X-Client: me", "X-Debug: 1"]),
        .init("Via", "\(shop)/app/echo", 200, [node1, "Via: 1.1 office"]),
        .init(
            "hop by hop", "\(shop)/app/echo", 200,
            [node1, "Connection: X-Private, keep-alive", "X-Private: 1", "Keep-Alive: timeout=5", "TE: trailers"]),
        .init(
            "a browser", "\(shop)/app/echo", 200,
            [
                node1, "User-Agent: Mozilla/5.0", "Accept: text/html", "Accept-Language: en", "Referer: https://a/",
                "Sec-Fetch-Mode: navigate",
            ]),
        .init("slashes", "\(shop)/app//a/./echo", 200, [node1]),
        .init("escapes", "\(shop)/app/a%2Cb%C3%A9/echo?q=%2F", 200, [node1]),
        .init("absolute form", "\(shop)/", 200, [node1], target: "\(shop)/app/echo"),
        .init("HTTP/1.0", "\(shop)/app/echo", 200, [node1], version: "1.0"),
        .init("HTTP/1.0, chunks", "\(shop)/app/chunks", 200, [node1], version: "1.0"),
        // Sessions.
        .init("cookie's member", "\(shop)/app/name", 200, [node2]),
        .init("path parameter's member", "\(shop)/app/name;jsessionid=abc.node2?x", 200),
        .init("two cookies", "\(shop)/app/name", 200, ["Cookie: a=1; JSESSIONID=abc.node1; b=2"]),
        .init("log in", "POST \(shop)/app/login", 200, [node1], content: "user=ada"),
        .init("log out", "\(shop)/app/logout", 200, [node1]),
        // Fields and cookies of answers.
        .init("a page", "\(shop)/app/page.html", 200, [node1]),
        .init("a page, gzip", "\(shop)/app/page.html", 200, [node1, "Accept-Encoding: gzip, br"]),
        .init("not modified", "\(shop)/app/page.html", 304, [node1, "If-None-Match: \"page-1\""]),
        .init("a range", "\(shop)/app/page.html", 206, [node1, "Range: bytes=0-9"]),
        .init("an image", "\(shop)/app/logo.png", 200, [node1, "Accept-Encoding: gzip"]),
        .init("no content", "\(shop)/app/nothing", 204, [node1]),
        .init("chunks", "\(shop)/app/chunks", 200, [node1]),
        .init("mapped", "\(shop)/shop/echo", 200, [node1]),
        .init("mapped, the mount alone", "\(shop)/shop", 200, [node1]),
        .init("mapped, Location", "\(shop)/shop/inside", 303, [node1]),
        .init("mapped, Location with a host", "\(shop)/shop/moved", 302, [node1]),
        .init("mapped, Location elsewhere", "\(shop)/shop/elsewhere", 302, [node1]),
        .init("mapped, cookies", "\(shop)/shop/foreign", 200, [node1]),
        .init("not mapped, Location", "\(shop)/app/moved", 302, [node1]),
        // Pages and errors of the application.
        .init("sorry", "\(shop)/app/down/x", 503),
        .init("sorry, HEAD", "HEAD \(shop)/app/down/x", 503),
        .init("the application's 503", "\(shop)/app/fail-503", 503, [node1]),
        .init("the application's 404", "\(shop)/app/fail-404", 404, [node1]),
        .init("the standby of a route", "\(shop)/app/half/name", 200, [node1]),
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
        .init("admin, allowed", "\(shop)/app/admin/echo", 200, [node1], from: "127.0.0.2"),
        .init("admin, a stranger", "\(shop)/app/admin/echo", 403, [node1]),
        .init(
            "admin, forged", "\(shop)/app/admin/echo", 403, [node1, "X-Forwarded-For: 127.0.0.2"]),
        .init("admin, escaped", "\(shop)/app/%61dmin/echo", 403, [node1]),
        .init("admin, dots", "\(shop)/app/x/../admin/echo", 400, [node1]),
        .init("server-status", "\(shop)/server-status", 403),
        .init("reports, nobody", "\(shop)/app/reports/echo", 401, [node1]),
        .init("reports, ada", "\(shop)/app/reports/echo", 200, [node1, ada]),
        .init(
            "reports, a wrong password", "\(shop)/app/reports/echo", 401,
            [node1, "Authorization: Basic YWRhOm5v"]),
        // Limits and uploads.
        .init("upload", "POST \(shop)/app/upload", 201, [node1], content: "0123456789abcdef", count: 65536),
        .init(
            "upload, too large", "POST \(shop)/app/upload", 413, [node1], content: "0123456789abcdef",
            count: 65537),
        .init("upload, chunks", "POST \(shop)/app/upload", 201, [node1], chunks: ["one", "two"]),
        .init(
            "upload, 100 Continue", "POST \(shop)/app/upload", 201, [node1, "Expect: 100-continue"],
            content: "text"),
        .init("a long field", "\(shop)/app/echo", 431, ["X-Long: " + String(repeating: "a", count: 8190)]),
        .init("a long target", "\(shop)/app/" + String(repeating: "a", count: 9000), 414),
        .init("two hosts", "\(shop)/app/echo", 400, ["Host: shop.example.com"]),
        // Chat and events.
        .init("chat", "\(shop)/app/chat", 101, kind: .socket),
        .init("chat, no WebSocket", "\(shop)/app/chat", 426),
        .init("events", "\(shop)/app/events", 200, [node1], kind: .events),
    ]

    /// What both answer themselves, each in its own words.
    private static let apacheOwn = [
        "to TLS", "to TLS, the other name", "to TLS, a form", "a port in Host", "www", "the old host", "the start",
        "old path",
        "old path, rest and query", "another host", "gone", "no such path", "TRACE", "admin, a stranger",
        "admin, forged", "admin, escaped", "admin, dots", "server-status", "reports, nobody",
        "reports, a wrong password", "upload, too large", "a long field", "a long target", "two hosts",
        "a file, a range beyond", "a file, a form", "a folder without a slash", "no such file", "a hidden file",
        "a file outside",
    ]

    private static let apacheDifferences: [MoveDifference] = [
        // What Martlet answers itself.
        .init("content", "content-length", "content-type", of: apacheOwn, because: "each has words of its own"),
        .init(
            "content-type", of: ["sorry", "sorry, HEAD"], there: "text/html", here: "text/html; charset=utf-8",
            because: "a page of Martlet's says its charset"),
        .init(
            "etag", "last-modified", "accept-ranges", of: ["sorry", "sorry, HEAD"], here: "-",
            because: "an error is no document that could be asked for again"),
        .init(
            "server", there: "Apache/2.4.71 (Debian) OpenSSL/3.0.19", here: "-",
            because: "Martlet does not say what answers"),
        .init("cache-control", there: "-", here: "no-store", because: "errors of Martlet's are kept by no cache"),
        .init(
            "x-content-type-options", there: "-", here: "nosniff",
            because: "Header without always leaves errors and switches out; Martlet's fields are in every answer"),
        .init(
            "x-frame-options",
            of: ["to TLS", "to TLS, the other name", "to TLS, a form", "a port in Host", "acme in cleartext", "chat"],
            there: "-", here: "DENY", because: "the site has one set of fields for both listeners, and for switches"),
        .init(
            "strict-transport-security", of: ["chat"], there: "-", here: "max-age=31536000; includeSubDomains",
            because: "what opens a WebSocket has fields too"),
        .init(
            "location", of: ["the start"], there: "https://shop.example.com/app/", here: "/app/",
            because: "a path is enough (RFC 9110, section 10.2.2)"),
        .init(
            "location", of: ["old path"], there: "https://shop.example.com/app/new", here: "/app/new",
            because: "a path is enough (RFC 9110, section 10.2.2)"),
        .init(
            "location", of: ["old path, rest and query"], there: "https://shop.example.com/app/new/a/b%20c?d=e",
            here: "/app/new/a/b%20c?d=e", because: "a path is enough (RFC 9110, section 10.2.2)"),
        .init(
            "www-authenticate", there: "Basic realm=\"Reports\"", here: "Basic realm=\"Reports\", charset=\"UTF-8\"",
            because: "browsers are told that names are in UTF-8 (RFC 7617, section 2.1)"),
        .init(
            "status", of: ["TRACE"], there: "501", here: "405",
            because: "Apache leaves TRACE to members; what comes back would be what the edge has added"),
        .init(
            "server", of: ["TRACE"], there: "Member", here: "-", because: "no member gets TRACE"),
        .init(
            "allow", of: ["TRACE"], there: "-", here: "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH",
            because: "405 says what is allowed (RFC 9110, section 15.5.6)"),
        .init(
            "status", of: ["admin, dots"], there: "403", here: "400",
            because: "Apache resolves dots for its members; Martlet passes paths as they came, or not at all"),
        .init(
            "status", of: ["a long field"], there: "400", here: "431", because: "the status that is for it (RFC 6585)"),
        .init(
            "status", of: ["upload, too large"], there: "201", here: "413",
            because: "LimitRequestBody does not hold for what mod_proxy passes on"),
        .init(
            "status", "content", "content-length", "content-type", "server", of: ["a dot behind the host"],
            because: "the name asked for by TLS has a dot as well, and Apache takes it for another one (421)"),
        .init("server", of: ["upload, too large"], there: "Member", here: "-", because: "no member gets it"),
        // Files of the disk.
        .init(
            "etag", of: ["a file", "a file, HEAD", "a file, a range", "a file, not modified", "a folder"],
            because: "Martlet tells files apart by the nanosecond and by their length"),
        .init(
            "expires",
            of: [
                "a file", "a file, HEAD", "a file, a range", "a file, not modified", "a folder without a slash",
                "a folder",
                "a file, a form",
            ], here: "-", because: "Cache-Control says it, and goes before it"),
        .init(
            "accept-ranges", of: ["a file, a range", "a file, not modified", "a file, a form"], there: "bytes",
            here: "-",
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
            "status", of: ["a file, a form"], there: "200", here: "405",
            because: "Apache sends a file to whoever posts a form to it"),
        .init(
            "etag", "last-modified", of: ["a file, a form"], here: "-", because: "Apache sends the file"),
        .init(
            "status", of: ["a hidden file"], there: "403", here: "404", because: "Martlet does not say that it is there"
        ),
        .init(
            "content-range", "transfer-encoding", of: ["a file, a range beyond"],
            because: "Martlet says how long the file is (RFC 9110, section 15.5.17)"),
        .init(
            "cache-control", of: ["a file, a form"], here: "no-store",
            because: "what is said of the folder's files is said of no error"),
        // Connections.
        .init(
            "connection", of: ["upload, too large"], there: "-", here: "close",
            because: "much content that nobody wants is not read to its end"),
        .init(
            "connection", of: ["sorry", "sorry, HEAD", "the application's 503", "TRACE"], there: "close", here: "-",
            because: "Martlet keeps the connection"),
        .init("connection", of: ["hop by hop"], there: "Keep-Alive", here: "-", because: "it says nothing new"),
        .init("keep-alive", of: ["hop by hop"], there: "timeout=60", here: "-", because: "nobody relies on it"),
        .init("connection", of: ["chat"], there: "Upgrade", here: "upgrade", because: "case means nothing there"),
        // Members' answers.
        .init("via", there: "1.1 shop.example.com", here: "-", because: "Martlet names itself to members alone"),
        .init(
            "via", of: ["HTTP/1.0", "HTTP/1.0, chunks"], there: "1.0 shop.example.com", here: "-",
            because: "Martlet names itself to members alone"),
        .init(
            "vary", there: "-", here: "Accept-Encoding",
            because: "what is small is coded as well where it is asked for, and caches are told"),
        .init(
            "location", of: ["mapped, Location"], there: "/inner/there", here: "/shop/there",
            because: "ProxyPassReverse maps URLs with a host alone"),
        .init(
            "location", of: ["mapped, Location with a host"], there: "http://shop.example.com/app/there?x=1",
            here: "https://shop.example.com/app/there?x=1",
            because: "what is outside of the mapping gets the client's scheme as well"),
        // What members are told.
        .init("told connection", there: "Keep-Alive", here: "-", because: "HTTP/1.1 keeps connections by itself"),
        .init("told via", there: "1.1 shop.example.com", here: "1.1 martlet", because: "Martlet has one name for all"),
        .init(
            "told via", of: ["Via"], there: "1.1 office, 1.1 shop.example.com", here: "1.1 office, 1.1 martlet",
            because: "Martlet has one name for all"),
        .init(
            "told via", of: ["HTTP/1.0"], there: "1.0 shop.example.com", here: "1.0 martlet",
            because: "Martlet has one name for all"),
        .init("told x-forwarded-server", there: "shop.example.com", here: "-", because: "Apache alone has it"),
        .init("told x-forwarded-port", there: "-", here: "HTTPS", because: "Martlet says it besides"),
        .init("told x-real-ip", there: "-", here: "127.0.0.1", because: "Martlet says it besides"),
        .init(
            "told x-real-ip", of: ["admin, allowed"], there: "-", here: "127.0.0.2",
            because: "Martlet says it besides"),
        .init(
            "told x-forwarded-for", of: ["forged fields"], there: "6.6.6.6, 127.0.0.1", here: "127.0.0.1",
            because: "Apache appends to what anybody says"),
        .init(
            "told x-forwarded-host", of: ["forged fields"], there: "evil.example, shop.example.com",
            here: "shop.example.com", because: "Apache appends to what anybody says"),
        .init(
            "told line", of: ["slashes"], there: "GET /app/a/echo HTTP/1.1", here: "GET /app//a/./echo HTTP/1.1",
            because: "Apache writes paths anew, Martlet passes them as they came"),
        .init(
            "told line", of: ["escapes"], there: "GET /app/a,b%C3%A9/echo?q=%2F HTTP/1.1",
            here: "GET /app/a%2Cb%C3%A9/echo?q=%2F HTTP/1.1",
            because: "Apache writes paths anew, Martlet passes them as they came"),
        .init(
            "told host", of: ["acme in cleartext"], there: "127.0.0.1:NODE1", here: "shop.example.com",
            because: "the virtual host in cleartext had no ProxyPreserveHost, Martlet's default"),
        .init(
            "told via", "told x-client", "told x-forwarded-port", "told x-forwarded-proto", of: ["acme in cleartext"],
            there: "-", because: "what members are told is the same at each listener"),
    ]
}
