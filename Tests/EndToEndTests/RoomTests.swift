import Foundation
import Testing

extension EndToEnd {
    /// Newcomers at `limits.connections` and where descriptors run out: who has been idle for the longest time goes
    /// first.
    @Suite("Room for newcomers")
    struct RoomTests {
        /// Answers at once, but for what is held.
        private static func member() throws -> RecordingMember {
            try RecordingMember { connection in
                while let head = try connection.readHead() {
                    if head.target == "/hold" { return connection.waitForEnd() }
                    try connection.send(Answer.ok("x"))
                }
            }
        }

        private static func scene(_ connections: Int, workers: Int = 1, more: String = "") throws -> Scene {
            try Scene(
                member(), settings: ["limits: { connections: \(connections) }"] + (more.isEmpty ? [] : [more]),
                workers: workers)
        }

        @Test("at the limit the client goes that has been idle for the longest time", .timeLimit(.minutes(1)))
        func longestIdle() throws {
            let scene = try Self.scene(3)
            let clients = try (0..<3).map { _ in try scene.client() }
            for client in clients { #expect(try client.get().status == 200) }
            // The first one is no longer the oldest.
            #expect(try clients[0].get().status == 200)
            let newcomer = try scene.client()
            #expect(try newcomer.get().status == 200)
            #expect(clients[1].ends())
            #expect(try clients[2].get().status == 200)
            #expect(try clients[0].get().status == 200)
            #expect(try newcomer.get().status == 200)
        }

        @Test("who has never asked for anything goes as well", .timeLimit(.minutes(1)))
        func silent() throws {
            let scene = try Self.scene(2)
            let silent = try scene.client()
            let asker = try scene.client()
            #expect(try asker.get().status == 200)
            #expect(try scene.client().get().status == 200)
            #expect(silent.ends())
            #expect(try asker.get().status == 200)
        }

        @Test("an exchange, and a head that has begun, are never given up for a newcomer", .timeLimit(.minutes(1)))
        func busy() throws {
            let scene = try Self.scene(2)
            var holder: RawClient? = try scene.client()
            try holder?.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
            let beginner = try scene.client()
            try beginner.send("GET / HTTP/1.1\r\nHo")
            let newcomer = try scene.client()
            try newcomer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try scene.martlet.process.errors.wait(for: "connections wait in the queue: limits.connections (2)")
            #expect(newcomer.staysSilent(seconds: 0.3))
            try beginner.send("st: a\r\n\r\n")
            #expect(try beginner.response().status == 200)
            // Now it is idle.
            #expect(try newcomer.response().status == 200)
            #expect(beginner.ends())
            #expect(holder?.staysSilent(seconds: 0) == true)
            holder = nil
        }

        @Test("newcomers one after the other, before several workers, and one line a second", .timeLimit(.minutes(1)))
        func workers() throws {
            let scene = try Self.scene(4, workers: 3)
            let start = Clock.now
            var clients: [RawClient] = []
            for _ in 0..<60 {
                let client = try scene.client()
                #expect(try client.get().status == 200)
                clients.append(client)
            }
            try scene.martlet.process.errors.wait(for: "the longest idle first")
            let lines = scene.martlet.process.errors.lines.filter { $0.contains("the longest idle first") }
            #expect(lines.count >= 1 && lines.count <= Int(Clock.now - start) + 1, "\(lines)")
            #expect(lines.first?.contains("limits.connections (4) is reached") == true)
            let open = clients.filter { $0.staysSilent(seconds: 0) }
            #expect(open.count <= 4)
        }

        @Test("a client of HTTP/2 without streams goes with GOAWAY", .timeLimit(.minutes(1)))
        func http2() throws {
            var text = EdgeText(try Self.member().endpoint, listeners: .prior, settings: ["limits: { connections: 1 }"])
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let script = try PythonScript.start("http2_abuse.py", ["--connect", "\(martlet.cleartext)", "quiet"])
            try script.output.wait(for: "quiet")
            #expect(try RawClient(martlet.cleartext).get().status == 200)
            #expect(try script.output.wait(for: "ended") == "ended 0")
        }

        @Test("out of descriptors, idle clients make room for newcomers and for their members", .timeLimit(.minutes(1)))
        func descriptors() throws {
            let member = try Self.member()
            let scene = try Scene(member)
            #expect(try scene.client().get().status == 200)
            try scene.martlet.limitDescriptors(leaving: 10)
            // Nobody asks for anything: it is those who come that need the descriptor of the member's connection.
            let silent = try (0..<30).map { _ in try scene.client() }
            #expect(member.wait { $0.first?.hasEnded == true })
            try scene.martlet.process.errors.wait(
                for: "accept4: Too many open files: clients are closed, the longest idle first")
            var clients: [RawClient] = []
            for _ in 0..<120 {
                let client = try scene.client()
                #expect(try client.get().status == 200)
                clients.append(client)
            }
            #expect(silent.allSatisfy { $0.ends() })
        }

        @Test("whoever waits in the queue of an address that a reload removes is served", .timeLimit(.minutes(1)))
        func removedAddress() throws {
            let member = try Self.member()
            let folder = try TemporaryFolder()
            let path = "\(folder.path)/left.sock"
            func text(_ addresses: [String], connections: Int) -> String {
                """
                listeners:
                \(addresses.map { "  - address: \"\($0)\"" }.joined(separator: "\n"))
                sites: [{ paths: { /: shop } }]
                balancers: { shop: { members: { node1: "\(member.endpoint.memberURL)" } } }
                limits: { connections: \(connections) }
                workers: 2
                """
            }
            let martlet = try MartletProcess.run(text(["127.0.0.1:0", "unix:\(path)"], connections: 1), in: folder)
            let holder = try RawClient(martlet.cleartext)
            try holder.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(member.waitForRequests(1))
            let waiting = try RawClient(.unix(path: path))
            try waiting.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try martlet.process.errors.wait(for: "connections wait in the queue")
            try martlet.writeConfiguration(text(["127.0.0.1:0"], connections: 10))
            try martlet.reload()
            #expect(try waiting.response().status == 200)
        }

        @Test("a client of HTTP/2 is idle for no longer than one of HTTP/1", .timeLimit(.minutes(1)))
        func idleTime() throws {
            let settings = ["timeouts: { keepalive: 4s, head: 1s }"]
            let text = EdgeText(try Self.member().endpoint, listeners: .prior, settings: settings)
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            // SETTINGS, and a GET whose fields are in the static table; the answer ends with its content.
            let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
            let settingsFrame: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
            let request: [UInt8] = [0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x01, 0x01, 0x61]
            let quiet = try RawClient(martlet.cleartext)
            try quiet.send(preface + settingsFrame + request)
            while quiet.reader.buffer.last != UInt8(ascii: "x") { try #require(try quiet.reader.fill()) }
            // A second passes; then another client falls silent, and goes when it has been for as long.
            let clock = try RawClient(martlet.cleartext)
            try clock.send("GET / HT")
            #expect(try clock.response().status == 408)
            let other = try RawClient(martlet.cleartext)
            #expect(try other.get().status == 200)
            #expect(other.ends())
            // By then the first one has gone: GOAWAY and the end are there, and need not be waited for.
            var goodbye: [UInt8] = []
            while case .bytes(let bytes) = quiet.socket.read(seconds: 0) { goodbye += bytes }
            #expect(goodbye.count > 9 && goodbye[3] == 7, "\(goodbye)")
            #expect(quiet.socket.read(seconds: 0) == .end)
        }
    }
}
