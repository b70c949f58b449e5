/// Field lines, their limits, and the fields that frame a request.
extension HostileFramingRequest {
    static let fieldLines: [Self] = [
        .refused("RFC 9112 5.2: folded field", request("GET /", "X: a", " b")),
        .refused("RFC 9112 5.2: folded with a tab", request("GET /", "X: a", "\tb")),
        .refused("RFC 9112 5.2: folded first field", "GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n"),
        .refused("RFC 9112 5.2: folded length", request("POST /", "Content-Length:", " 5", content: "hello")),
        .refused(
            "RFC 9112 5.2: folded coding", request("POST /", "Transfer-Encoding:", " chunked", content: "0\r\n\r\n")),
        .refused("RFC 9112 5.2: a line of white space alone", request("GET /", "X: a", " ")),
        .refused("RFC 9112 5.1: space before the colon", request("GET /", "X : a")),
        .refused("RFC 9112 5.1: tab before the colon", request("GET /", "X\t: a")),
        .refused(
            "RFC 9112 5.1: space before a length's colon", request("POST /", "Content-Length : 5", content: "hello")),
        .refused(
            "RFC 9112 5.1: space before a coding's colon",
            request("POST /", "Transfer-Encoding : chunked", content: "0\r\n\r\n")),
        .refused("RFC 9112 5.1: space before Host's colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        .refused("class 10 (CVE-2023-25725): empty name", request("GET /", ": a")),
        .refused(
            "class 10 (CVE-2023-25725): empty name before a length",
            request("POST /", ":", "Content-Length: 5", content: "hello")),
        .refused("RFC 9112 5: line without a colon", request("GET /", "X")),
        .refused("RFC 9112 5: line without a colon at the end of the head", request("GET /", "X: 1", "Y")),
        .refused("RFC 9110 5.1: space within a name", request("GET /", "X Y: a")),
        .refused("RFC 9110 5.1: name beyond ASCII", request("GET /", "X\u{E9}: a")),
        .refused("RFC 9110 5.1: name in quotes", request("GET /", "\"X\": a")),
        .refused("RFC 9110 5.1: NUL within a name", request("GET /", "X\u{0}: a")),
        .refused(
            "RFC 9110 5.1: NUL behind a known name", request("POST /", "Content-Length\u{0}: 5", content: "hello")),
        .refused("RFC 9110 5.5: NUL within a value", request("GET /", "X: a\u{0}b")),
        .refused("RFC 9110 5.5: bare CR within a value", request("GET /", "X: a\rb")),
        .refused(
            "RFC 9110 5.5: bare CR that hides a length",
            request("POST /", "X: a\rContent-Length: 5", content: "hello")),
        .refused("RFC 9110 5.5: bare LF within a value", request("GET /", "X: a\nb")),
        .refused(
            "RFC 9110 5.5: bare LF that hides a coding",
            request("POST /", "X: a\nTransfer-Encoding: chunked", content: "0\r\n\r\n")),
        .refused("RFC 9110 5.5: backspace within a value", request("GET /", "X: a\u{8}b")),
        .refused("RFC 9110 5.5: DEL within a value", request("GET /", "X: a\u{7F}b")),
        .refused("RFC 9110 5.5: escape within a value", request("GET /", "X: \u{1B}[31m")),
        .refused("RFC 9112 2.1: the head ends with LF LF", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        .refused("RFC 9112 2.1: the head ends with CR and a letter", "GET / HTTP/1.1\r\nHost: a\r\n\rx\r\n"),
        .refused(
            "RFC 6585 5: field beyond 32 KiB", request("GET /", "X: " + String(repeating: "a", count: 32768)), 431),
        .refused(
            "RFC 6585 5: name of 20 KB, then more than a head's limit",
            request(
                "GET /", String(repeating: "a", count: 20000) + ": 1", "Y: " + String(repeating: "a", count: 20000)),
            431),
        .refused(
            "class 4 (CVE-2026-49975): 101 fields",
            request("GET /", (0..<100).map { "X\($0): 1" }.joined(separator: "\r\n")), 431),
        .refused(
            "class 4 (CVE-2026-49975): a head that never ends",
            "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: 1\r\n", count: 8192), 431),
        .refused(
            "class 3: a field line that never ends",
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 40000),
            431),
        .refused(
            "RFC 9110 7.6.1: more connection options than are looked at",
            request("GET /", "Connection: " + (0..<40).map { "x\($0)" }.joined(separator: ","))),
    ]

