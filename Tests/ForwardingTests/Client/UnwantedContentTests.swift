import Forwarding
import Testing

/// Content of requests that Martlet has answered itself (RFC 9112, section 9.3): what is near its end is read, and the
/// connection goes on.
@Suite("Content that nobody wants, in process", .timeLimit(.minutes(10)))
struct UnwantedContentTests {
    private static let next = "GET /app HTTP/1.1\r\nHost: shop.test\r\n\r\n"
    /// Bytes that are read so that a connection may go on.
    private static let most = 64 * 1024

    private static func post(_ field: String) -> String {
        "POST /elsewhere HTTP/1.1\r\nHost: shop.test\r\n\(field)\r\n\r\n"
    }

    private static let chunked = post("Transfer-Encoding: chunked")

    /// Only `/app` is anybody's.
    private func stage(_ edge: String = "") throws -> ClientStage {
        try ClientStage(edge: "sites: [{ paths: { /app: shop } }]\n" + edge)
    }

    /// Whether the connection goes on: the next request is answered by the member, and nothing else has come.
    private func goesOn(_ stage: ClientStage, _ client: FarEnd) -> Bool {
        client.send(Self.next)
        stage.turn()
        guard stage.member("/app") != nil else { return false }
        stage.answer("/app", Answer.whole(content: "app"))
        let text = client.receivedText()
        return text.hasPrefix("HTTP/1.1 200 ") && text.hasSuffix("\r\n\r\napp") && !client.hasEnded
            && stage.stage.isAtRest
    }

    /// Whether the answer is the last one.
    private func isLast(_ text: String) -> Bool { text.contains("\r\nConnection: close\r\n") }

