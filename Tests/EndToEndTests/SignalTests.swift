import Foundation
import Testing

extension EndToEnd {
    /// SIGTERM and SIGINT: stop accepting, finish what is under way, leave.
    @Suite("Signals")
    struct SignalTests {
        /// A member whose answers wait for a gate after their head.
        private func gatedMember(_ gate: Monitor<Bool>) throws -> RecordingMember {
            try RecordingMember { connection in
                while try connection.readRequest() != nil {
                    _ = gate.wait(seconds: 20) { $0 ? true : nil }
                    try connection.send(Answer.ok("done"))
                }
            }
        }

        /// A Martlet that has heeded a signal, and a client whose request is under way.
        private func signalled(_ signal: Int32, before member: RecordingMember) throws -> (Scene, RawClient) {
            let scene = try Scene(member)
            let idle = try scene.client()
            let client = try scene.client()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(member.waitForRequests(1))
            scene.martlet.process.signal(signal)
            // The one worker has heeded the signal when it closes what is idle.
            #expect(idle.ends())
            return (scene, client)
        }

        @Test(
            "what is under way is finished, then the exit is 0", .timeLimit(.minutes(1)), arguments: [SIGTERM, SIGINT])
        func drains(signal: Int32) throws {
            let gate = Monitor(false)
            let (scene, client) = try signalled(signal, before: try gatedMember(gate))
            #expect(throws: HarnessError.self) { _ = try scene.client() }
            gate.withLock { $0 = true }
            let answer = try client.response()
            #expect(answer.text == "done")
            #expect(answer["Connection"]?.lowercased() == "close")
            #expect(client.ends())
            #expect(try scene.martlet.process.waitForEnd() == .exited(0))
            #expect(throws: HarnessError.self) { _ = try scene.client() }
        }

        @Test("idle connections are closed at once", .timeLimit(.minutes(1)))
        func idle() throws {
            let scene = try Scene(RecordingMember(answering: "x"), workers: 2)
            let clients = try (0..<10).map { _ in try scene.client() }
            for client in clients { #expect(try client.get().text == "x") }
            let start = Clock.now
            #expect(try scene.martlet.terminate() == .exited(0))
            #expect(Clock.now - start < 5)
            for client in clients { #expect(client.ends()) }
        }

        @Test("past the drain time what is left is cut, and the exit is 0", .timeLimit(.minutes(1)))
        func drainTime() throws {
            let member = try gatedMember(Monitor(false))
            let scene = try Scene(member, settings: ["timeouts: { drain: 500ms }"])
            let client = try scene.client()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(member.waitForRequests(1))
            let start = Clock.now
            #expect(try scene.martlet.terminate() == .exited(0))
            #expect((0.4...5).contains(Clock.now - start))
            #expect(client.ends())
        }

        @Test("a second signal ends it at once", .timeLimit(.minutes(1)), arguments: [SIGTERM, SIGINT])
        func second(signal: Int32) throws {
            let (scene, client) = try signalled(signal, before: try gatedMember(Monitor(false)))
            scene.martlet.process.signal(signal)
            #expect(try scene.martlet.process.waitForEnd(seconds: 10) == .exited(128 + signal))
            withExtendedLifetime(client) {}
        }

        @Test("whoever waits in the queue when the signal comes is served", .timeLimit(.minutes(1)))
        func queued() throws {
            let member = try RecordingMember(answering: "x")
            for _ in 0..<5 {
                let scene = try Scene(member, workers: 4)
                var clients: [RawClient] = []
                // They are handed from worker to worker, of which some have drained by then and some have not.
                try scene.martlet.whileStopped {
                    for _ in 0..<200 {
                        let client = try scene.client()
                        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                        clients.append(client)
                    }
                    scene.martlet.process.signal(SIGTERM)
                }
                for client in clients { #expect(try client.response(seconds: 20).text == "x") }
                #expect(try scene.martlet.process.waitForEnd() == .exited(0))
            }
        }

        @Test(
            "a client whose handshake ends while the process drains does not hold it", .timeLimit(.minutes(1)),
            arguments: ["http/1.1", "h2"])
        func lateHandshake(version: String) throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try RecordingMember(answering: "x")
            let martlet = try MartletProcess.run(EdgeText(member.endpoint, listeners: .tls).text, in: folder)
            let client = try PythonScript.start(
                "late_handshake.py", ["\(martlet.tls)", certificates.authority, version])
            try client.output.wait(for: "connected")
            // Whom the kernel has connected is let in before the drain begins.
            martlet.process.signal(SIGTERM)
            try martlet.process.errors.wait(for: "ending: ")
            try client.write("\n")
            try client.output.wait(for: "speaks \(version)")
            // Far less than `timeouts.drain`, which is 30 s.
            #expect(try martlet.process.waitForEnd(seconds: 20) == .exited(0))
        }

        @Test("a client that shows its protocol while the process drains does not hold it", .timeLimit(.minutes(1)))
        func latePreface() throws {
            let member = try RecordingMember(answering: "x")
            let martlet = try MartletProcess.run(
                EdgeText(member.endpoint, listeners: .prior).text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            try client.send("PRI * HTTP/2.0\r\n")
            martlet.process.signal(SIGTERM)
            try martlet.process.errors.wait(for: "ending: ")
            try client.send(Array("\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0])
            #expect(try martlet.process.waitForEnd(seconds: 20) == .exited(0))
        }

        @Test("under load nothing fails but new connections", .timeLimit(.minutes(2)))
        func underLoad() throws {
            struct Summary: Decodable {
                struct Failure: Decodable {
                    let kind: String
                    let error: String
                    let start: Double
                }
                let requests: Int
                let failures: [Failure]
            }
            let scene = try Scene(RecordingMember(answering: "x"), workers: 2)
            let load = try PythonScript.start(
                "load.py", ["--connect", "\(scene.martlet.cleartext)", "--keep-alive", "4", "--fresh", "2"])
            _ = try load.output.wait(for: "started")
            #expect(throws: Never.self) { for _ in 0..<100 { _ = try scene.client().get() } }
            let moment = Clock.now
            #expect(try scene.martlet.terminate() == .exited(0))
            try load.write("stop\n")
            _ = try load.waitForEnd(seconds: 60)
            let summary = try JSONDecoder().decode(Summary.self, from: Data((load.output.lines.last ?? "").utf8))
            #expect(summary.requests > 100)
            // A connection that is refused was never let in, whenever its client began to think of it.
            let early = summary.failures.filter { $0.start < moment && !$0.error.contains("ConnectionRefusedError") }
            #expect(early.map { "\($0.kind): \($0.error), begun \(moment - $0.start) s before" } == [])
            let harmless = ["ConnectionRefusedError", "ConnectionResetError", "before the answer was complete"]
            #expect(summary.failures.filter { failure in !harmless.contains { failure.error.contains($0) } }.isEmpty)
        }
    }
}
