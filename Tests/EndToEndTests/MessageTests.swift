import Foundation
import Testing

extension EndToEnd {
    /// What HTTP/1.1 promises of a gateway, message by message.
    @Suite("Messages")
    struct MessageTests {
        @Test("keep-alive: many requests over one client connection and one of the member's", .timeLimit(.minutes(1)))
        func keepAlive() throws {
            let member = try RecordingMember { try $0.answerEach { Answer.ok($0.target) } }
            let client = try Scene(member).client()
            for number in 0..<50 { #expect(try client.get("/\(number)").text == "/\(number)") }
            #expect(member.connections.count == 1)
        }

        @Test("pipelined requests are answered in order", .timeLimit(.minutes(1)))
        func pipelining() throws {
            let member = try RecordingMember { try $0.answerEach { Answer.ok($0.target) } }
            let client = try Scene(member).client()
            let targets = (0..<20).map { "/\($0)" }
            try client.send(targets.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            #expect(try targets.map { _ in try client.response().text } == targets)
        }

        @Test("content passes both ways, by length and in chunks, with trailers", .timeLimit(.minutes(1)))
        func content() throws {
            let member = try RecordingMember { connection in
                try connection.answerEach { request in
                    Answer.chunked(request.text, "-end", fields: "Trailer: X-Sum\r\n", trailers: "X-Sum: 7\r\n")
                }
            }
            let client = try Scene(member).client()
            let byLength = try client.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nContent-Length: 3\r\n\r\nabc")
            #expect(byLength.text == "abc-end")
            #expect(byLength.trailers.map { "\($0.name): \($0.value)" } == ["X-Sum: 7"])
            let inChunks = try client.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Hash\r\n\r\n"
                    + "2\r\nab\r\n1;ext=\"1\"\r\nc\r\n0\r\nX-Hash: 9\r\n\r\n")
            #expect(inChunks.text == "abc-end")
            #expect(member.requests.map(\.text) == ["abc", "abc"])
            #expect(member.requests[1].trailers.map { "\($0.name): \($0.value)" } == ["X-Hash: 9"])
        }

        @Test("HEAD, 204 and 304 end with their head, whatever length they tell", .timeLimit(.minutes(1)))
        func withoutContent() throws {
            let member = try RecordingMember { connection in
                try connection.answerEach { request in
                    switch request.target {
                    case "/204": "HTTP/1.1 204 No Content\r\n\r\n"
                    case "/304": "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: \"x\"\r\n\r\n"
                    default: "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n"
                    }
                }
            }
            let client = try Scene(member).client()
            #expect(try client.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")["Content-Length"] == "12345")
            #expect(try client.get("/204").status == 204)
            #expect(try client.get("/304").status == 304)
            #expect(try client.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            #expect(member.connections.count == 1)
        }

        @Test("Expect goes to the member, and its 100 comes back before the content is sent", .timeLimit(.minutes(1)))
        func expectContinue() throws {
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                try connection.send("HTTP/1.1 100 Continue\r\n\r\n")
                let content = try connection.reader.read(exactly: 3)
                try connection.send(Answer.ok(String(decoding: content, as: UTF8.self)))
                connection.waitForEnd()
            }
            let client = try Scene(member).client()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
            #expect(try client.response().status == 100)
            try client.send("abc")
            #expect(try client.response().text == "abc")
            #expect(member.requests[0]["Expect"]?.lowercased() == "100-continue")
        }

        @Test("103 is passed on, but not to a client of HTTP/1.0", .timeLimit(.minutes(1)))
        func earlyHints() throws {
            let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
            let member = try RecordingMember { try $0.answerEach { _ in hints + Answer.ok("page") } }
            let scene = try Scene(member)
            let client = try scene.client()
            let first = try client.get()
            #expect(first.status == 103)
            #expect(first["Link"] == "</a.css>; rel=preload")
            #expect(try client.response().text == "page")
            let old = try scene.client()
            let answer = try old.exchange("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
            #expect(answer.status == 200)
            #expect(answer.text == "page")
            #expect(old.ends())
        }

        @Test("a client of HTTP/1.0 gets no chunks", .timeLimit(.minutes(1)))
        func oldClient() throws {
            let member = try RecordingMember { try $0.answerEach { _ in Answer.chunked("one", "two") } }
            let scene = try Scene(member)
            let client = try scene.client()
            let answer = try client.exchange("GET / HTTP/1.0\r\n\r\n")
            #expect(answer["Transfer-Encoding"] == nil)
            #expect(answer.text == "onetwo")
            let kept = try scene.client().exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(kept.text == "onetwo")
        }

        @Test("an answer that ends with the connection arrives whole", .timeLimit(.minutes(1)))
        func closeDelimited() throws {
            let member = try RecordingMember { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send("HTTP/1.1 200 OK\r\n\r\none")
                try connection.send("two")
            }
            let client = try Scene(member).client()
            #expect(try client.get().text == "onetwo")
            #expect(try client.get().text == "onetwo")
            #expect(member.connections.count == 2)
        }

        @Test("a member may answer byte by byte", .timeLimit(.minutes(1)))
        func byteByByte() throws {
            let member = try RecordingMember { connection in
                while try connection.readRequest() != nil {
                    for byte in Answer.chunked("hello", " world").utf8 { try connection.send([byte]) }
                }
            }
            let client = try Scene(member).client()
            #expect(try client.get().text == "hello world")
            #expect(try client.get().text == "hello world")
        }

        @Test("a client may ask byte by byte", .timeLimit(.minutes(1)))
        func dribblingClient() throws {
            let member = try RecordingMember { try $0.answerEach { Answer.ok($0.text) } }
            let client = try Scene(member).client()
            for byte in "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc".utf8 { try client.send([byte]) }
            #expect(try client.response().text == "abc")
        }

        @Test("requests that no member may see are refused", .timeLimit(.minutes(1)))
        func refused() throws {
            let member = try RecordingMember(answering: "x")
            let scene = try Scene(member)
            let cases = [
                ("GET / HTTP/1.1\r\n\r\n", 400),
                ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
                ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
                ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
            ]
            for (request, status) in cases {
                let client = try scene.client()
                #expect(try client.exchange(request).status == status, "\(request)")
                #expect(client.ends(), "\(request)")
            }
            let client = try scene.client()
            #expect(try client.exchange("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n").status == 405)
            #expect(member.requests.isEmpty)
        }

        @Test("a target that no site has is answered with 404, and the connection lives on", .timeLimit(.minutes(1)))
        func noSite() throws {
            let member = try RecordingMember(answering: "page")
            let folder = try TemporaryFolder()
            let text = EdgeText(member.endpoint).text
                .replacingOccurrences(
                    of: "  - paths: { /: shop }", with: "  - host: shop.example.com\n    paths: { /a: shop }")
            let client = try RawClient(MartletProcess.run(text, in: folder).cleartext)
            #expect(try client.get("/a/b").text == "page")
            #expect(try client.get("/ab").status == 404)
            #expect(try client.get("/a", host: "other.example.com").status == 404)
            #expect(try client.get("/a", host: "SHOP.example.com:80").text == "page")
        }
    }
}
