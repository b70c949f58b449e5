import Forwarding
import HTTP
import Testing

/// Requests that are gathered before a member is asked.
@Suite("Gathered requests, in process")
struct GatheringTests {
    private static let inFile = "buffering: { requests: 64KiB, file: 1MiB, folder: /tmp }"
    private static let inMemory = "buffering: { requests: 64KiB, file: off }"
    private let content = Octets.pattern(300_000)

    private func stage(
        _ settings: String = GatheringTests.inFile, members: [String: String] = ["node1": ""], edge: String = "",
        way: Way = Way()
    ) throws -> Stage {
        try Stage(members, settings: settings, edge: Stage.logging + "\n" + edge, way: way)
    }

    /// Sends content, as often as there is room for more of it.
    private func send(_ content: [UInt8], by client: ScriptedClient, on stage: Stage) {
        var (count, refusedCount) = (0, 0)
        while count < content.count, client.outcome == .open, refusedCount < 3 {
            let piece = Array(content[count...].prefix(50_000))
            let taken = client.send(piece)
            // A stream keeps what its exchange does not take.
            count += stage.way.client == .http2 ? piece.count : taken
            refusedCount = stage.runFiles() == 0 && taken == 0 ? refusedCount + 1 : 0
        }
    }

    @Test("a member is asked when all of it is there, and is sent a length", arguments: Way.all)
    func small(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.post(length: nil)
        client.send("hello, ")
        client.send("world")
        #expect(stage.connections.isEmpty && client.outcome == .open)
        client.end()
        let received = stage.last.received
        #expect(received.head.contains("\r\nContent-Length: 12\r\n") && received.text == "hello, world")
        #expect(!received.head.contains("Transfer-Encoding") && received.isWhole && received.surplusCount == 0)
        stage.last.answer(Answer.whole(content: "ok"))
        #expect(client.outcome == .whole && client.text == "ok" && stage.isAtRest && stage.fileScript.jobs.isEmpty)
        #expect(stage.takeLines().last?.contains("\"buffered\":\"request\"") == true)
    }

    @Test("a declared length stays, and content of none is none", arguments: Way.all)
    func declared(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.post(length: 5)
        client.send("he")
        #expect(stage.connections.isEmpty)
        client.send("llo")
        client.end()
        #expect(stage.last.received.text == "hello" && stage.last.received.framing == .length(5))
        stage.last.answer(Answer.empty)
        let empty = try stage.post(length: nil)
        empty.end()
        #expect(stage.lent.last?.received.framing == .length(0))
        stage.lent.last?.answer(Answer.empty)
        let none = try stage.get()
        stage.lent.last?.answer(Answer.empty)
        #expect([client, empty, none].allSatisfy { $0.outcome == .whole } && stage.isAtRest)
    }

    @Test("what the slab has no room for waits in memory and in a file", arguments: Way.all, [nil, 300_000])
    func large(way: Way, length: Int?) throws {
        let stage = try stage(way: way)
        let client = try stage.post(length: length)
        send(content, by: client, on: stage)
        #expect(stage.connections.isEmpty && client.outcome == .open)
        client.end()
        stage.runFiles()
        #expect(stage.last.received.whole == content && stage.last.received.framing == .length(300_000))
        stage.last.answer(Answer.whole(content: "ok"))
        #expect(client.outcome == .whole)
        stage.runFiles()
        #expect(stage.isAtRest && stage.bench.files.awaitedCount == 0)
    }

    @Test("a member that takes it slowly gets each byte once", arguments: Way.all)
    func slowMember(way: Way) throws {
        let stage = try stage(way: way)
        stage.opensAtOnce = false
        let client = try stage.post(length: nil)
        send(content, by: client, on: stage)
        client.end()
        stage.runFiles()
        let member = stage.last
        member.window = 100
        member.accept()
        for _ in 0..<400 where !member.received.isWhole {
            member.take(1_777)
            stage.runFiles()
        }
        #expect(member.received.whole == content)
        member.answer(Answer.empty)
        #expect(client.outcome == .whole)
        stage.runFiles()
        #expect(stage.isAtRest)
    }

    @Test("a member that fails: the next one is sent all of it again", arguments: Way.all)
    func again(way: Way) throws {
        let stage = try stage("retry-on: [503]\n" + Self.inFile, members: ["node1": "", "node2": ""], way: way)
        let client = try stage.send(
            "PUT / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n")
        send(content, by: client, on: stage)
        client.end()
        stage.runFiles()
        let first = stage.last
        #expect(first.received.whole == content)
        first.answer("HTTP/1.1 503 Word\r\nContent-Length: 0\r\n\r\n")
        stage.runFiles()
        let second = stage.last
        #expect(second !== first && second.received.whole == content)
        second.answer(Answer.whole(content: "ok"))
        #expect(client.text == "ok" && client.outcome == .whole)
        stage.runFiles()
        #expect(stage.isAtRest)
    }

    @Test("more than the bound goes through to its member as it comes", arguments: Way.all)
    func through(way: Way) throws {
        let stage = try stage(Self.inMemory, way: way)
        let client = try stage.post(length: nil)
        send(content, by: client, on: stage)
        #expect(stage.connections.count == 1)
        client.end(trailers: "X-Sum: 1\r\n\r\n")
        let received = stage.last.received
        #expect(received.whole == content && received.framing == .chunked && received.trailers.contains("X-Sum: 1"))
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
        #expect(stage.takeLines().last?.contains("\"buffered\":\"through\"") == true)
    }

