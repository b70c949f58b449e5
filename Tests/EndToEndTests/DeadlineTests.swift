import Foundation
import Testing

extension EndToEnd {
    /// Whose time runs: what one side waits for never uses up the other's.
    @Suite("Deadlines")
    struct DeadlineTests {
        /// More than all the kernel's buffers between two ends of ``Scene/local(settings:workers:script:)`` that do not
        /// read.
        private static let much = 8 << 20

        /// Two seconds of Martlet's own clock: a request that no member answers, with `answer: 2s`.
        private static func passAnswerTime(_ scene: Scene) throws {
            #expect(try scene.client().get("/never").status == 504)
        }

        @Test("content that fills the slab exactly, and then nothing: 408", .timeLimit(.minutes(1)))
        func exactlyFull() throws {
            let member = try RecordingMember { _ = try $0.readRequest() }
            let client = try Scene(member, settings: ["timeouts: { body: 300ms }"]).client()
            let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
            try client.send(head + String(repeating: "x", count: 16_384 - head.utf8.count))
            #expect(try client.response(to: "POST").status == 408)
            #expect(client.ends())
        }

        @Test("an upload that was blocked once and flows on is not late", .timeLimit(.minutes(1)))
        func blockedOnce() throws {
            let (gate, hasCome) = (Monitor(false), Monitor(false))
            let settings = ["timeouts: { answer: 2s, body: 20s }"]
            let (scene, _) = try Scene.local(settings: settings) { connection in
                guard let head = try connection.readHead() else { return }
                if head.target == "/never" { return connection.waitForEnd() }
                _ = gate.wait(seconds: 30) { $0 ? true : nil }
                let bytes = try connection.reader.read(exactly: Self.much, seconds: 30)
                hasCome.withLock { $0 = true }
                let rest = try connection.reader.read(exactly: 4, seconds: 30)
                try connection.send(Answer.ok("\(bytes.count + rest.count)"))
            }
            let client = try scene.client()
            let count = Self.much + 4
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n")
            try Self.sendUntilStuck(Self.much, over: client.socket, then: gate)
            try #require(hasCome.wait(seconds: 30) { $0 ? true : nil } == true)
            // As long as an answer may take: it is the client's time, and he is not late either.
            try Self.passAnswerTime(scene)
            try client.send("rest")
            #expect(try client.response(to: "POST").text == "\(count)")
        }

        /// Sends bytes; when nothing moves any more, opens the gate and sends the rest.
        private static func sendUntilStuck(_ count: Int, over socket: Socket, then gate: Monitor<Bool>) throws {
            var rest = [UInt8](repeating: 7, count: count)[...]
            while !rest.isEmpty {
                rest = rest.dropFirst(try socket.writeSome(rest.prefix(1 << 20)))
                if !rest.isEmpty, !socket.waitForRoom(seconds: 0.3) { gate.withLock { $0 = true } }
            }
            #expect(gate.withLock { $0 }, "the member did not hold the client up")
        }

        @Test("a tunnel that was blocked once may be silent for long", .timeLimit(.minutes(1)))
        func tunnel() throws {
            let (gate, hasCome) = (Monitor(false), Monitor(false))
            let settings = ["timeouts: { answer: 2s, body: 20s }"]
            let (scene, member) = try Scene.local(settings: settings) { connection in
                guard let head = try connection.readHead() else { return }
                if head.target == "/never" { return connection.waitForEnd() }
                try connection.send(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
                _ = gate.wait(seconds: 30) { $0 ? true : nil }
                let bytes = try connection.reader.read(exactly: Self.much, seconds: 30)
                hasCome.withLock { $0 = true }
                let more = try connection.reader.read(exactly: 4, seconds: 30)
                guard more.count == 4 else { throw HarnessError("the tunnel ended after \(bytes.count) bytes") }
                try connection.send("\(bytes.count)")
            }
            let client = try scene.client()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            #expect(try client.reader.readHead()?.status == 101)
            try Self.sendUntilStuck(Self.much, over: client.socket, then: gate)
            try #require(hasCome.wait(seconds: 30) { $0 ? true : nil } == true)
            try Self.passAnswerTime(scene)
            try client.send("more")
            let expected = Array("\(Self.much)".utf8)
            #expect(try client.reader.read(exactly: expected.count) == expected)
            #expect(member.failures == [])
        }

        @Test("a client that reads nothing is late, not the member that waits for it", .timeLimit(.minutes(1)))
        func clientThatDoesNotRead() throws {
            let (scene, _) = try Scene.local(settings: ["timeouts: { body: 3s }"]) { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(Self.much)\r\n\r\n")
                try? connection.socket.write([UInt8](repeating: 7, count: Self.much), seconds: 50)
            }
            let client = try scene.client()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try scene.martlet.process.errors.wait(for: "has not read its answer for too long")
            #expect(!scene.martlet.log.contains("answer-broken"))
        }

        @Test("an answer that begins early leaves the upload its time", .timeLimit(.minutes(1)))
        func earlyHead() throws {
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
                let content = try connection.reader.read(exactly: 12, seconds: 30)
                try connection.send(content.count == 12 ? "done" : "lost")
            }
            let client = try Scene(member, settings: ["timeouts: { body: 2s }"]).client()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n")
            #expect(try client.reader.readHead()?.status == 200)
            // More than the time for content in all, and much less each time.
            for _ in 0..<12 where client.staysSilent(seconds: 0.25) { try client.send("x") }
            #expect(try client.reader.read(exactly: 4) == Array("done".utf8))
        }

        @Test(
            "RFC 9110 10.1.1: who waits for 100 Continue waits as long as the member may take", .timeLimit(.minutes(1)))
        func expectation() throws {
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                guard let head = try connection.readHead() else { return }
                if head.target == "/never" { return connection.waitForEnd() }
                _ = gate.wait(seconds: 30) { $0 ? true : nil }
                guard connection.socket.read(seconds: 0) == .nothing else { throw HarnessError("content came early") }
                try connection.send("HTTP/1.1 100 Continue\r\n\r\n")
                let content = try connection.reader.read(exactly: 4)
                try connection.send(Answer.ok(String(decoding: content, as: UTF8.self)))
            }
            let scene = try Scene(member, settings: ["timeouts: { body: 2s, answer: 30s }"])
            let client = try scene.client()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
            #expect(member.waitForRequests(1))
            // Another one's time for content passes meanwhile.
            let late = try scene.client()
            #expect(try late.exchange("POST /never HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n").status == 408)
            gate.withLock { $0 = true }
            #expect(try client.reader.readHead()?.status == 100)
            try client.send("body")
            #expect(try client.response(to: "POST").text == "body")
            #expect(member.failures == [])
        }

        @Test("RFC 9112 9.3.2: who pipelines and does not read gets no more", .timeLimit(.minutes(1)))
        func pipelining() throws {
            let text = String(repeating: "x", count: 4096)
            let (scene, member) = try Scene.local(settings: ["timeouts: { body: 2s }"]) { connection in
                try connection.answerEach { _ in Answer.ok(text) }
            }
            let client = try scene.client()
            let requests = Array(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 20_000).utf8)
            var rest = requests[...]
            while !rest.isEmpty, client.socket.waitForRoom(seconds: 0.3) {
                rest = rest.dropFirst(try client.socket.writeSome(rest))
            }
            #expect(!member.waitForRequests(20_000, seconds: 1))
            // It is closed when it has not read for as long as a client may take.
            _ = try? client.reader.readToEnd(seconds: 10)
            #expect(try scene.client().get().text == text)
            #expect(member.failures == [])
        }
    }
}
