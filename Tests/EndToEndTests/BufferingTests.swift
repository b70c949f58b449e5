import Foundation
import Testing

extension EndToEnd {
    /// Slow clients of a member that can do one thing at a time.
    @Suite("Buffering")
    struct BufferingTests {
        private struct Stage {
            let php: PHPServer
            let folder: TemporaryFolder
            let martlet: MartletProcess

            init(_ buffering: String) throws {
                php = try PHPServer(name: "one")
                folder = try TemporaryFolder()
                let lines = [
                    "workers: 2", "listeners: [ { address: \"127.0.0.1:0\" } ]", "sites: [ { paths: { /: one } } ]",
                    "balancers:", "  one:", "    buffering: { \(buffering), folder: \(folder.path) }",
                    "    members: { php: { url: \"http://\(php.endpoint)\", max: 1, acquire: 20s } }",
                ]
                martlet = try MartletProcess.run(lines.joined(separator: "\n") + "\n", in: folder)
            }

            func client() throws -> RawClient { try RawClient(martlet.cleartext) }
        }

        @Test("a client that reads nothing holds nobody up, and has its answer when it reads", .timeLimit(.minutes(1)))
        func answers() throws {
            let stage = try Stage("answers: 1MiB, file: 128MiB")
            let slow = try stage.client()
            try slow.send("GET /long.php HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(slow.socket.waitForInput(seconds: 10))
            // All that the slow one has not read is with Martlet: its only place at the member is free.
            for _ in 0..<3 { #expect(try stage.client().get("/counter.php").status == 200) }
            let answer = try slow.response(seconds: 30)
            #expect(answer.status == 200 && answer.content.count == PHPServer.longBytes)
            #expect(answer.content.allSatisfy { $0 == UInt8(ascii: "a") })
            #expect(try slow.get("/counter.php").status == 200)
            // Files have no names.
            let names = try FileManager.default.contentsOfDirectory(atPath: stage.folder.path)
            #expect(!names.contains { $0.hasPrefix("#") })
        }

        @Test("a client that sends its request slowly holds nobody else up", .timeLimit(.minutes(1)))
        func requests() throws {
            let stage = try Stage("requests: 64KiB, file: 64MiB")
            let slow = try stage.client()
            let content = [UInt8](repeating: UInt8(ascii: "b"), count: 3_000_000)
            try slow.send("POST /length.php HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            try slow.send(Array("\(String(content.count, radix: 16))\r\n".utf8) + content)
            for _ in 0..<3 { #expect(try stage.client().get("/counter.php").status == 200) }
            try slow.send("\r\n0\r\n\r\n")
            #expect(try slow.response(to: "POST").text == "3000000")
        }
    }
}
