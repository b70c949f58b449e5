import Foundation
import Testing

extension EndToEnd {
    /// One line an exchange, with what a person needs who asks why.
    @Suite("Access log")
    struct AccessLogTests {
        /// Runs requests against two members and returns the log's lines after the end.
        private func lines(format: String, tls: Bool, _ requests: [Curl.Request], affinity: String) throws -> [String] {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let members = try (0..<2).map { _ in try RecordingMember(answering: "hello") }
            let text = EdgeText(
                members[0].endpoint, members[1].endpoint, listeners: tls ? .tls : .cleartext, affinity: affinity,
                settings: ["log: { access: { format: \(format), path: access.log } }"])
            let martlet = try MartletProcess.run(text.text, in: folder)
            var curl = try Curl(to: martlet, authority: tls ? certificates.authority : nil)
            curl.jar = nil
            #expect(try curl.run(requests).count == requests.count)
            #expect(try martlet.terminate() == .exited(0))
            return try folder.read("access.log").split(separator: "\n").map(String.init)
        }

        @Test("JSON: member, routes, attempts, bytes, times, TLS", .timeLimit(.minutes(1)))
        func json() throws {
            let requests: [Curl.Request] = [
                .init(target: "/a?b=\"c\\", fields: ["Cookie: JSESSIONID=x.node2", "User-Agent: te\"st"]),
                .init(target: "/b", form: "field=value", fields: ["Cookie: JSESSIONID=x.node9"]),
            ]
            let lines = try lines(format: "json", tls: true, requests, affinity: "{ cookie: JSESSIONID }")
            #expect(lines.count == 2)
            let objects = try lines.map { try JSONLines.object($0) }
            let expected: [[String: String]] = [
                [
                    "client": "127.0.0.1", "method": "POST", "host": "shop.example.com", "target": "/b",
                    "status": "200",
                    "answered_by": "member", "balancer": "shop", "route_asked": "node9", "attempts": "1",
                    "answer_bytes": "5", "sent_bytes": "5", "peer": "", "request_bytes": "11", "tls": "TLSv1.3",
                    "coding": "media-type",
                ],
                [
                    "method": "GET", "target": "/a?b=\"c\\", "user_agent": "te\"st", "member": "node2",
                    "route_asked": "node2", "route_changed": "0", "route_reason": "sticky", "replays": "0",
                ],
            ]
            for (object, fields) in zip(objects.reversed(), expected) {
                for (key, value) in fields { #expect(object[key].map { "\($0)" } == value, "\(key)") }
                #expect((object["cipher"] as? String)?.hasPrefix("TLS_") == true)
                let (first, total) = (object["first_byte_us"] as? Int ?? 0, object["total_us"] as? Int ?? 0)
                #expect(first > 0 && first <= total)
            }
            let time = try #require(objects[0]["time"] as? String)
            #expect(time.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil)
        }

        @Test("combined: the form that every tool reads", .timeLimit(.minutes(1)))
        func combined() throws {
            let requests: [Curl.Request] = [
                .init(target: "/a?b=c", fields: ["User-Agent: tester", "Referer: https://elsewhere.org/"])
            ]
            let lines = try lines(format: "combined", tls: false, requests, affinity: "insert")
            let time = #"\[\d{2}/\w{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\]"#
            let request = #""GET /a\?b=c HTTP/1\.1" 200 5 "https://elsewhere\.org/" "tester""#
            let pattern = try Regex("127\\.0\\.0\\.1 - - \(time) \(request).*")
            #expect(lines.count == 1)
            #expect(try pattern.wholeMatch(in: lines[0]) != nil, "\(lines)")
        }

        @Test("combined: what a client writes cannot look like a key; what is missing is -", .timeLimit(.minutes(1)))
        func combinedQuotes() throws {
            let forged = "Cookie: MARTLET_shop=x member=evil reason=ok"
            let requests: [Curl.Request] = [
                .init(target: "/", fields: ["User-Agent:", "Referer:", forged])
            ]
            let line = try #require(try lines(format: "combined", tls: false, requests, affinity: "insert").first)
            #expect(line.contains(" \"-\" \"-\" host=\"shop.example.com\" "))
            #expect(line.contains(" route=\"x member=evil reason=ok\" "), "\(line)")
        }

        @Test("nothing of a client's breaks out of its line", .timeLimit(.minutes(1)))
        func injection() throws {
            let requests: [Curl.Request] = [.init(target: "/", fields: ["User-Agent: a\" 200 \"\u{7f}\u{e9}"])]
            for format in ["json", "combined"] {
                let lines = try lines(format: format, tls: false, requests, affinity: "insert")
                #expect(lines.count == 1)
                #expect(!lines[0].contains("a\" 200 \""))
            }
        }
    }
}
