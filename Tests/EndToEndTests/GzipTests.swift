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
    }
}
