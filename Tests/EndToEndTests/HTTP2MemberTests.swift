import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Members that speak HTTP/2 in cleartext, well and badly.
    @Suite("Members of HTTP/2")
    struct HTTP2MemberTests {
        /// A Martlet of one worker before members of HTTP/2, for clients of HTTP/1.1 and, with prior knowledge, of
        /// HTTP/2.
        private struct Stage {
            let members: [HTTP2Member]
            let martlet: MartletProcess

            /// - Parameter isLocal: whether clients come by a UNIX-domain socket, whose buffers never grow, so that one
            ///   which does not read holds up its member whatever TCP's buffers are on this machine.
            init(_ members: HTTP2Member..., isLocal: Bool = false, settings: [String] = []) throws {
                self.members = members
                let folder = try TemporaryFolder()
                let listeners = isLocal ? EdgeText.Listeners.localPrior(path: "\(folder.path)/edge") : .prior
                var text = EdgeText(before: members.map(\.endpoint), listeners: listeners, settings: settings)
                text.scheme = "h2c"
                text.workers = 1
                martlet = try MartletProcess.run(text.text, in: folder)
            }

            func client() throws -> RawClient { try RawClient(martlet.cleartext) }

            /// Sends a request by curl over HTTP/2.
            func curl(_ arguments: String...) throws -> String {
                try ChildProcess.run(Tool.curl.path(), ["--http2-prior-knowledge", "-s", "-m", "20"] + arguments).text
            }

            func url(_ path: String) -> String { "http://\(martlet.cleartext)\(path)" }
        }

        private static func post(_ path: String, _ content: String = "abc") -> String {
            "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(content.utf8.count)\r\n\r\n\(content)"
        }

        @Test("requests are those of HTTP/2, whatever the client speaks", .timeLimit(.minutes(1)))
        func requests() throws {
            let stage = try Stage(HTTP2Member())
            let plain = try stage.client().exchange(
                "POST /echo?a=1 HTTP/1.1\r\nHost: shop.example.com\r\nX-Own: Yes\r\nConnection: close, x-drop\r\n"
                    + "X-Drop: 1\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                    + "5\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n")
            #expect(plain.status == 200)
            let lines = plain.text.split(separator: "\n").map(String.init)
            #expect(
                Array(lines.prefix(5)) == [
                    ":method: POST", ":scheme: http", ":path: /echo?a=1", ":authority: shop.example.com",
                    "te: trailers",
                ])
            #expect(lines.last == "hello")
            for expected in ["x-own: Yes", "x-forwarded-for: 127.0.0.1", "via: 1.1 martlet"] {
                #expect(lines.contains(expected), "\(lines)")
            }
            for absent in ["connection", "transfer-encoding", "host", "x-drop", "content-length"] {
                #expect(!lines.contains { $0.hasPrefix(absent + ":") }, "\(lines)")
            }
            #expect(plain.trailers.map(\.name) == ["x-sum"])
            let other = try stage.curl("--data-binary", "hello", stage.url("/echo"))
            #expect(other.contains("content-length: 5\n") && other.hasSuffix("\n\nhello"), "\(other)")
            #expect(try stage.members[0].said("push", 1) == ["0"])
            #expect(try stage.members[0].said("connection", 1).count == 1)
        }

        @Test("contents of every size pass in both directions, byte for byte", .timeLimit(.minutes(1)))
        func contents() throws {
            let port = try FreePort.choose()
            let folder = try TemporaryFolder()
            let sizes = [0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 1_000_000, 10_000_000]
            var generator = SplitMix(seed: 105)
            for size in sizes {
                try folder.write((0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }, to: "\(size)")
            }
            let server = try ChildProcess(
                Tool.nghttpd.path(),
                ["--no-tls", "-v", "-a", "127.0.0.1", "\(port)", "-d", folder.path, "--echo-upload"])
            try server.output.wait(for: "listen 127.0.0.1")
            var text = EdgeText(.ipv4(port: port), listeners: .prior)
            text.scheme = "h2c"
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            for size in sizes {
                let file = folder.path + "/\(size)"
                let wanted = try Data(contentsOf: URL(fileURLWithPath: file))
                for version in ["--http1.1", "--http2-prior-knowledge"] {
                    let url = "http://\(martlet.cleartext)/\(size)"
                    let got = try ChildProcess.run(Tool.curl.path(), [version, "-s", "-m", "30", url])
                    #expect(Data(got.output) == wanted, "\(version) \(size)")
                    for framing in ["Expect:", "Transfer-Encoding: chunked"] {
                        let back = try ChildProcess.run(
                            Tool.curl.path(),
                            [version, "-s", "-m", "30", "-H", framing, "--data-binary", "@" + file, url])
                        #expect(Data(back.output) == wanted, "\(version) \(framing) \(size)")
                    }
                }
            }
        }

        @Test(
            "exchanges share a connection, as many as the member takes", .timeLimit(.minutes(1)),
            arguments: [1, 2, 100])
        func sharing(streams: Int) throws {
            let stage = try Stage(HTTP2Member("--streams", "\(streams)"))
            let needed = (6 + streams - 1) / streams
            let clients = try (0..<6).map { _ in try stage.client() }
            for client in clients { try client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n") }
            try stage.members[0].process.output.wait { lines in
                lines.filter { $0.hasPrefix("request ") }.count == 6 ? true : nil
            }
            #expect(try stage.members[0].said("connection", needed).count == needed)
            for client in clients { client.socket.reset() }
            try stage.members[0].process.output.wait { lines in
                lines.filter { $0.hasPrefix("reset ") && $0.hasSuffix(" 8") }.count == 6 ? true : nil
            }
            #expect(try stage.client().get("/empty").status == 200)
            #expect(try stage.members[0].said("connection", needed).count == needed)
        }

        @Test("a refused stream is sent again, even a POST", .timeLimit(.minutes(1)))
        func refused() throws {
            let stage = try Stage(HTTP2Member())
            #expect(try stage.client().exchange(Self.post("/refuse/1")).text == "taken")
            #expect(try stage.members[0].said("request", 2).count == 2)
            #expect(try stage.client().exchange(Self.post("/refuse/2")).status == 502)
        }

        @Test("what GOAWAY leaves out is sent again, even POSTs, on one new connection", .timeLimit(.minutes(1)))
        func goAway() throws {
            let stage = try Stage(HTTP2Member())
            let clients = try (0..<8).map { _ in try stage.client() }
            for client in clients { try client.send(Self.post("/goaway/8")) }
            let answers = try clients.map { try $0.response(to: "POST").text }
            #expect(answers.sorted() == Array(repeating: "again", count: 7) + ["first"])
            #expect(try stage.members[0].said("connection", 2).count == 2)
            #expect(try stage.members[0].said("request", 15).count == 15)
        }

        @Test(
            "what GOAWAY leaves out of a connection that has served costs nothing of the budget",
            .timeLimit(.minutes(1)))
        func goAwayOfMany() throws {
            let stage = try Stage(HTTP2Member())
            #expect(try stage.client().get("/empty").status == 200)
            let clients = try (0..<32).map { _ in try stage.client() }
            for client in clients { try client.send(Self.post("/goaway/32")) }
            let answers = try clients.map { try $0.response(to: "POST").text }
            #expect(answers.sorted() == Array(repeating: "again", count: 31) + ["first"])
            #expect(try stage.members[0].said("connection", 2).count == 2)
            #expect(try stage.members[0].said("request", 64).count == 64)
        }

        @Test("a stream that is reset is sent again only if that does no harm", .timeLimit(.minutes(1)))
        func reset() throws {
            let stage = try Stage(HTTP2Member())
            #expect(try stage.client().exchange(Self.post("/reset/2")).status == 502)
            #expect(try stage.members[0].said("request", 1).count == 1)
            #expect(try stage.client().get("/reset/2").status == 502)
            #expect(try stage.members[0].said("request", 3).count == 3)
            #expect(try stage.client().get("/empty").status == 200)
        }

        @Test(
            "a connection that ends: unanswered GETs are sent again, an answer that has begun is cut",
            .timeLimit(.minutes(1)))
        func ends() throws {
            let stage = try Stage(HTTP2Member())
            #expect(try stage.client().get("/close").status == 502)
            #expect(try stage.members[0].said("request", 2).count == 2)
            let half = try stage.client().get("/half")
            #expect(half.text == "half" && !half.isComplete)
            #expect(try stage.client().get("/empty").status == 200)
        }

        @Test(
            "an answer that breaks the rules is 502, and the connection goes on", .timeLimit(.minutes(1)),
            arguments: ["badfield", "noStatus", "upper", "connection", "interims"])
        func broken(path: String) throws {
            let stage = try Stage(HTTP2Member())
            let client = try stage.client()
            var status = try client.exchange(Self.post("/" + path)).status
            while status == 103 { status = try client.response(to: "POST").status }
            #expect(status == 502, "\(stage.martlet.log)")
            #expect(try stage.client().get("/empty").status == 200)
            #expect(stage.martlet.process.isRunning)
        }

        @Test(
            "an answer whose content breaks the rules is cut", .timeLimit(.minutes(1)), arguments: ["length", "long"])
        func brokenContent(path: String) throws {
            let stage = try Stage(HTTP2Member())
            let answer = try stage.client().exchange(Self.post("/" + path))
            #expect(answer.status == 502 || !answer.isComplete)
            #expect(try stage.client().get("/empty").status == 200)
        }

        @Test(
            "a stream that is reset in its answer: the client gets what came; behind the declared length, all of it",
            .timeLimit(.minutes(1)))
        func resetInAnswer() throws {
            let stage = try Stage(
                HTTP2Member(), settings: ["log: { access: { format: json, path: access.log } }"])
            for path in ["/cut", "/whole"] {
                let answer = try stage.client().get(path)
                #expect(answer.status == 200 && answer.text == "half" && answer.isComplete == (path == "/whole"))
                // curl drops what it reads together with the reset of its stream; nghttp takes frame by frame.
                let content = try ChildProcess.run(Tool.nghttp.path(), ["-t", "10", stage.url(path)]).text
                #expect(content == "half")
            }
            try stage.martlet.terminate()
            let reasons = try stage.martlet.folder.read("access.log").split(separator: "\n").map {
                $0.contains("\"reason\":\"answer-broken\"") && $0.contains("\"status\":200")
            }
            #expect(reasons == [true, true, false, false])
        }

        @Test(
            "uploads whose whole answer comes early and whose streams the member then resets leave nothing behind",
            .timeLimit(.minutes(1)))
        func wholeBeforeUpload() throws {
            let stage = try Stage(HTTP2Member(), settings: ["log: { access: { format: json } }"])
            let client = try stage.client()
            #expect(try client.get("/empty").status == 200)
            let before = try stage.martlet.usage().descriptors
            // More than there may be at a time, on either side.
            let script = try PythonScript.start(
                "http2_abuse.py", ["--connect", "\(stage.martlet.cleartext)", "early answers"])
            #expect(try script.output.wait { $0.first } == "done")
            script.terminate()
            // The one worker hears of that end before it hears of this request.
            #expect(try client.get("/empty").status == 200)
            // One for a second connection to the member, and one that may linger.
            #expect(try stage.martlet.usage().descriptors <= before + 2)
            #expect(try stage.martlet.terminate() == .exited(0))
            let whole = stage.martlet.process.output.text.split(separator: "\n")
                .filter { $0.contains("\"target\":\"/wholly\"") && $0.contains("\"sent_bytes\":4,") }
            #expect(!whole.isEmpty && !whole.contains { $0.contains("client-gone") })
        }

        @Test("the largest head that the edge takes reaches the member, and its content", .timeLimit(.minutes(1)))
        func largestHead() throws {
            let stage = try Stage(HTTP2Member(), settings: ["limits: { request-head: 60KiB, field-count: 1000 }"])
            let client = try stage.client()
            #expect(try client.get("/empty").status == 200)
            let start = "POST /early HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            let large = "L: \(String(repeating: "l", count: 14_000))\r\n"
            let fields = start + String(repeating: large, count: 3) + String(repeating: "a:\r\n", count: 990)
            let rest = 60 * 1024 - fields.utf8.count - "R: \r\n\r\n".utf8.count
            let head = fields + "R: \(String(repeating: "r", count: rest))\r\n\r\n"
            try client.send(head + "3\r\nabc\r\n0\r\n\r\n")
            #expect(try client.response(to: "POST").status == 200)
            // What that exchange has left behind would show in the next ones.
            for _ in 0..<3 { #expect(try stage.client().exchange(Self.post("/echo", "abc")).text.hasSuffix("abc")) }
            let upload = String(repeating: "x", count: 40_000)
            #expect(try stage.client().exchange(Self.post("/echo", upload)).status == 200)
        }

        @Test("answers that were given up hold nothing of the connection's window", .timeLimit(.minutes(1)))
        func abortedDownloads() throws {
            let stage = try Stage(HTTP2Member(), isLocal: true)
            for number in 1...300 {
                let client = try stage.client()
                try client.send("GET /big/30000000 HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.reader.readHead()
                client.socket.reset()
                try stage.members[0].process.output.wait { lines in
                    lines.count { $0.hasPrefix("reset 0 ") } >= number ? true : nil
                }
            }
            #expect(try stage.client().get("/big/10000000").content.count == 10_000_000)
            #expect(try stage.members[0].said("connection", 1).count == 1)
        }

        @Test("a head beyond the limit is 502", .timeLimit(.minutes(1)))
        func hugeHead() throws {
            let stage = try Stage(HTTP2Member())
            #expect(try stage.client().get("/huge").status == 502)
            #expect(try stage.client().get("/empty").status == 200)
        }

        @Test("interim answers, empty answers, answers to HEAD", .timeLimit(.minutes(1)))
        func heads() throws {
            let stage = try Stage(HTTP2Member())
            let client = try stage.client()
            #expect(try client.get("/interim").status == 103)
            #expect(try client.response().text == "x")
            let empty = try client.get("/empty")
            #expect(empty["Content-Length"] == "0" && empty["grpc-status"] == "5")
            let head = try client.exchange("HEAD /empty HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(head.status == 200 && head["Content-Length"] == nil)
        }

        @Test("an answer before the request's end stops the upload", .timeLimit(.minutes(1)))
        func early() throws {
            let stage = try Stage(HTTP2Member())
            let client = try stage.client()
            try client.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegun")
            #expect(try client.response(to: "POST").text == "early")
            try stage.members[0].process.output.wait(for: "reset 0 ")
        }

        @Test("a client that does not read stops the member's stream, not its neighbours", .timeLimit(.minutes(1)))
        func backPressure() throws {
            let stage = try Stage(HTTP2Member(), isLocal: true)
            let slow = try stage.client()
            try slow.send("GET /big/30000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            try stage.members[0].process.output.wait(for: "request 0 GET /big")
            for _ in 0..<20 { #expect(try stage.client().get("/big/100000").content.count == 100_000) }
            let before = try stage.martlet.usage().residentBytes
            #expect(before < 64 << 20)
            let said = try stage.members[0].said("sent", 0)
            let sent = said.compactMap { Int($0.split(separator: " ")[0]) }.reduce(0, +)
            #expect(sent - 20 * 100_000 < 16 << 20, "what the kernel and one window hold")
            #expect(try slow.response(seconds: 30).content.count == 30_000_000)
        }

        @Test("a member that speaks something else is in error, and the next one answers", .timeLimit(.minutes(1)))
        func otherProtocol() throws {
            let stage = try Stage(HTTP2Member("--speaks", "http/1.1"), HTTP2Member())
            for _ in 0..<3 { #expect(try stage.client().exchange(Self.post("/echo")).status == 200) }
            #expect(stage.martlet.log.contains("member node1 of shop is in error for 60 s"))
            #expect(try stage.members[0].said("connection", 1).count == 1)
        }

        @Test("a member that says nothing is in error after timeouts.connect", .timeLimit(.minutes(1)))
        func silent() throws {
            let stage = try Stage(
                HTTP2Member("--speaks", "nothing"), settings: ["timeouts: { connect: 200ms }"])
            #expect(try stage.client().get("/echo").status == 504)
        }

        @Test("idle connections are closed after ttl, with GOAWAY", .timeLimit(.minutes(1)))
        func idle() throws {
            let member = try HTTP2Member()
            let text = """
                listeners:
                  - address: "127.0.0.1:0"
                sites: [{ paths: { /: shop } }]
                balancers: { shop: { members: { node1: { url: "\(member.endpoint.memberURL("h2c"))", ttl: 200ms } } } }
                """
            let martlet = try MartletProcess.run(text, in: TemporaryFolder())
            #expect(try RawClient(martlet.cleartext).get("/empty").status == 200)
            try member.process.output.wait(for: "goaway 0")
            try member.process.output.wait(for: "end 0")
        }

        @Test("WebSockets by extended CONNECT, where the member takes it", .timeLimit(.minutes(1)))
        func webSockets() throws {
            let asks =
                "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            let stage = try Stage(HTTP2Member("--websockets"))
            let client = try stage.client()
            let answer = try client.exchange(asks)
            #expect(answer.status == 101)
            // RFC 6455, section 1.3.
            #expect(answer["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(answer["Sec-WebSocket-Protocol"] == "chat")
            try client.send("anything at all")
            #expect(try client.reader.read(exactly: 15) == Array("anything at all".utf8))
            client.socket.finishWriting()
            #expect(client.ends())
            #expect(try Stage(HTTP2Member()).client().exchange(asks).status == 502)
        }

        @Test("a reload that changes what a member speaks", .timeLimit(.minutes(1)))
        func reload() throws {
            let member = try HTTP2Member()
            let other = try RecordingMember { try $0.answerEach { _ in Answer.ok("one") } }
            var text = EdgeText(member.endpoint, listeners: .prior)
            text.scheme = "h2c"
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let held = try RawClient(martlet.cleartext)
            try held.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
            try member.process.output.wait(for: "request 0 GET /hold")
            try martlet.writeConfiguration(EdgeText(other.endpoint, listeners: .prior).text)
            try martlet.reload()
            #expect(try RawClient(martlet.cleartext).get("/").text == "one")
            held.socket.reset()
            try member.process.output.wait(for: "end 0")
        }
    }
}