    @Test("a declared length beyond the bound is not gathered at all", arguments: Way.all)
    func tooLong(way: Way) throws {
        let stage = try stage(Self.inMemory, way: way)
        let client = try stage.post(length: 100_000)
        client.send("hello")
        #expect(stage.last.received.text == "hello")
        client.leave()
        #expect(stage.isAtRest)
    }

    @Test("where no file can be had, it goes through", arguments: Way.all)
    func noFile(way: Way) throws {
        let stage = try stage("buffering: { requests: 64KiB, folder: /nowhere }", way: way)
        let client = try stage.post(length: nil)
        send(content, by: client, on: stage)
        client.end()
        stage.runFiles()
        #expect(stage.last.received.whole == content)
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("trailers need chunks, and are kept", arguments: Way.all)
    func trailers(way: Way) throws {
        let stage = try stage(way: way)
        for content in [Octets.pattern(10), content] {
            let client = try stage.post(length: nil)
            send(content, by: client, on: stage)
            #expect(stage.lent.isEmpty)
            client.end(trailers: "X-Sum: 1\r\n\r\n")
            stage.runFiles()
            let received = try #require(stage.lent.last?.received)
            #expect(received.whole == content && received.trailers.contains("X-Sum: 1"))
            stage.lent.last?.answer(Answer.empty)
            #expect(client.outcome == .whole)
        }
        stage.runFiles()
        #expect(stage.isAtRest)
    }

    @Test("who asks for 100 Continue is told to go on here, and no member is asked for it", arguments: Way.all)
    func expectation(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.post(length: 5, fields: "Expect: 100-continue")
        #expect(client.interim == [100] && stage.connections.isEmpty)
        client.send("hello")
        client.end()
        #expect(stage.last.received.text == "hello" && !stage.last.request.contains("Expect"))
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && client.interim == [100] && stage.isAtRest)
    }

    @Test("what is inflated is gathered as it comes out", arguments: Way.all)
    func inflated(way: Way) throws {
        let stage = try stage("inflate-requests: true\n" + Self.inFile, way: way)
        let client = try stage.post(length: nil, fields: "Content-Encoding: gzip")
        send(Gzip.coded(content), by: client, on: stage)
        for _ in 0..<20 { stage.runFiles() }
        client.end()
        stage.runFiles()
        #expect(stage.last.received.whole == content && stage.last.received.framing == .length(300_000))
        stage.last.answer(Answer.empty)
        stage.runFiles()
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("who leaves, or is too slow, while it is gathered or sent", arguments: Way.all)
    func ends(way: Way) throws {
        for count in [0, 10, 70_000, 300_000] {
            for isLate in [false, true] {
                let stage = try stage(way: way)
                let client = try stage.post(length: nil)
                client.send(Array(content[..<min(count, 150_000)]))
                if isLate { client.isTooSlow() } else { client.leave() }
                // What a stream keeps that its exchange does not take is not late.
                if client.outcome == .open { client.leave() }
                stage.runFiles()
                #expect(stage.connections.isEmpty && client.endCount == 1, "\(count)")
                #expect(stage.isAtRest && stage.bench.files.awaitedCount == 0, "\(count)")
            }
        }
        let stage = try stage(way: way)
        let client = try stage.post(length: nil)
        send(content, by: client, on: stage)
        stage.opensAtOnce = false
        client.end()
        stage.last.window = 100_000
        stage.last.accept()
        client.leave()
        stage.runFiles()
        #expect(stage.isQuiet && stage.isAtRest && stage.bench.files.awaitedCount == 0)
    }

    @Test("a request that is too large is refused, gathered or not", arguments: Way.all)
    func limited(way: Way) throws {
        let stage = try stage(edge: "limits: { request-body: 1000 }", way: way)
        let client = try stage.post(length: nil)
        client.send(Array(content[..<2_000]))
        #expect(client.outcome == .refused(413, "request-body") && stage.connections.isEmpty && stage.isAtRest)
    }

    @Test("one that waits for its password is gathered meanwhile", arguments: Way.all)
    func held(way: Way) throws {
        let stage = try Stage(
            ["node1": ""], settings: Self.inFile,
            edge: "sites: [{ paths: { /: { balancer: shop, users: htpasswd } } }]", way: way)
        let client = try stage.post(length: 5, fields: Stage.asAda, "Expect: 100-continue")
        #expect(client.interim.isEmpty)
        client.send("hello")
        client.end()
        #expect(stage.connections.isEmpty)
        stage.decide()
        #expect(stage.last.received.text == "hello" && stage.last.received.isWhole)
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("a reload while it is gathered: it goes to a member of the new configuration")
    func reload() throws {
        let stage = try stage()
        let client = try stage.post(length: nil)
        client.send("hello")
        try stage.serve(Stage.text(["node2": ""], settings: Self.inFile))
        client.end()
        #expect(stage.last.member == "node2" && stage.last.received.text == "hello")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole)
    }

    @Test("both: a slow client holds no member, before its request is there and behind its answer", arguments: Way.all)
    func both(way: Way) throws {
        let stage = try stage("buffering: { answers: 1MiB, requests: 64KiB }", members: ["node1": "max: 1"], way: way)
        let slow = try stage.post("/slow", length: nil)
        slow.send("hello")
        let other = try stage.get("/other")
        stage.last.answer(Answer.empty)
        slow.window = 10
        slow.end()
        stage.lent.last?.answer(Answer.whole(content: String(repeating: "a", count: 100_000)))
        #expect(other.outcome == .whole && slow.outcome == .open && stage.isQuiet && slow.content.count == 10)
        slow.read()
        #expect(slow.outcome == .whole && slow.content.count == 100_000 && stage.isAtRest)
        #expect(stage.takeLines().last?.contains("\"buffered\":\"both\"") == true)
    }
}
