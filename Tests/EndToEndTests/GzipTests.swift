import Foundation
import Testing

extension EndToEnd {
    /// Answers are compressed where the client wants it and it pays, and nowhere else.
    @Suite("gzip")
    struct GzipTests {
        private static let page = String(repeating: "<p>compressible text</p>\n", count: 400)

        /// nginx with pages of several types, its own compression off.
        private func stage() throws -> (curl: Curl, martlet: MartletProcess) {
            let files = [
                "page.html": Array(Self.page.utf8), "data.json": Array(Self.page.utf8),
                "small.html": Array("tiny".utf8),
                "image.png": Array(Self.page.utf8), "none": Array(Self.page.utf8),
            ]
            let server = """
                location /no-transform/ { alias html/; add_header Cache-Control "public, no-transform"; }
                location /encoded/ { alias html/; add_header Content-Encoding br; }
                location /vary/ { alias html/; add_header Vary Accept-Language; }
                """
            let folder = try TemporaryFolder()
            var nginx = try Nginx(files: files)
            nginx = try Nginx(
                server: server.replacingOccurrences(of: "alias html/", with: "alias \(nginx.folder.path)/html/"),
                files: files)
            let martlet = try MartletProcess.run(EdgeText(nginx.endpoint).text, in: folder)
            var curl = try Curl(to: martlet)
            curl.jar = nil
            return (curl, martlet)
        }

        private func accepting(_ value: String) -> [String] { ["--header", "Accept-Encoding: \(value)"] }

        private func inflated(_ bytes: [UInt8]) throws -> String {
            let folder = try TemporaryFolder()
            let file = try folder.write(bytes, to: "page.gz")
            return try ChildProcess.run(Tool.gzip.path(), ["-dc", file]).succeeded()
        }

        @Test("Accept-Encoding is negotiated by its weights (RFC 9110 12.5.3)", .timeLimit(.minutes(1)))
        func negotiation() throws {
            let (curl, _) = try stage()
            let cases: [(String, Bool)] = [
                ("gzip", true), ("GZIP", true), ("x-gzip", true), ("gzip, deflate, br", true), ("gzip;q=0.5", true),
                ("*", true), ("br;q=1.0, gzip;q=0.8, *;q=0.1", true), ("gzip;q=0", false), ("gzip;q=0.000, *", false),
                ("identity", false), ("br", false), ("*;q=0", false), ("deflate", false),
                ("gzip;q=0.1, identity;q=0.9", false), ("", false),
            ]
            for (value, isCompressed) in cases {
                // curl sends a field without a value when it is written with a semicolon.
                let arguments = value.isEmpty ? ["--header", "Accept-Encoding;"] : accepting(value)
                let answer = try curl.head("/page.html", arguments)
                #expect((answer["Content-Encoding"] == "gzip") == isCompressed, "\(value)")
                #expect(answer["Vary"]?.lowercased().contains("accept-encoding") == true, "\(value)")
                if isCompressed {
                    #expect(try inflated(answer.content) == Self.page, "\(value)")
                    #expect(answer.content.count < Self.page.utf8.count / 5)
                } else {
                    #expect(answer.text == Self.page, "\(value)")
                }
            }
            #expect(try curl.head("/page.html")["Content-Encoding"] == nil)
        }

        @Test("only what pays and may be compressed", .timeLimit(.minutes(1)))
        func exceptions() throws {
            let (curl, martlet) = try stage()
            for target in ["/data.json", "/page.html"] {
                #expect(try curl.head(target, accepting("gzip"))["Content-Encoding"] == "gzip", "\(target)")
            }
            for target in ["/small.html", "/image.png", "/none", "/no-transform/page.html"] {
                #expect(try curl.head(target, accepting("gzip"))["Content-Encoding"] == nil, "\(target)")
            }
            #expect(try curl.head("/encoded/page.html", accepting("gzip"))["Content-Encoding"] == "br")
            let part = try curl.head("/page.html", accepting("gzip") + ["--range", "0-3999"])
            #expect(part.status == 206)
            #expect(part["Content-Encoding"] == nil)
            #expect(part.content.count == 4000)
            let client = try RawClient(martlet.cleartext)
            let request = "/page.html HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n"
            #expect(try client.exchange("HEAD " + request).status == 200)
            // Had content followed the head, the next answer would not be found.
            #expect(try client.exchange("GET " + request)["Content-Encoding"] == "gzip")
            let vary = try curl.head("/vary/page.html", accepting("gzip"))["Vary"]?.lowercased() ?? ""
            #expect(vary.contains("accept-language"))
            #expect(vary.contains("accept-encoding"))
        }

