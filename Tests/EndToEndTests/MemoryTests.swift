import Foundation
import Testing

extension EndToEnd {
    /// The process's memory: what is let go of where it is short (`limits.memory`), and what goes back to the system.
    @Suite("Memory")
    struct MemoryTests {
        /// Clients that ask once and then say nothing.
        private struct Idle {
            let script: ChildProcess

            init(_ count: Int, at martlet: MartletProcess, authority: String) throws {
                script = try PythonScript.start(
                    "hold.py", ["--connect", "\(martlet.tls)", "--ca", authority, "--count", "\(count)"])
                #expect(try script.output.wait(for: "held", seconds: 200) == "held \(count) []")
            }

            /// Those that nobody has closed.
            func open() throws -> Int {
                let before = script.output.bytes.count
                try script.write("open\n")
                let line = try script.output.wait(for: "open", seconds: 30, after: before)
                return try #require(Int(line.filter(\.isNumber)))
            }
        }

        /// Looks at the process's resident memory, five times a second, until it is no more than that, or is not in
        /// time.
        private static func resident(of martlet: MartletProcess, atMost bytes: Int, seconds: Double) throws -> Int {
            var look = Clock.now
            let deadline = look + seconds
            var resident = try martlet.usage().residentBytes
            while resident > bytes, look < deadline {
                look += 0.2
                Clock.wait(until: look)
                resident = try martlet.usage().residentBytes
            }
            return resident
        }

        @Test("idle clients go until there is memory again, and one with a request stays", .timeLimit(.minutes(5)))
        func idleFirst() throws {
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                try connection.answerEach { head in
                    if head.target == "/held" { _ = gate.wait(seconds: 200) { $0 ? true : nil } }
                    return Answer.ok("x")
                }
            }
            let folder = try TemporaryFolder()
            let authority = try Certificates.forShop(in: folder).authority
            var text = EdgeText(
                member.endpoint, listeners: .tls, settings: ["timeouts: { keepalive: 10m, answer: 10m }"])
            let metered = try MeteredMartlet(text, in: folder)
            let martlet = metered.martlet
            let ceiling = try martlet.usage().residentBytes + 32 << 20
            text.settings += ["limits: { memory: \(ceiling) }", "metrics: 127.0.0.1:0"]
            try martlet.writeConfiguration(ControlledMartlet.text(text))
            try martlet.reload()
            try martlet.process.errors.wait(for: "limits.memory is ")

            var curl = try Curl(to: martlet, authority: authority, keepsCookies: false)
            curl.secondsMax = 250
            let busy = try curl.start("/held", [])
            #expect(member.waitForRequests(1))
            // They would take 54 MiB.
            let idle = try Idle(4_000, at: martlet, authority: authority)
            let resident = try Self.resident(of: martlet, atMost: ceiling, seconds: 30)
            #expect(resident <= ceiling)
            let open = try idle.open()
            #expect(open > 0 && open < 4_000, "\(open)")
            let samples = try metered.samples()
            let shed = samples["martlet_connections_shed_total{limit=\"memory\",kind=\"idle-client\"}"] ?? 0
            #expect(Int(shed) >= 4_000 - open, "\(shed) of \(4_000 - open)")
            #expect(samples["martlet_memory_max_bytes"] == Double(ceiling))
            #expect(try metered.control.text("status").contains("idle for limits.memory"))
            try martlet.process.errors.wait(for: " idle clients (limits.memory)")

            gate.withLock { $0 = true }
            #expect(try busy.waitForEnd() == .exited(0))
            #expect(busy.output.text == "x")
            idle.script.closeInput()
            _ = try idle.script.waitForEnd(seconds: 60)
        }

        @Test("beyond all of it newcomers wait in the queue, but for 64", .timeLimit(.minutes(1)))
        func newcomers() throws {
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                try connection.answerEach { _ in
                    _ = gate.wait(seconds: 50) { $0 ? true : nil }
                    return Answer.ok("x")
                }
            }
            // Less than the program itself takes.
            let scene = try Scene(member, settings: ["limits: { memory: 16MiB }"])
            // Who is idle goes, and from then on newcomers wait.
            #expect(try scene.client().ends())
            let clients = try (0..<64).map { _ in try scene.client() }
            for client in clients { try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(member.waitForRequests(64))
            let newcomer = try scene.client()
            try newcomer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try scene.martlet.process.errors.wait(for: "connections wait in the queue: limits.memory is reached")
            #expect(newcomer.staysSilent(seconds: 0.5))
            gate.withLock { $0 = true }
            for client in clients { #expect(try client.response().status == 200) }
            // The others are idle then, and make room one after the other.
            #expect(try newcomer.response(seconds: 20).status == 200)
        }

        @Test("what 3,000 idle TLS connections have had goes back to the system", .timeLimit(.minutes(5)))
        func givesBack() throws {
            let folder = try TemporaryFolder()
            let authority = try Certificates.forShop(in: folder).authority
            let member = try RecordingMember(answering: "x")
            let martlet = try MartletProcess.run(
                EdgeText(member.endpoint, listeners: .tls, settings: ["timeouts: { keepalive: 10m }"]).text, in: folder)
            let before = try martlet.usage().residentBytes
            let idle = try Idle(3_000, at: martlet, authority: authority)
            let held = try martlet.usage().residentBytes
            #expect(held - before > 3_000 * 8 << 10)
            idle.script.closeInput()
            _ = try idle.script.waitForEnd(seconds: 60)
            // 10 s after they have gone; 2.7 MiB more were seen to stay.
            let after = try Self.resident(of: martlet, atMost: before + 8 << 20, seconds: 60)
            #expect(after <= before + 8 << 20, "\(before), \(held), \(after)")
        }
    }
}
