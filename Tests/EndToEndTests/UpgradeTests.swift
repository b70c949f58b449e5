import Foundation
import Testing

extension EndToEnd {
    /// WebSocket: a tunnel, but only after the member's 101.
    @Suite("Upgrade")
    struct UpgradeTests {
        private static let request =
            "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        private static let accepted =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

        @Test("bytes pass both ways after the 101, and the end of one side reaches the other", .timeLimit(.minutes(1)))
        func tunnel() throws {
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                try connection.send(Self.accepted + "first")
                while true {
                    let bytes = try connection.reader.read(exactly: 5)
                    if bytes.isEmpty { return }
                    try connection.send(bytes.reversed())
                }
            }
            let scene = try Scene(member)
            let client = try scene.client()
            try client.send(Self.request)
            let answer = try #require(try client.reader.readHead())
            #expect(answer.status == 101)
            #expect(answer["Upgrade"]?.lowercased() == "websocket")
            #expect(answer["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(try client.reader.read(exactly: 5) == Array("first".utf8))
            for _ in 0..<20 {
                try client.send([1, 2, 3, 0, 255])
                #expect(try client.reader.read(exactly: 5) == [255, 0, 3, 2, 1])
            }
            let request = member.requests[0]
            #expect(request["Upgrade"]?.lowercased() == "websocket")
            #expect(request["Connection"]?.lowercased() == "upgrade")
            #expect(request["Sec-WebSocket-Key"] == "dGhlIHNhbXBsZSBub25jZQ==")
            client.socket.finishWriting()
            #expect(member.wait { $0[0].hasEnded })
            #expect(client.ends())
        }

        @Test("a 101 and a reset at once, with bytes of the client's under way", .timeLimit(.minutes(1)))
        func resetBehind() throws {
            let member = try RecordingMember { connection in
                guard let head = try connection.readHead() else { return }
                guard head.target == "/chat" else { return try connection.send(Answer.ok("alive")) }
                try connection.send(Self.accepted)
                connection.socket.reset()
            }
            let scene = try Scene(member)
            for _ in 0..<50 {
                let client = try scene.client()
                try client.send(Self.request + "early")
                _ = try? client.reader.readToEnd()
            }
            #expect(try scene.client().get().text == "alive")
        }

        @Test("nothing of the client's passes before the 101", .timeLimit(.minutes(1)))
        func nothingBefore() throws {
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                _ = gate.wait(seconds: 10) { $0 ? true : nil }
                if connection.socket.read(seconds: 0.2) != .nothing { throw HarnessError("bytes before the 101") }
                try connection.send(Self.accepted)
                try connection.send(try connection.reader.read(exactly: 5))
            }
            let client = try Scene(member).client()
            try client.send(Self.request + "early")
            gate.withLock { $0 = true }
            #expect(try client.reader.readHead()?.status == 101)
            #expect(try client.reader.read(exactly: 5) == Array("early".utf8))
            #expect(member.failures == [])
        }

        @Test(
            "a member that does not switch gives an ordinary answer, and what follows is an ordinary request",
            .timeLimit(.minutes(1)))
        func refused() throws {
            let member = try RecordingMember { try $0.answerEach { Answer.ok($0.target) } }
            let client = try Scene(member).client()
            #expect(try client.exchange(Self.request).text == "/chat")
            // A smuggled second request is parsed by Martlet and gets its own fields.
            #expect(try client.get("/next", fields: "X-Forwarded-For: 9.9.9.9\r\n").text == "/next")
            #expect(member.requests[1]["X-Forwarded-For"] == "127.0.0.1")
        }

        @Test("other protocols are not switched to", .timeLimit(.minutes(1)))
        func otherProtocol() throws {
            let member = try RecordingMember { try $0.answerEach { _ in Answer.ok("plain") } }
            let client = try Scene(member).client()
            let fields = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
            #expect(try client.get(fields: fields).text == "plain")
            #expect(member.requests[0]["Upgrade"] == nil)
            #expect(member.requests[0]["HTTP2-Settings"] == nil)
        }

        @Test("a 101 that nobody asked for is a broken answer", .timeLimit(.minutes(1)))
        func unasked() throws {
            let member = try RecordingMember { try $0.answerEach { _ in Self.accepted } }
            let client = try Scene(member).client()
            #expect(try client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").status == 502)
        }

        @Test("a tunnel outlives a reload", .timeLimit(.minutes(1)))
        func outlivesReload() throws {
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                try connection.send(Self.accepted)
                while true {
                    let bytes = try connection.reader.read(exactly: 4)
                    if bytes.isEmpty { return }
                    try connection.send(bytes)
                }
            }
            let scene = try Scene(member, workers: 2)
            let client = try scene.client()
            try client.send(Self.request)
            #expect(try client.reader.readHead()?.status == 101)
            for _ in 0..<5 {
                try scene.martlet.reload()
                try client.send("ping")
                #expect(try client.reader.read(exactly: 4) == Array("ping".utf8))
            }
        }
    }
}
