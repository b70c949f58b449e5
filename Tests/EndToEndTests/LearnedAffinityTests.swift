import Foundation
import Testing

extension EndToEnd {
    /// Sessions of members that know no routes, learned from the cookies that they set.
    @Suite("Affinity by learning")
    struct LearnedAffinityTests {
        @Test("PHP: 1,000 requests of 20 jars stay where they began", .timeLimit(.minutes(4)))
        func php() throws {
            let servers = try ["one", "two", "three"].map { try PHPServer(name: $0) }
            let text = EdgeText(
                before: servers.map(\.endpoint), affinity: "{ mode: learn, cookie: PHPSESSID, parameter: PHPSESSID }")
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

        @Test(
            "what was learned outlives a reload, by members' names; a removed member's is free", .timeLimit(.minutes(1))
        )
        func reload() throws {
            let members = try (1...3).map { try SessionMember.start("node\($0)") }
            var text = EdgeText(before: members.map(\.endpoint), affinity: "{ mode: learn, cookie: SID }")
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            let cookies = try (0..<9).map { _ in SessionMember.cookie(of: try client.get("/login")) }
            let owners = try cookies.map { try client.get(fields: $0).text }
            #expect(owners == (0..<9).map { "node\($0 % 3 + 1)" })
            text.members = [text.members[2], ("renamed", text.members[1].endpoint)]
            text.keys = ["renamed": "was: node2"]
            try martlet.writeConfiguration(text.text)
            try martlet.reload()
            for (cookie, owner) in zip(cookies, owners) where owner != "node1" {
                #expect(try client.get(fields: cookie).text == owner)
            }
            let freed = try zip(cookies, owners).filter { $0.1 == "node1" }.map { try client.get(fields: $0.0).text }
            #expect(!freed.contains("node1"))
        }
    }
}
