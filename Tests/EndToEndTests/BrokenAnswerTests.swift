import Foundation
import Testing

extension EndToEnd {
    /// Answers that break off: the client gets what came, and cannot take it for whole.
    @Suite("Broken answers")
    struct BrokenAnswerTests {
        private static let log = "log: { access: { format: json, path: access.log } }"
        private static let page = String(repeating: "<p>half of a page</p>", count: 100)

        /// A member whose answers are what the targets say.
        private func member() throws -> RecordingMember {
            try RecordingMember { connection in
                guard let request = try connection.readRequest() else { return }
                switch request.target {
                case "/length": try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
                case "/chunks": try connection.send(Self.chunked + "4\r\nhalf\r\n")
                case "/malformed": try connection.send(Self.chunked + "zz\r\n")
                case "/later": try connection.send(Self.chunked + "4\r\nhalf\r\nzz\r\n")
                case "/page":
                    let size = String(Self.page.utf8.count, radix: 16)
                    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
                    try connection.send("\(head)\(size)\r\n\(Self.page)\r\n")
                default: try connection.send(Answer.ok("whole"))
                }
            }
        }

        private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

        @Test(
            "a member that closes half-way: its client gets the half each time, and the end of the connection",
            .timeLimit(.minutes(1)), arguments: ["/length", "/chunks"])
        func half(target: String) throws {
            let scene = try Scene(try member(), settings: [Self.log])
            for _ in 0..<20 {
                let client = try scene.client()
                let answer = try client.get(target)
                #expect(answer.status == 200 && answer.text == "half" && !answer.isComplete)
                #expect(client.socket.read() == .end)
            }
            try scene.martlet.terminate()
            let lines = try scene.folder.read("access.log").split(separator: "\n")
            #expect(lines.count == 20)
            for line in lines {
                for part in ["\"status\":200", "\"reason\":\"answer-broken\"", "\"answer_bytes\":4,"] {
                    #expect(line.contains(part), "\(line)")
                }
            }
        }

        @Test("what the encoder has taken goes out before the end", .timeLimit(.minutes(1)))
        func coded() throws {
            let scene = try Scene(try member())
            let answer = try scene.client().get("/page", fields: "Accept-Encoding: gzip\r\n")
            #expect(answer["Content-Encoding"] == "gzip" && !answer.isComplete)
            let file = try scene.folder.write(answer.content, to: "page.gz")
            #expect(try ChildProcess.run(Tool.gzip.path(), ["-dc", file]).text == Self.page)
        }

        @Test("malformed from the start: 502, and the log says so", .timeLimit(.minutes(1)))
        func malformed() throws {
            for target in ["/malformed", "/later"] {
                let scene = try Scene(try member(), settings: [Self.log])
                #expect(try scene.client().get(target).status == 502)
                try scene.martlet.terminate()
                let line = try scene.folder.read("access.log")
                for part in ["\"status\":502", "\"answered_by\":\"martlet\"", "\"answer_bytes\":0,"] {
                    #expect(line.contains(part), "\(line)")
                }
            }
        }

        @Test("the same over TLS, by HTTP/1.1 and by HTTP/2", .timeLimit(.minutes(1)))
        func overTLS() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let text = EdgeText(try member().endpoint, listeners: .tls)
            let martlet = try MartletProcess.run(text.text, in: folder)
            for version in ["--http1.1", "--http2"] {
                var curl = try Curl(to: martlet, authority: certificates.authority)
                curl.version = version
                #expect(try curl.head("/malformed").status == 502)
                #expect(try curl.head("/later").status == 502)
            }
            for target in ["/length", "/chunks"] {
                var curl = try Curl(to: martlet, authority: certificates.authority)
                curl.version = "--http1.1"
                let half = try curl.run(target, [])
                #expect(half.text == "half" && half.ending != .exited(0), "\(target)")
                // curl drops what it reads together with the reset of its stream; nghttp takes frame by frame.
                let frames = try ChildProcess.run(
                    Tool.nghttp.path(), ["-v", "-y", "-t", "10", "https://\(martlet.tls)\(target)"]
                ).text
                #expect(frames.contains("half") && frames.contains("INTERNAL_ERROR"), "\(frames)")
            }
        }
    }
}
