import Forwarding
import Testing

/// Content that is waited for before a member with a `max` is asked: who sends slowly holds nobody's place.
@Suite("Content before a place, in process")
struct ArrivalTests {
    private func stage(_ settings: String = "", edge: String = "", way: Way = Way()) throws -> Stage {
        try Stage(["node1": "max: 1, acquire: 2s"], settings: settings, edge: edge, way: way)
    }

    @Test("ten slow uploads keep a member of max: 1 from nobody", arguments: Way.all, [10, nil])
    func slow(way: Way, length: Int?) throws {
        let stage = try stage(way: way)
        let slow = try (0..<10).map { _ in try stage.post("/slow", length: length) }
        for client in slow { client.send("hello") }
        #expect(stage.connections.isEmpty && stage.isQuiet)
        for _ in 0..<3 {
            let quick = try stage.get("/quick")
            stage.lent[0].answer(Answer.empty)
            #expect(quick.outcome == .whole)
        }
        for client in slow {
            client.send("world")
            client.end()
            #expect(stage.lent.count == 1 && stage.lent[0].received.text == "helloworld")
            stage.lent[0].answer(Answer.empty)
            #expect(client.outcome == .whole)
        }
        #expect(stage.isAtRest)
    }

    @Test("without a max the member gets each byte at once")
    func unbounded() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: 10)
        client.send("hello")
        #expect(stage.last.received.text == "hello")
        client.leave()
    }

    @Test("a request without content, and one whose content comes with its head, wait for nothing", arguments: Way.all)
    func whole(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.post(length: 5)
        client.send(Array("hello".utf8), endsTurn: false)
        client.end()
        #expect(stage.lent[0].received.text == "hello")
        stage.lent[0].answer(Answer.empty)
        #expect(client.outcome == .whole)
        let none = try stage.post(length: nil)
        none.end()
        stage.lent[0].answer(Answer.empty)
        #expect(none.outcome == .whole && stage.isAtRest)
    }

    @Test("more than a slab is not waited for", arguments: Way.all, [40_000, nil])
    func large(way: Way, length: Int?) throws {
        let stage = try stage(way: way)
        let content = Octets.pattern(40_000)
        let client = try stage.post(length: length)
        client.send(Array(content[..<10_000]))
        #expect(stage.connections.isEmpty)
        var count = 10_000
        for _ in 0..<20 where count < content.count {
            let piece = Array(content[count...].prefix(10_000))
            let taken = client.send(piece)
            // A stream keeps what its exchange does not take.
            count += way.client == .http2 ? piece.count : taken
        }
        client.end()
        #expect(stage.lent.count == 1 && stage.lent[0].received.whole == content)
        stage.lent[0].answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("who asks for 100 Continue is told to go on by Martlet, and the member is not asked for it")
    func expecting() throws {
        let stage = try stage()
        let client = try stage.post(length: 5, fields: "Expect: 100-continue")
        #expect(client.interim == [100] && stage.connections.isEmpty)
        client.send("hello")
        client.end()
        #expect(!stage.last.received.head.contains("Expect") && stage.last.received.text == "hello")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("a member with a ping is probed when the content is there")
    func probed() throws {
        let stage = try Stage(["node1": "max: 1, ping: 5s"])
        let client = try stage.post(length: 5)
        client.send("hello")
        #expect(stage.connections.isEmpty)
        client.end()
        #expect(stage.last.request.contains("\r\nExpect: 100-continue\r\n") && stage.last.received.content.isEmpty)
        stage.last.answer("HTTP/1.1 100 Continue\r\n\r\n")
        #expect(stage.last.received.text == "hello" && client.interim.isEmpty)
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("who leaves, or is too slow, has held no place", arguments: Way.all)
    func ends(way: Way) throws {
        let stage = try stage(way: way)
        let (gone, late) = (try stage.post(length: 5), try stage.post(length: 5))
        gone.send("he")
        late.send("he")
        gone.leave()
        late.isTooSlow()
        #expect(late.outcome == .refused(408, "body-timeout") && stage.connections.isEmpty && stage.isAtRest)
    }

    @Test("what a WebSocket sends is not waited for", arguments: Way.all)
    func tunnel(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.askForWebSocket()
        #expect(stage.connections.count == 1)
        client.leave()
    }

    @Test("a reload meanwhile: the member that is served then gets it")
    func reload() throws {
        let stage = try stage()
        let client = try stage.post(length: 5)
        client.send("hel")
        try stage.serve(Stage.text(["node2": "max: 1"]))
        client.send("lo")
        client.end()
        #expect(stage.last.member == "node2" && stage.last.received.text == "hello")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("inflated content is waited for as any is")
    func inflated() throws {
        let stage = try stage("inflate-requests: true")
        let packed = Gzip.coded(Array("hello".utf8))
        let client = try stage.post(length: packed.count, fields: "Content-Encoding: gzip")
        client.send(Array(packed[..<5]))
        #expect(stage.connections.isEmpty)
        client.send(Array(packed[5...]))
        client.end()
        #expect(stage.last.received.text == "hello")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }
}
