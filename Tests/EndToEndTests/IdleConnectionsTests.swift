import Foundation
import Testing

extension EndToEnd {
    /// Ten thousand clients that say nothing.
    @Suite("Idle connections")
    struct IdleConnectionsTests {
        private static let count = 10_000
        /// Bytes of resident memory that an idle TLS connection may cost.
        private static let bytesEach = 16 << 10

        private struct Summary: Decodable {
            struct Failure: Decodable { let error: String }
            let requests: Int
            let failures: [Failure]
            let median: Double
            let percentile99: Double
        }

        /// Load of a fixed number of requests.
        private func load(on martlet: MartletProcess, authority: String) throws -> Summary {
            let load = try PythonScript.start(
                "load.py", ["--connect", "\(martlet.tls)", "--ca", authority, "--keep-alive", "2", "--fresh", "1"])
            while true {
                let before = load.output.bytes.count
                try load.write("mark\n")
                let line = try load.output.wait(for: "requests", after: before)
                let counts = try JSONDecoder().decode([String: Int].self, from: Data(line.utf8))
                if counts["requests", default: 0] > 3000 { break }
            }
            try load.write("stop\n")
            _ = try load.waitForEnd(seconds: 60)
            return try JSONDecoder().decode(Summary.self, from: Data((load.output.lines.last ?? "").utf8))
        }

        @Test("10,000 idle TLS connections are held, cheaply, and others do not notice", .timeLimit(.minutes(5)))
        func held() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let nginx = try Nginx.atPort(files: ["index.html": [UInt8](repeating: 0x61, count: 1024)])
            let text = EdgeText(nginx.endpoint, listeners: .tls, settings: ["timeouts: { keepalive: 10m }"]).text
            let martlet = try MartletProcess.run(text, in: folder, descriptors: 20_000)
            let quiet = try load(on: martlet, authority: certificates.authority)
            #expect(quiet.failures.map(\.error) == [])

            let before = try martlet.usage()
            let holder = try PythonScript.start(
                "hold.py",
                ["--connect", "\(martlet.tls)", "--ca", certificates.authority, "--count", "\(Self.count)"])
            let line = try holder.output.wait(for: "held", seconds: 200)
            #expect(line == "held \(Self.count) []")
            #expect(try martlet.usage().descriptors - before.descriptors >= Self.count)

            let busy = try load(on: martlet, authority: certificates.authority)
            #expect(busy.failures.map(\.error) == [])
            #expect(busy.median < quiet.median * 2 + 0.001)
            #expect(busy.percentile99 < quiet.percentile99 * 2 + 0.020)

            let each = (try martlet.usage().residentBytes - before.residentBytes) / Self.count
            print("memory per idle TLS keep-alive connection: \(each) bytes")
            #expect(each < Self.bytesEach)

            try holder.write("open\n")
            #expect(try holder.output.wait(for: "open") == "open \(Self.count)")
            try holder.write("ask 1000\n")
            #expect(try holder.output.wait(for: "answered", seconds: 60) == "answered 1000")
            #expect(!holder.output.text.contains("failed"))
            holder.closeInput()
            _ = try holder.waitForEnd(seconds: 60)
        }
    }
}
