import Forwarding
import Testing

/// 100 Continue (RFC 9110, section 10.1.1): clients that ask for it, and the edge that asks in their place (`ping`).
@Suite("Expect and ping, in process")
struct ExpectationTests {
    private static let goOn = "HTTP/1.1 100 Continue\r\n\r\n"

    @Test("a client that asks: the member is asked and answers, then its content goes")
    func asked() throws {
        let stage = try Stage(["node1": "timeout: 7s"])
        let client = try stage.post(length: 5, fields: "Expect: 100-continue")
        #expect(stage.last.request.contains("\r\nExpect: 100-continue\r\n"))
        // It is the member's turn, though the request is not whole.
        #expect(stage.last.patience == 7_000 && client.interim.isEmpty)
        stage.last.answer(Self.goOn)
        #expect(client.interim == [100] && stage.last.patience == nil)
        client.send("hello")
        client.end()
        #expect(stage.last.received.isWhole && stage.last.received.content == Array("hello".utf8))
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && !stage.last.isClosed && stage.isAtRest)
    }

    @Test(
        "another answer than 100 is the answer; the content that the member may wait for ends the connection",
        arguments: ["417 Expectation Failed", "200 OK"])
    func refused(status: String) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: 5, fields: "Expect: 100-continue")
        stage.last.answer("HTTP/1.1 \(status)\r\nContent-Length: 4\r\n\r\nbody")
        #expect(client.outcome == .whole && client.interim.isEmpty && client.text == "body")
        #expect(stage.last.isClosed && stage.last.received.content.isEmpty && stage.isAtRest)
    }

    @Test("a client that does not wait: its content goes at once, and its time runs")
    func impatient() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: 10, fields: "Expect: 100-continue")
        client.send("hello")
        #expect(stage.last.received.content == Array("hello".utf8) && stage.last.patience == nil)
        stage.last.answer(Self.goOn)
        #expect(client.interim == [100])
        client.send("world")
        client.end()
        #expect(stage.last.received.isWhole)
    }

    @Test("a member that says nothing: 504 to who asks, as without")
    func silent() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: 5, fields: "Expect: 100-continue")
        stage.last.fail(.answerTimeout)
        #expect(client.outcome == .refused(504, "answer-timeout") && stage.isAtRest)
    }

    @Test("an HTTP/1.0 client cannot ask")
    func oldClient() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.send(
            "POST / HTTP/1.0\r\nHost: shop.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(!stage.last.request.contains("Expect") && stage.last.patience == nil)
        client.send("ok")
        client.end()
        #expect(stage.last.received.isWhole)
    }

    @Test("too much content is refused before anybody is asked")
    func tooMuch() throws {
        let stage = try Stage(["node1": ""], edge: "limits: { request-body: 4 }")
        let client = try stage.post(length: 5, fields: "Expect: 100-continue")
        #expect(client.outcome == .refused(413, "request-body") && stage.connections.isEmpty)
        #expect(client.interim.isEmpty)
    }

    @Test("a member that knows no way to ask: the edge says it once the member has the head, and then never again")
    func inPlace() throws {
        let stage = try Stage(["node1": "timeout: 7s", "node2": "status: [hot-standby]"])
        stage.opensAtOnce = false
        let client = try stage.post(length: 5, fields: "Expect: 100-continue")
        let first = stage.last
        (first.continues, first.window) = (false, 0)
        first.accept()
        // Before its head has gone out, nobody is asked for content.
        #expect(client.interim.isEmpty && first.patience == 7_000)
        first.take()
        #expect(client.interim == [100] && first.patience == nil)
        first.fail(.unprocessed("closed"))
        #expect(stage.last !== first)
        stage.last.continues = false
        stage.last.accept()
        #expect(client.interim == [100])
        client.send("hello")
        client.end()
        #expect(stage.last.received.isWhole && stage.last.received.content == Array("hello".utf8))
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    // MARK: - Ping

    @Test("ping: content waits for the member's 100, of which the client hears nothing", arguments: [false, true])
    func agreed(isChunked: Bool) throws {
        let stage = try Stage(["node1": "ping: 5s, timeout: 7s"])
        let client = try stage.post(length: isChunked ? nil : 10)
        #expect(stage.last.request.hasPrefix("POST / HTTP/1.1\r\nExpect: 100-continue\r\nHost: shop.test\r\n"))
        #expect(stage.last.patience == 5_000)
        client.send("hello")
        stage.last.answer("HTTP/1.1 103 Early Hints\r\n\r\n")
        #expect(stage.last.received.content.isEmpty && client.interim == [103])
        stage.last.answer(Self.goOn)
        #expect(stage.last.received.content == Array("hello".utf8) && client.interim == [103])
        #expect(stage.last.patience == nil)
        client.send("world")
        client.end()
        #expect(stage.last.received.isWhole && stage.last.received.content == Array("helloworld".utf8))
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && !stage.last.isClosed && stage.isAtRest)
    }

    @Test("ping: a request without content is not asked about, and a client's own question is enough")
    func unasked() throws {
        let stage = try Stage(["node1": "ping: 5s"])
        _ = try stage.get()
        #expect(!stage.last.request.contains("Expect"))
        let client = try stage.post(length: 5, fields: "Expect: 100-continue")
        #expect(stage.last.request.split(separator: "\r\n").filter { $0.hasPrefix("Expect: ") }.count == 1)
        stage.last.answer(Self.goOn)
        #expect(client.interim == [100])
    }

    @Test("ping: content beyond a slab waits with its client, and goes on behind the 100", arguments: [false, true])
    func paused(isChunked: Bool) throws {
        let stage = try Stage(["node1": "ping: 5s"])
        let content = Octets.pattern(40_000)
        let client = try stage.post(length: isChunked ? nil : content.count)
        let taken = client.send(content)
        #expect(taken < content.count && stage.last.received.content.isEmpty && !client.isResumed)
        stage.last.answer(Self.goOn)
        #expect(client.isResumed)
        client.send(Array(content[taken...]))
        client.end()
        #expect(stage.last.received.isWhole && stage.last.received.content == content)
    }

    @Test(
        "ping: a member that is silent is in error, and the next one gets the request and all of its content",
        arguments: ["ping: 5s", ""])
    func next(second: String) throws {
        let keys = ["status: [hot-standby]"] + (second.isEmpty ? [] : [second])
        let stage = try Stage(["node1": "ping: 5s", "node2": keys.joined(separator: ", ")])
        let client = try stage.post(length: 5)
        client.send("hello")
        client.end()
        let first = stage.last
        first.fail(.answerTimeout)
        #expect(stage.isInError("node1") && first.received.content.isEmpty)
        #expect(stage.last.member == "node2")
        #expect(stage.last.request.contains("Expect: 100-continue") == !second.isEmpty)
        if !second.isEmpty {
            #expect(stage.last.received.content.isEmpty)
            stage.last.answer(Self.goOn)
        }
        #expect(stage.last.received.isWhole && stage.last.received.content == Array("hello".utf8))
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && client.interim.isEmpty && stage.isAtRest)
    }

    @Test("ping: a connection that dies under the question costs nobody a POST")
    func dying() throws {
        let stage = try Stage(["node1": "ping: 5s"])
        let client = try stage.post(length: 5)
        client.send("hello")
        client.end()
        let first = stage.last
        first.fail(.broken("reset"))
        #expect(stage.connections.count == 2 && stage.last.request == first.request && !stage.isInError("node1"))
        stage.last.answer(Self.goOn)
        #expect(stage.last.received.isWhole && stage.last.received.content == Array("hello".utf8))
    }

    @Test("ping: an answer in place of 100 is the answer, and the content stays here")
    func answered() throws {
        let stage = try Stage(["node1": "ping: 5s"])
        let client = try stage.post(length: 5)
        client.send("hello")
        client.end()
        stage.last.answer("HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nwho?")
        #expect(client.outcome == .whole && client.status == 401 && client.text == "who?")
        #expect(stage.last.received.content.isEmpty && stage.last.isClosed && stage.isAtRest)
    }
}
