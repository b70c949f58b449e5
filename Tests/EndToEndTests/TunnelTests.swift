import Foundation
import Testing

extension EndToEnd {
    /// Tunnels through reloads and to their end.
    @Suite("Tunnels")
    struct TunnelTests {
        /// A member of many WebSockets.
        private struct Member {
            let process: ChildProcess
            let endpoint: Endpoint

            /// - Parameter ends: a file that gets a line for each connection that has ended.
            init(ends: String? = nil) throws {
                process = try PythonScript.start("tunnel_member.py", ends.map { ["--ends", $0] } ?? [])
                let line = try process.output.wait(for: "port ")
                guard let port = Int(line.split(separator: " ").last ?? "") else { throw HarnessError(line) }
                endpoint = .ipv4(port: port)
            }

            /// How many connections are open, and how many ended with which close code.
            func count() throws -> [Substring] {
                let before = process.output.bytes.count
                try process.write("count\n")
                return try process.output.wait(for: "count ", after: before).split(separator: " ").dropFirst().map {
                    $0
                }
            }

            /// Asks until the count is that, for what the kernel has not delivered yet.
            func waitForCount(_ expected: [String]) throws -> Bool {
                let deadline = Clock.now + 10
                while try count() != expected.map({ $0[...] }) {
                    if Clock.now > deadline { return false }
                }
                return true
            }
        }

        private static let overHTTP1 = 4000
        private static let overHTTP2 = 1000
        private static let count = overHTTP1 + overHTTP2
        /// Bytes of resident memory that an open tunnel may cost, most of them over TLS connections of their own.
        private static let bytesEach = 16 << 10

        @Test("5,000 outlive reloads, and a drain tells them all", .timeLimit(.minutes(4)))
        func many() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let members = [try Member(), try Member()]
            var text = EdgeText(
                members[0].endpoint, members[1].endpoint, listeners: .tls, settings: ["timeouts: { drain: 100ms }"])
            let martlet = try MartletProcess.run(text.text, in: folder, descriptors: 20_000)
            let before = try martlet.usage()
            let client = try PythonScript.start(
                "tunnels.py",
                ["--connect", "\(martlet.tls)", "--ca", certificates.authority, "--http1", "\(Self.overHTTP1)"]
                    + ["--http2", "\(Self.overHTTP2 / 100)"])
            #expect(try client.output.wait(for: "opened", seconds: 100) == "opened \(Self.count)")
            let half = "\(Self.count / 2)"
            for member in members { #expect(try member.count() == [half[...]]) }

            try client.write("echo first\n")
            #expect(try client.output.wait(for: "echoed", seconds: 60) == "echoed \(Self.count)")
            let each = (try martlet.usage().residentBytes - before.residentBytes) / Self.count
            print("memory per open tunnel: \(each) bytes")
            #expect(each < Self.bytesEach)

            // Another affinity, other limits, another member: what is open keeps what it has.
            text.affinity = "insert"
            text.settings = ["timeouts: { drain: 200ms }", "limits: { request-head: 16KiB }"]
            text.members.append(("node3", try Member().endpoint))
            try martlet.writeConfiguration(text.text)
            try martlet.reload()
            text.members.remove(at: 0)
            try martlet.writeConfiguration(text.text)
            try martlet.reload()
            for word in ["second", "third"] {
                let mark = client.output.bytes.count
                try client.write("echo \(word)\n")
                #expect(try client.output.wait(for: "echoed", seconds: 60, after: mark) == "echoed \(Self.count)")
            }
            #expect(!client.output.text.contains("failed"))

            martlet.process.signal(SIGTERM)
            try client.write("closes\n")
            #expect(try client.output.wait(for: "closed", seconds: 60) == "closed \(Self.count)")
            #expect(try martlet.process.waitForEnd() == .exited(0))
            for member in members { #expect(try member.waitForCount(["0", "1001:\(half)"])) }
            #expect(martlet.log.contains("; open tunnels: shop/node2 \(half)\n"))
            #expect(
                martlet.log.contains(
                    "the drain time is over: 0 exchanges were cut; tunnels to shop/node1: \(half) were told, 0 cut; "
                        + "tunnels to shop/node2: \(half) were told, 0 cut\n"))
        }

        @Test(
            "a frame is put in between frames only", .timeLimit(.minutes(1)),
            arguments: WebSocketTests.Transport.allCases)
        func borders(transport: WebSocketTests.Transport) throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try Member(ends: "\(folder.path)/ends")
            let martlet = try transport.start([member.endpoint], settings: ["timeouts: { drain: 100ms }"], in: folder)
            let client = try PythonScript.start(
                "tunnel_ends.py", transport.arguments(martlet, authority: certificates.authority))
            try client.output.wait(for: "open")
            #expect(try martlet.terminate() == .exited(0))
            #expect(try client.waitForEnd() == .exited(0), "\(client.errors.text)")
            #expect(client.output.lines == ["open", "border 1001", "client 1001", "member cut"])
            #expect(try member.waitForCount(["0", "-:1", "1001:2"]))
            let ends = try folder.read("ends").split(separator: "\n").sorted()
            #expect(ends == ["/border 1001 0", "/client - 9", "/member 1001 0"])
            #expect(martlet.log.contains("0 exchanges were cut; tunnels to shop/node1: 2 were told, 1 cut\n"))
        }

        @Test(
            "one that is silent for its time is closed, and both sides are told", .timeLimit(.minutes(1)),
            arguments: WebSocketTests.Transport.allCases)
        func idle(transport: WebSocketTests.Transport) throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try Member()
            let martlet = try transport.start(
                [member.endpoint],
                settings: ["timeouts: { tunnel: 1s }", "log: { access: { format: json, path: access.log } }"],
                in: folder)
            let client = try PythonScript.start(
                "tunnel_ends.py", transport.arguments(martlet, authority: certificates.authority))
            #expect(try client.waitForEnd() == .exited(0), "\(client.errors.text)")
            #expect(client.output.lines == ["open", "border 1001", "client 1001", "member cut"])
            #expect(try member.waitForCount(["0", "-:1", "1001:2"]))
            #expect(try martlet.terminate() == .exited(0))
            let lines = try folder.read("access.log").split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines.allSatisfy { $0.contains("\"status\":101,") })
            #expect(lines.allSatisfy { $0.contains("\"reason\":\"tunnel-timeout\"") })
        }
    }
}
