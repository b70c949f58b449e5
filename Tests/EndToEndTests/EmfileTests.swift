import Foundation
import Testing

extension EndToEnd {
    /// Descriptors run out: the process neither spins nor dies, and recovers.
    @Suite("Descriptors")
    struct EmfileTests {
        @Test("out of descriptors it waits without spinning, and goes on when some are free", .timeLimit(.minutes(1)))
        func outOfDescriptors() throws {
            let member = try RecordingMember(answering: "x")
            let folder = try TemporaryFolder()
            let martlet = try MartletProcess.run(EdgeText(member.endpoint).text, in: folder, descriptors: 96)
            // The kernel completes these by itself; Martlet takes as many as it has descriptors for.
            var clients = try (0..<80).map { _ in try RawClient(martlet.cleartext) }
            for client in clients { try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }

            let before = try martlet.usage()
            let start = Clock.now
            _ = clients[79].staysSilent(seconds: 1.5)
            let used = try martlet.usage().cpuSeconds - before.cpuSeconds
            #expect(used < (Clock.now - start) * 0.2)
            #expect(martlet.process.isRunning)

            clients.removeFirst(60)
            let last = try #require(clients.last)
            // Whoever was let in has a descriptor for its member.
            #expect(try last.response(seconds: 20).status == 200)
            clients.removeAll()
            let fresh = try RawClient(martlet.cleartext)
            #expect(try fresh.get().status == 200)
        }
    }
}
