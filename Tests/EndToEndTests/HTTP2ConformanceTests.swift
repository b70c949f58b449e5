import Foundation
import Testing

extension EndToEnd {
    /// Frames as no client library would send them.
    @Suite("HTTP/2: conformance")
    struct HTTP2ConformanceTests {
        /// Echoes requests, or does what their path says.
        private static func member() throws -> RecordingMember {
            try RecordingMember { connection in
                while let head = try connection.readHead() {
                    switch head.target.split(separator: "/").first {
                    case "hold":
                        return connection.waitForEnd()
                    case "early":
                        try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno")
                        return connection.waitForEnd()
                    case "upgrade":
                        try connection.send(Answer.ok("x", fields: "Connection: Upgrade\r\nUpgrade: x\r\n"))
                    case "interim":
                        try connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + Answer.ok("x"))
                    case "chunks":
                        try connection.send(Answer.chunked("one", "two", trailers: "X-Sum: abc\r\n"))
                    case "big":
                        let count = Int(head.target.split(separator: "/").last ?? "") ?? 0
                        let content = head.method == "HEAD" ? "" : String(repeating: "b", count: count)
                        try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n\(content)")
                    default:
                        var request = head
                        try connection.reader.readContent(ofRequest: &request, seconds: 60)
                        let trailers = request.trailers.map { "trailer \($0.name): \($0.value)\n" }.joined()
                        try connection.send(Answer.ok(head.headText + trailers + "\n" + request.text))
                    }
                }
            }
        }

        @Test("what RFC 9113 asks of a server, sections 3 to 8", .timeLimit(.minutes(3)))
        func conformance() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let text = """
                listeners:
                  - address: "127.0.0.1:0"
                    protocols: [h2c, http/1.1]
                  - address: "127.0.0.1:0"
                    tls: { certificates: certs/ }
                sites:
                  - paths: { /: shop }
                balancers:
                  shop: { members: { node1: "\(try Self.member().endpoint.memberURL)" } }
                """
            let martlet = try MartletProcess.run(text, in: folder)
            let script = try PythonScript.start(
                "http2_conformance.py",
                ["--connect", "\(martlet.cleartext)", "--tls", "\(martlet.tls)", "--ca", certificates.authority])
            #expect(try script.waitForEnd(seconds: 150) == .exited(0), "\(script.errors.text)")
            let lines = script.output.lines
            #expect(lines.count > 200)
            for line in lines { #expect(line.hasPrefix("ok "), "\(line)") }
            #expect(martlet.process.isRunning, "\(martlet.log)")
        }

        @Test(
            "who speaks something else where only HTTP/2 is spoken is told so, and so is the log",
            .timeLimit(.minutes(1)))
        func otherProtocol() throws {
            let text = """
                listeners:
                  - address: "127.0.0.1:0"
                    protocols: [h2c]
                sites: [{ paths: { /: shop } }]
                balancers: { shop: { members: { node1: "\(try Self.member().endpoint.memberURL)" } } }
                """
            let martlet = try MartletProcess.run(text, in: TemporaryFolder())
            for sent in [
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "\u{16}\u{3}\u{1}hello",
            ] {
                let before = martlet.process.errors.bytes.count
                let client = try RawClient(martlet.cleartext)
                try client.send(sent)
                #expect(try client.response().status == 505)
                #expect(client.ends())
                try martlet.process.errors.wait(for: "answered 505: version-unsupported", after: before)
            }
        }
    }
}
