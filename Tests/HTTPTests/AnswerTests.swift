import Bytes
import HTTP
import Testing

@Suite struct AnswerTests {
    @Test(
        "own answers parse, and their length is that of their content",
        arguments: [
            400, 404, 405, 408, 413, 414, 421, 431, 500, 501, 502, 503, 504, 505,
        ])
    func errors(_ status: Int) throws {
        for closes in [true, false] {
            let answer = try #require(
                written(room: 512) { output in
                    ErrorAnswer.write(status, to: .get, closes: closes, date: bytes("now").span, into: &output)
                })
            let head = try #require(ResponseSnapshot.parse(answer).value)
            #expect(head.status == status && head.keepsAlive == !closes)
            #expect(head.fields.contains { $0.name == "Allow" } == (status == 405))
            let content = Decoded.decode(
                head.framing, Array(answer.split(separator: [13, 10, 13, 10], maxSplits: 1)[1]))
            #expect(
                text(content.content) == "\(status) \(Status.reason(status))\n"
                    && content.count == content.content.count)
            let toHead = try #require(
                written { output in
                    ErrorAnswer.write(status, to: .head, closes: closes, date: bytes("now").span, into: &output)
                })
            #expect(answer.starts(with: toHead) && toHead.count == answer.count - content.content.count)
        }
    }

    @Test(
        "RFC 9110 15.3.5, 15.3.6, 15.4.5: 204, 205 and 304 have no content, and 205 says so",
        arguments: [(204, ""), (205, "Content-Length: 0\r\n"), (304, "")])
    func nothing(_ status: Int, _ length: String) throws {
        let answer = try #require(
            written(room: 512) { ErrorAnswer.write(status, to: .get, closes: false, into: &$0) })
        #expect(text(answer) == "HTTP/1.1 \(status) \(Status.reason(status))\r\n\(length)\r\n")
        #expect(ErrorAnswer.contentBytes(status, to: .get) == 0)
    }

    @Test("from 400 on one line says Cache-Control", arguments: [200, 302, 404, 503])
    func noStore(_ status: Int) throws {
        for lines in ["cache-control: max-age=9\r\nX-A: b\r\n", "X-A: b\r\nCache-Control: max-age=9\r\n"] {
            let answer = try #require(
                written(room: 512) { output in
                    ErrorAnswer.write(status, to: .get, closes: false, lines: bytes(lines).span, into: &output)
                })
            let fields = try #require(ResponseSnapshot.parse(answer).value).fields
            let said = fields.filter { $0.name.lowercased() == "cache-control" }.map(\.value)
            #expect(said == [status < 400 ? "max-age=9" : "no-store"])
            #expect(fields.contains { $0.name == "X-A" && $0.value == "b" })
        }
    }

    @Test("plain HTTP to an HTTPS port is answered with the URL to ask for", arguments: ["", "a.test:8443", "[::1]"])
    func plainHTTP(_ authority: String) throws {
        let answer = try #require(
            written(room: 512) { output in
                PlainHTTPAnswer.write(
                    authority: bytes(authority).span, to: .get, date: bytes("now").span, into: &output)
            })
        let head = try #require(ResponseSnapshot.parse(answer).value)
        #expect(head.status == 400 && !head.keepsAlive)
        let content = Decoded.decode(head.framing, Array(answer.split(separator: [13, 10, 13, 10], maxSplits: 1)[1]))
        let advice = authority.isEmpty ? "" : "Ask for https://\(authority)/ instead.\n"
        #expect(text(content.content) == "400 The plain HTTP request was sent to an HTTPS port\n" + advice)
        let toHead = try #require(
            written { output in
                PlainHTTPAnswer.write(
                    authority: bytes(authority).span, to: .head, date: bytes("now").span, into: &output)
            })
        #expect(answer.starts(with: toHead) && toHead.count == answer.count - content.content.count)
    }

    @Test("the reason stands behind the status, and counts")
    func code() throws {
        let answer = try #require(
            written(room: 512) { output in
                ErrorAnswer.write(404, code: "no-site", to: .get, closes: false, into: &output)
            })
        let head = try #require(ResponseSnapshot.parse(answer).value)
        let content = Decoded.decode(head.framing, Array(answer.split(separator: [13, 10, 13, 10], maxSplits: 1)[1]))
        #expect(text(content.content) == "404 Not Found: no-site\n" && content.count == content.content.count)
    }

    @Test(
        "in each form the length is that of the content, HEAD gets none of it, and faults are not stored",
        arguments: PageKind.allCases)
    func kinds(_ kind: PageKind) throws {
        for status in [200, 308, 400, 401, 403, 404, 410, 429, 502, 503, 504, 599] {
            for code: StaticString in ["", "no-member"] {
                let answer = try #require(
                    written(room: 2_048) { output in
                        ErrorAnswer.write(status, code: code, kind: kind, to: .get, closes: false, into: &output)
                    })
                let head = try #require(ResponseSnapshot.parse(answer).value)
                let content = Array(answer.split(separator: [13, 10, 13, 10], maxSplits: 1)[1])
                #expect(Decoded.decode(head.framing, content).content == content)
                #expect(content.count == ErrorAnswer.contentBytes(status, code: code, kind: kind, to: .get))
                #expect(ErrorAnswer.contentBytes(status, code: code, kind: kind, to: .head) == 0)
                let isKept = !head.fields.contains { $0.name == "Cache-Control" && $0.value == "no-store" }
                #expect(isKept == (status < 400))
                let isText = status < 400 || kind == .text
                let mediaType = isText ? "text/plain; charset=utf-8" : kind.mediaType.description
                #expect(head.fields.contains { $0.name == "Content-Type" && $0.value == mediaType })
            }
        }
    }

    @Test("JSON is one object; HTML asks for nothing else, and is about 1 KiB")
    func forms() throws {
        func content(_ status: Int, _ code: StaticString, _ kind: PageKind) throws -> String {
            let answer = try #require(
                written(room: 2_048) { output in
                    ErrorAnswer.write(status, code: code, kind: kind, to: .get, closes: false, into: &output)
                })
            return text(Array(answer.split(separator: [13, 10, 13, 10], maxSplits: 1)[1]))
        }
        #expect(
            try content(503, "no-member", .json)
                == "{\"status\":503,\"reason\":\"Service Unavailable\",\"code\":\"no-member\"}\n")
        #expect(try content(404, "", .json) == "{\"status\":404,\"reason\":\"Not Found\"}\n")
        let page = try content(503, "no-member", .html)
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">\n") && page.hasSuffix("</html>\n"))
        #expect(page.contains("<title>503 Service Unavailable</title>"))
        #expect(page.contains("<h1>503 Service Unavailable</h1>") && page.contains("<code>no-member</code>"))
        #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("url("))
        #expect((600...1_400).contains(page.utf8.count))
    }

    @Test("RFC 9110 10.2.3: Retry-After, where there is something to say")
    func retryAfter() throws {
        let answer = try #require(
            written(room: 512) { output in
                ErrorAnswer.write(503, to: .get, closes: true, retryAfterSeconds: 1_234_567, into: &output)
            })
        let head = try #require(ResponseSnapshot.parse(answer).value)
        #expect(head.fields.contains { $0.name == "Retry-After" && $0.value == "1234567" })
    }

    @Test(
        "RFC 9110 5.6.7: dates",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"), (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
            (1_795_372_992, "Sun, 22 Nov 2026 18:43:12 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ])
    func dates(_ seconds: Int, _ date: String) {
        #expect(written(room: HTTPDate.bytes) { HTTPDate.write(seconds, to: &$0) } == bytes(date))
        #expect(written(room: HTTPDate.bytes - 1) { HTTPDate.write(seconds, to: &$0) } == nil)
    }

    @Test(
        "RFC 9112 7.1: chunk headers",
        arguments: [
            (1, "1\r\n"), (15, "f\r\n"), (16, "10\r\n"), (4095, "fff\r\n"), (65535, "ffff\r\n"),
            (1 << 40, "10000000000\r\n"),
            (Int.max, "7fffffffffffffff\r\n"),
        ])
    func chunkHeaders(_ count: Int, _ header: String) {
        #expect(written { ChunkHeader.write(count, to: &$0) } == bytes(header))
        #expect(written(room: header.utf8.count - 1) { ChunkHeader.write(count, to: &$0) } == nil)
    }

    @Test("chunk headers of fixed width decode")
    func fixedChunkHeaders() {
        for count in [1, 255, 4096, ChunkHeader.fixedCountMax] {
            let header = ChunkHeader.fixed(count)
            let headerBytes = header.indices.map { header[$0] }
            #expect(headerBytes.count == ChunkHeader.fixedBytes)
            let content = [UInt8](repeating: 0x78, count: count)
            let message = headerBytes + content + bytes("\(ChunkHeader.end)\(ChunkHeader.last)")
            #expect(
                Decoded.decode(.chunked, message) == Decoded(content: content, trailers: "\r\n", count: message.count))
        }
    }

    @Test(
        "RFC 9110 6.5.1: trailers that may be passed on",
        arguments: [
            ("\r\n", "0\r\n\r\n"), ("X-Sum: 1\r\n\r\n", "0\r\nX-Sum: 1\r\n\r\n"),
            ("grpc-status:0 \r\nETag: \"x\"\r\n\r\n", "0\r\ngrpc-status: 0\r\nETag: \"x\"\r\n\r\n"),
            (
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: a\r\nCookie: x\r\nSet-Cookie: y\r\n"
                    + "X-Forwarded-For: z\r\nX: 1\r\n\r\n",
                "0\r\nX: 1\r\n\r\n"
            ),
            (
                "Authorization: x\r\nConnection: close\r\nTrailer: x\r\nCache-Control: x\r\nContent_Length: 9\r\n\r\n",
                "0\r\n\r\n"
            ),
        ])
    func trailers(_ source: String, _ forwarded: String) throws {
        let all = bytes("0\r\n" + source + "GET")
        var section = TrailerSection()
        try section.parse(all.span, 3..<(3 + source.utf8.count))
        let result = written { section.write(to: &$0, from: all.span) }
        #expect(result == bytes(forwarded))
    }

    @Test(
        "malformed trailers are refused",
        arguments: [
            (" folded: x\r\n\r\n", ContentError.Reason.trailersMalformed), ("X : y\r\n\r\n", .trailersMalformed),
            (": y\r\n\r\n", .trailersMalformed),
            ("X\r\n\r\n", .trailersMalformed), (String(repeating: "X: y\r\n", count: 33) + "\r\n", .trailersTooLarge),
        ])
    func malformedTrailers(_ source: String, _ reason: ContentError.Reason) {
        let all = bytes(source)
        var section = TrailerSection()
        var found: ContentError.Reason?
        do throws(ContentError) { try section.parse(all.span, 0..<all.count) } catch { found = error.reason }
        #expect(found == reason)
    }
}
