/// Answers of a hostile or odd member.
extension HostileFramingAnswer {
    private static let whole = rebuilt("200 OK", "Content-Length: 5") + "hello"
    private static let inChunks = rebuilt("200 OK", "Transfer-Encoding: chunked") + chunk("hello")
    private static let old = "GET / HTTP/1.0"

    static let heads: [Self] = [
        .refused("RFC 9112 4: nothing at all", "", ending: .closes),
        .refused("RFC 9112 4: an empty line first", "\r\n" + head("200 OK", "Content-Length: 0")),
        .refused("RFC 9112 4: HTTP/0.9", "<html>hello</html>", ending: .closes),
        .refused("RFC 9112 4: another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        .refused("RFC 9112 4: HTTP/2", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        .refused("RFC 9112 4: lower case", "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        .refused("RFC 9112 4: two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"),
        .refused("RFC 9112 4: four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
        .refused("RFC 9112 4: below 100", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"),
        .refused("RFC 9112 4: no status", "HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n"),
        .refused("RFC 9112 4: two spaces", "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n"),
        .refused("RFC 9112 4: sign", "HTTP/1.1 +20 OK\r\nContent-Length: 0\r\n\r\n"),
        .refused("class 12 (CVE-2026-33523): bare CR in the reason", "HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n"),
        .refused("class 12: NUL in the reason", "HTTP/1.1 200 O\u{0}K\r\nContent-Length: 0\r\n\r\n"),
        .refused("RFC 9112 2.2: bare LF everywhere", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        .refused("RFC 9112 5: half a head, then the end", "HTTP/1.1 200 OK\r\nContent-Le", ending: .closes),
        .refused(
            "class 12: bare CR splits a value", head("302 Found", "Location: /\rSet-Cookie: a=b", "Content-Length: 0")),
        .refused(
            "class 12: bare LF splits a value", head("302 Found", "Location: /\nSet-Cookie: a=b", "Content-Length: 0")),
        .refused("class 12: NUL in a value", head("200 OK", "X: \u{0}", "Content-Length: 0")),
        .refused("RFC 9112 5.2: folded field", head("200 OK", "X: a", " b", "Content-Length: 0")),
        .refused("RFC 9112 5.1: space before the colon", head("200 OK", "Content-Length : 5") + "hello"),
        .refused("class 10: empty name", head("200 OK", ": a", "Content-Length: 0")),
        .refused("RFC 9112 5: no colon", head("200 OK", "nonsense", "Content-Length: 0")),
        .refused("class 4: 101 fields", head("200 OK", (0..<101).map { "X\($0): 1" }.joined(separator: "\r\n"))),
        .refused("class 25: a head of 40 KB", head("200 OK", "X: " + String(repeating: "a", count: 40000))),
        .refused(
            "class 25: a head that never ends", "HTTP/1.1 200 OK\r\n" + String(repeating: "X: 1\r\n", count: 20000)),
        .refused(
            "class 7: 101 that nobody asked for",
            head("101 Switching Protocols", "Connection: upgrade", "Upgrade: websocket")),
        .refused("class 7: 101 without words", "HTTP/1.1 101\r\n\r\n"),
        .refused(
            "RFC 9110 15.2: interim answers without end",
            String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 5000)),
    ]

    static let framing: [Self] = [
        .refused(
            "RFC 9112 6.3: a length and chunked",
            head("200 OK", "Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n"),
        .refused("RFC 9112 6.3: two lengths", head("200 OK", "Content-Length: 5", "Content-Length: 6") + "hello"),
        .refused("RFC 9112 6.3: two equal lengths", head("200 OK", "Content-Length: 5", "Content-Length: 5") + "hello"),
        .refused("RFC 9112 6.3: list of lengths", head("200 OK", "Content-Length: 5, 5") + "hello"),
        .refused("RFC 9112 6.3: negative length", head("200 OK", "Content-Length: -5") + "hello"),
        .refused(
            "RFC 9112 6.3: length beyond 64 bits", head("200 OK", "Content-Length: 18446744073709551621") + "hello"),
        .refused("RFC 9112 6.1: unknown coding", head("200 OK", "Transfer-Encoding: gzip") + "hello", ending: .closes),
        .refused(
            "RFC 9112 6.1: unknown coding, then chunked",
            head("200 OK", "Transfer-Encoding: gzip, chunked") + "0\r\n\r\n"),
        .refused("RFC 9112 6.1: xchunked", head("200 OK", "Transfer-Encoding: xchunked") + "0\r\n\r\n"),
        .refused("RFC 9112 6.1: chunked twice", head("200 OK", "Transfer-Encoding: chunked, chunked") + "0\r\n\r\n"),
        .refused("RFC 9112 6.1: chunked, then gzip", head("200 OK", "Transfer-Encoding: chunked, gzip") + "0\r\n\r\n"),
        .refused(
            "RFC 9112 6.1: chunked in HTTP/1.0",
            head("200 OK", "Transfer-Encoding: chunked", version: "1.0") + "0\r\n\r\n"),
        .refused(
            "RFC 9112 6.1: 304 with two lengths", head("304 Not Modified", "Content-Length: 5", "Content-Length: 6")),
        .brokenOff(
            "RFC 9112 8: half a length", head("200 OK", "Content-Length: 5") + "hel",
            after: rebuilt("200 OK", "Content-Length: 5") + "hel"),
        Self(
            name: "RFC 9112 8: a head without its content", sent: head("200 OK", "Content-Length: 5"),
            received: .headAtMost, ending: .closes),
        .brokenOff(
            "RFC 9112 8: half a chunk", head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhel",
            after: rebuilt("200 OK", "Transfer-Encoding: chunked") + chunk("hel")),
        .brokenOff(
            "RFC 9112 8: no last chunk", head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\n",
            after: inChunks),
        .brokenOff(
            "RFC 9112 8: half of the last chunk", head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n",
            after: inChunks),
        .brokenOff(
            "RFC 9112 8: half of the trailers",
            head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\nX: 1\r\n", after: inChunks),
        .malformed("RFC 9112 7.1: not a size at once", head("200 OK", "Transfer-Encoding: chunked") + "zz\r\n"),
        .malformed(
            "RFC 9112 7.1: not a size", head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\nx\r\n"),
        .malformed(
            "RFC 9112 7.1: size beyond 64 bits",
            head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\nfffffffffffffffff\r\n"),
        .malformed(
            "RFC 9112 7.1: bare LF", head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\n0\n\n"),
        .malformed(
            "RFC 9112 7.1.2: trailers that are none",
            head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\nnonsense\r\n\r\n"),
        Self(
            name: "RFC 9112 8: half a chunked answer to HTTP/1.0 does not end in good order",
            sent: head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\n",
            received: .reset(rebuilt("200 OK") + "hello"), line: old, ending: .closes),
    ]

    static let distrusted: [Self] = [
        .distrusted(
            "class 25: bytes behind a length",
            head("200 OK", "Content-Length: 5") + "hello" + head("200 OK", "Content-Length: 4") + "evil",
            as: whole),
        .distrusted("class 25: one byte behind a length", head("200 OK", "Content-Length: 5") + "hello\n", as: whole),
        .distrusted(
            "class 25: bytes behind the last chunk",
            head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200",
            as: inChunks + "0\r\n\r\n"),
        .distrusted(
            "RFC 9110 9.3.2: HEAD with content", head("200 OK", "Content-Length: 5") + "hello",
            as: rebuilt("200 OK", "Content-Length: 5"), to: "HEAD / HTTP/1.1"),
        .distrusted(
            "RFC 9110 9.3.2: HEAD with chunks",
            head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n",
            as: rebuilt("200 OK"), to: "HEAD / HTTP/1.1"),
        .distrusted(
            "RFC 9110 8.6: 204 with a length and content", head("204 No Content", "Content-Length: 5") + "hello",
            as: rebuilt("204 No Content")),
        .distrusted(
            "RFC 9110 8.6: 204 with a length and no content", head("204 No Content", "Content-Length: 5"),
            as: rebuilt("204 No Content")),
        .distrusted(
            "RFC 9112 6.1: 204 in chunks",
            head("204 No Content", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n",
            as: rebuilt("204 No Content")),
        .distrusted(
            "RFC 9110 15.4.5: 304 with content", head("304 Not Modified", "Content-Length: 5") + "hello",
            as: rebuilt("304 Not Modified", "Content-Length: 5")),
        .distrusted(
            "RFC 9112 6.3: neither length nor coding", head("200 OK") + "hello", as: inChunks + "0\r\n\r\n",
            ending: .closes),
        .distrusted(
            "RFC 9112 6.3: the same to a client of HTTP/1.0", head("200 OK") + "hello", as: rebuilt("200 OK") + "hello",
            to: old,
            ending: .closes),
        .distrusted(
            "RFC 9112 9.3: an answer of HTTP/1.0", head("200 OK", "Content-Length: 5", version: "1.0") + "hello",
            as: whole),
        .distrusted(
            "RFC 9112 9.6: Connection: close", head("200 OK", "Connection: x, CLOSE", "Content-Length: 5") + "hello",
            as: whole),
    ]

    static let legal: [Self] = [
        .passed("RFC 9112 6.2: a length", head("200 OK", "Content-Length: 5") + "hello", as: whole),
        .passed(
            "RFC 9112 6.1: chunks of odd sizes with extensions",
            head("200 OK", "tRANSFER-eNCODING:CHUNKED") + "2;a=b\r\nhe\r\n0003\r\nllo\r\n000;x\r\n\r\n",
            as: inChunks + "0\r\n\r\n"),
        .passed(
            "RFC 9110 6.5.1: trailers that may not come late are dropped",
            head("200 OK", "Transfer-Encoding: chunked")
                + "5\r\nhello\r\n0\r\nX-Sum: 7\r\nSet-Cookie: a=b\r\nContent-Length: 3\r\nLocation: /\r\n\r\n",
            as: inChunks + "0\r\nX-Sum: 7\r\n\r\n"),
        .passed(
            "RFC 9112 6.1: chunks to a client of HTTP/1.0",
            head("200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n",
            as: rebuilt("200 OK") + "hello", to: old),
        .passed("RFC 9112 4: no reason", "HTTP/1.1 200\r\n\(date)Content-Length: 5\r\n\r\nhello", as: whole),
        .passed("RFC 9112 4: another reason", head("200 Evil: X", "Content-Length: 5") + "hello", as: whole),
        .passed(
            "RFC 9110 15: an unknown status", head("799 Odd", "Content-Length: 5") + "hello",
            as: rebuilt("799 ", "Content-Length: 5") + "hello"),
        .passed(
            "RFC 9112 2.3: HTTP/1.9 is HTTP/1.1", head("200 OK", "Content-Length: 5", version: "1.9") + "hello",
            as: whole),
        .passed(
            "RFC 9112 9.3: HTTP/1.0 with keep-alive",
            head("200 OK", "Connection: keep-alive", "Content-Length: 5", version: "1.0") + "hello",
            as: whole),
        .passed(
            "RFC 9110 7.6.1: hop-by-hop fields stay",
            head(
                "200 OK", "Connection: X-Hop, Set-Cookie", "X-Hop: 1", "Keep-Alive: x", "Proxy-Connection: x",
                "Upgrade: h2c", "Set-Cookie: a=b", "Content-Length: 5") + "hello",
            as: rebuilt("200 OK", "Set-Cookie: a=b", "Content-Length: 5") + "hello"),
        .passed(
            "RFC 9110 5.5: white space around values, bytes beyond ASCII",
            head("200 OK", "X:\t\u{FF} \u{80}\t ", "Y:", "Content-Length:  005\t") + "hello",
            as: rebuilt("200 OK", "X: \u{FF} \u{80}", "Y: ", "Content-Length: 5") + "hello"),
        .passed(
            "RFC 9110 15.2: interim answers pass without what they may not say",
            "HTTP/1.1 103 Hints\r\nLink: </a>\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"
                + "HTTP/1.1 199 x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + head("200 OK", "Content-Length: 5") + "hello",
            as: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 199 \r\n\r\n" + whole),
        .passed(
            "RFC 9110 15.2: no interim answers to HTTP/1.0",
            "HTTP/1.1 100 Continue\r\n\r\n" + head("200 OK", "Content-Length: 5") + "hello",
            as: whole, to: old),
        .passed(
            "RFC 9110 9.3.2: HEAD", head("200 OK", "Content-Length: 5"), as: rebuilt("200 OK", "Content-Length: 5"),
            to: "HEAD / HTTP/1.1"),
        .passed("RFC 9110 15.3.5: 204", head("204 No Content"), as: rebuilt("204 No Content")),
        .passed(
            "RFC 9110 15.4.5: 304 tells the length of what it does not have",
            head("304 Not Modified", "Content-Length: 5"),
            as: rebuilt("304 Not Modified", "Content-Length: 5")),
        .passed(
            "RFC 9112 6.1: the transfer coding of a 304 is not the client's",
            head("304 Not Modified", "Transfer-Encoding: chunked"), as: rebuilt("304 Not Modified")),
        .passed(
            "RFC 9112 6.1: nor is that of an answer to HEAD", head("200 OK", "Transfer-Encoding: chunked"),
            as: rebuilt("200 OK"), to: "HEAD / HTTP/1.1"),
        .passed(
            "RFC 9110 8.6: 204 with length 0", head("204 No Content", "Content-Length: 0"),
            as: rebuilt("204 No Content")),
        .passed(
            "RFC 9112 6.2: length 0", head("200 OK", "Content-Length: 0"), as: rebuilt("200 OK", "Content-Length: 0")),
        .passed(
            "RFC 9112 7.1: no chunk but the last", head("200 OK", "Transfer-Encoding: chunked") + "0\r\n\r\n",
            as: rebuilt("200 OK", "Transfer-Encoding: chunked") + "0\r\n\r\n"),
    ]

    /// All vectors, table by table.
    static let all: [(table: String, vectors: [Self])] = [
        ("heads", heads), ("framing", framing), ("distrusted", distrusted), ("legal", legal),
    ]
}
