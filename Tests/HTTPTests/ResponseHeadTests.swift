import HTTP
import Testing

@Suite struct ResponseHeadTests {
    @Test(
        "RFC 9112 4: status lines",
        arguments: [
            ("HTTP/1.1 200 OK", 200, UInt8(1)), ("HTTP/1.0 404 Not Found", 404, 0), ("HTTP/1.1 200 ", 200, 1),
            ("HTTP/1.1 200", 200, 1),
            ("HTTP/1.1 599 a\tb \u{FF}", 599, 1), ("HTTP/1.2 100 Continue", 100, 1), ("HTTP/1.1 999 x", 999, 1),
        ])
    func statusLines(_ line: String, _ status: Int, _ minor: UInt8) {
        let head = ResponseSnapshot.parse("\(line)\r\nA: b\r\n\r\n").value
        #expect(head?.status == status && head?.minorVersion == minor && head?.fields.count == 1)
    }

    @Test(
        "RFC 9112 4: malformed status lines are refused",
        arguments: [
            ("HTTP/1.1 20 OK", HeadRefusal.statusLineMalformed), ("HTTP/1.1 2000 OK", .statusLineMalformed),
            ("HTTP/1.1  200 OK", .statusLineMalformed), ("HTTP/1.1 099 x", .statusLineMalformed),
            ("HTTP/1.1 2x0 OK", .statusLineMalformed),
            ("HTTP/1.1\t200 OK", .statusLineMalformed), ("HTTP/2.0 200 OK", .versionUnsupported),
            ("ICY 200 OK", .versionMalformed),
            ("http/1.1 200 OK", .versionMalformed), (" HTTP/1.1 200 OK", .versionMalformed),
            ("HTTP/1.1-200 OK", .statusLineMalformed),
            ("HTTP/1.1 200 O\0K", .nulByte), ("HTTP/1.1 200 O\rK", .bareCarriageReturn),
            ("HTTP/1.1 200 O\nK", .bareLineFeed),
            ("HTTP/1.1 200 \u{1B}[2J", .controlByte), ("HTTP/1.1 200_OK", .statusLineMalformed),
        ])
    func malformed(_ line: String, _ reason: HeadRefusal) {
        #expect(ResponseSnapshot.parse("\(line)\r\nContent-Length: 0\r\n\r\n").refusal == reason)
    }

    @Test(
        "RFC 9112 6.3: framing of answers",
        arguments: [
            (Method.get, 200, "Content-Length: 5", Framing.length(5), Framing.length(5)),
            (.get, 200, "Transfer-Encoding: chunked", .chunked, .chunked), (.get, 200, "A: b", .untilClose, .none),
            (.head, 200, "Content-Length: 5", .none, .length(5)),
            (.head, 200, "Transfer-Encoding: chunked", .none, .chunked),
            (.get, 304, "Content-Length: 5", .none, .length(5)), (.get, 204, "A: b", .none, .none),
            (.get, 103, "Link: x", .none, .none),
            (.post, 101, "A: b", .none, .none), (.get, 500, "Content-Length: 0", .length(0), .length(0)),
        ])
    func framing(_ method: Method, _ status: Int, _ field: String, _ framing: Framing, _ declared: Framing) {
        let head = ResponseSnapshot.parse("HTTP/1.1 \(status) X\r\n\(field)\r\n\r\n", to: method).value
        #expect(head?.framing == framing && head?.declaredFraming == declared)
    }

    @Test(
        "RFC 9112 9.3: whether the member's connection can be used again",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 1", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close", false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 1", false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive", true),
            ("HTTP/1.1 200 OK", false), ("HTTP/1.1 204 No Content", true),
            ("HTTP/1.1 204 No Content\r\nContent-Length: 0", true),
            ("HTTP/1.1 204 No Content\r\nContent-Length: 9", false),
            ("HTTP/1.1 204 X\r\nTransfer-Encoding: chunked", false),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9", true),
        ])
    func persistence(_ head: String, _ keepsAlive: Bool) {
        #expect(ResponseSnapshot.parse("\(head)\r\n\r\n").value?.keepsAlive == keepsAlive)
    }

    @Test(
        "hostile answers are refused",
        arguments: [
            ("Content-Length: 5\r\nTransfer-Encoding: chunked", HeadRefusal.lengthAndTransferCoding),
            ("Content-Length: 5\r\nContent-Length: 5", .lengthRepeated), ("Content-Length: -5", .lengthMalformed),
            ("Transfer-Encoding: gzip, chunked", .transferCodingUnknown),
            ("Transfer-Encoding: chunked, identity", .chunkedNotLast),
            ("Content-Length : 5", .spaceBeforeColon), ("X: a\r\n b", .foldedField), (": x", .emptyFieldName),
            ("X: a\0", .nulByte),
            ("X: a\rSet-Cookie: b=c", .bareCarriageReturn), ("X: a\nSet-Cookie: b=c", .bareLineFeed),
            ("no colon", .fieldNameInvalid),
        ])
    func hostile(_ fields: String, _ reason: HeadRefusal) {
        #expect(ResponseSnapshot.parse("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n").refusal == reason)
    }

    @Test("RFC 9112 6.1: chunked in an HTTP/1.0 answer is refused")
    func chunkedInHTTP10() {
        #expect(
            ResponseSnapshot.parse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").refusal
                == .transferCodingInHTTP10)
    }

    @Test(
        "RFC 9110 15.2.2: only a whole 101 switches",
        arguments: [
            ("101", "Connection: upgrade\r\nUpgrade: websocket", true), ("101", "Upgrade: websocket", false),
            ("101", "Connection: upgrade\r\nUpgrade: h2c", false),
            ("200", "Connection: upgrade\r\nUpgrade: websocket", false),
        ])
    func switching(_ status: String, _ fields: String, _ switches: Bool) {
        let head = ResponseSnapshot.parse("HTTP/1.1 \(status) X\r\n\(fields)\r\n\r\n").value
        #expect(head?.switchesToWebSocket == switches)
    }

    @Test("RFC 9110 15.2: interim answers")
    func interim() throws {
        var head = ResponseHead(fieldCountMax: 8)
        for (status, isInterim) in [(100, true), (103, true), (101, false), (200, false), (404, false)] {
            try head.parse(
                bytes("HTTP/1.1 \(status) X\r\n\r\n").span, to: .get, limits: HeadLimits(fieldCountMax: 8))
            let found = head.isInterim
            #expect(found == isInterim)
        }
    }
}
