import HTTP
import Testing

/// A head that must be refused.
struct RefusedRequest: CustomTestStringConvertible, Sendable {
    var rule: String
    var source: String
    var reason: HeadRefusal
    var testDescription: String { rule }

    init(_ rule: String, _ source: String, _ reason: HeadRefusal) {
        self.rule = rule
        self.source = source
        self.reason = reason
    }

    /// A request with one line in the place of a field.
    static func field(_ rule: String, _ line: String, _ reason: HeadRefusal) -> RefusedRequest {
        RefusedRequest(rule, "POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\nX-After: 1\r\n\r\n", reason)
    }

    static func target(_ rule: String, _ target: String, _ reason: HeadRefusal) -> RefusedRequest {
        RefusedRequest(rule, "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n", reason)
    }

    static func host(_ rule: String, _ host: String) -> RefusedRequest {
        RefusedRequest(rule, "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n", .hostInvalid)
    }

    static let lines: [RefusedRequest] = [
        RefusedRequest(
            "RFC 9112 2.2: bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed),
        RefusedRequest("RFC 9112 2.2: bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed),
        RefusedRequest("RFC 9112 2.2: bare LF as blank line", "GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        RefusedRequest(
            "RFC 9112 2.2: bare CR in a value", "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", .bareCarriageReturn),
        RefusedRequest(
            "RFC 9112 2.2: bare CR in the target", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", .bareCarriageReturn),
        RefusedRequest("RFC 9112 2.2: CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", .bareCarriageReturn),
        RefusedRequest("RFC 9112 2.2: two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .emptyLine),
        RefusedRequest("RFC 9112 3: no version (HTTP/0.9)", "GET /\r\n\r\n", .requestLineMalformed),
        RefusedRequest("RFC 9112 3: method only", "GET\r\n\r\n", .requestLineMalformed),
        RefusedRequest(
            "RFC 9112 3: two spaces after the method", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .requestLineMalformed),
        RefusedRequest(
            "RFC 9112 3: two spaces after the target", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", .versionMalformed),
        RefusedRequest("RFC 9112 3: space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .versionMalformed),
        RefusedRequest("RFC 9112 3: tab for a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .requestLineMalformed),
        RefusedRequest("RFC 9112 3: space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", .methodInvalid),
        RefusedRequest("RFC 9112 2.3: lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", .versionMalformed),
        RefusedRequest("RFC 9112 2.3: two-digit version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", .versionMalformed),
        RefusedRequest("RFC 9112 2.3: version without minor", "GET / HTTP/1\r\nHost: a\r\n\r\n", .versionMalformed),
        RefusedRequest("RFC 9112 2.3: letters in the version", "GET / HTTP/1.x\r\nHost: a\r\n\r\n", .versionMalformed),
        RefusedRequest("RFC 9110 15.6.6: HTTP/2.0 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .versionUnsupported),
        RefusedRequest("RFC 9110 15.6.6: HTTP/3.0", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", .versionUnsupported),
        RefusedRequest(
            "RFC 9110 15.6.6: HTTP/0.9 spelled out", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", .versionUnsupported),
        RefusedRequest("RFC 9110 9.1: separator in the method", "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", .methodInvalid),
        RefusedRequest(
            "RFC 9110 9.1: obs-text in the method", "G\u{C4}T / HTTP/1.1\r\nHost: a\r\n\r\n", .methodInvalid),
        RefusedRequest("RFC 9110 9.1: known method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n", .methodCase),
        RefusedRequest("RFC 9110 9.1: known method in mixed case", "Head / HTTP/1.1\r\nHost: a\r\n\r\n", .methodCase),
        RefusedRequest("TLS on a cleartext port", "\u{16}\u{03}\u{01}\u{02}\u{00}", .controlByte),
    ]

    static let targets: [RefusedRequest] = [
        target("RFC 9112 3.2: fragment", "/a#b", .targetInvalid),
        target("RFC 9112 3.2: fragment in the query", "/?a#b", .targetInvalid),
        target("RFC 9112 3.2: obs-text", "/\u{E4}", .targetInvalid),
        target("RFC 9112 3.2: DEL", "/a\u{7F}", .controlByte),
        target("RFC 9112 3.2: tab", "/a\tb", .targetInvalid), target("RFC 9112 3.2: relative path", "a/b", .targetForm),
        target("RFC 9112 3.2: a space inside", "/a b", .versionMalformed),
        target("RFC 9112 3.2.4: asterisk with GET", "*", .targetForm),
        target("RFC 9112 3.2.4: more after it", "*a", .targetForm),
        target("RFC 9112 3.2.3: authority with GET", "a:80", .targetForm),
        RefusedRequest(
            "PROXY protocol 2.1", "PROXY TCP4 1.2.3.4 1.2.3.5 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .proxyHeader),
        RefusedRequest(
            "PROXY protocol 2.1: unknown", "PROXY UNKNOWN\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .proxyHeader),
        RefusedRequest("PROXY is a method like others", "PROXY a HTTP/1.1\r\nHost: a\r\n\r\n", .targetForm),
        target("RFC 9110 4.2: other scheme", "ftp://a/", .targetScheme),
        target("RFC 9110 4.2: empty host", "http:///x", .targetInvalid),
        target("RFC 9110 4.2.4: userinfo", "http://u@a/", .targetUserinfo),
        target("RFC 9110 4.2.4: userinfo with password", "http://u:p@a/", .targetUserinfo),
        target("RFC 9112 3.2.2: fragment of an absolute form", "http://a/#", .targetInvalid),
        RefusedRequest("RFC 9112 3.2.3: CONNECT to a path", "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n", .targetForm),
        RefusedRequest("RFC 9112 3.2.3: CONNECT without port", "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", .targetForm),
        RefusedRequest("RFC 9112 3.2: none in HTTP/1.1", "GET / HTTP/1.1\r\n\r\n", .hostMissing),
        RefusedRequest("RFC 9112 3.2: none with an absolute form", "GET http://a/ HTTP/1.1\r\n\r\n", .hostMissing),
        RefusedRequest("RFC 9112 3.2: doubled", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", .hostRepeated),
        RefusedRequest(
            "RFC 9112 3.2: doubled in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", .hostRepeated),
        host("RFC 9110 7.2: empty", ""), host("RFC 9110 7.2: list", "a, b"), host("RFC 9110 7.2: space", "a b"),
        host("RFC 9110 7.2: path", "a/b"), host("RFC 9110 7.2: userinfo", "u@a"),
        host("RFC 9110 7.2: port letters", "a:b"),
        host("RFC 9110 7.2: port overflow", "a:65536"), host("RFC 9110 7.2: long port", "a:000080"),
        host("RFC 9110 7.2: two ports", "a:1:2"),
        host("RFC 9110 7.2: open bracket", "[::1"), host("RFC 9110 7.2: after the bracket", "[::1]x"),
        host("RFC 9110 7.2: name in brackets", "[a]"),
        host("RFC 9110 7.2: percent", "a%00"), host("RFC 9110 7.2: backslash", "a\\b"),
        host("RFC 9110 7.2: obs-text", "\u{E4}"),
        host("RFC 9110 7.2: port alone", ":80"), host("RFC 9110 7.2: query", "a?b"),
        host("RFC 9110 7.2: quotes", "\"a\""),
    ]

    static let fields: [RefusedRequest] = [
        field("RFC 9112 5.1: space before colon is refused", "X-A : 1", .spaceBeforeColon),
        field("RFC 9112 5.1: tab before colon is refused", "X-A\t: 1", .spaceBeforeColon),
        field("RFC 9112 5.1: space before the colon of a known name", "Content-Length : 1", .spaceBeforeColon),
        field("RFC 9112 5.2: folded line", "X-A: 1\r\n b", .foldedField),
        field("RFC 9112 5.2: folded with tab", "X-A: 1\r\n\tb", .foldedField),
        RefusedRequest(
            "RFC 9112 2.2: space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .foldedField),
        field("RFC 9110 5.1: empty name", ": 1", .emptyFieldName),
        field("RFC 9112 5: no colon", "X-A", .fieldWithoutColon),
        field("RFC 9112 5: no colon after a known name", "Host", .fieldWithoutColon),
        field("RFC 9110 5.1: space in the name", "X A: 1", .fieldNameInvalid),
        field("RFC 9110 5.1: quote", "X\"A: 1", .fieldNameInvalid),
        field("RFC 9110 5.1: obs-text in the name", "X\u{E9}: 1", .fieldNameInvalid),
        field("RFC 9110 5.1: slash", "X/A: 1", .fieldNameInvalid),
        field("RFC 9110 5.1: brackets", "X[A]: 1", .fieldNameInvalid),
        field("RFC 9110 5.1: equals", "X=A: 1", .fieldNameInvalid),
        field("RFC 9110 5.5: NUL in a value", "X: a\0b", .nulByte),
        field("RFC 9110 5.5: NUL in a name", "X\0: a", .nulByte),
        field("RFC 9110 5.5: NUL after a known name", "TE\0: a", .nulByte),
        field("RFC 9110 5.5: control in a value", "X: a\u{01}b", .controlByte),
        field("RFC 9110 5.5: DEL in a value", "X: a\u{7F}b", .controlByte),
        field("RFC 9110 5.5: escape in a value", "X: \u{1B}[0m", .controlByte),
        field("RFC 9110 5.5: vertical tab", "X: \u{0B}", .controlByte),
    ]

    static let framing: [RefusedRequest] = [
        field(
            "RFC 9112 6.1: both length and chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked",
            .lengthAndTransferCoding),
        field(
            "RFC 9112 6.1: both, the other way around", "Transfer-Encoding: chunked\r\nContent-Length: 5",
            .lengthAndTransferCoding),
        field("RFC 9112 6.3: repeated length", "Content-Length: 5\r\nContent-Length: 5", .lengthRepeated),
        field("RFC 9112 6.3: differing lengths", "Content-Length: 5\r\ncontent-length: 6", .lengthRepeated),
        field("RFC 9110 8.6: list of lengths", "Content-Length: 5, 5", .lengthMalformed),
        field("RFC 9110 8.6: empty length", "Content-Length:", .lengthMalformed),
        field("RFC 9110 8.6: sign", "Content-Length: +5", .lengthMalformed),
        field("RFC 9110 8.6: negative", "Content-Length: -1", .lengthMalformed),
        field("RFC 9110 8.6: hexadecimal", "Content-Length: 0x5", .lengthMalformed),
        field("RFC 9110 8.6: fraction", "Content-Length: 5.0", .lengthMalformed),
        field("RFC 9110 8.6: space inside", "Content-Length: 1 2", .lengthMalformed),
        field("RFC 9110 8.6: underscore", "Content-Length: 1_0", .lengthMalformed),
        field("RFC 9110 8.6: over 64 bits", "Content-Length: 18446744073709551616", .lengthMalformed),
        field("RFC 9110 8.6: over 63 bits", "Content-Length: 9223372036854775808", .lengthMalformed),
        field("RFC 9110 8.6: very long", "Content-Length: 99999999999999999999999999999999999999999", .lengthMalformed),
        field("RFC 9112 6.1: unknown coding", "Transfer-Encoding: gzip", .transferCodingUnknown),
        field("RFC 9112 6.1: coding before chunked", "Transfer-Encoding: gzip, chunked", .transferCodingUnknown),
        field("RFC 9112 6.1: identity", "Transfer-Encoding: identity", .transferCodingUnknown),
        field("RFC 9112 6.1: nearly chunked", "Transfer-Encoding: xchunked", .transferCodingUnknown),
        field("RFC 9112 6.3: chunked is not last", "Transfer-Encoding: chunked, gzip", .chunkedNotLast),
        field("RFC 9112 6.1: chunked twice", "Transfer-Encoding: chunked, chunked", .chunkedNotLast),
        field(
            "RFC 9112 6.1: chunked twice in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            .chunkedNotLast),
        field(
            "RFC 9112 6.1: chunked and identity in two fields",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", .chunkedNotLast),
        field("RFC 9112 7: parameter", "Transfer-Encoding: chunked;q=1", .transferCodingMalformed),
        field("RFC 9112 7: quoted", "Transfer-Encoding: \"chunked\"", .transferCodingMalformed),
        field("RFC 9112 7: empty", "Transfer-Encoding:", .transferCodingMalformed),
        field("RFC 9112 7: empty element first", "Transfer-Encoding: ,chunked", .transferCodingMalformed),
        field("RFC 9112 7: empty element last", "Transfer-Encoding: chunked,", .transferCodingMalformed),
        field("RFC 9112 7: space inside", "Transfer-Encoding: chu nked", .transferCodingMalformed),
        field("RFC 9112 7: vertical tab", "Transfer-Encoding: \u{0B}chunked", .controlByte),
        RefusedRequest(
            "RFC 9112 6.1: chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            .transferCodingInHTTP10),
        RefusedRequest(
            "RFC 9112 6.1: both in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
            .transferCodingInHTTP10),
        field(
            "too many connection options", "Connection: " + Array(repeating: "a", count: 33).joined(separator: ","),
            .tooManyConnectionOptions),
    ]
}

@Suite struct RequestRefusalTests {
    @Test(
        "refused",
        arguments: RefusedRequest.lines + RefusedRequest.targets + RefusedRequest.fields + RefusedRequest.framing)
    func refused(_ request: RefusedRequest) {
        let result = RequestSnapshot.parse(request.source)
        #expect(result.refusal == request.reason, "\(result)")
    }

    @Test(
        "a parser without a scanner before it refuses the same", arguments: RefusedRequest.lines + RefusedRequest.fields
    )
    func refusedAlone(_ request: RefusedRequest) {
        var head = RequestHead(fieldCountMax: 128)
        var refused = false
        do throws(HeadError) {
            try head.parse(bytes(request.source).span, limits: HeadLimits())
        } catch {
            refused = true
        }
        #expect(refused)
    }

    @Test("each reason has its status and a code of its own")
    func statuses() {
        #expect(HeadRefusal.requestLineTooLong.status == 414 && HeadRefusal.headTooLarge.status == 431)
        #expect(HeadRefusal.fieldTooLong.status == 431 && HeadRefusal.tooManyFields.status == 431)
        #expect(HeadRefusal.transferCodingUnknown.status == 501 && HeadRefusal.versionUnsupported.status == 505)
        #expect(HeadRefusal.chunkedNotLast.status == 400 && HeadError(.hostMissing, at: 0).status == 400)
        let codes = Set(HeadRefusal.allCases.map { "\($0.code)" })
        #expect(codes.count == HeadRefusal.allCases.count)
    }

    @Test("limits: the greatest passes, one more is refused with the limit")
    func limits() {
        let limits = HeadLimits(requestLineBytesMax: 20, fieldBytesMax: 30, fieldCountMax: 3, headBytesMax: 120)
        func parse(_ source: String) -> Result<RequestSnapshot, HeadError> {
            RequestSnapshot.parse(source, limits: limits)
        }
        func refusal(_ source: String, _ reason: HeadRefusal, _ limit: Int) {
            guard case .failure(let error) = parse(source) else {
                Issue.record("\(reason) is not refused")
                return
            }
            #expect(error.reason == reason && error.limit == limit)
        }
        #expect(parse("GET /1234567 HTTP/1.1\r\nHost: a\r\n\r\n").refusal == .requestLineTooLong)
        #expect(parse("GET /123456 HTTP/1.1\r\nHost: a\r\n\r\n").value != nil)
        refusal("GET /1234567 HTTP/1.1\r\nHost: a\r\n\r\n", .requestLineTooLong, 20)
        refusal("GET /1234567890123456789012", .requestLineTooLong, 20)
        let value = String(repeating: "x", count: 27)
        #expect(parse("GET / HTTP/1.1\r\nHost: a\r\nX: \(value)\r\n\r\n").value != nil)
        refusal("GET / HTTP/1.1\r\nHost: a\r\nX: \(value)x\r\n\r\n", .fieldTooLong, 30)
        #expect(parse("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n\r\n").value != nil)
        refusal("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", .tooManyFields, 3)
        refusal("GET / HTTP/1.1\r\n" + String(repeating: "A: 1\r\n", count: 18), .headTooLarge, 120)
        refusal("GET / HTTP/1.1\r\n" + String(repeating: "A: 1\r\n", count: 18) + "\r\n", .headTooLarge, 120)
    }
}
