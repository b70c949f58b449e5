import Forwarding
import Testing

/// Answers that come before the request is whole (RFC 9112, section 9.5; RFC 9110, section 7.5).
@Suite("Early answers, in process")
struct EarlyAnswerTests {
    @Test(
        "an answer that is whole before the request ends the exchange, and its connection",
        arguments: ["200 OK", "413 Content Too Large", "503 Service Unavailable"])
    func early(status: String) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: 10)
        client.send("hell")
        stage.last.answer("HTTP/1.1 \(status)\r\nContent-Length: 4\r\n\r\nbody")
        #expect(client.outcome == .whole && client.head.hasPrefix("HTTP/1.1 \(status)\r\n") && client.text == "body")
        #expect(stage.last.isClosed && stage.isAtRest && !stage.isInError("node1"))
        try stage.exchange()
        #expect(stage.connections.count == 2)
    }

    @Test(
        "content goes on behind an answer that has begun; when both are whole, the connection is kept",
        arguments: [false, true])
    func goingOn(isChunked: Bool) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: isChunked ? nil : 10)
        client.send("hello")
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
        client.send("wo")
        client.send("rld")
        client.end()
        let request = stage.last.received
        #expect(request.isWhole && request.content == Array("helloworld".utf8) && request.surplusCount == 0)
        #expect(client.outcome == .open && client.text == "half")
        stage.last.answer("rest")
        #expect(client.outcome == .whole && client.text == "halfrest")
        #expect(!stage.last.isClosed && stage.isAtRest)
    }

    @Test("an answer that ends while content comes ends the connection", arguments: [false, true])
    func endedFirst(isChunked: Bool) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: isChunked ? nil : 10)
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
        client.send("helloworl")
        stage.last.answer("rest")
        #expect(client.outcome == .whole && client.text == "halfrest")
        #expect(stage.last.isClosed && !stage.last.received.isWhole && stage.isAtRest)
    }

    @Test("a client that was paused goes on behind an answer that has begun")
    func paused() throws {
        let stage = try Stage(["node1": ""])
        stage.opensAtOnce = false
        let content = Octets.pattern(40_000)
        let client = try stage.post(length: content.count)
        stage.last.window = 500
        stage.last.accept()
        let taken = client.send(content)
        #expect(taken < content.count)
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
        #expect(!client.isResumed)
        stage.last.take()
        #expect(client.isResumed)
        client.send(Array(content[taken...]))
        client.end()
        stage.last.answer("rest")
        #expect(stage.last.received.content == content)
        #expect(client.outcome == .whole && !stage.last.isClosed && stage.isAtRest)
    }

    @Test("a request that the member has not taken all of is not whole, though its client has ended it")
    func untaken() throws {
        let stage = try Stage(["node1": ""])
        stage.opensAtOnce = false
        let client = try stage.post(length: 1_000)
        stage.last.window = 500
        stage.last.accept()
        client.send(Octets.pattern(1_000))
        client.end()
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.last.isClosed && stage.isAtRest)
    }

    @Test(
        "while content is due, the member's time does not run; behind it, it is that for content, or its own",
        arguments: [("", 30_000), ("timeout: 7s", 7_000)])
    func time(keys: String, milliseconds: Int) throws {
        let stage = try Stage(["node1": keys])
        let client = try stage.post(length: nil)
        client.send("hello")
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
        #expect(stage.last.patience == nil)
        client.end()
        #expect(stage.last.patience == milliseconds)
    }

    @Test("retry-on: the next member gets the content from its first byte, and what follows")
    func repeated() throws {
        let stage = try Stage(settings: "retry-on: [503]")
        let client = try stage.post(length: 10, method: "PUT")
        client.send("hello")
        let first = stage.last
        first.answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        #expect(first.isClosed && stage.last.member != first.member && client.status == 0)
        client.send("world")
        client.end()
        #expect(stage.last.received.content == Array("helloworld".utf8) && stage.last.received.isWhole)
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && client.status == 200 && !stage.last.isClosed && stage.isAtRest)
    }

    @Test("retry-on: what must not be done twice is not repeated, and the answer passes (RFC 9110 9.2.2)")
    func unrepeated() throws {
        let stage = try Stage(settings: "retry-on: [503]")
        let client = try stage.post(length: 10)
        client.send("hello")
        stage.last.answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy")
        #expect(client.outcome == .whole && client.status == 503 && client.text == "busy")
        #expect(stage.connections.count == 1 && stage.last.isClosed && stage.isAtRest)
    }

    @Test(
        "a member that answers and ends the connection: what it has said is heard, though it cannot be written to",
        arguments: ["Content-Length: 4", "Connection: close"])
    func lastWords(framing: String) throws {
        let stage = try Stage()
        let client = try stage.post(length: 100_000)
        client.send(Octets.pattern(1_000))
        stage.last.lastWords = "HTTP/1.1 413 Content Too Large\r\n\(framing)\r\n\r\nless"
        stage.last.isBroken = true
        client.send(Octets.pattern(1_000))
        #expect(client.outcome == .whole && client.status == 413 && client.text == "less")
        #expect(stage.connections.count == 1 && stage.last.isClosed && stage.isAtRest)
    }

    @Test("content that passes its limit behind an answer: 413 in place of its head, or it is broken off")
    func limit() throws {
        for isBegun in [false, true] {
            let stage = try Stage(["node1": ""], edge: "limits: { request-body: 10 }")
            let client = try stage.post(length: nil)
            client.send("hello")
            stage.last.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n" + (isBegun ? "half" : ""))
            client.send("worlds")
            #expect(client.outcome == (isBegun ? .broken : .refused(413, "request-body")))
            #expect(stage.last.isClosed && stage.isAtRest)
        }
    }
}
