/// Chunks, trailers, and requests that end before their time.
extension HostileFramingRequest {
    private static let hello = rebuiltChunks("hello")

    static let chunks: [Self] = [
        .brokenOff(
            "RFC 9112 7.1: size beyond 64 bits", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: size beyond 63 bits", chunked("8000000000000000\r\nhello"), after: hello),
        .brokenOff("RFC 9112 7.1: size of ones", chunked("ffffffffffffffff\r\nhello"), after: hello),
        .brokenOff("RFC 9112 7.1: no size", chunked("\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: 0x before the size", chunked("0x5\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: plus before the size", chunked("+5\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: minus before the size", chunked("-5\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: space before the size", chunked(" 5\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: underscore in the size", chunked("0_5\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: letter that is no digit", chunked("5g\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: NUL in the size", chunked("5\u{0}\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: bare LF after the size", chunked("5\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: bare CR after the size", chunked("5\rhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: CR CR LF after the size", chunked("5\r\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: bare LF after an extension", chunked("5;a\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff(
            "RFC 9112 7.1.1: bare CR within an extension", chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1.1: NUL within an extension", chunked("5;\u{0}\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff(
            "RFC 9112 7.1.1: an extension line of 600 bytes",
            chunked("5;" + String(repeating: "a", count: 600) + "\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1.1: extensions without names", chunked("5;;;\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff(
            "RFC 9112 7.1.1: an extension's open quote", chunked("5;a=\"b\r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: a size with a blank behind it", chunked("5 \r\nhello\r\n0\r\n\r\n"), after: hello),
        .brokenOff(
            "RFC 9112 7.1.1: extensions of 20 KB in tiny chunks",
            chunked(String(repeating: "1;" + String(repeating: "a", count: 400) + "\r\nx\r\n", count: 50)),
            after: rebuiltChunks(String(repeating: "x", count: 50))),
        .brokenOff("RFC 9112 7.1: nothing after the data", chunked("5\r\nhello0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: LF alone after the data", chunked("5\r\nhello\n0\r\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1: CR alone after the data", chunked("5\r\nhello\r0\r\n\r\n"), after: hello),
        .brokenOff(
            "RFC 9112 7.1: two bytes of other kinds after the data", chunked("5\r\nhelloXX0\r\n\r\n"), after: hello),
        .brokenOff(
            "RFC 9112 7.1: more data than the size", chunked("3\r\nhello\r\n0\r\n\r\n"), after: rebuiltChunks("hel")),
        .brokenOff(
            "RFC 9112 7.1: less data than the size", chunked("6\r\nhello\r\n0\r\n\r\n"), after: rebuiltChunks("hello\r")
        ),
        .brokenOff("RFC 9112 7.1: bare LF after the last chunk", chunked("5\r\nhello\r\n0\n\n"), after: hello),
        .brokenOff("RFC 9112 7.1.2: bare LF within trailers", chunked("5\r\nhello\r\n0\r\nX: 1\n\r\n"), after: hello),
        .brokenOff("RFC 9112 7.1.2: NUL within trailers", chunked("5\r\nhello\r\n0\r\nX: \u{0}\r\n\r\n"), after: hello),
        .brokenOff(
            "RFC 9112 7.1.2: trailers beyond 8 KiB",
            chunked("5\r\nhello\r\n0\r\n" + String(repeating: "X: 12345678\r\n", count: 800)), 431, after: hello),
    ]

    static let trailers: [Self] = [
        .passed(
            "RFC 9110 6.5: a trailer passes", chunked("5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n"),
            as: rebuiltChunks("hello", trailers: "X-Sum: 7\r\n")),
        .passed(
            "RFC 9110 6.5.1: trailers that frame, route or authenticate are dropped",
            chunked(
                "5\r\nhello\r\n0\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\nHost: b\r\nX-Sum: 7\r\n"
                    + "Authorization: x\r\nCookie: JSESSIONID=x.node1\r\nConnection: close\r\nTrailer: x\r\n"
                    + "X-Forwarded-For: 1.2.3.4\r\nX_Forwarded_For: 1.2.3.4\r\nX-Forwarded-Port: 1\r\nVia: x\r\n"
                    + "X-Real-IP: x\r\nX_Real_IP: x\r\nX-Martlet-Route: x\r\nProxy: x\r\n"
                    + "Forwarded: for=x\r\nContent_Length: 3\r\nTE: x\r\nUpgrade: x\r\nSet-Cookie: x\r\n\r\n"),
            as: rebuiltChunks("hello", trailers: "X-Sum: 7\r\n")),
        .brokenOff(
            "RFC 9112 7.1.2: a folded trailer is refused",
            chunked("5\r\nhello\r\n0\r\nX-Sum: 7\r\n folded\r\n\r\n"), after: hello),
        .brokenOff(
            "RFC 9112 7.1.2: a trailer without a colon is refused",
            chunked("5\r\nhello\r\n0\r\nX-Sum: 7\r\nGET / HTTP/1.1\r\n\r\n"), after: hello),
        .brokenOff(
            "RFC 9112 5.1: a trailer with a space before the colon is refused",
            chunked("5\r\nhello\r\n0\r\nX-Sum : 7\r\n\r\n"), after: hello),
        .brokenOff(
            "RFC 9112 5.1: a trailer without a name is refused",
            chunked("5\r\nhello\r\n0\r\n: 7\r\n\r\n"), after: hello),
        .passed(
            "RFC 9112 7.1.1: white space before an extension", chunked("5 ;a=b\r\nhello\r\n0\r\n\r\n"), as: hello),
        .passed(
            "RFC 9112 7.1.1: extensions are dropped", chunked("5;a;b=c;d=\"e;f\"\r\nhello\r\n0;last\r\n\r\n"), as: hello
        ),
        .passed(
            "RFC 9112 7.1: chunks are cut anew, sizes in any case with leading zeros",
            chunked("00003\r\nhel\r\n2\r\nlo\r\n00A\r\n0123456789\r\n0000\r\n\r\n"),
            as: rebuiltChunks("hello0123456789")),
        .passed(
            "RFC 9112 7.1: chunk data that looks like an end and a request",
            chunked("28\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: b\r\n\r\n\r\n0\r\n\r\n"),
            as: rebuiltChunks("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: b\r\n\r\n")),
        .passed("RFC 9112 7.1: no data at all", chunked("0\r\n\r\n"), as: rebuiltChunks("")),
    ]

    static let unfinished: [Self] = [
        .closed("RFC 9112 8: nothing, then the end", ""),
        .closed("RFC 9112 8: an empty line, then the end", "\r\n"),
        .closed("RFC 9112 8: half a request line", "GET / HT"),
        .closed("RFC 9112 8: HTTP/0.9 that waits for its answer", "GET /\r\n"),
        .closed("RFC 9112 8: half a head", "GET / HTTP/1.1\r\nHost: a\r\nX: 1"),
        .closed("RFC 9112 8: a head without its empty line", "GET / HTTP/1.1\r\nHost: a\r\n"),
        .closed("RFC 9112 8: a head without its last LF", "GET / HTTP/1.1\r\nHost: a\r\n\r"),
        .closed(
            "RFC 9112 8: half the content of a length", request("POST /", "Content-Length: 10", content: "hello"),
            after: rebuilt("POST /", framing: "Content-Length: 10", content: "hello?????")),
        .closed(
            "RFC 9112 8: no content where a length promised some", request("POST /", "Content-Length: 10"),
            after: rebuilt("POST /", framing: "Content-Length: 10", content: "??????????")),
        .closed("RFC 9112 8: half a chunk", chunked("a\r\nhello"), after: hello),
        .closed("RFC 9112 8: no last chunk", chunked("5\r\nhello\r\n"), after: hello),
        .closed("RFC 9112 8: half of the last chunk", chunked("5\r\nhello\r\n0\r\n"), after: hello),
        .closed("RFC 9112 8: half of the trailers", chunked("5\r\nhello\r\n0\r\nX: 1\r\n"), after: hello),
        Self(
            name: "class 8 (CVE-2026-2835): HTTP/1.0 content that ends with the connection is no content",
            sent: "POST / HTTP/1.0\r\nHost: a\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: b\r\n\r\n", statuses: [200],
            forwarded: .exactly(rebuilt("POST /", via: "1.0")), finishes: true),
    ]
}
