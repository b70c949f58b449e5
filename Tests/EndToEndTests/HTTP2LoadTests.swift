import Foundation
import Testing

extension EndToEnd {
    /// nghttp2's own load generator: many connections with many streams each.
    @Suite("HTTP/2: h2load")
    struct HTTP2LoadTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
        }

        /// Martlet over TLS before members.
        private func start(_ members: Endpoint...) throws -> MartletProcess {
            _ = try Certificates.forShop(in: folder)
            let text = EdgeText(before: members, listeners: .tls)
            return try MartletProcess.run(text.text, in: folder)
        }

        private func load(_ martlet: MartletProcess, _ target: String, _ arguments: [String]) throws -> LoadCounts {
            try LoadCounts.load("https://\(martlet.tls)\(target)", arguments)
        }

        @Test("connections with 32 streams each: every request succeeds", .timeLimit(.minutes(3)))
        func many() throws {
            // At a UNIX-domain socket, whose queue is full now and then.
            let nginx = try Nginx(files: ["1k": Pattern.bytes(1024)])
            let martlet = try start(nginx.endpoint)
            let counts = try load(martlet, "/1k", ["-n", "40000", "-c", "50", "-m", "32", "-t", "2"])
            #expect(counts.succeeded == 40_000 && counts.good == 40_000 && counts.failed == 0)
            #expect(counts.content == 40_000 * 1024)
        }

        @Test("windows of 4 KiB, for a stream and for the connection", .timeLimit(.minutes(3)))
        func tinyWindows() throws {
            let nginx = try Nginx.atPort(files: ["100k": Pattern.bytes(100_000)])
            let martlet = try start(nginx.endpoint)
            let counts = try load(martlet, "/100k", ["-n", "2000", "-c", "10", "-m", "32", "-w", "12", "-W", "12"])
            #expect(counts.succeeded == 2000 && counts.good == 2000 && counts.failed == 0)
            #expect(counts.content == 2000 * 100_000)
        }

        @Test("uploads: each arrives whole", .timeLimit(.minutes(3)))
        func uploads() throws {
            let members = [try Origin.start("node1"), try Origin.start("node2")]
            let martlet = try start(members[0].endpoint, members[1].endpoint)
            let file = try folder.write(Pattern.bytes(70_000), to: "upload")
            let counts = try load(martlet, "/length", ["-n", "600", "-c", "10", "-m", "16", "-d", file])
            #expect(counts.succeeded == 600 && counts.good == 600 && counts.failed == 0)
            #expect(counts.content == 600 * "70000".utf8.count)
            #expect(members.flatMap(\.requests).count == 600)
        }
    }
}
