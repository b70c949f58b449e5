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

        @Test("a cookie with a name that no member has is replaced", .timeLimit(.minutes(1)))
        func staleCookie() throws {
            let (_, martlet, authority) = try start(in: TemporaryFolder())
            var curl = try Curl(to: martlet, authority: authority)
            curl.jar = nil
            for value in ["gone", "", "node1; MARTLET_shop=node1", "\u{e9}%00", "127.0.0.1:1"] {
                let answer = try curl.head("/counter.php", ["--header", "Cookie: MARTLET_shop=\(value)"])
                let isKnown = value.hasPrefix("node1")
                let cookies = answer.all("Set-Cookie").filter { $0.hasPrefix("MARTLET_shop=node") }
                #expect(answer.status == 200, "\(value)")
                #expect(cookies.count == (isKnown ? 0 : 1), "\(value)")
            }
        }

        private static let modes = [
            "insert", "{ mode: prefix, cookie: JSESSIONID }", "{ mode: learn, cookie: JSESSIONID }",
            "{ mode: sealed, cookie: JSESSIONID, key-file: affinity.keys }",
        ]

        @Test(
            "a hot standby keeps nobody whom it was elected for, unless it is declared to", .timeLimit(.minutes(1)),
            arguments: modes, [false, true])
        func standby(_ affinity: String, _ ties: Bool) throws {
            let folder = try TemporaryFolder()
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
            let applications = try (1...2).map { try SessionApplication("node\($0)") }
            func text(_ keys: String) -> String {
                var text = EdgeText(affinity: affinity)
                text.workers = 1
                text.members = applications.enumerated().map { ("node\($0.offset + 1)", $0.element.member.endpoint) }
                let standby = ", status: [hot-standby]\(ties ? ", ties: true" : "")"
                return zip(applications, [keys, standby]).reduce(text.text) { text, pair in
                    let url = "\"\(pair.0.member.endpoint.memberURL("http"))\""
                    return text.replacing(url, with: "{ url: \(url)\(pair.1) }")
                }
            }
            let martlet = try MartletProcess.run(text(", status: [disabled]"), in: folder)
            let client = try RawClient(martlet.cleartext)
            let login = try client.get("/login?abc")
            #expect(login.text == "node2")
            #expect(ties || login.cookie("MARTLET_shop") == nil)
            let pairs = login.all("Set-Cookie").map { String($0.prefix { $0 != ";" }) }
            let cookies = "Cookie: \(pairs.joined(separator: "; "))\r\n"
            #expect(try client.get(fields: cookies).text.hasPrefix("node2"))
            try martlet.writeConfiguration(text(""))
            try martlet.reload()
            let later = try client.get(fields: cookies)
            #expect(later.text == (ties ? "node2 JSESSIONID=abc /" : "node1 JSESSIONID=abc /"))
            if affinity.contains("sealed"), !ties {
                let sealed = try #require(later.cookie()?.value, "whoever answers then has the session")
                let last = try client.get(fields: "Cookie: JSESSIONID=\(sealed)\r\n")
                #expect(last.text == "node1 JSESSIONID=abc /" && last.cookie() == nil)
            }
            guard affinity == "insert" else { return }
            // Clients that an earlier declaration has left there are freed too.
            let trapped = try client.get(fields: "Cookie: MARTLET_shop=node2\r\n")
            #expect(trapped.text.hasPrefix(ties ? "node2" : "node1"))
            #expect(trapped.cookie("MARTLET_shop")?.value == (ties ? nil : "node1"))
        }

        @Test("no-failover: a session whose member is gone is refused, the others are not", .timeLimit(.minutes(1)))
        func noFailover() throws {
            let members = try (1...2).map { try RecordingMember(answering: "node\($0)") }
            var text = EdgeText(members[0].endpoint, members[1].endpoint, affinity: "insert")
            text.balancer = ["no-failover: true"]
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            #expect(try client.get(fields: "Cookie: MARTLET_shop=node2\r\n").text == "node2")
            members[1].stop()
            #expect(try client.get(fields: "Cookie: MARTLET_shop=node2\r\n").status == 503)
            for _ in 0..<4 { #expect(try client.get().text == "node1") }
            _ = try martlet.process.errors.wait(for: "answered 503: session-member-unavailable")
        }
    }
}
