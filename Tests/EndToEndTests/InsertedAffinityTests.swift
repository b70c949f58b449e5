import Foundation
import Testing

extension EndToEnd {
    /// Sessions of two PHP servers, which know no routes: tied by Martlet's own cookie.
    @Suite("Affinity inserted before PHP")
    struct InsertedAffinityTests {
        private func start(in folder: TemporaryFolder) throws -> (
            servers: [PHPServer], martlet: MartletProcess, ca: String
        ) {
            let servers = try [PHPServer(name: "one"), PHPServer(name: "two")]
            let certificates = try Certificates.forShop(in: folder)
            let text = EdgeText(servers[0].endpoint, servers[1].endpoint, listeners: .tls, affinity: "insert").text
            return (servers, try MartletProcess.run(text, in: folder), certificates.authority)
        }

        @Test("1,000 requests of 20 jars stay where they began", .timeLimit(.minutes(4)))
        func staysWhereItBegan() throws {
            let (_, martlet, authority) = try start(in: TemporaryFolder())
            let histories = try inParallel(20, threads: 4) { _ in
                let curl = try Curl(to: martlet, authority: authority)
                return try (0..<5).flatMap { _ in
                    try curl.run(
                        (0..<10).map { .init(target: "/counter.php", form: $0 % 2 == 1 ? "field=value" : nil) })
                }
            }
            var servers: Set<String> = []
            for answers in histories {
                #expect(answers.map(\.status) == Array(repeating: 200, count: 50))
                let words = answers.map { $0.body.split(whereSeparator: \.isWhitespace).map(String.init) }
                #expect(words.map { $0[2] } == (1...50).map { "count=\($0)" })
                #expect(Set(words.map { $0[1] }).count == 1)
                #expect(Set(words.map { $0[3] }).count == 1)
                servers.formUnion(words.map { $0[3] })
            }
            #expect(servers == ["server=one", "server=two"])
        }

        @Test("one of two is killed under load: its sessions move and nothing else fails", .timeLimit(.minutes(4)))
        func killed() throws {
            let (servers, martlet, authority) = try start(in: TemporaryFolder())
            try SessionHistory.expectMoves(
                to: martlet, authority: authority, path: "/counter.php", places: ["one", "two"], victim: "one"
            ) {
                try servers[0].crash()
            }
        }

        @Test("the cookie names the member, is set once, and says how it may be used", .timeLimit(.minutes(1)))
        func cookie() throws {
            let (_, martlet, authority) = try start(in: TemporaryFolder())
            let curl = try Curl(to: martlet, authority: authority)
            let first = try curl.head("/counter.php")
            let cookies = first.all("Set-Cookie").filter { $0.hasPrefix("MARTLET_shop=") }
            #expect(cookies.count == 1)
            let parts = try #require(cookies.first).split(separator: ";").map { $0.drop { $0 == " " } }
            #expect(["MARTLET_shop=node1", "MARTLET_shop=node2"].contains(parts[0]))
            #expect(Set(parts.dropFirst()) == ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"])
            let second = try curl.head("/counter.php")
            #expect(second.all("Set-Cookie").allSatisfy { !$0.hasPrefix("MARTLET_shop=") })
        }
    }
}
