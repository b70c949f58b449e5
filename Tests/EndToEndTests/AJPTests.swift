import Foundation
import Testing

extension EndToEnd {
    /// Martlet before Tomcat's AJP connector.
    @Suite("AJP")
    struct AJPTests {
        /// Two Tomcats as members that are pinged.
        private struct Stage {
            let tomcats: [Tomcat]
            let folder: TemporaryFolder
            let martlet: MartletProcess
            let curl: Curl

            init(_ routes: [String] = ["node1", "node2"]) throws {
                tomcats = try Tomcat.start(routes: routes)
                folder = try TemporaryFolder()
                var text = EdgeText(
                    before: tomcats.map(\.records), affinity: "{ cookie: JSESSIONID, parameter: jsessionid }")
                text.scheme = "ajp"
                text.memberKeys = "secret: \(Tomcat.secret), ping: 2s"
                martlet = try MartletProcess.run(text.text, in: folder)
                curl = try Curl(to: martlet, host: "127.0.0.1")
            }
        }

        @Test("servlets are told of the request, and contents pass with and without a length", .timeLimit(.minutes(3)))
        func told() throws {
            let stage = try Stage(["node1"])
            let port = stage.martlet.cleartext.port
            let told = try stage.curl.told("/told.jsp?b=c", "-H", "X-Own: 1")
            #expect(told["method"] == "GET" && told["uri"] == "/told.jsp" && told["query"] == "b=c")
            #expect(told["protocol"] == "HTTP/1.1" && told["secure"] == "false")
            #expect(told["local"] == "127.0.0.1:\(port)" && told["server"] == "127.0.0.1:\(port)")
            #expect(told["remote"]?.hasPrefix("127.0.0.1:") == true && told["remote"] != "127.0.0.1:-1")
            #expect(told["header.X-Own"] == "1")
            let path = stage.folder.path + "/content"
            try Data((0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) })
                .write(to: URL(fileURLWithPath: path))
            let sum = String(try ChildProcess.run("/usr/bin/md5sum", [path]).text.prefix(32))
            #expect(try stage.curl.told("/told.jsp", "-X", "POST", "-T", path)["body"] == sum)
            let chunked = try stage.curl.told(
                "/told.jsp", "-X", "POST", "-T", path, "-H", "Transfer-Encoding: chunked")
            #expect(chunked["body"] == sum)
            #expect(try stage.curl.told("/told.jsp", "-d", "")["body"] == "d41d8cd98f00b204e9800998ecf8427e")
        }

        @Test("answers of every form come out as Tomcat means them", .timeLimit(.minutes(3)))
        func answers() throws {
            let stage = try Stage(["node1"])
            let client = try RawClient(stage.martlet.cleartext)
            #expect(try client.get("/told.jsp?a=304").status == 304)
            let redirect = try client.get("/told.jsp?a=go")
            #expect(redirect.status == 302 && redirect["location"]?.hasSuffix("/counter.jsp") == true)
            #expect(try client.exchange("HEAD /told.jsp HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            #expect(try client.get("/told.jsp?a=long").content.count == 10_000_000)
            try stage.curl.expectEvents("/told.jsp?a=events&from=")
            #expect(try client.get("/none").status == 404)
            let long = String(repeating: "v", count: 9_000)
            #expect(try client.get("/told.jsp", fields: "X-Long: \(long)\r\n").status == 431)
        }

        @Test("1,000 requests of 20 sessions stay where they began", .timeLimit(.minutes(4)))
        func sessions() throws {
            let stage = try Stage()
            let histories = try inParallel(20, threads: 4) { number in
                let curl = try Curl(to: stage.martlet)
                let requests = (0..<50).map {
                    Curl.Request(target: "/counter.jsp", form: $0 % 2 == 1 ? "field=value" : nil)
                }
                return try curl.run(requests).map { answer in
                    guard answer.status == 200, let page = Tomcat.Page(answer.body) else {
                        throw HarnessError("\(answer)")
                    }
                    return page
                }
            }
            for pages in histories {
                #expect(Set(pages.map(\.session)).count == 1 && pages.map(\.count) == Array(1...50))
            }
            #expect(Set(histories.compactMap { $0.first?.route }) == ["node1", "node2"])
        }

        @Test("a Tomcat that dies is passed over", .timeLimit(.minutes(3)))
        func death() throws {
            let stage = try Stage()
            let client = try RawClient(stage.martlet.cleartext)
            for _ in 0..<10 { #expect(try client.get("/told.jsp").status == 200) }
            try stage.tomcats[0].crash()
            for _ in 0..<20 { #expect(try client.get("/told.jsp").status == 200) }
        }
    }
}