    @Test(
        "it is answered at once, what comes then is dropped, and the next request is one",
        arguments: ["Content-Length: 10", "Transfer-Encoding: chunked"])
    func dropped(field: String) throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send(Self.post(field))
        stage.turn()
        let text = client.receivedText()
        #expect(text.hasPrefix("HTTP/1.1 404 ") && !isLast(text) && stage.stage.bench.lentSlabCount == 0)
        let content = field.hasPrefix("C") ? "GET / HTTP" : "a\r\nGET / HTTP\r\n0\r\nX-Sum: 1\r\n\r\n"
        for byte in content.utf8 {
            client.send([byte])
            stage.turn()
        }
        #expect(client.received().isEmpty && goesOn(stage, client))
    }

    @Test("so it is with requests and their content in one piece")
    func together() throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send(
            Self.post("Content-Length: 5") + "hello" + Self.chunked + "5\r\nhello\r\n0\r\n\r\n"
                + Self.post("Content-Length: 0"))
        stage.turn()
        #expect(client.receivedText().split(separator: "HTTP/1.1 404 ").count == 3 && goesOn(stage, client))
    }

    @Test("a length beyond what is read: the answer says that it is the last one", arguments: [0, 1])
    func long(excess: Int) throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send(Self.post("Content-Length: \(Self.most + excess)"))
        stage.turn()
        #expect(isLast(client.receivedText()) == (excess > 0))
        client.send([UInt8](repeating: 0x61, count: Self.most + excess))
        stage.turn(40)
        guard excess > 0 else { return #expect(goesOn(stage, client)) }
        client.send(Self.next)
        stage.turn()
        #expect(stage.stage.connections.isEmpty && client.hasEnded)
    }

    @Test("chunks without an end: the connection ends once as much has come as is read")
    func endless() throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send(Self.chunked)
        var sent = 0
        while !client.hasEnded, sent < 10 * Self.most {
            client.send("1\r\nx\r\n")
            sent += 6
            stage.turn()
            _ = client.received()
        }
        #expect(sent > Self.most && sent <= Self.most + 12)
        client.send("0\r\n\r\n" + Self.next)
        stage.turn()
        #expect(stage.stage.connections.isEmpty && stage.stage.isAtRest)
    }

    @Test("what is no chunk ends the connection, and nothing behind it is a request")
    func broken() throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send(Self.chunked)
        stage.turn()
        client.send("5\r\nhello\n0\r\n\r\n" + Self.next)
        stage.turn()
        #expect(client.receivedText().split(separator: "HTTP/1.1 ").count == 1 && client.hasEnded)
        #expect(stage.stage.connections.isEmpty)
    }

    @Test("content that comes byte by byte has as much time in all as it may be silent")
    func trickle() throws {
        let stage = try stage("timeouts: { body: 20ms }")
        let client = try stage.connect()
        client.send(Self.post("Content-Length: \(Self.most)"))
        stage.turn()
        #expect(!isLast(client.receivedText()))
        var left = Self.most
        while !client.hasEnded, left > 0 {
            client.send([0x61])
            left -= 1
            stage.turn()
            _ = client.received()
        }
        #expect(left > 0 && client.hasEnded)
    }

    @Test("RFC 9110 10.1.1: who waits for 100 Continue may never send content: the answer is the last one")
    func expectation() throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send(Self.post("Expect: 100-continue\r\nContent-Length: 5"))
        stage.turn()
        #expect(isLast(client.receivedText()) && client.hasEnded)
    }

    @Test("a hundred of them hold nothing")
    func many() throws {
        let stage = try stage()
        let clients = try (0..<100).map { _ in try stage.connect() }
        for client in clients { client.send(Self.chunked + "ffff\r\nhello") }
        stage.turn()
        for client in clients { #expect(client.receivedText().hasPrefix("HTTP/1.1 404 ")) }
        #expect(stage.stage.bench.lentSlabCount == 0 && stage.stage.isAtRest && !stage.clients.closeLongestIdle())
    }

    @Test("content that has come in part, and grows beyond its limit: the rest is dropped")
    func tooLarge() throws {
        let stage = try stage("limits: { request-body: 10 }")
        let client = try stage.connect()
        client.send("POST /app HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n")
        stage.turn()
        client.send("21\r\nand much that is more than it may")
        stage.turn()
        let text = client.receivedText()
        #expect(text.hasPrefix("HTTP/1.1 413 ") && !isLast(text))
        client.send("\r\n0\r\n\r\n")
        stage.turn()
        #expect(client.received().isEmpty)
        stage.stage.forgetClosed()
        #expect(goesOn(stage, client))
    }

    @Test("content that is late is answered 408, which is the last answer")
    func late() throws {
        let stage = try stage("timeouts: { body: 10ms }")
        let client = try stage.connect()
        client.send("POST /app HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\n\r\nhell")
        var text = ""
        while !client.hasEnded {
            stage.turn()
            text += client.receivedText()
        }
        #expect(text.hasPrefix("HTTP/1.1 408 ") && isLast(text))
    }

    @Test("a file that is asked for with content is sent, and the connection goes on")
    func file() throws {
        let folder = try FileFolder(["a.txt": "a file"])
        let stage = try ClientStage(edge: "sites: [{ paths: { /app: shop, /files: { files: \(folder.path) } } }]")
        let client = try stage.connect()
        client.send("GET /files/a.txt HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\n\r\nhell")
        stage.turn()
        let text = client.receivedText()
        #expect(text.hasPrefix("HTTP/1.1 200 ") && text.hasSuffix("a file") && !isLast(text))
        client.send("o")
        stage.turn()
        #expect(client.received().isEmpty && goesOn(stage, client))
    }

    @Test("a drain ends it behind the next answer, a client's end at once")
    func ended() throws {
        let stage = try stage()
        let clients = [try stage.connect(), try stage.connect()]
        for client in clients { client.send(Self.post("Content-Length: 5") + "hell") }
        stage.turn()
        clients[0].endWriting()
        stage.turn()
        _ = clients[0].received()
        #expect(clients[0].hasEnded)
        stage.clients.drain()
        #expect(!stage.clients.isEmpty)
        let first = clients[1].receivedText()
        #expect(first.hasPrefix("HTTP/1.1 404 ") && !isLast(first))
        clients[1].send("o" + Self.next)
        stage.turn()
        stage.answer("/app", Answer.whole(content: "app"))
        let text = clients[1].receivedText()
        let hasEnded = clients[1].hasEnded
        #expect(text.hasPrefix("HTTP/1.1 200 ") && isLast(text) && hasEnded)
    }
}
