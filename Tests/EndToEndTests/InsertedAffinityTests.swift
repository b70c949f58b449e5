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
            let browsers = try PythonScript.start(
                "sessions.py",
                ["--connect", "\(martlet.tls)", "--ca", authority, "--path", "/counter.php", "--jars", "20"])
            _ = try browsers.output.wait(seconds: 60) { $0.count > 600 ? true : nil }
            let before = Clock.now
            try servers[0].crash()
            let moment = before...Clock.now
            let written = browsers.output.lines.count
            _ = try browsers.output.wait(seconds: 60) { $0.count > written + 600 ? true : nil }
            try browsers.write("stop\n")
            #expect(try browsers.waitForEnd() == .exited(0))

            let history = try SessionHistory(browsers.output.lines)
            // Nobody is left waiting: what was inside the killed one is answered or replayed at once.
            #expect(history.slow(seconds: 5) == [])
            #expect(history.places(before: before) == ["one", "two"])
            #expect(history.contradictions(victim: "one", moment: moment) == [])
            #expect(history.moved(from: "one", at: before) > 0)
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
