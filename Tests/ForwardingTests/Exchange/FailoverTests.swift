import Forwarding
import Reactor
import Testing

/// Who gets a request next when a member does not take it, or does not answer it.
@Suite("Failover, in process")
struct FailoverTests {
    @Test("a member that refuses: the next one gets the request, and the first is in error")
    func refused() throws {
        let stage = try Stage(["node1": "", "node2": ""])
        stage.refusals["node1"] = SystemError("connect", code: 111)
        let client = try stage.get("/a")
        #expect(stage.connections.map(\.member) == ["node2"])
        #expect(stage.last.request.hasPrefix("GET /a HTTP/1.1\r\n"))
        #expect(stage.isInError("node1") && !stage.isInError("node2"))
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(client.outcome == .whole && client.status == 200 && client.text == "ok")
    }

    @Test("a connection that fails later: the next one gets the request")
    func refusedLater() throws {
        let stage = try Stage()
        stage.opensAtOnce = false
        let client = try stage.get()
        let first = stage.last
        #expect(first.written.isEmpty)
        first.fail(.connect("refused"))
        #expect(stage.connections.count == 2 && stage.last.member != first.member)
        #expect(stage.isInError(first.member))
        stage.last.accept()
        stage.last.answer("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(client.outcome == .whole && client.status == 204)
    }

    @Test("nobody takes it: 503")
    func nobody() throws {
        let stage = try Stage()
        for member in ["node1", "node2"] { stage.refusals[member] = SystemError("connect", code: 111) }
        #expect(try stage.get().outcome == .refused(503, "no-member"))
    }

    @Test(
        "no descriptor or port is free: 503, and no member is in error",
        arguments: [(SystemError("socket", code: 24), "no-descriptor"), (SystemError("connect", code: 99), "no-port")])
    func lacking(error: SystemError, code: String) throws {
        let stage = try Stage()
        for member in ["node1", "node2"] { stage.refusals[member] = error }
        #expect(try stage.get().outcome == .refused(503, code))
        #expect(!stage.isInError("node1") && !stage.isInError("node2"))
    }

    @Test("an idle connection that has ended meanwhile: the request is sent again, to the same member")
    func stale() throws {
        let stage = try Stage(["node1": ""])
        try stage.exchange()
        let kept = stage.last
        kept.isBroken = true
        let client = try stage.get("/again")
        #expect(stage.connections.count == 2 && kept.isClosed)
        #expect(stage.last.request.hasPrefix("GET /again HTTP/1.1\r\n"))
        #expect(!stage.isInError("node1"))
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole)
    }

    @Test("it ends again, before any byte: 502 where nobody else is")
    func staleTwice() throws {
        let stage = try Stage(["node1": ""])
        try stage.exchange()
        stage.last.isBroken = true
        let client = try stage.get()
        stage.last.end()
        #expect(client.outcome == .refused(502, "answer-broken"))
    }

    @Test("an answer that breaks off behind its head is not asked for again")
    func broken() throws {
        let stage = try Stage()
        let client = try stage.get()
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        stage.last.pause()
        stage.last.end()
        #expect(stage.connections.count == 1 && client.outcome == .broken)
    }

    @Test("an answer that breaks off within its head is none: what may be repeated is", arguments: ["GET", "POST"])
    func brokenHead(method: String) throws {
        let stage = try Stage()
        let client = try stage.get(method: method)
        stage.last.answer("HTTP/1.1 2")
        stage.last.pause()
        stage.last.end()
        guard method == "GET" else {
            #expect(stage.connections.count == 1 && client.outcome == .refused(502, "answer-broken"))
            return
        }
        stage.last.answer(Answer.empty)
        #expect(stage.connections.count == 2 && client.outcome == .whole && stage.isQuiet)
    }

    @Test("a member that ended the connection before any of the request had come to it has not acted on it")
    func undelivered() throws {
        let stage = try Stage(["node1": ""])
        try stage.exchange()
        for isUndelivered in [true, false] {
            let client = try stage.post(length: 2)
            client.send("ab")
            client.end()
            stage.last.end(isUndelivered: isUndelivered)
            guard isUndelivered else {
                #expect(client.outcome == .refused(502, "answer-broken"))
                continue
            }
            #expect(stage.last.received.text == "ab")
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole && client.status == 200)
        }
    }

    @Test(
        "a POST that has begun, or content that has outgrown its slab, is not sent again: 502",
        arguments: [false, true])
    func content(isLong: Bool) throws {
        let stage = try Stage()
        let client = try stage.post("/upload", length: 200_000, method: isLong ? "PUT" : "POST")
        let piece = [UInt8](repeating: 0x61, count: isLong ? 200_000 : 100)
        var sent = 0
        while sent < piece.count {
            let taken = client.send(Array(piece[sent...]))
            sent += taken
            if taken == 0 { break }
        }
        let first = stage.last
        first.fail(.broken("reset"))
        #expect(client.outcome == .refused(502, "answer-broken"))
        #expect(stage.connections.count == 1)
    }
}
