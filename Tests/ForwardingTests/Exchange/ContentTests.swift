import Bytes
import Forwarding
import HTTP
import Reactor
import Testing

/// A request's content on its way to the member.
@Suite("Request content, in process")
struct ContentTests {
    @Test(
        "content reaches the member whole and framed as it came, in whatever pieces", arguments: [1, 4_096, 65_536])
    func pieces(size: Int) throws {
        let content = Octets.pattern(max(20_000, 2 * size + 1))
        for isChunked in [false, true] {
            let stage = try Stage(["node1": ""])
            let client = try stage.post(length: isChunked ? nil : content.count)
            var rest = content[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(size))
                let taken = client.send(piece)
                try #require(taken == piece.count)
                rest = rest.dropFirst(size)
            }
            client.end()
            let request = stage.last.received
            #expect(request.framing == (isChunked ? .chunked : .length(UInt64(content.count))))
            #expect(request.isWhole && request.content == content && request.surplusCount == 0)
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole && !stage.last.isClosed && stage.isAtRest)
        }
    }

    /// Sends content as far as it is taken, and further whenever the client is told to; the member takes as much at a
    /// time as its window has.
    ///
    /// - Returns: how often the client was paused, and how many bytes of its content lay between at most.
    private func upload(
        _ content: [UInt8], by client: ScriptedClient, to member: ScriptedConnection, window: Int
    ) -> (pauses: Int, keptMax: Int) {
        var (sent, pauses, keptMax) = (0, 0, 0)
        var maySend = true
        var isEnded = false
        for _ in 0..<200_000 {
            if maySend, sent < content.count {
                sent += client.send(Array(content[sent...]))
                maySend = false
                if sent < content.count { pauses += 1 }
            }
            if sent == content.count, !isEnded {
                client.end()
                isEnded = true
            }
            // Less by what the member has of the head.
            keptMax = max(keptMax, sent - member.written.count)
            if isEnded, !member.isWriteBlocked { break }
            member.take(window)
            if client.isResumed { maySend = true }
        }
        return (pauses, keptMax)
    }

    @Test(
        "a member that takes it slowly holds the client up: no more than a slab lies between",
        arguments: [1, 4_096, 65_536])
    func slowly(window: Int) throws {
        let content = Octets.pattern(20_000 + 2 * window)
        for isChunked in [false, true] {
            let stage = try Stage(["node1": ""])
            stage.opensAtOnce = false
            let client = try stage.post(length: isChunked ? nil : content.count)
            stage.last.window = window
            stage.last.accept()
            let (pauses, keptMax) = upload(content, by: client, to: stage.last, window: window)
            #expect(pauses > 0 && keptMax <= BufferPool.smallBytes)
            let request = stage.last.received
            #expect(request.isWhole && request.content == content && request.surplusCount == 0)
            // The head, and a few bytes for each chunk, none of which is small.
            #expect(stage.last.written.count - content.count < 500 + content.count / 20)
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole && !stage.last.isClosed && stage.isAtRest)
        }
    }

    @Test("a client that was paused while its request waited for room goes on when a connection is free")
    func pausedWhileWaiting() throws {
        let stage = try Stage(["node1": "max: 1, acquire: 2s"])
        let first = try stage.get()
        let content = Octets.pattern(40_000)
        let client = try stage.post(length: content.count)
        let taken = client.send(content)
        #expect(taken < content.count && !client.isResumed)
        stage.last.answer(Answer.empty)
        stage.turn()
        #expect(first.outcome == .whole && stage.connections.count == 1)
        #expect(stage.last.request.hasPrefix("POST "))
        #expect(client.isResumed)
        client.send(Array(content[taken...]))
        client.end()
        #expect(stage.last.received.content == content)
    }

    @Test("a client that was paused goes on though more comes of it in the turn in which there is a connection")
    func pausedAndMore() throws {
        let stage = try Stage(["node1": ""], way: Way(client: .http2))
        stage.opensAtOnce = false
        let content = Octets.pattern(40_000)
        let client = try stage.post(length: content.count)
        client.send(Array(content[..<20_000]))
        stage.last.accept(endsTurn: false)
        client.send(Array(content[20_000...]), endsTurn: false)
        stage.turn()
        client.end()
        #expect(stage.last.received.content == content)
    }

    @Test("a client that was paused while a member was connected to goes on at the next one, whose connection is idle")
    func pausedWhileConnecting() throws {
        let stage = try Stage(["node1": "retry: 0", "node2": "status: [hot-standby]"])
        stage.refusals["node1"] = SystemError("connect", code: 111)
        try stage.exchange()
        #expect(stage.last.member == "node2")
        stage.refusals = [:]
        stage.opensAtOnce = false
        let content = Octets.pattern(40_000)
        let client = try stage.post(length: content.count)
        #expect(stage.last.member == "node1")
        let taken = client.send(content)
        #expect(taken < content.count && !client.isResumed)
        stage.last.fail(.connect("refused"))
        let second = stage.connections[0]
        #expect(second.isLent && second.request.hasPrefix("POST "))
        #expect(client.isResumed)
        client.send(Array(content[taken...]))
        client.end()
        #expect(second.received.content == content)
    }

    @Test("content that is all there still is sent again with its request", arguments: [false, true])
    func again(isChunked: Bool) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: isChunked ? nil : 10, method: "PUT")
        client.send("hello")
        client.send("world")
        client.end()
        let first = stage.last
        first.fail(.dropped("gone"))
        #expect(stage.connections.count == 2 && stage.last.written == first.written)
        #expect(stage.last.received.isWhole && stage.last.received.content == Array("helloworld".utf8))
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("RFC 9110 6.5.1: trailers pass, but for those that are of use only before the content")
    func trailers() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: nil)
        client.send("hello")
        client.end(
            trailers: "X-Sum: 1\r\nContent-Length: 9\r\nHost: a.test\r\nCookie: a=b\r\nX-Forwarded-For: 192.0.2.9\r\n"
                + "ETag: \"a\"\r\n\r\n")
        let request = stage.last.received
        #expect(request.isWhole && request.content == Array("hello".utf8))
        #expect(request.trailers == "X-Sum: 1\r\nETag: \"a\"\r\n\r\n")
    }

    @Test("the member's time to answer begins when the request has ended", arguments: [false, true])
    func time(isChunked: Bool) throws {
        let stage = try Stage(["node1": "timeout: 7s"])
        let client = try stage.post(length: isChunked ? nil : 5)
        client.send("hello")
        #expect(stage.last.patience == nil)
        // As over HTTP/2, where the end may come by itself behind all of the content.
        client.end()
        #expect(stage.last.patience == 7_000)
    }

    @Test("content that does not come in time: 408, and no member is to blame")
    func late() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: 10)
        client.send("hell")
        client.isTooSlow()
        #expect(client.outcome == .refused(408, "body-timeout"))
        #expect(stage.last.isClosed && stage.isAtRest && !stage.isInError("node1"))
    }

    // MARK: - Its limit

    /// Content, and whether it is too much for 10 bytes or for none.
    struct Limited: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var limit = 10
        /// `nil`: it is not known.
        let length: Int?
        let pieces: [Int]
        let isRefused: Bool
    }

    static let limited: [Limited] = [
        Limited(testDescription: "a length as much as the limit", length: 10, pieces: [10], isRefused: false),
        Limited(testDescription: "a length beyond it", length: 11, pieces: [], isRefused: true),
        Limited(testDescription: "chunks up to it", length: nil, pieces: [4, 6], isRefused: false),
        Limited(testDescription: "one chunk beyond it", length: nil, pieces: [11], isRefused: true),
        Limited(testDescription: "a byte behind it", length: nil, pieces: [10, 1], isRefused: true),
        Limited(testDescription: "much, at once", length: nil, pieces: [70_000], isRefused: true),
        Limited(testDescription: "nothing where nothing may be", limit: 0, length: nil, pieces: [], isRefused: false),
    ]

    @Test("limits.request-body: 413 for what is beyond it", arguments: limited)
    func limit(sample: Limited) throws {
        let stage = try Stage(["node1": ""], edge: "limits: { request-body: \(sample.limit) }")
        let client = try stage.post(length: sample.length)
        for count in sample.pieces { client.send(Octets.pattern(count)) }
        guard sample.isRefused else {
            client.end()
            #expect(stage.last.received.isWhole)
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole && client.status == 200 && stage.isAtRest)
            return
        }
        #expect(client.outcome == .refused(413, "request-body"))
        #expect(stage.isAtRest && !stage.isInError("node1"))
        // A member is not asked for what is known to be too much, and gets no end of what turns out to be.
        #expect(stage.connections.isEmpty == (sample.length != nil))
        #expect(stage.connections.allSatisfy { $0.isClosed && !$0.received.isWhole })
    }
}
