import Foundation
import Testing

extension EndToEnd {
    /// Files of a folder, as Martlet sends them and as nginx does.
    @Suite("Files")
    struct FilesTests {
        private static let big = Pattern.bytes(3_000_000)

        /// Both send the same folder.
        private struct Scene {
            let nginx: Nginx
            let martlet: MartletProcess
            /// The folder.
            let root: String

            init(keys: String = "", server: String = "", listeners: EdgeText.Listeners = .cleartext) throws {
                nginx = try Nginx(
                    server: server,
                    files: [
                        "index.html": Array("<p>home</p>".utf8), "page.html": Pattern.bytes(1_000),
                        "style.css": Pattern.bytes(5_000), "style.css.gz": Array("coded".utf8),
                        "data.json": Array("{}\n".utf8), "pixel.png": Pattern.bytes(70_000), "big.bin": FilesTests.big,
                        "empty.css": [], "sub/index.html": Array("<p>sub</p>".utf8), "a b.html": Array("blank".utf8),
                        "umlaut-ä.html": Array("umlaut".utf8), "no-suffix": Array("none".utf8),
                        "two.dots.css": Array("dots".utf8), "UPPER.HTML": Array("upper".utf8),
                    ])
                root = nginx.folder.path + "/html"
                let old = Date(timeIntervalSince1970: 1_700_000_000)
                for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
                    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: "\(root)/\(name)")
                }
                let folder = try TemporaryFolder()
                if case .tls = listeners { _ = try Certificates.forShop(in: folder) }
                var text = EdgeText(nginx.endpoint, listeners: listeners)
                text.paths = "/: { files: \"\(root)\"\(keys.isEmpty ? "" : ", ")\(keys) }"
                martlet = try MartletProcess.run(text.text, in: folder)
            }
        }

        /// What a client sees of an answer, and what two servers may not differ in.
        private struct Seen: Equatable, CustomStringConvertible {
            let status: Int
            var fields: [String?] = []
            var content: UInt64 = 0

            init(_ message: WireMessage) {
                status = message.status
                switch status {
                case 200, 206, 304:
                    fields =
                        [
                            "Content-Length", "Content-Type", "Content-Range", "Content-Encoding", "Last-Modified",
                        ].map { message[$0] } + [message["ETag"].map { _ in "there" }]
                    content = Pattern.checksum(message.content)
                case 416: fields = [message["Content-Range"]]
                default: break
                }
            }

            var description: String { "\(status) \(fields.map { $0 ?? "-" }) \(content)" }
        }

        /// Requests as words: the method, the target and field lines. `TAG` is what the server calls page.html.
        private static let requests: [[String]] =
            [
                "/", "/index.html", "/page.html", "/style.css", "/data.json", "/pixel.png", "/big.bin", "/empty.css",
                "/sub/", "/sub", "/sub/index.html", "/a%20b.html", "/umlaut-%C3%A4.html", "/no-suffix", "/two.dots.css",
                "/UPPER.HTML", "/page.html?x=1", "/%70age.html", "/page%2ehtml", "//sub//index.html", "/none",
                "/none/page.html", "/PAGE.html", "/a%2520b.html", "/page.html/", "/page.html/x",
            ].map { ["GET", $0] }
            + ["/page.html", "/big.bin", "/empty.css", "/none", "/sub/"].map { ["HEAD", $0] }
            + ["POST", "PUT", "DELETE"].map { [$0, "/page.html", "Content-Length: 0"] }
            + ["0-0", "0-99", "500-", "-1", "-100", "-5000", "0-999", "0-5000", "999-999", "1000-", "1000-1005", "-0"]
            .map { ["GET", "/page.html", "Range: bytes=\($0)"] }
            + ["1000000-1999999", "2999999-", "-70000", "0-65535"].map { ["GET", "/big.bin", "Range: bytes=\($0)"] }
            + [
                ["Range: items=0-1"], ["Range: bytes=0-9", "If-Range: TAG"],
                ["Range: bytes=0-9", "If-Range: \"other\""], ["Range: bytes=0-9", "If-Range: DATE"],
                ["Range: bytes=0-9", "If-Range: EARLIER"], ["If-None-Match: TAG"], ["If-None-Match: W/TAG"],
                ["If-None-Match: \"other\""], ["If-None-Match: *"], ["If-None-Match: \"other\", TAG"],
                ["If-Modified-Since: DATE"], ["If-Modified-Since: EARLIER"], ["If-Match: TAG"],
                ["If-Match: \"other\""], ["If-Match: *"], ["If-Unmodified-Since: DATE"],
                ["If-Unmodified-Since: EARLIER"], ["If-None-Match: \"other\"", "If-Modified-Since: DATE"],
                ["Range: bytes=0-9", "If-None-Match: TAG"], ["Range: bytes=0-9", "If-Match: \"other\""],
            ].map { ["GET", "/page.html"] + $0 }

        /// What a server answers to each of them.
        private func answers(of endpoint: Endpoint) throws -> [Seen] {
            let tag = try #require(try RawClient(endpoint).get("/page.html")["ETag"])
            return try Self.requests.map { words in
                let lines = words.dropFirst(2).map {
                    $0.replacingOccurrences(of: "TAG", with: tag)
                        .replacingOccurrences(of: "DATE", with: "Tue, 14 Nov 2023 22:13:20 GMT")
                        .replacingOccurrences(of: "EARLIER", with: "Tue, 14 Nov 2023 22:13:19 GMT") + "\r\n"
                }
                let head = "\(words[0]) \(words[1]) HTTP/1.1\r\nHost: shop.example.com\r\n\(lines.joined())\r\n"
                return Seen(try RawClient(endpoint).exchange(head))
            }
        }

        @Test("requests, ranges and conditions are answered as nginx answers them", .timeLimit(.minutes(2)))
        func likeNginx() throws {
            let scene = try Scene()
            #expect(Self.requests.count >= 60)
            let (theirs, ours) = (try answers(of: scene.nginx.endpoint), try answers(of: scene.martlet.cleartext))
            for (index, words) in Self.requests.enumerated() {
                #expect(ours[index] == theirs[index], "\(words.joined(separator: " "))")
            }
        }

        @Test("content that no file wants is dropped, and the next request is one", .timeLimit(.minutes(1)))
        func content() throws {
            let scene = try Scene()
            let head = "GET /page.html HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 3\r\n\r\n"
            let client = try RawClient(scene.martlet.cleartext)
            let answer = try client.exchange(head + "abc")
            #expect(answer.status == 200 && answer["Connection"] == nil)
            #expect(try client.get("/page.html").text == answer.text)
        }

        @Test("precompressed files go to who takes them, as with nginx", .timeLimit(.minutes(1)))
        func precompressed() throws {
            let scene = try Scene(keys: "precompressed: true", server: "gzip_static on; gzip_vary on;")
            for coding in ["gzip", "identity", "gzip;q=0"] {
                let field = "Accept-Encoding: \(coding)\r\n"
                let theirs = try RawClient(scene.nginx.endpoint).get("/style.css", fields: field)
                let ours = try RawClient(scene.martlet.cleartext).get("/style.css", fields: field)
                #expect(Seen(ours) == Seen(theirs), "\(coding)")
                #expect(ours["Vary"] == "Accept-Encoding", "\(coding)")
            }
        }

        @Test("over TLS, by HTTP/1.1 and HTTP/2: whole and in parts", .timeLimit(.minutes(1)))
        func overTLS() throws {
            let scene = try Scene(listeners: .tls)
            let authority = scene.martlet.folder.path + "/authority/ca.pem"
            for version in ["--http1.1", "--http2"] {
                var curl = try Curl(to: scene.martlet, authority: authority)
                curl.version = version
                let whole = try curl.head("/big.bin")
                #expect(whole.content == Self.big, "\(version)")
                let part = try curl.head("/big.bin", ["--range", "1000000-1999999"])
                #expect(part.startLine.contains(" 206"), "\(version)")
                #expect(part.content == Array(Self.big[1_000_000...1_999_999]), "\(version)")
            }
        }

        // MARK: - What is not as it was

        @Test("what is outside of the folder, and what is no file, is not sent", .timeLimit(.minutes(1)))
        func outside() throws {
            let scene = try Scene()
            let manager = FileManager.default
            try manager.createSymbolicLink(atPath: scene.root + "/etc", withDestinationPath: "/etc")
            try manager.createSymbolicLink(atPath: scene.root + "/up", withDestinationPath: "../nginx.conf")
            try manager.createSymbolicLink(atPath: scene.root + "/loop", withDestinationPath: "loop")
            try manager.createSymbolicLink(atPath: scene.root + "/null", withDestinationPath: "/dev/null")
            precondition(unsafe mkfifo(scene.root + "/fifo", 0o600) == 0, "mkfifo failed")
            try scene.nginx.folder.write("secret", to: "html/.htpasswd")
            try scene.nginx.folder.write("<?php", to: "html/index.php")
            for target in [
                "/etc/passwd", "/etc", "/up", "/loop", "/null", "/fifo", "/.htpasswd", "/index.php", "/index.php/",
                "/index.php;x=1", "/%2e%2e/nginx.conf", "/sub/..%2f..%2fnginx.conf", "/..%5cnginx.conf",
                "/sub%2findex.html", "/page.html%00", "/page.html%00.png",
            ] {
                let answer = try RawClient(scene.martlet.cleartext).get(target)
                #expect(400..<500 ~= answer.status, "\(target): \(answer.startLine)")
                #expect(!answer.text.contains("root:") && !answer.text.contains("pid "), "\(target)")
            }
            #expect(try RawClient(scene.martlet.cleartext).get("/page.html").status == 200)
        }

        @Test("a link that is swapped leads to the one or the other, at once", .timeLimit(.minutes(1)))
        func swap() throws {
            let scene = try Scene()
            for version in ["one", "two"] {
                try scene.nginx.folder.write("of \(version)", to: "html/\(version)/page.html")
            }
            let client = try RawClient(scene.martlet.cleartext)
            for round in 0..<100 {
                let goal = ["one", "two", "/etc"][round % 3]
                let (new, link) = (scene.root + "/new", scene.root + "/current")
                try FileManager.default.createSymbolicLink(atPath: new, withDestinationPath: goal)
                precondition(unsafe rename(new, link) == 0, "rename failed")
                let answer = try client.get(round % 3 == 2 ? "/current/passwd" : "/current/page.html")
                #expect(round % 3 == 2 ? answer.status == 404 : answer.text == "of \(goal)", "round \(round)")
            }
        }

        /// A client that has the head of a large file's answer and reads no more of it, and the file's length.
        private func slowClient(_ scene: Scene) throws -> (client: RawClient, bytes: Int) {
            let bytes = 64 << 20
            try scene.nginx.folder.write([UInt8](repeating: 7, count: bytes), to: "html/large.bin")
            let client = try RawClient(scene.martlet.cleartext)
            try client.send("GET /large.bin HTTP/1.1\r\nHost: shop.example.com\r\n\r\n")
            #expect(client.socket.waitForInput(seconds: 10))
            return (client, bytes)
        }

        @Test("a file that becomes shorter while it is sent is broken off", .timeLimit(.minutes(1)))
        func shortened() throws {
            let scene = try Scene()
            let (client, bytes) = try slowClient(scene)
            precondition(unsafe truncate(scene.root + "/large.bin", 1 << 20) == 0, "truncate failed")
            let answer = try client.response(seconds: 20)
            #expect(answer.status == 200 && answer["Content-Length"] == "\(bytes)")
            #expect(!answer.isComplete && answer.content.count < bytes)
            #expect(try RawClient(scene.martlet.cleartext).get("/page.html").status == 200)
        }

        @Test("a file that grows while it is sent is sent as long as it was", .timeLimit(.minutes(1)))
        func grown() throws {
            let scene = try Scene()
            let (client, bytes) = try slowClient(scene)
            let file = try #require(FileHandle(forWritingAtPath: scene.root + "/large.bin"))
            try file.seekToEnd()
            try file.write(contentsOf: Data(repeating: 9, count: 100_000))
            try file.close()
            let answer = try client.response(seconds: 20)
            #expect(answer.isComplete && answer.content.count == bytes && answer.content.allSatisfy { $0 == 7 })
            #expect(try client.get("/page.html").content == Pattern.bytes(1_000), "the next answer begins behind it")
        }
    }
}
