/// Odd requests that RFC 9112 allows: they pass, rebuilt from what was understood.
extension HostileFramingRequest {
    static let legal: [Self] = [
        .passed(
            "RFC 9112 2.2: one empty line before the request line", "\r\n" + request("GET /"), as: rebuilt("GET /")),
        .passed("RFC 9112 2.3: HTTP/1.2 is HTTP/1.1", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", as: rebuilt("GET /")),
        .passed(
            "RFC 9112 5: no space, many spaces and tabs around a value",
            request("GET /", "X:1", "Y: \t 2 \t ", "Z:\t3"),
            as: rebuilt("GET /", "X: 1", "Y: 2", "Z: 3")),
        .passed(
            "RFC 9110 5.5: empty values, tabs and bytes beyond ASCII within values",
            request("GET /", "X:", "Y: a\tb", "Z: caf\u{E9} \u{FF}\u{80}"),
            as: rebuilt("GET /", "X: ", "Y: a\tb", "Z: caf\u{E9} \u{FF}\u{80}")),
        .passed(
            "RFC 9110 5.6.2: every byte of a token in a name and in a method",
            request("A!#$%&'*+-.^_`|~09 /", "!#$%&'*+-.^_`|~09azAZ: 1"),
            as: rebuilt("A!#$%&'*+-.^_`|~09 /", "!#$%&'*+-.^_`|~09azAZ: 1")),
        .passed(
            "RFC 9110 5.3: order and case of names, repeated fields", request("GET /", "b: 1", "A: 2", "B: 3", "a: 4"),
            as: rebuilt("GET /", "b: 1", "A: 2", "B: 3", "a: 4")),
        .passed(
            "RFC 9110 8.6: leading zeros and white space around a length",
            request("POST /", "Content-Length: \t 0005 ", content: "hello"),
            as: rebuilt("POST /", framing: "Content-Length: 5", content: "hello")),
        .passed(
            "RFC 9110 8.6: length 0 of a POST", request("POST /", "Content-Length: 0"),
            as: rebuilt("POST /", framing: "Content-Length: 0")),
        .passed("RFC 9112 6.3: a POST without any content", request("POST /"), as: rebuilt("POST /")),
        .passed(
            "RFC 9112 6.1: chunked in any case with white space around it",
            "POST / HTTP/1.1\r\nHost: a\r\ntRANSFER-eNCODING: \t cHUNKED \t\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            as: rebuiltChunks("hello")),
        .passed(
            "RFC 9112 6.3: content of a GET and a DELETE passes",
            request("DELETE /", "Content-Length: 5", content: "hello"),
            as: rebuilt("DELETE /", framing: "Content-Length: 5", content: "hello")),
        .passed(
            "RFC 9110 8.6: content of every byte",
            request("POST /", "Content-Length: 256", content: everyByte),
            as: rebuilt("POST /", framing: "Content-Length: 256", content: everyByte)),
        .passed(
            "RFC 9112 3.2.2: absolute form becomes origin form", request("GET http://a/b?c"), as: rebuilt("GET /b?c")),
        .passed("RFC 9112 3.2.2: absolute form without a path", request("GET http://a"), as: rebuilt("GET /")),
        .passed("RFC 9112 3.2.2: absolute form with a query alone", request("GET http://a?b"), as: rebuilt("GET /?b")),
        .passed(
            "RFC 9112 3.2.2: scheme and host in any case, default port",
            "GET HTTP://A:80/b HTTP/1.1\r\nHost: a\r\n\r\n",
            as: rebuilt("GET /b", host: "A:80")),
        .passed("RFC 9112 3.2.4: OPTIONS *", request("OPTIONS *"), as: rebuilt("OPTIONS *")),
        .passed("RFC 9112 3.2.4: OPTIONS of an authority alone", request("OPTIONS http://a"), as: rebuilt("OPTIONS *")),
        .passed(
            "RFC 3986 2: every byte of a target, two slashes, dots, broken percent-encoding, a second question mark",
            request("GET //a/../b/./%2e%2E/%zz%/;p=1;q,[]{}|\\^`\"<>!$&'()*+=:@~_-?a=b?c&%00"),
            as: rebuilt("GET //a/../b/./%2e%2E/%zz%/;p=1;q,[]{}|\\^`\"<>!$&'()*+=:@~_-?a=b?c&%00")),
        .passed(
            "RFC 3986 3.2.2: an IPv6 address with a port", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
            as: rebuilt("GET /", host: "[::1]:8080")),
        .passed(
            "RFC 3986 3.2.3: a port without digits", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n",
            as: rebuilt("GET /", host: "a:")),
        .passed(
            "RFC 9112 3.2: Host need not be first", "GET / HTTP/1.1\r\nX: 1\r\nHost: a\r\n\r\n",
            as: "GET / HTTP/1.1\r\nX: 1\r\nHost: a\r\nX-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n"
                + "X-Forwarded-Proto: http\r\nX-Forwarded-Port: PORT\r\nX-Forwarded-Host: a\r\nVia: 1.1 martlet\r\n\r\n"
        ),
        .passed(
            "HTTP/1.0 without Host: the member gets its own", "GET / HTTP/1.0\r\n\r\n",
            as: "GET / HTTP/1.1\r\nHost: MEMBER\r\nX-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n"
                + "X-Forwarded-Proto: http\r\nX-Forwarded-Port: PORT\r\nVia: 1.0 martlet\r\n\r\n", closes: true),
        .passed(
            "HTTP/1.0 with a length and keep-alive",
            "POST / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n\r\nhello",
            as: rebuilt("POST /", via: "1.0", framing: "Content-Length: 5", content: "hello")),
        .passed(
            "RFC 9110 10.1.1: Expect from HTTP/1.0 is not passed on",
            "POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
            as: rebuilt("POST /", via: "1.0", framing: "Content-Length: 5", content: "hello"), closes: true),
        .passed(
            "RFC 9112 9.3: close among other options, in any case", request("GET /", "Connection: x, CLOSE"),
            as: rebuilt("GET /"), closes: true),
        .passed(
            "RFC 9110 5.4: 100 fields", request("GET /", (0..<99).map { "X\($0): 1" }.joined(separator: "\r\n")),
            as: rebuilt("GET /", (0..<99).map { "X\($0): 1" }.joined(separator: "\r\n"))),
        .passed(
            "RFC 9112 3: a target of 8 KB", request("GET /" + String(repeating: "a", count: 8000)),
            as: rebuilt("GET /" + String(repeating: "a", count: 8000))),
        .passed(
            "RFC 9110 5.4: a cookie of 30 KB", request("GET /", "Cookie: " + String(repeating: "c", count: 30000)),
            as: rebuilt("GET /", "Cookie: " + String(repeating: "c", count: 30000))),
        .passed("RFC 9110 9.3.2: HEAD", request("HEAD /"), as: rebuilt("HEAD /")),
    ]

    private static let everyByte = String(String.UnicodeScalarView((0..<256).map { UnicodeScalar(UInt8($0)) }))

    /// All vectors, table by table.
    static let all: [(table: String, vectors: [Self])] = [
        ("request lines", requestLines), ("targets", targets), ("hosts", hosts), ("field lines", fieldLines),
        ("framing fields", framingFields), ("chunks", chunks), ("trailers", trailers), ("unfinished", unfinished),
        ("smuggling", smuggling), ("hop-by-hop", hopByHop), ("upgrades", upgrades), ("legal", legal),
    ]
}
