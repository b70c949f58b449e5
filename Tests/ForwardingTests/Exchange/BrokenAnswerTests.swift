import Forwarding
import Testing

/// Answers that break off or are none, and those that are compressed on their way.
@Suite("Broken and coded answers, in process")
struct BrokenAnswerTests {
    private static let coded = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test(
        "an answer that breaks off with nothing behind its head: 502 in its place",
        arguments: ["Content-Length: 9", "Transfer-Encoding: chunked"])
    func withdrawn(framing: String) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get()
        stage.last.answer("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n")
        #expect(client.status == 200 && client.outcome == .open)
        stage.last.end()
        #expect(client.outcome == .refused(502, "answer-broken"))
        #expect(client.status == 0 && client.head.isEmpty)
        #expect(stage.connections.count == 1 && stage.isAtRest)
    }

    /// Why a head cannot be taken back.
    enum Sent: CaseIterable {
        case atOnce, pause, content
    }

    @Test("a head that has gone out stands: the answer is broken off", arguments: Sent.allCases)
    func begun(sent: Sent) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get()
        client.writesHeadAtOnce = sent == .atOnce
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        switch sent {
        case .atOnce: break
        case .pause: stage.last.pause()
        case .content: stage.last.answer("half")
        }
        stage.last.end()
        #expect(client.outcome == .broken && client.status == 200)
        #expect(client.text == (sent == .content ? "half" : ""))
        #expect(stage.isAtRest)
    }

    @Test("chunks that are none: 502 from the start, broken off behind content", arguments: [false, true])
    func malformedChunks(isBegun: Bool) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get()
        stage.last.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (isBegun ? "4\r\nhalf\r\n" : ""))
        stage.last.answer("x\r\n")
        #expect(client.outcome == (isBegun ? .broken : .refused(502, "answer-broken")))
        #expect(stage.last.isClosed && stage.isAtRest)
    }

    @Test(
        "RFC 9112 6: an answer whose framing is in doubt: 502, and no byte of it is passed on",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ])
    func doubtful(answer: String) throws {
        let stage = try Stage()
        let client = try stage.get()
        stage.last.answer(answer)
        #expect(client.outcome == .refused(502, "answer-broken") && client.content.isEmpty)
        #expect(stage.connections.count == 1 && stage.last.isClosed && stage.isAtRest)
    }

    // MARK: - Compressed

    @Test("HEAD says what a compressed answer to GET would")
    func head() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get(fields: "Accept-Encoding: gzip", method: "HEAD")
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 20000\r\n\r\n")
        #expect(client.outcome == .whole && client.content.isEmpty)
        #expect(client.field("Content-Encoding") == "gzip" && client.field("Content-Length") == nil)
    }

    @Test("at each pause the client gets all that has come, compressed or not", arguments: ["identity", "gzip"])
    func pauses(coding: String) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get(fields: "Accept-Encoding: \(coding)")
        stage.last.answer(Self.coded)
        var expected: [UInt8] = []
        for piece in ["first", "second"] {
            stage.last.answer("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n")
            stage.last.pause()
            expected += Array(piece.utf8)
            #expect((coding == "gzip" ? Gzip.decoded(client.content)?.content : client.content) == expected)
        }
        #expect(client.flushCount == 2)
    }

    @Test("a compressed answer has no trailers, which would be of other bytes")
    func trailers() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get(fields: "Accept-Encoding: gzip")
        stage.last.answer(Self.coded + "2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n")
        #expect(client.outcome == .whole && client.trailers.isEmpty)
        #expect(Gzip.decoded(client.content)?.content == Array("ok".utf8))
    }

    @Test("a compressed answer that breaks off under a slow client: what has come goes out first")
    func brokenSlowly() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.get(fields: "Accept-Encoding: gzip")
        client.window = 0
        stage.last.answer(Self.coded + "4\r\nhalf\r\n")
        stage.last.end()
        #expect(client.outcome == .open && stage.last.isClosed)
        client.read(3)
        #expect(client.outcome == .open)
        client.read()
        #expect(client.outcome == .broken)
        #expect(Gzip.decoded(client.content)?.content == Array("half".utf8))
        #expect(stage.isAtRest)
    }
}
