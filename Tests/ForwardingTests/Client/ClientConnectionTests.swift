import Forwarding
import Testing

/// A client's connection that speaks HTTP/1, from its first byte to its last.
@Suite("Clients over HTTP/1, in process", .timeLimit(.minutes(10)))
struct ClientConnectionTests {
    private static func get(_ target: String, _ fields: String...) -> String {
        "GET \(target) HTTP/1.1\r\nHost: shop.test\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    private static let post = "POST /post HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\n\r\nhello"

    @Test("requests one after the other on one connection, which holds no slab between them")
    func keepAlive() throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        for number in 1...4 {
            client.send(Self.get("/\(number)"))
            stage.turn()
            #expect(client.received().isEmpty)
            stage.answer("/\(number)", Answer.whole(content: "answer \(number)"))
            #expect(client.receivedText().hasSuffix("\r\n\r\nanswer \(number)"))
            #expect(stage.stage.isAtRest && !client.hasEnded)
        }
        #expect(stage.stage.connections.count == 1)
    }

    @Test("a head that comes in pieces, wherever it is cut", arguments: [1, 4, 16, 30, 34])
    func pieces(offset: Int) throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        let bytes = Array(Self.get("/").utf8)
        client.send(bytes[..<offset])
        stage.turn()
        #expect(stage.stage.connections.isEmpty && stage.stage.bench.lentSlabCount == 1)
        client.send(bytes[offset...])
        stage.turn()
        stage.answer("/")
        #expect(client.receivedText().hasPrefix("HTTP/1.1 200 ") && stage.stage.isAtRest)
    }

    @Test("what is sent ahead waits, and is answered in its order")
    func pipelined() throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send((1...3).map { Self.get("/\($0)") }.joined())
        stage.turn()
        for number in 1...3 {
            #expect(stage.stage.lent.count == 1)
            stage.answer("/\(number)", Answer.whole(content: "\(number)"))
            #expect(client.receivedText().hasSuffix("\r\n\r\n\(number)"))
        }
        #expect(stage.stage.isAtRest)
    }

    @Test("nine requests ahead that Martlet answers itself: a turn has two of them, and the next ones have the rest")
    func budget() throws {
        let stage = try ClientStage(edge: "sites: [{ paths: { /app: shop } }]")
        let client = try stage.connect()
        client.send((0..<9).map { _ in Self.get("/") }.joined())
        func answers(in turns: Int) -> Int {
            stage.turn(turns)
            return client.receivedText().split(separator: "HTTP/1.1 ").count
        }
        for turn in 1...4 { #expect(answers(in: 1) == 2, "turn \(turn)") }
        #expect(answers(in: 1) == 1 && answers(in: 1) == 0)
    }

    @Test("content goes to the member as it comes, with its trailers")
    func content() throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send("POST /post HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n")
        stage.turn()
        client.send("3\r\nllo\r\n0\r\nX-Sum: 1\r\n\r\n" + Self.get("/next"))
        stage.turn()
        let member = try #require(stage.member("/post"))
        #expect(member.request.hasSuffix("\r\n0\r\nX-Sum: 1\r\n\r\n") && member.request.contains("llo"))
        stage.answer("/post")
        stage.answer("/next")
        #expect(client.receivedText().split(separator: "HTTP/1.1 200").count == 2 && stage.stage.isAtRest)
    }

    @Test("what is no head: 400, and the end, behind which the client may still send")
    func refused() throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send("GET / HTTP/1.1\r\nHost : shop.test\r\n\r\nmore")
        stage.turn()
        let text = client.receivedText()
        #expect(text.hasPrefix("HTTP/1.1 400 ") && text.contains("\r\nConnection: close\r\n") && client.hasEnded)
        #expect(!stage.clients.isEmpty, "who has sent more may not have read the answer")
        client.send("and more")
        stage.turn()
        #expect(!stage.clients.isEmpty)
        client.close()
        stage.turn()
        #expect(stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("an answer before the request has ended: the connection is the last one's")
    func early() throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send(Self.post.dropLast(2).description)
        stage.turn()
        stage.answer("/post", Answer.whole(403, content: "no"))
        let text = client.receivedText()
        #expect(text.contains("\r\nConnection: close\r\n") && text.hasSuffix("no") && client.hasEnded)
        client.close()
        stage.turn()
        #expect(stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("who asks for the end, or speaks HTTP/1.0, gets it", arguments: [true, false])
    func close(isHTTP10: Bool) throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send(isHTTP10 ? "GET / HTTP/1.0\r\nHost: shop.test\r\n\r\n" : Self.get("/", "Connection: close"))
        stage.turn()
        stage.answer("/", AnswerFraming.chunked.answer(Array("hello".utf8)))
        let text = client.receivedText()
        #expect(text.contains("\r\nConnection: close\r\n") && text.contains("hello") && client.hasEnded)
        #expect(text.contains("chunked") == !isHTTP10)
        #expect(stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("a client that goes away: its request is given up")
    func gone() throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send(Self.get("/"))
        stage.turn()
        let member = try #require(stage.member("/"))
        client.close()
        stage.turn()
        #expect(member.isClosed && stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("a client that has only ended its direction gets its answer, and then the end")
    func halfClosed() throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send(Self.get("/"))
        client.endWriting()
        stage.turn()
        #expect(!stage.clients.isEmpty)
        stage.answer("/", Answer.whole(content: "hello"))
        #expect(client.receivedText().hasSuffix("hello") && client.hasEnded && stage.clients.isEmpty)
    }

    @Test("a client that does not read holds its member up, and gets all of it", arguments: AnswerFraming.allCases)
    func slow(framing: AnswerFraming) throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send(Self.get("/"))
        stage.turn()
        let member = try #require(stage.member("/"))
        let content = Octets.pattern(2_000_000)
        member.answer(framing.answer(content))
        var bytes: [UInt8] = []
        var piece = client.received()
        while !piece.isEmpty {
            bytes += piece
            stage.turn()
            piece = client.received()
        }
        if framing == .untilClose {
            member.end()
            bytes += client.received()
        }
        let answer = try ReceivedAnswer(bytes)
        #expect(answer.content == content)
        #expect(answer.head.contains("chunked") == (framing != .length), "the connection lives on")
        #expect(stage.stage.isAtRest && !client.hasEnded)
    }

    @Test("a tunnel: bytes pass as they are, until either side ends")
    func tunnel() throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send(
            Self.get(
                "/chat", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))
        stage.turn()
        let member = try #require(stage.member("/chat"))
        stage.answer("/chat", Answer.switching + "first")
        member.pause()
        #expect(client.receivedText().hasSuffix("\r\n\r\nfirst"))
        client.send("second")
        stage.turn()
        #expect(member.request.hasSuffix("second") && stage.stage.bench.lentSlabCount == 0)
        client.endWriting()
        stage.turn()
        #expect(member.isWritingEnded && !stage.clients.isEmpty)
        member.end()
        stage.turn()
        _ = client.received()
        #expect(client.hasEnded && stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("a drain: the answer under way says that it is the last one, and further requests are not taken")
    func drain() throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send(Self.get("/1") + Self.get("/2"))
        stage.turn()
        stage.clients.drain()
        stage.answer("/1", Answer.whole(content: "last"))
        let text = client.receivedText()
        #expect(text.contains("\r\nConnection: close\r\n") && text.hasSuffix("last") && client.hasEnded)
        client.close()
        stage.turn()
        #expect(stage.clients.isEmpty && stage.stage.connections.count == 1 && stage.stage.isAtRest)
    }

    @Test("a drain behind the head of an answer: the next request is taken, and its answer is the last one")
    func drainBehindHead() throws {
        let stage = try ClientStage()
        let client = try stage.connect()
        client.send(Self.get("/1"))
        stage.turn()
        stage.answer("/1", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        stage.clients.drain()
        stage.answer("/1", "first")
        let first = client.receivedText()
        #expect(!first.contains("Connection: close") && first.hasSuffix("first") && !client.hasEnded)
        client.send(Self.get("/2"))
        stage.turn()
        stage.answer("/2", Answer.whole(content: "last"))
        let last = client.receivedText()
        #expect(last.contains("\r\nConnection: close\r\n") && last.hasSuffix("last") && client.hasEnded)
        client.close()
        stage.turn()
        #expect(stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("at the end of the drain time everybody is cut")
    func cut() throws {
        let stage = try ClientStage()
        let clients = [try stage.connect(), try stage.connect()]
        clients[0].send(Self.get("/"))
        stage.turn()
        stage.clients.drain()
        stage.clients.cut()
        stage.turn()
        for client in clients { #expect(client.received().isEmpty && client.hasEnded) }
        #expect(stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("the one that has been idle for the longest time goes first, and nobody else")
    func room() throws {
        let stage = try ClientStage()
        let clients = try (0..<3).map { _ in try stage.connect() }
        clients[0].send(Self.get("/"))
        stage.turn()
        #expect(stage.clients.closeLongestIdle())
        _ = clients.map { $0.received() }
        #expect(clients.map(\.hasEnded) == [false, true, false])
        #expect(stage.clients.closeLongestIdle() && !stage.clients.closeLongestIdle())
        stage.answer("/")
        #expect(clients[0].receivedText().hasPrefix("HTTP/1.1 200 ") && !clients[0].hasEnded)
    }
}
