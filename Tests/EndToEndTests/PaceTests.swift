import Foundation
import Testing

extension EndToEnd {
    /// Clients that are never silent for long, and slow all the same: `limits.request-body-rate`, `answer-body-rate`.
    @Suite("Pace")
    struct PaceTests {
        private static let settings = [
            "timeouts: { pace: 300ms }", "limits: { request-body-rate: 1MiB, answer-body-rate: 1MiB }",
            "log: { access: { format: json } }",
        ]

        @Test("content that comes a byte at a time: 408", .timeLimit(.minutes(1)))
        func upload() throws {
            let scene = try Scene(RecordingMember { _ = try $0.readRequest() }, settings: Self.settings)
            let client = try scene.client()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
            for _ in 0..<500 where client.staysSilent(seconds: 0.02) { try? client.send("x") }
            let answer = try client.response(to: "POST")
            #expect(answer.status == 408 && answer.text.contains("body-too-slow"), "\(answer.text)")
            #expect(client.ends())
        }

        @Test("content that comes fast is not too slow, however long its member takes", .timeLimit(.minutes(1)))
        func fast() throws {
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                _ = gate.wait(seconds: 30) { $0 ? true : nil }
                _ = try connection.reader.read(exactly: 20 << 20)
                try connection.send(Answer.ok("x"))
                connection.waitForEnd()
            }
            let client = try Scene(member, settings: Self.settings).client()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(20 << 20)\r\n\r\n")
            let (socket, scope) = (client.socket, Belongings.current)
            Thread.detachNewThread {
                Belongings.$current.withValue(scope) { try? socket.write(Pattern.bytes(20 << 20), seconds: 40) }
            }
            #expect(client.staysSilent(seconds: 1))
            gate.withLock { $0 = true }
            #expect(try client.response(to: "POST", seconds: 30).status == 200)
        }

        @Test("an answer that is taken in drips is cut, and the log says why", .timeLimit(.minutes(1)))
        func download() throws {
            let (scene, _) = try Scene.local(settings: Self.settings) { connection in
                guard try connection.readRequest() != nil else { return }
                try? connection.send(Answer.ok(String(repeating: "x", count: 20 << 20)))
                connection.waitForEnd()
            }
            let (client, idle) = (try scene.client(), try scene.client())
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            var (count, hasEnded) = (0, false)
            for _ in 0..<1_000 where !hasEnded && idle.staysSilent(seconds: 0.02) {
                switch client.socket.read(upTo: 8_192) {
                case .bytes(let bytes): count += bytes.count
                case .end, .reset: hasEnded = true
                case .nothing: break
                }
            }
            #expect(hasEnded && count < 20 << 20)
            try scene.martlet.process.errors.wait(for: "reads its answer more slowly than limits.answer-body-rate")
            _ = try scene.martlet.process.output.wait { lines in
                lines.first { $0.contains("\"reason\":\"answer-too-slow\"") }
            }
        }

        @Test("a member that says something now and then has all the time between", .timeLimit(.minutes(1)))
        func events() throws {
            let member = try RecordingMember { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n")
                for _ in 0..<20 where connection.socket.waitForInput(seconds: 0.05) == false {
                    try connection.send("x")
                }
                connection.waitForEnd()
            }
            let answer = try Scene(member, settings: Self.settings).client().get()
            #expect(answer.status == 200 && answer.text == String(repeating: "x", count: 20))
        }
    }
}
