import Foundation
import Testing

extension EndToEnd {
    /// Descriptors run out: the process neither spins nor dies, and recovers.
    @Suite("Descriptors")
    struct EmfileTests {
        @Test("out of descriptors it waits without spinning, and goes on when some are free", .timeLimit(.minutes(1)))
        func outOfDescriptors() throws {
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                try connection.answerEach { _ in
                    _ = gate.wait(seconds: 50) { $0 ? true : nil }
                    return Answer.ok("x")
                }
            }
            let scene = try Scene(member)
            let martlet = scene.martlet
            let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            let holders = try (0..<5).map { _ in try scene.client() }
            for holder in holders { try holder.send(request) }
            #expect(member.waitForRequests(5))
            try martlet.limitDescriptors(leaving: 0)
            // The kernel completes these by itself; Martlet has no descriptor for them, and nobody is idle.
            var newcomers = try (0..<20).map { _ in try scene.client() }
            for newcomer in newcomers { try newcomer.send(request) }
            try martlet.process.errors.wait(for: "connections wait in the queue: accept4: Too many open files")

            let before = try martlet.usage()
            let start = Clock.now
            #expect(newcomers[19].staysSilent(seconds: 1.5))
            let used = try martlet.usage().cpuSeconds - before.cpuSeconds
            #expect(used < (Clock.now - start) * 0.2)
            #expect(martlet.process.isRunning)

            gate.withLock { $0 = true }
            for holder in holders { #expect(try holder.response().text == "x") }
            // Who is idle now makes room; while nobody is, there may be none for a member's connection.
            let statuses = try newcomers.map { try $0.response(seconds: 20).status }
            #expect(statuses.contains(200) && statuses.allSatisfy { $0 == 200 || $0 == 503 }, "\(statuses)")
            newcomers.removeAll()
            #expect(try scene.client().get().text == "x")
        }

        @Test(
            "accepting pauses while members, control, metrics and a reload have descriptors", .timeLimit(.minutes(1)))
        func reserve() throws {
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                try connection.answerEach { _ in
                    _ = gate.wait(seconds: 50) { $0 ? true : nil }
                    return Answer.ok("x")
                }
            }
            let folder = try TemporaryFolder()
            let settings = ["metrics: 127.0.0.1:0", "control: { socket: control.sock }"]
            let martlet = try MartletProcess.run(
                EdgeText(member.endpoint, settings: settings).text, in: folder, descriptors: 300)
            let told = try #require(martlet.log.firstMatch(of: #/300 descriptors are enough for (\d+):/#))
            let most = try #require(Int(told.1))
            let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            let clients = try (0..<most).map { _ in try RawClient(martlet.cleartext) }
            for client in clients { try client.send(request) }
            // Each has a connection to the member.
            #expect(member.waitForRequests(most, seconds: 20))
            let newcomer = try RawClient(martlet.cleartext)
            try newcomer.send(request)
            try martlet.process.errors.wait(for: "in the queue: limits.connections (\(most)) is reached")
            let status = try ControlledMartlet.json(["status"], socket: folder.path + "/control.sock")
            #expect(status["client_connections"] as? Int == most)
            let metrics = try MeteredMartlet.metrics(of: martlet)
            #expect(try MeteredMartlet.get("/metrics", at: metrics).status == 200)
            #expect(try martlet.reload() == 2)
            #expect(!martlet.log.contains("Too many open files"), "\(martlet.log)")
            gate.withLock { $0 = true }
            for client in clients { #expect(try client.response().status == 200) }
            #expect(try newcomer.response(seconds: 20).status == 200)
        }
    }
}
