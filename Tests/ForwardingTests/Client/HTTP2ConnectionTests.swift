import Forwarding
import Model
import Reactor
import Testing

/// A client's connection that speaks HTTP/2, begun in cleartext with the preface (RFC 9113, section 3.3).
@Suite("Clients over HTTP/2, in process", .timeLimit(.minutes(10)))
struct HTTP2ConnectionTests {
    /// A client that writes frames, and reads them.
    private final class Client {
        /// A frame that has come.
        struct Frame: Equatable {
            let type: UInt8
            let flags: UInt8
            let stream: Int
            let payload: [UInt8]

            var endsStream: Bool { type <= 1 && flags & 1 != 0 }
            var text: String { String(decoding: payload, as: UTF8.self) }
        }

        private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

        let end: FarEnd
        private let stage: ClientStage
        private var bytes: [UInt8] = []

        /// - Parameter count: bytes of the preface that are sent at first.
        init(on stage: ClientStage, cutting count: Int = 24) throws {
            self.stage = stage
            end = try stage.connect()
            if count < 24 {
                end.send(Self.preface[..<count])
                stage.turn()
                end.send(Self.preface[count...])
            } else {
                end.send(Self.preface)
            }
            send(4, on: 0, [])
        }

        func send(_ type: UInt8, flags: UInt8 = 0, on stream: UInt8, _ payload: [UInt8]) {
            end.send(Self.frame(type, flags: flags, on: stream, payload))
            stage.turn()
        }

        static func frame(_ type: UInt8, flags: UInt8 = 0, on stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
            [0, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF), type, flags, 0, 0, 0, stream] + payload
        }

        func ask(_ target: String, _ method: String = "GET", on stream: UInt8, endsStream: Bool = true) {
            send(1, flags: endsStream ? 5 : 4, on: stream, Self.block(target, method))
        }

        /// A header block of indexed and literal fields (RFC 7541, section 6).
        static func block(_ target: String, _ method: String) -> [UInt8] {
            let words: [(UInt8, String)] = [(2, method), (4, target), (1, "shop.test")]
            let fields = words.flatMap { index, value in [index, UInt8(value.utf8.count)] + Array(value.utf8) }
            return [0x86] + fields
        }

