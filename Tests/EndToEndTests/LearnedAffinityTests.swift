import Foundation
import Testing

extension EndToEnd {
    /// Sessions of members that know no routes, learned from the cookies that they set.
    @Suite("Affinity by learning")
    struct LearnedAffinityTests {
        private func start(
            _ members: [RecordingMember], balancer: [String] = [], affinity: String = "{ mode: learn, cookie: SID }"
        ) throws -> MartletProcess {
            try MartletProcess.run(text(members, balancer: balancer, affinity: affinity).text, in: TemporaryFolder())
        }

        private func text(
            _ members: [RecordingMember], balancer: [String] = [], affinity: String = "{ mode: learn, cookie: SID }"
        ) -> EdgeText {
            var text = EdgeText(affinity: affinity)
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            text.balancer = balancer
            text.workers = 1
            text.settings = ["log: { access: { format: json, path: access.log } }"]
            return text
        }

        /// Why each request was given to its member, from the log.
        private func reasons(_ martlet: MartletProcess) throws -> [String] {
            try martlet.terminate()
            return try martlet.folder.read("access.log").split(separator: "\n").map { line in
                let start = line.range(of: "\"route_reason\":\"")?.upperBound ?? line.endIndex
                return String(line[start...].prefix { $0 != "\"" })
            }
        }

        private func members(_ count: Int) throws -> [RecordingMember] {
            try (1...count).map { try SessionMember.start("node\($0)") }
        }

        @Test("PHP: 1,000 requests of 20 jars stay where they began", .timeLimit(.minutes(4)))
        func php() throws {
            let servers = try ["one", "two", "three"].map { try PHPServer(name: $0) }
            var text = EdgeText(affinity: "{ mode: learn, cookie: PHPSESSID, parameter: PHPSESSID }")
            text.members = servers.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let histories = try inParallel(20, threads: 4) { _ in
                let curl = try Curl(to: martlet)
                return try (0..<5).flatMap { _ in
                    try curl.run((0..<10).map { .init(target: "/counter.php", form: $0 % 2 == 1 ? "a=b" : nil) })
                }
            }
            var seen: Set<String> = []
            for answers in histories {
                let words = answers.map { $0.body.split(whereSeparator: \.isWhitespace).map(String.init) }
                #expect(words.map { $0.count == 4 ? $0[2] : "?" } == (1...50).map { "count=\($0)" })
                #expect(Set(words.map { $0.last ?? "?" }).count == 1)
                seen.formUnion(words.map { $0.last ?? "?" })
            }
            #expect(seen == ["server=one", "server=two", "server=three"])
        }