        @Test("the ETag is marked, and the mark undone in conditional requests", .timeLimit(.minutes(1)))
        func entityTag() throws {
            let (curl, _) = try stage()
            let plain = try #require(try curl.head("/page.html")["ETag"])
            let marked = try #require(try curl.head("/page.html", accepting("gzip"))["ETag"])
            #expect(marked == plain.dropLast() + "-gzip\"")
            for tag in [marked, "\"other\", \(marked)", "W/\(marked)"] {
                let again = try curl.head("/page.html", accepting("gzip") + ["--header", "If-None-Match: \(tag)"])
                #expect(again.status == 304, "\(tag)")
                #expect(again["ETag"] == marked, "\(tag)")
            }
            let unmarked = try curl.head("/page.html", ["--header", "If-None-Match: \(plain)"])
            #expect(unmarked.status == 304)
            #expect(unmarked["ETag"] == plain)
            let matched = try curl.head("/page.html", accepting("gzip") + ["--header", "If-Match: \(marked)"])
            #expect(matched.status == 200)
            let failed = try curl.head("/page.html", ["--header", "If-Match: \"other-gzip\""])
            #expect(failed.status == 412)
            let ranged = try curl.head("/page.html", ["--range", "0-9", "--header", "If-Range: \(marked)"])
            // Bytes of the page do not go on where compressed ones ended (RFC 9110, section 13.1.5).
            #expect(ranged.status == 200)
            let own = try curl.head("/page.html", ["--range", "0-9", "--header", "If-Range: \(plain)"])
            #expect(own.status == 206)
            // Who cannot have the compressed page is not told that it has not changed.
            let other = try curl.head("/page.html", ["--header", "If-None-Match: \(marked)"])
            #expect(other.status == 200 && other["ETag"] == plain)
            let both = try curl.head("/page.html", ["--header", "If-None-Match: \(plain), \(marked)"])
            #expect(both.status == 304 && both["ETag"] == plain)
        }

        @Test("an answer of unknown length is compressed, whatever its parts", .timeLimit(.minutes(1)))
        func unknownLength() throws {
            let member = try RecordingMember { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n")
                for start in stride(from: 0, to: 200_000, by: 1000) {
                    try connection.send(Pattern.bytes(1000, from: start))
                }
            }
            var curl = try Curl(to: try Scene(member).martlet)
            curl.jar = nil
            let answer = try curl.head("/", accepting("gzip"))
            #expect(answer["Content-Encoding"] == "gzip")
            #expect(answer["Content-Length"] == nil)
            let folder = try TemporaryFolder()
            let file = try folder.write(answer.content, to: "a.gz")
            #expect(try ChildProcess.run(Tool.gzip.path(), ["-dc", file]).output == Pattern.bytes(200_000))
        }

        @Test("compression can be switched off", .timeLimit(.minutes(1)))
        func off() throws {
            let member = try RecordingMember { connection in
                try connection.answerEach { _ in Answer.ok(Self.page, fields: "Content-Type: text/html\r\n") }
            }
            var curl = try Curl(to: try Scene(member, settings: ["compression: { enabled: false }"]).martlet)
            curl.jar = nil
            let answer = try curl.head("/", accepting("gzip"))
            #expect(answer["Content-Encoding"] == nil)
        }
    }
}
