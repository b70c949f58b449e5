import Forwarding
import Testing

/// What the client gets of an answer, and what becomes of the member's connection behind it.
@Suite("Answers, in process")
struct AnswerTests {
    /// An answer, and what the client gets of it.
    struct Framed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = "GET"
        let answer: String
        /// Whether the member ends the connection behind it.
        var isEnded = false
        let head: String
        var content = ""
        /// Whether the connection may be used again.
        var isKept = true
    }

    static let framed: [Framed] = [
        Framed(
            testDescription: "a length", answer: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            head: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", content: "hello"),
        Framed(
            testDescription: "a length of nothing", answer: "HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n",
            head: "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
        Framed(
            testDescription: "chunks",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\n\r\n",
            head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", content: "hello"),
        Framed(
            testDescription: "no chunk but the last",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Framed(
            testDescription: "until the end of the connection, which clients get as chunks",
            answer: "HTTP/1.1 200 OK\r\n\r\nhello", isEnded: true,
            head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", content: "hello", isKept: false),
        Framed(
            testDescription: "the same by HTTP/1.0, and nothing in it", answer: "HTTP/1.0 200 OK\r\n\r\n",
            isEnded: true, head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", isKept: false),
        Framed(
            testDescription: "RFC 9110 9.3.2: HEAD, whose length stays", method: "HEAD",
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
            head: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        Framed(
            testDescription: "HEAD, whose chunks are not announced", method: "HEAD",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", head: "HTTP/1.1 200 OK\r\n\r\n"),
        Framed(
            testDescription: "HEAD without framing", method: "HEAD", answer: "HTTP/1.1 200 OK\r\n\r\n",
            head: "HTTP/1.1 200 OK\r\n\r\n"),
        Framed(
            testDescription: "204", answer: "HTTP/1.1 204 No Content\r\n\r\n",
            head: "HTTP/1.1 204 No Content\r\n\r\n"),
        Framed(
            testDescription: "RFC 9110 8.6: 204 with a length of nothing",
            answer: "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
            head: "HTTP/1.1 204 No Content\r\n\r\n"),
        Framed(
            testDescription: "RFC 9112 6.1: 204 with chunks announced, after which nothing is sure",
            answer: "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
            head: "HTTP/1.1 204 No Content\r\n\r\n", isKept: false),
        Framed(
            testDescription: "204 with a length",
            answer: "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
            head: "HTTP/1.1 204 No Content\r\n\r\n", isKept: false),
        Framed(
            testDescription: "RFC 9110 15.4.5: 304 with the length that a GET would have",
            answer: "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\n",
            head: "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n"),
        Framed(
            testDescription: "304 with chunks announced, which are taken off",
            answer: "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
            head: "HTTP/1.1 304 Not Modified\r\n\r\n"),
    ]

    @Test("the content's end is told in the client's way", arguments: framed)
    func framing(sample: Framed) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get(method: sample.method)
        stage.last.answer(sample.answer)
        if sample.isEnded { stage.last.end() }
        #expect(client.outcome == .whole && client.text == sample.content)
        #expect(client.head == sample.head)
        #expect(stage.last.isClosed != sample.isKept && !stage.last.isLent)
        #expect(stage.isAtRest)
    }

    @Test("an answer is the same wherever it is cut", arguments: [1, 7, 1_000])
    func pieces(size: Int) throws {
        let content = Octets.pattern(3_000)
        for framing in AnswerFraming.allCases {
            let stage = try Stage(["node1": ""])
            let client = try stage.get()
            var rest = framing.answer(content)[...]
            while !rest.isEmpty {
                stage.last.answer(Array(rest.prefix(size)))
                stage.last.pause()
                rest = rest.dropFirst(size)
            }
            if framing == .untilClose { stage.last.end() }
            #expect(client.outcome == .whole && client.content == content, "\(framing)")
            #expect(stage.isAtRest)
        }
    }

    @Test("a client gets no more than it reads, and in the end all", arguments: [1, 100, 65_536])
    func slowly(window: Int) throws {
        let content = Octets.pattern(5 * window + 1)
        for framing in AnswerFraming.allCases {
            let stage = try Stage(["node1": ""])
            let client = try stage.get()
            client.window = window
            stage.last.answer(framing.answer(content))
            for turn in 1...5 {
                #expect(client.outcome == .open && client.content.count == turn * window, "\(framing)")
                client.read(window)
            }
            if framing == .untilClose { stage.last.end() }
            #expect(client.outcome == .whole && client.content == content, "\(framing)")
            #expect(stage.isAtRest)
        }
    }

    @Test("fields that are about the member's connection stay there, and so does what only the edge may say")
    func hopByHop() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get()
        stage.last.answer(
            "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nKeep-Alive: timeout=5\r\nx-hop: 1\r\nServer: origin\r\n"
                + "Proxy-Authenticate: Basic\r\nProxy-Connection: close\r\nTE: trailers\r\nUpgrade: h2c\r\n"
                + "X-Martlet-Route: forged\r\nX-Martlet-Coding: forged\r\nSet-Cookie: a=b\r\nX-End:  1\r\n"
                + "Content-Length: 2\r\n\r\nok")
        let fields = "Server: origin\r\nSet-Cookie: a=b\r\nX-End: 1\r\nContent-Length: 2\r\n"
        #expect(client.head == "HTTP/1.1 200 OK\r\n\(fields)\r\n")
    }

    @Test("RFC 9110 7.6.1: Connection takes off no field that is for all")
    func nominated() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get()
        stage.last.answer(
            "HTTP/1.1 200 OK\r\nConnection: Set-Cookie, Cache-Control\r\nSet-Cookie: a=b\r\n"
                + "Cache-Control: private\r\nContent-Length: 0\r\n\r\n")
        #expect(client.field("Set-Cookie") == "a=b" && client.field("Cache-Control") == "private")
        #expect(client.field("Connection") == nil)
    }

    @Test(
        "RFC 9110 15.2: interim answers pass before the answer, 100 too that nobody has asked for",
        arguments: [[100], [103], [102, 103, 103]])
    func interim(statuses: [Int]) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get()
        let heads = statuses.map { "HTTP/1.1 \($0) Wait\r\nLink: </style.css>\r\n\r\n" }.joined()
        stage.last.answer(heads + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(client.interim == statuses)
        #expect(client.outcome == .whole && client.status == 200 && client.text == "ok")
        #expect(client.field("Link") == nil && !stage.last.isClosed)
    }

    @Test("an interim answer whose cookie would have to be rewritten does not pass")
    func heldBack() throws {
        let stage = try Stage(["node1": ""], settings: "affinity: { mode: prefix, cookie: SID }")
        let client = try stage.get()
        stage.last.answer("HTTP/1.1 103 Early Hints\r\nSet-Cookie: SID=1\r\n\r\n")
        stage.last.answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        #expect(client.interim == [103])
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole)
    }

    @Test("trailers pass behind the content, and the next answer has none of them")
    func trailers() throws {
        let stage = try Stage(["node1": ""])
        let first = try stage.get()
        stage.last.answer(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nETag: \"a\"\r\n\r\n")
        #expect(first.outcome == .whole && first.text == "ok" && first.trailers == "X-Sum: 1\r\nETag: \"a\"\r\n\r\n")
        let second = try stage.get()
        stage.last.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
        #expect(second.outcome == .whole && second.trailers.isEmpty)
        #expect(stage.connections.count == 1)
    }

    /// How a connection is left behind an answer.
    struct Left: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = "GET"
        let answer: String
        let isKept: Bool
    }

    static let left: [Left] = [
        Left(
            testDescription: "RFC 9112 9.3: HTTP/1.1 goes on",
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", isKept: true),
        Left(
            testDescription: "Connection: close",
            answer: "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 4\r\n\r\nbody", isKept: false),
        Left(
            testDescription: "close among others",
            answer: "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: x, close\r\n"
                + "Content-Length: 4\r\n\r\nbody",
            isKept: false),
        Left(
            testDescription: "HTTP/1.0", answer: "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nbody", isKept: false),
        Left(
            testDescription: "HTTP/1.0 that is kept alive",
            answer: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nbody", isKept: true),
        Left(
            testDescription: "a byte behind the length", answer: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody!",
            isKept: false),
        Left(
            testDescription: "a second answer",
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody" + Answer.empty, isKept: false),
        Left(
            testDescription: "a byte behind the last chunk",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n!", isKept: false),
        Left(
            testDescription: "content behind an answer to HEAD", method: "HEAD",
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", isKept: false),
    ]

    @Test(
        "a connection is used again only if its member lets it, and nothing strange is on it",
        arguments: left)
    func keeping(sample: Left) throws {
        let stage = try Stage(["node1": ""])
        let first = try stage.get(method: sample.method)
        stage.last.answer(sample.answer)
        #expect(first.outcome == .whole && first.text == (sample.method == "HEAD" ? "" : "body"))
        let second = try stage.get("/second")
        #expect(stage.connections.count == (sample.isKept ? 1 : 2) && second.outcome == .open)
        #expect(stage.connections[0].isClosed != sample.isKept)
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond")
        #expect(second.text == "second")
    }
}
