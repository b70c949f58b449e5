import Foundation
import Testing

extension EndToEnd {
    /// Event streams and other answers without an end, uncompressed.
    @Suite("Long answers")
    struct LongAnswerTests {
        private static let count = 50

        /// Sends the next event only when the last has been seen; `/alive` is answered at once.
        private func member(_ seen: Monitor<Int>) throws -> RecordingMember {
            try RecordingMember { connection in
                while let request = try connection.readRequest() {
                    guard request.target.hasPrefix("/events") else {
                        try connection.send(Answer.ok("alive"))
                        continue
                    }
                    let isChunked = request.target != "/events/until-close"
                    let framing = isChunked ? "Transfer-Encoding: chunked\r\n" : ""
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\(framing)\r\n")
                    for number in 1...Self.count {
                        let event = "data: \(number)\n\n"
                        let size = String(event.utf8.count, radix: 16)
                        try connection.send(isChunked ? "\(size)\r\n\(event)\r\n" : event)
                        if request.target == "/events/silent" { return connection.waitForEnd() }
                        guard seen.wait(seconds: 20, until: { $0 >= number ? true : nil }) == true else {
                            throw HarnessError("event \(number) was not seen")
                        }
                    }
                    guard isChunked else { return }
                    try connection.send("0\r\n\r\n")
                }
            }
        }

        /// Martlet over TLS and curl as its client.
        private func stage(_ member: RecordingMember, version: String) throws -> (curl: Curl, martlet: MartletProcess) {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let martlet = try MartletProcess.run(EdgeText(member.endpoint, listeners: .tls).text, in: folder)
            var curl = try Curl(to: martlet, authority: certificates.authority)
            curl.version = version
            return (curl, martlet)
        }

        @Test(
            "no event waits for its successor", .timeLimit(.minutes(1)),
            arguments: ["--http1.1", "--http2"], ["/events/chunked", "/events/until-close"])
        func events(version: String, target: String) throws {
            let seen = Monitor(0)
            let member = try member(seen)
            let (curl, _) = try stage(member, version: version)
            let process = try curl.start(target, ["--no-buffer"])
            for number in 1...Self.count {
                try process.output.wait(seconds: 20) { $0.contains("data: \(number)") ? true : nil }
                seen.withLock { $0 = number }
            }
            #expect(try process.waitForEnd() == .exited(0), "\(process.errors.text)")
            #expect(process.output.lines == (1...Self.count).map { "data: \($0)" })
            #expect(member.failures == [])
        }

        @Test(
            "a client that goes away frees the connection of a member that is silent", .timeLimit(.minutes(1)),
            arguments: ["--http1.1", "--http2"])
        func clientGone(version: String) throws {
            let member = try member(Monitor(0))
            let (curl, martlet) = try stage(member, version: version)
            let process = try curl.start("/events/silent", ["--no-buffer"])
            try process.output.wait(for: "data: 1")
            #expect(!member.connections[0].hasEnded)
            process.signal(SIGKILL)
            #expect(member.wait { $0[0].hasEnded })
            #expect(try curl.run([.init(target: "/alive")]).map(\.body) == ["alive"])
            #expect(martlet.process.isRunning)
        }

        @Test("a stream that is reset frees its member's connection, and others go on", .timeLimit(.minutes(1)))
        func streamReset() throws {
            let member = try member(Monitor(0))
            let folder = try TemporaryFolder()
            let martlet = try MartletProcess.run(EdgeText(member.endpoint, listeners: .prior).text, in: folder)
            let script = try PythonScript.start("http2_reset.py", ["--connect", "\(martlet.cleartext)"])
            try script.output.wait(for: "reset")
            #expect(member.wait { $0[0].hasEnded })
            try script.write("\n")
            #expect(try script.waitForEnd() == .exited(0), "\(script.errors.text)")
            #expect(script.output.lines == ["reset", "alive"])
        }
    }
}