        @Test("a session is learned, renewed and forgotten by its answers", .timeLimit(.minutes(1)))
        func life() throws {
            let martlet = try start(members(3))
            let client = try RawClient(martlet.cleartext)
            #expect(try client.get("/").text == "node1")
            var cookie = SessionMember.cookie(of: try client.get("/login"))
            #expect(cookie == "Cookie: SID=node2-1\r\n")
            for _ in 0..<3 { #expect(try client.get(fields: cookie).text == "node2") }
            let old = cookie
            cookie = SessionMember.cookie(of: try client.get("/renew", fields: cookie))
            #expect(cookie == "Cookie: SID=node2-2\r\n")
            #expect(try client.get(fields: cookie).text == "node2")
            #expect(try client.get(fields: old).text == "node2", "what is under way with it may still come")
            #expect(try client.get("/logout", fields: cookie).text == "node2")
            // Nobody's any more: by the hash of its identifier, which stays the same.
            let heir = try client.get(fields: cookie).text
            for _ in 0..<3 { #expect(try client.get(fields: cookie).text == heir) }
            #expect(
                try reasons(martlet)
                    == ["elected", "elected", "sticky", "sticky", "sticky", "sticky", "sticky", "sticky", "sticky"]
                    + Array(repeating: "hashed", count: 4))
        }

        @Test(
            "what was learned outlives a reload, by members' names; a removed member's is free", .timeLimit(.minutes(1))
        )
        func reload() throws {
            let members = try members(3)
            let martlet = try start(members)
            let client = try RawClient(martlet.cleartext)
            let cookies = try (0..<9).map { _ in SessionMember.cookie(of: try client.get("/login")) }
            let owners = try cookies.map { try client.get(fields: $0).text }
            #expect(owners == (0..<9).map { "node\($0 % 3 + 1)" })
            var text = text(members)
            text.members = [text.members[2], ("renamed", text.members[1].endpoint)]
            let changed = text.text.replacingOccurrences(
                of: "renamed: \"\(members[1].endpoint.memberURL("http"))\"",
                with: "renamed: { url: \"\(members[1].endpoint.memberURL("http"))\", was: node2 }")
            #expect(changed.contains("was: node2"))
            try martlet.writeConfiguration(changed)
            try martlet.reload()
            for (cookie, owner) in zip(cookies, owners) where owner != "node1" {
                #expect(try client.get(fields: cookie).text == owner)
            }
            let freed = try zip(cookies, owners).filter { $0.1 == "node1" }.map { try client.get(fields: $0.0).text }
            #expect(!freed.contains("node1"))
        }

        @Test(
            "a lost member's sessions stay where they were moved to, or return", .timeLimit(.minutes(1)),
            arguments: ["stay", "return"])
        func recovery(_ policy: String) throws {
            let isLost = Monitor(false)
            let members = try (1...4).map { number in
                try RecordingMember { connection in
                    try connection.answerEach { request in
                        if number == 2, isLost.withLock({ $0 }) {
                            return "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
                        }
                        let isLogin = request.target == "/login"
                        return Answer.ok("node\(number)", fields: isLogin ? "Set-Cookie: SID=s\(number)\r\n" : "")
                    }
                }
            }
            var text = text(members, balancer: ["failover: buddy", "recovery: \(policy)", "fail-on-status: [503]"])
            text.memberKeys = "retry: 0"
            let patient = text.text
            text.memberKeys = "retry: 1h"
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            let cookies = try (0..<4).map { _ in SessionMember.cookie(of: try client.get("/login")) }
            isLost.withLock { $0 = true }
            #expect(try client.get(fields: cookies[1]).status == 503)
            let buddy = try client.get(fields: cookies[1]).text
            #expect(buddy != "node2")
            for _ in 0..<3 { #expect(try client.get(fields: cookies[1]).text == buddy) }
            isLost.withLock { $0 = false }
            // Its error ends when it is declared to ignore them, and not to do so again.
            let ignoring = patient.replacingOccurrences(of: "retry: 0", with: "retry: 0, status: [ignore-errors]")
            try martlet.writeConfiguration(ignoring)
            try martlet.reload()
            #expect(try client.get(fields: cookies[1]).text == (policy == "stay" ? buddy : "node2"))
        }

        @Test("bysessions: who has the fewest gets the next one, and an end is seen at once", .timeLimit(.minutes(1)))
        func bysessions() throws {
            let martlet = try start(members(3), balancer: ["method: bysessions"])
            let client = try RawClient(martlet.cleartext)
            let answers = try (0..<6).map { _ in try client.get("/login") }
            #expect(answers.map(\.text).sorted() == (0..<6).map { "node\($0 / 2 + 1)" })
            let cookie = try #require(answers.first { $0.text == "node2" }.map(SessionMember.cookie))
            #expect(try client.get("/logout", fields: cookie).text == "node2")
            // A session that is replaced is one.
            let other = try #require(answers.first { $0.text == "node3" }.map(SessionMember.cookie))
            #expect(try client.get("/renew", fields: other).text == "node3")
            #expect(try client.get("/login").text == "node2")
            #expect(try Set((0..<3).map { _ in try client.get("/login").text }) == ["node1", "node2", "node3"])
        }
    }
}