        /// The frames that have come since the last call.
        func frames() -> [Frame] {
            bytes += end.received()
            var frames: [Frame] = []
            while bytes.count >= 9 {
                let count = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
                guard bytes.count >= 9 + count else { break }
                frames.append(
                    Frame(
                        type: bytes[3], flags: bytes[4], stream: Int(bytes[8]), payload: Array(bytes[9..<(9 + count)])))
                bytes.removeFirst(9 + count)
            }
            return frames
        }
    }

    private func stage() throws -> ClientStage {
        try ClientStage(protocols: [.http1, .http2Cleartext])
    }

    @Test(
        "the preface, wherever it is cut; requests on one connection, which holds no slab between them",
        arguments: [1, 12, 24])
    func requests(count: Int) throws {
        let stage = try stage()
        let client = try Client(on: stage, cutting: count)
        #expect(client.frames().map(\.type).contains(4), "settings")
        for (number, stream) in [(1, UInt8(1)), (2, 3), (3, 5)] {
            client.ask("/\(number)", on: stream)
            stage.answer("/\(number)", Answer.whole(content: "answer \(number)"))
            let frames = client.frames().filter { $0.stream == Int(stream) }
            #expect(frames.map(\.type) == [1, 0])
            #expect(frames.last?.text == "answer \(number)" && frames.last?.endsStream == true)
            #expect(stage.stage.isAtRest)
        }
        #expect(stage.stage.connections.count == 1)
    }

    @Test("who begins with something else speaks HTTP/1")
    func noPreface() throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send("PR")
        stage.turn()
        client.send("OPFIND / HTTP/1.1\r\nHost: shop.test\r\n\r\n")
        stage.turn()
        stage.answer("/")
        #expect(client.receivedText().hasPrefix("HTTP/1.1 200 "))
    }

    @Test(
        "streams side by side, answered in any order, by numbers that follow each other and by some that are far apart",
        arguments: [1, 32], [[2, 0, 1], [1, 2, 0], [0, 1, 2]])
    func streams(step: Int, order: [Int]) throws {
        let stage = try stage()
        let client = try Client(on: stage)
        let numbers = (0..<3).map { UInt8(1 + 2 * step * $0) }
        for stream in numbers { client.ask("/\(stream)", on: stream) }
        #expect(stage.stage.lent.count == 3)
        _ = client.frames()
        for stream in order.map({ numbers[$0] }) {
            stage.answer("/\(stream)", Answer.whole(content: "\(stream)"))
            #expect(client.frames().last { $0.type == 0 }?.text == "\(stream)")
        }
        #expect(stage.stage.isAtRest)
    }

    @Test("content goes to the member as it comes")
    func content() throws {
        let stage = try stage()
        let client = try Client(on: stage)
        client.ask("/post", "POST", on: 1, endsStream: false)
        client.send(0, on: 1, Array("hel".utf8))
        client.send(0, flags: 1, on: 1, Array("lo".utf8))
        let member = try #require(stage.member("/post"))
        #expect(member.request.contains("hel") && member.request.contains("lo"))
        #expect(member.request.hasSuffix("\r\n0\r\n\r\n"))
        stage.answer("/post")
        #expect(client.frames().contains { $0.type == 1 && $0.endsStream } && stage.stage.isAtRest)
    }

    @Test("streams beyond stream-rate are refused, and the others go on")
    func streamRate() throws {
        let stage = try ClientStage(
            edge: "listeners: [{ address: \"127.0.0.1:8080\", limits: { stream-rate: 2/d } }]",
            protocols: [.http1, .http2Cleartext], at: .ip(host: "127.0.0.1", port: 8_080))
        let client = try Client(on: stage)
        for stream: UInt8 in [1, 3, 5] { client.ask("/\(stream)", on: stream) }
        let resets = client.frames().filter { $0.type == 3 }
        #expect(resets.map(\.stream) == [5] && resets.map(\.payload) == [[0, 0, 0, 7]])
        for stream in [1, 3] {
            stage.answer("/\(stream)")
            #expect(client.frames().contains { $0.stream == stream && $0.type == 1 })
        }
        #expect(stage.stage.isAtRest)
    }

    @Test("a stream that the client resets: its request is given up, and the others go on")
    func reset() throws {
        let stage = try stage()
        let client = try Client(on: stage)
        for stream in [UInt8(1), 3] { client.ask("/\(stream)", on: stream) }
        let member = try #require(stage.member("/1"))
        client.send(3, on: 1, [0, 0, 0, 8])
        #expect(member.isClosed && stage.stage.lent.count == 1)
        stage.answer("/3")
        #expect(client.frames().contains { $0.stream == 3 && $0.endsStream } && stage.stage.isAtRest)
    }

    @Test("a client that ends its request soon behind the whole answer is not told that nobody listens")
    func earlyAnswer() throws {
        let stage = try stage()
        let client = try Client(on: stage)
        client.ask("/early", "POST", on: 1, endsStream: false)
        client.end.send(Client.frame(0, flags: 1, on: 1, Array("rest".utf8)))
        stage.answer("/early")
        let frames = client.frames()
        #expect(frames.contains { $0.stream == 1 && $0.endsStream } && !frames.contains { $0.type == 3 })
        #expect(stage.clients.openStreamCount == 0 && stage.stage.isAtRest && !client.end.hasEnded)
    }

    @Test("who leaves many open is told at once")
    func earlyAnswers() throws {
        let stage = try stage()
        let client = try Client(on: stage)
        let streams = (0..<20).map { UInt8(2 * $0 + 1) }
        for stream in streams {
            client.ask("/\(stream)", "POST", on: stream, endsStream: false)
            stage.answer("/\(stream)")
        }
        let resets = client.frames().filter { $0.type == 3 }
        #expect(resets.allSatisfy { $0.payload == [0, 0, 0, 0] } && stage.stage.isAtRest)
        #expect(stage.clients.openStreamCount <= 16 && stage.clients.openStreamCount == 20 - resets.count)
    }

    @Test("an answer of Martlet's own")
    func refused() throws {
        let stage = try ClientStage(
            edge: "limits: { request-body: 2 }", protocols: [.http1, .http2Cleartext])
        let client = try Client(on: stage)
        client.ask("/post", "POST", on: 1, endsStream: false)
        client.send(0, flags: 1, on: 1, Array("hello".utf8))
        let frames = client.frames().filter { $0.stream == 1 }
        #expect(frames.first?.type == 1 && frames.contains { $0.type == 0 && $0.text.contains("413") })
        #expect(stage.stage.isAtRest && !client.end.hasEnded)
    }

    @Test("streams that the client resets before Martlet's own answer has gone out are counted no longer")
    func resetAtOnce() throws {
        let stage = try ClientStage(
            edge: "limits: { request-body: 2 }", protocols: [.http1, .http2Cleartext])
        let client = try Client(on: stage)
        for stream in [UInt8(1), 3, 5] {
            // Content-Length: 9.
            let block = Client.block("/post", "POST") + [0x0F, 0x0D, 1, UInt8(ascii: "9")]
            client.end.send(
                Client.frame(1, flags: 4, on: stream, block) + Client.frame(3, on: stream, [0, 0, 0, 8]))
            stage.turn()
        }
        #expect(stage.clients.openStreamCount == 0 && stage.stage.isAtRest && !client.end.hasEnded)
    }

    @Test("a header block has to end in time, unless it comes whole")
    func blockTime() throws {
        let stage = try ClientStage(
            edge: "timeouts: { head: 100ms, keepalive: 60s }", protocols: [.http1, .http2Cleartext])
        let client = try Client(on: stage)
        func hasToEndSoon() -> Bool { (1...200).contains(stage.loop.waitMillis) }
        #expect(!hasToEndSoon(), "a connection without requests")
        client.ask("/1", on: 1)
        #expect(!hasToEndSoon() && stage.member("/1") != nil)
        let block = Client.block("/3", "GET")
        client.send(1, flags: 1, on: 3, Array(block[..<4]))
        #expect(hasToEndSoon() && stage.member("/3") == nil)
        client.send(9, flags: 4, on: 3, Array(block[4...]))
        #expect(stage.member("/3") != nil)
    }

    @Test("a client that goes away: its requests are given up")
    func gone() throws {
        let stage = try stage()
        let client = try Client(on: stage)
        for stream in [UInt8(1), 3] { client.ask("/\(stream)", on: stream) }
        client.end.close()
        stage.turn()
        #expect(stage.stage.lent.isEmpty && stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("a client that had ended before it was known that it speaks HTTP/2 is gone at once")
    func endedBefore() throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0])
        client.endWriting()
        stage.turn()
        #expect(stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("a drain: GOAWAY, and what is under way is answered")
    func drain() throws {
        let stage = try stage()
        let client = try Client(on: stage)
        client.ask("/1", on: 1)
        stage.clients.drain()
        stage.turn()
        #expect(client.frames().contains { $0.type == 7 })
        stage.answer("/1", Answer.whole(content: "last"))
        #expect(client.frames().contains { $0.text == "last" && $0.endsStream })
        stage.clients.cut()
        stage.turn()
        _ = client.frames()
        #expect(client.end.hasEnded && stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("one that is idle is closed for a newcomer, and told; one with a request is not")
    func room() throws {
        let stage = try stage()
        let clients = [try Client(on: stage), try Client(on: stage)]
        clients[0].ask("/1", on: 1)
        for client in clients { _ = client.frames() }
        #expect(stage.clients.closeLongestIdle() && !stage.clients.closeLongestIdle())
        #expect(clients[1].frames().contains { $0.type == 7 } && clients[1].end.hasEnded)
        stage.answer("/1")
        #expect(clients[0].frames().contains { $0.type == 1 } && !clients[0].end.hasEnded)
    }
}