    static let framingFields: [Self] = [
        .refused(
            "RFC 9112 6.3: a length and chunked (CL.TE)",
            request("POST /", "Content-Length: 6", "Transfer-Encoding: chunked", content: "0\r\n\r\nG")),
        .refused(
            "RFC 9112 6.3: chunked and a length (TE.CL)",
            request(
                "POST /", "Transfer-Encoding: chunked", "Content-Length: 4",
                content: "5c\r\nGPOST / HTTP/1.1\r\n\r\n")),
        .refused(
            "RFC 9112 6.3: length 0 and chunked (0.CL)",
            request("POST /", "Content-Length: 0", "Transfer-Encoding: chunked", content: "0\r\n\r\n")),
        .refused(
            "RFC 9110 8.6: length twice", request("POST /", "Content-Length: 5", "Content-Length: 6", content: "hello!")
        ),
        .refused(
            "RFC 9110 8.6: length twice, the same",
            request("POST /", "Content-Length: 5", "Content-Length: 5", content: "hello")),
        .refused("RFC 9110 8.6: list of lengths", request("POST /", "Content-Length: 5, 5", content: "hello")),
        .refused("RFC 9110 8.6: list with an empty element", request("POST /", "Content-Length: 5,", content: "hello")),
        .refused("RFC 9110 8.6: plus sign", request("POST /", "Content-Length: +5", content: "hello")),
        .refused("RFC 9110 8.6: minus sign", request("POST /", "Content-Length: -1")),
        .refused("RFC 9110 8.6: minus zero", request("POST /", "Content-Length: -0")),
        .refused("RFC 9110 8.6: hexadecimal", request("POST /", "Content-Length: 0x5", content: "hello")),
        .refused("RFC 9110 8.6: digits and a letter", request("POST /", "Content-Length: 5a", content: "hello")),
        .refused("RFC 9110 8.6: a point", request("POST /", "Content-Length: 5.0", content: "hello")),
        .refused("RFC 9110 8.6: an exponent", request("POST /", "Content-Length: 1e1", content: "hellohello")),
        .refused("RFC 9110 8.6: underscores", request("POST /", "Content-Length: 1_0", content: "hellohello")),
        .refused("RFC 9110 8.6: in quotes", request("POST /", "Content-Length: \"5\"", content: "hello")),
        .refused("RFC 9110 8.6: space between digits", request("POST /", "Content-Length: 1 0", content: "hellohello")),
        .refused(
            "RFC 9110 8.6: digits beyond ASCII", request("POST /", "Content-Length: \u{D9}\u{A5}", content: "hello")),
        .refused("RFC 9110 8.6: empty", request("POST /", "Content-Length:", content: "hello")),
        .refused(
            "RFC 9110 8.6: beyond 64 bits",
            request("POST /", "Content-Length: 18446744073709551621", content: "hello")),
        .refused("RFC 9110 8.6: beyond 63 bits", request("POST /", "Content-Length: 9223372036854775808")),
        .refused(
            "RFC 9110 8.6: a malformed length beside a good one",
            request("POST /", "Content-Length: 5", "Content-Length: x", content: "hello")),
        .refused("RFC 9110 8.6: malformed in a GET", request("GET /", "Content-Length: x")),
        .refused(
            "RFC 9112 6.1: unknown coding that ends in chunked",
            request("POST /", "Transfer-Encoding: xchunked", content: "0\r\n\r\n"), 501),
        .refused("RFC 9112 6.1: gzip alone", request("POST /", "Transfer-Encoding: gzip", content: "0\r\n\r\n"), 501),
        .refused(
            "RFC 9112 6.1: gzip, then chunked",
            request("POST /", "Transfer-Encoding: gzip, chunked", content: "0\r\n\r\n"), 501),
        .refused("RFC 9112 6.1: identity", request("POST /", "Transfer-Encoding: identity", content: "hello"), 501),
        .refused(
            "RFC 9112 6.1: identity beside a length (TE.0)",
            request("POST /", "Transfer-Encoding: identity", "Content-Length: 5", content: "hello")),
        .refused(
            "RFC 9112 6.1: chunked twice",
            request("POST /", "Transfer-Encoding: chunked, chunked", content: "0\r\n\r\n")),
        .refused(
            "RFC 9112 6.1: chunked twice in two fields",
            request("POST /", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", content: "0\r\n\r\n")),
        .refused(
            "RFC 9112 6.1: chunked, then gzip",
            request("POST /", "Transfer-Encoding: chunked, gzip", content: "0\r\n\r\n")),
        .refused(
            "RFC 9112 6.1: chunked, then identity in a second field",
            request("POST /", "Transfer-Encoding: chunked", "Transfer-Encoding: identity", content: "0\r\n\r\n")),
        .refused(
            "RFC 9112 6.1: chunked with a parameter",
            request("POST /", "Transfer-Encoding: chunked;q=1", content: "0\r\n\r\n")),
        .refused(
            "RFC 9112 6.1: chunked in quotes", request("POST /", "Transfer-Encoding: \"chunked\"", content: "0\r\n\r\n")
        ),
        .refused("RFC 9112 6.1: empty coding", request("POST /", "Transfer-Encoding:", content: "0\r\n\r\n")),
        .refused(
            "RFC 9112 6.1: empty coding hides a length",
            request("POST /", "Transfer-Encoding:", "Content-Length: 5", content: "hello")),
        .refused("RFC 9112 6.1: comma first", request("POST /", "Transfer-Encoding: ,chunked", content: "0\r\n\r\n")),
        .refused("RFC 9112 6.1: comma last", request("POST /", "Transfer-Encoding: chunked,", content: "0\r\n\r\n")),
        .refused(
            "RFC 9112 6.1: two words", request("POST /", "Transfer-Encoding: chunked chunked", content: "0\r\n\r\n")),
        .refused(
            "RFC 9112 6.1: vertical tab before chunked",
            request("POST /", "Transfer-Encoding: \u{B}chunked", content: "0\r\n\r\n")),
        .refused(
            "RFC 9112 6.1: no-break space before chunked",
            request("POST /", "Transfer-Encoding: \u{A0}chunked", content: "0\r\n\r\n")),
        .refused(
            "class 8 (CVE-2026-2835): chunked in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .refused(
            "class 8 (CVE-2026-2835): chunked and a length in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello"),
        .refused(
            "class 8: Connection nominates the coding away",
            request(
                "POST /", "Connection: Transfer-Encoding", "Transfer-Encoding: chunked", "Content-Length: 5",
                content: "hello")),
    ]
}
