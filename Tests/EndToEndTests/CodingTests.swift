import Foundation
import Testing

extension EndToEnd {
    /// Content codings beside gzip, and what holds for all of them.
    @Suite("Content codings")
    struct CodingTests {
        private static let page = String(repeating: "<p>compressible text</p>\n", count: 4000)

        /// A way in which answers are coded.
        struct Way: Sendable, CustomTestStringConvertible {
            let coding: String
            let settings: String
            var isHTTP2 = false
            var testDescription: String { settings + (isHTTP2 ? " over HTTP/2" : "") }
        }

        static let ways = [
            Way(coding: "gzip", settings: "compression: { engine: zlib }"),
            Way(coding: "gzip", settings: "compression: { engine: igzip }"),
            Way(coding: "gzip", settings: "compression: { engine: igzip, level: 3 }"),
            Way(coding: "br", settings: "compression: { codings: [br, gzip] }"),
            Way(coding: "zstd", settings: "compression: { codings: [zstd, br, gzip] }"),
        ]
        static let allWays = ways + ways.map { Way(coding: $0.coding, settings: $0.settings, isHTTP2: true) }

        private func accepting(_ value: String) -> [String] { ["--header", "Accept-Encoding: \(value)"] }

        private func decoded(_ bytes: [UInt8], _ coding: String) throws -> [UInt8] {
            let tools = ["gzip": Tool.gzip, "br": .brotli, "zstd": .zstd]
            let folder = try TemporaryFolder()
            let file = try folder.write(bytes, to: "content.\(coding)")
            let finished = try ChildProcess.run(try #require(tools[coding]).path(), ["-dc", file])
            #expect(finished.ending == .exited(0), "\(finished.errors)")
            return finished.output
        }

        @Test(
            "no event waits for its successor: the member sends the next one only after the client has read the last",
            .timeLimit(.minutes(1)), arguments: allWays, ["text/html", "text/event-stream"])
        func streaming(way: Way, type: String) throws {
            let permits = Monitor(0)
            let member = try RecordingMember { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\r\n")
                for number in 1...30 {
                    _ = permits.wait(seconds: 10) { $0 >= number ? true : nil }
                    let event = "data: \(number)\n\n"
                    try connection.send("\(String(event.utf8.count, radix: 16))\r\n\(event)\r\n")
                }
                try connection.send("0\r\n\r\n")
                connection.waitForEnd()
            }
            let folder = try TemporaryFolder()
            let text = EdgeText(member.endpoint, listeners: .prior, settings: [way.settings])
            let martlet = try MartletProcess.run(text.text, in: folder)
            let reader = try PythonScript.start(
                "events.py",
                ["--connect", "\(martlet.cleartext)", "--accept", "gzip, br, zstd"] + (way.isHTTP2 ? ["--http2"] : []))
            // The head is not held back until there is content.
            let head = try reader.output.wait(for: "head coding=", seconds: 10)
            #expect(head.contains("coding=\(way.coding)"))
            for number in 1...30 {
                permits.withLock { $0 = number }
                try reader.output.wait(seconds: 10) { $0.contains("data: \(number)") ? true : nil }
            }
            try reader.output.wait(for: "end", seconds: 10)
            #expect(try reader.waitForEnd() == .exited(0), "\(reader.errors.text)")
        }

        @Test(
            "pages of all sizes come back as they were, over both protocols", .timeLimit(.minutes(2)), arguments: ways)
        func roundTrips(way: Way) throws {
            let member = try RecordingMember { connection in
                while let request = try connection.readRequest() {
                    let count = Int(request.target.dropFirst()) ?? 0
                    try connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(count)\r\n\r\n")
                    for start in stride(from: 0, to: count, by: 100_000) {
                        try connection.send(Pattern.bytes(min(100_000, count - start), from: start))
                    }
                }
            }
            let text = EdgeText(member.endpoint, listeners: .prior, settings: [way.settings])
            var curl = try Curl(to: try MartletProcess.run(text.text, in: try TemporaryFolder()))
            curl.jar = nil
            for count in [1024, 16_383, 16_384, 65_537, 1_000_000, 10_000_000] {
                for arguments in [[], ["--http2-prior-knowledge"]] {
                    let answer = try curl.head("/\(count)", accepting(way.coding) + arguments)
                    #expect(answer["Content-Encoding"] == way.coding)
                    let isSame = try decoded(answer.content, way.coding) == Pattern.bytes(count)
                    #expect(isSame, "\(count)")
                }
            }
        }

        @Test("the client's weights decide, then our order", .timeLimit(.minutes(1)))
        func negotiation() throws {
            let member = try RecordingMember { connection in
                try connection.answerEach { _ in Answer.ok(Self.page, fields: "Content-Type: text/html\r\n") }
            }
            var curl = try Curl(to: try Scene(member, settings: ["compression: { codings: [zstd, br, gzip] }"]).martlet)
            curl.jar = nil
            let cases: [(String, String?)] = [
                ("gzip, deflate, br, zstd", "zstd"), ("gzip, deflate, br", "br"), ("gzip", "gzip"), ("x-gzip", "gzip"),
                ("gzip;q=1.0, br;q=0.5, zstd;q=0.4", "gzip"), ("*", "zstd"), ("*, zstd;q=0", "br"),
                ("identity, br;q=0.5", nil), ("deflate", nil), ("br;q=0", nil),
            ]
            for (value, coding) in cases {
                let answer = try curl.head("/", accepting(value))
                #expect(answer["Content-Encoding"] == coding, "\(value)")
                #expect(answer.fields.filter { $0.name.lowercased() == "vary" }.map(\.value) == ["Accept-Encoding"])
                let content = try coding.map { try decoded(answer.content, $0) } ?? answer.content
                #expect(content == Array(Self.page.utf8), "\(value)")
            }
        }

        @Test("each coding's tag comes back in a 304", .timeLimit(.minutes(1)))
        func entityTag() throws {
            let nginx = try Nginx(files: ["page.html": Array(Self.page.utf8)])
            let settings = ["compression: { codings: [zstd, br, gzip] }"]
            let martlet = try MartletProcess.run(
                EdgeText(nginx.endpoint, settings: settings).text, in: try TemporaryFolder())
            var curl = try Curl(to: martlet)
            curl.jar = nil
            let plain = try #require(try curl.head("/page.html")["ETag"])
            for coding in ["gzip", "br", "zstd"] {
                let marked = try #require(try curl.head("/page.html", accepting(coding))["ETag"])
                #expect(marked == plain.dropLast() + "-\(coding)\"")
                // Whatever would be sent now, the client is told of what it has.
                for accepted in [coding, "gzip, br, zstd"] {
                    for tags in [marked, "\"other-br\", \(marked)", "W/\(marked)"] {
                        let again = try curl.head(
                            "/page.html", accepting(accepted) + ["--header", "If-None-Match: \(tags)"])
                        #expect(again.status == 304 && again["ETag"] == marked, "\(accepted) \(tags)")
                        #expect(again["Vary"] == "Accept-Encoding" && again["Content-Encoding"] == nil)
                    }
                }
                let matched = try curl.head("/page.html", accepting(coding) + ["--header", "If-Match: \(marked)"])
                #expect(matched.status == 200)
                let unreadable = try curl.head("/page.html", ["--header", "If-None-Match: \(marked)"])
                #expect(unreadable.status == 200 && unreadable["ETag"] == plain)
            }
        }

        private func site(_ value: String) -> [String] { ["--header", "Sec-Fetch-Site: \(value)"] }
    }
}
