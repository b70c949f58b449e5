import Foundation
import Testing

extension EndToEnd {
    /// Routes that only Martlet can read: `abc.node1` for the application, `abc.<token>` for everybody else.
    @Suite("Sealed routes")
    struct SealedAffinityTests {
        static let keys = (1...3).map { "\($0) " + String(repeating: "\($0)a", count: 32) + "\n" }

        private let applications: [SessionApplication]
        private let folder: TemporaryFolder

        init() throws {
            applications = try (1...2).map {
                try SessionApplication("node\($0)", attributes: "; Path=/; Secure; SameSite=Strict; Expires=never")
            }
            folder = try TemporaryFolder()
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
        }

        static func write(_ keys: String, in folder: TemporaryFolder) throws {
            let file = try folder.write(keys, to: "affinity.keys")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }

        private func configuration(_ keys: String = "", members: Int = 2, listeners: EdgeText.Listeners = .cleartext)
            -> String
        {
            var text = EdgeText(
                listeners: listeners,
                affinity: "{ mode: sealed, cookie: JSESSIONID, parameter: jsessionid, key-file: affinity.keys\(keys) }",
                settings: ["log: { access: { path: access.log } }"])
            text.members = (0..<members).map { ("node\($0 + 1)", applications[$0].member.endpoint) }
            text.workers = 1
            return text.text
        }

        private func start(_ keys: String = "") throws -> (martlet: MartletProcess, client: RawClient) {
            let martlet = try MartletProcess.run(configuration(keys), in: folder)
            return (martlet, try RawClient(martlet.cleartext))
        }

        /// The cookie of a session of node2.
        private func login(_ client: RawClient, _ value: String = "abc.node2") throws -> String {
            try #require(try client.get("/login?\(value)").cookie()?.value)
        }

        private func get(_ client: RawClient, _ cookie: String, _ target: String = "/") throws -> WireMessage {
            try client.get(target, fields: "Cookie: JSESSIONID=\(cookie)\r\n")
        }

        @Test("two processes with one file of keys serve one jar, and nobody sees a route", .timeLimit(.minutes(1)))
        func twoNodes() throws {
            let nodes = try (0..<2).map { _ in try start().client }
            var sealed: Set<String> = []
            for client in nodes {
                let answer = try client.get("/login?abc.node2")
                let cookie = try #require(answer.cookie())
                #expect(cookie.value.wholeMatch(of: #/abc\.[A-Za-z0-9_-]{68}/#) != nil)
                #expect(cookie.attributes == "; Path=/; Secure; SameSite=Strict; Expires=never")
                #expect(!answer.headText.contains("node"))
                sealed.insert(cookie.value)
            }
            for client in nodes {
                for cookie in sealed {
                    for _ in 0..<3 {
                        let answer = try get(client, cookie)
                        #expect(answer.text == "node2 JSESSIONID=abc.node2 /")
                        #expect(answer.cookie() == nil)
                    }
                }
            }
        }

        @Test(
            "an identifier that holds the separator is sealed as a whole, and comes back as it was",
            .timeLimit(.minutes(1)), arguments: ["s%3Aid.signature", "a.b.c", "abc.", "abc.node9"])
        func signed(_ value: String) throws {
            let client = try start().client
            _ = try client.get()
            let answer = try client.get("/login?\(value)")
            let cookie = try #require(answer.cookie()?.value)
            #expect(cookie.hasPrefix(value + ".") && cookie.utf8.count == value.utf8.count + 69)
            let member = answer.text.prefix(5)
            for _ in 0..<3 { #expect(try get(client, cookie).text == "\(member) JSESSIONID=\(value) /") }
        }

        @Test("keys change in mid-session, one signal after the other", .timeLimit(.minutes(1)))
        func rotation() throws {
            let (martlet, client) = try start()
            let keys = SealedAffinityTests.keys
            let old = try login(client)
            func epoch(_ cookie: String) -> UInt8? {
                let text = cookie.dropFirst(4).replacing("-", with: "+").replacing("_", with: "/")
                return Data(base64Encoded: String(text))?.first
            }
            #expect(epoch(old) == 1)
            for (file, sealing) in [(keys[0] + keys[1], 1), (keys[1] + keys[0], 2)] as [(String, UInt8)] {
                try SealedAffinityTests.write(file, in: folder)
                try martlet.reload()
                for _ in 0..<3 { #expect(try get(client, old).text == "node2 JSESSIONID=abc.node2 /") }
                #expect(epoch(try login(client)) == sealing)
            }
            let new = try login(client)
            try SealedAffinityTests.write(keys[1], in: folder)
            try martlet.reload()
            #expect(try get(client, new).text == "node2 JSESSIONID=abc.node2 /")
            #expect(try get(client, old).cookie() != nil)
            // A file that is wrong changes nothing.
            let before = martlet.process.errors.bytes.count
            try SealedAffinityTests.write("1 2\n", in: folder)
            martlet.process.signal(SIGHUP)
            _ = try martlet.process.errors.wait(after: before) { lines in
                lines.first { $0.contains("reload rejected") }
            }
            #expect(martlet.log.contains("balancers.shop.affinity.key-file: ") && martlet.log.contains("line 1: "))
            #expect(try get(client, new).text == "node2 JSESSIONID=abc.node2 /")
        }

        @Test("what does not open is no route, and is replaced in the same answer", .timeLimit(.minutes(1)))
        func invalid() throws {
            let (martlet, client) = try start()
            let good = try login(client)
            let other = try login(client, "xyz.node2")
            let token = good.dropFirst(4)
            for (value, session) in [
                ("abc.node2", "abc"), ("abd.\(token)", "abd"), ("abc.\(token.dropLast())~", "abc"),
                ("abc.\(other.dropFirst(4))", "abc"), ("a.b.\(token)", "a.b"), (".\(token)", ""),
            ] {
                let answers = try (0..<2).map { _ in try get(client, value) }
                // Elected, one after the other, whatever the route says.
                #expect(Set(answers.map { $0.text.prefix(5) }) == ["node1", "node2"])
                for answer in answers {
                    #expect(answer.text.hasSuffix(" JSESSIONID=\(session) /"), "\(value)")
                    guard !session.isEmpty else { continue }
                    let set = try #require(answer.cookie(), "\(value)")
                    #expect(set.value.hasPrefix("\(session)."))
                    // As the application's own, but for the moment that it names.
                    #expect(set.attributes == "; Path=/; Secure; SameSite=Strict")
                    let again = try get(client, set.value)
                    #expect(again.text == answer.text && again.cookie() == nil)
                }
            }
            // The application sets the cookie itself: it is not set twice.
            #expect(try get(client, "abc.node2", "/login?new.node1").all("Set-Cookie").count == 1)
            // One of several opens: that one counts, and nothing is replaced.
            let several = try get(client, "abc.node1; JSESSIONID=\(good); JSESSIONID=foreign.node9")
            #expect(several.text == "node2 JSESSIONID=abc; JSESSIONID=abc.node2; JSESSIONID=foreign.node9 /")
            #expect(several.cookie() == nil)
            #expect(try martlet.terminate() == .exited(0))
            let log = try folder.read("access.log")
            #expect(log.contains("\"route_reason\":\"token-invalid\"") && log.contains("\"affinity\":\"replaced\""))
        }

        @Test("an answer that shared caches may store is private where it sets the cookie", .timeLimit(.minutes(1)))
        func publicAnswers() throws {
            let (_, client) = try start()
            let forged = "abc." + String(repeating: "A", count: 68)
            let answer = try get(client, forged, "/public")
            let cookie = try #require(answer.cookie()?.value)
            #expect(answer.all("Cache-Control") == ["max-age=60", "private"])
            #expect(try get(client, cookie, "/public").all("Cache-Control") == ["max-age=60"])
            let other = try get(client, forged)
            #expect(other.cookie() != nil && other.all("Cache-Control").isEmpty)
        }

        @Test("one that was opened before opens as it was, for its own session alone", .timeLimit(.minutes(1)))
        func opened() throws {
            let (_, client) = try start()
            let (one, other) = (try login(client), try login(client, "abd.node1"))
            for _ in 0..<3 {
                #expect(try get(client, one).cookie() == nil && get(client, other).cookie() == nil)
            }
            for place in one.indices.dropFirst(4) {
                var changed = one
                changed.replaceSubrange(place...place, with: one[place] == "A" ? "B" : "A")
                let answer = try get(client, changed)
                #expect(answer.cookie() != nil && answer.text.contains(" JSESSIONID=abc /"), "\(changed)")
            }
            let swapped = "abc." + other.dropFirst(4)
            #expect(try get(client, swapped).cookie() != nil)
            for session in ["", "ab", "abcd", "Abc", "abc.abc"] {
                let answer = try get(client, "\(session).\(one.dropFirst(4))")
                #expect(session.isEmpty || answer.cookie() != nil, "\(session)")
                #expect(!answer.text.contains("node2 JSESSIONID=\(session).node2"))
            }
            #expect(try get(client, one).text == "node2 JSESSIONID=abc.node2 /")
        }

        @Test("a token holds for its life and is renewed at half of it", .timeLimit(.minutes(1)))
        func life() throws {
            let (martlet, client) = try start(", life: 4s")
            let cookie = try login(client)
            var isRenewed = false
            // Requests without a pause, until the token's time is over and somebody else is elected.
            while true {
                let answer = try get(client, cookie)
                if answer.text.hasPrefix("node1") { break }
                if answer.cookie() != nil { isRenewed = true }
            }
            #expect(isRenewed)
            #expect(try martlet.terminate() == .exited(0))
            let log = try folder.read("access.log")
            #expect(log.contains("\"affinity\":\"renewed\"") && log.contains("\"route_reason\":\"token-expired\""))
        }

        @Test("the route that an application changes in mid-session is sealed anew", .timeLimit(.minutes(1)))
        func moves() throws {
            let (_, client) = try start()
            let cookie = try login(client)
            let moved = try #require(try get(client, cookie, "/login?abc.node1").cookie()?.value)
            for _ in 0..<3 { #expect(try get(client, moved).text == "node1 JSESSIONID=abc.node1 /") }
            // A route that is no member's is a part of the identifier.
            #expect(try get(client, cookie, "/login?abc.node9").cookie()?.value.hasPrefix("abc.node9.") == true)
            #expect(try get(client, "abc.node9").text.hasSuffix("JSESSIONID=abc.node9 /"))
            #expect(try get(client, cookie, "/logout").cookie()?.value == "")
        }

        @Test("an application without routes is tied as well", .timeLimit(.minutes(1)))
        func withoutRoutes() throws {
            let (_, client) = try start()
            for _ in 0..<2 {
                let answer = try client.get("/login?plain")
                let cookie = try #require(answer.cookie()?.value)
                #expect(cookie.hasPrefix("plain."))
                for _ in 0..<3 { #expect(try get(client, cookie).text == "\(answer.text) JSESSIONID=plain /") }
            }
        }

        @Test("in locations and in the target's parameters", .timeLimit(.minutes(1)))
        func parameters() throws {
            let (_, client) = try start()
            let answer = try client.get("/to?http://shop/a;jsessionid=abc.node2/b?c=d+jsessionid=abc.node2")
            let location = try #require(answer["Location"])
            #expect(answer["Content-Location"] == location && !answer.headText.contains("node"))
            #expect(
                location.wholeMatch(
                    of: #/http://shop/a;jsessionid=abc\.[A-Za-z0-9_-]{68}/b\?c=d&jsessionid=abc\.[A-Za-z0-9_-]{68}#e/#)
                    != nil)
            let target = String(location.dropFirst("http://shop".count).dropLast(2))
            for _ in 0..<3 {
                #expect(try client.get(target).text == "node2 - /a;jsessionid=abc.node2/b?c=d&jsessionid=abc.node2")
            }
            #expect(try client.get("/a;jsessionid=abc.node2").text.hasSuffix(" - /a;jsessionid=abc"))
        }

        @Test("a member that is no more, and one that cannot answer", .timeLimit(.minutes(1)))
        func lost() throws {
            let (martlet, client) = try start()
            let cookie = try login(client)
            applications[1].member.stop()
            // The application is told the old route, and may move the session; if it does not, the tie stays.
            let failedOver = try get(client, cookie)
            #expect(failedOver.text == "node1 JSESSIONID=abc.node2 /" && failedOver.cookie() == nil)
            try martlet.writeConfiguration(configuration(members: 1))
            try martlet.reload()
            let answer = try get(client, cookie)
            #expect(answer.text == "node1 JSESSIONID=abc /")
            let set = try #require(answer.cookie()?.value)
            #expect(try get(client, set).cookie() == nil)
            #expect(try martlet.terminate() == .exited(0))
            #expect(try folder.read("access.log").contains("\"route_reason\":\"unknown-route\""))
        }

        @Test("hostile cookies cost no more than their bytes and are never a member", .timeLimit(.minutes(1)))
        func hostile() throws {
            let (martlet, client) = try start()
            let cookie = try login(client)
            let token = String(cookie.dropFirst(4))
            let long = String(repeating: "A", count: 14_000)
            let fields = [
                "JSESSIONID=\(long)", "JSESSIONID=\(long).\(token)", "JSESSIONID=.\(long)", "JSESSIONID=",
                "JSESSIONID=.", "JSESSIONID=\"", "JSESSIONID=\"\"", "JSESSIONID=\"abc.\(token)", "JSESSIONID",
                "JSESSIONID=\u{fe}\u{ff}.\(token)", "JSESSIONID=" + String(repeating: ".", count: 4_000),
                "JSESSIONID=abc.\(token).\(token)", "JSESSIONID=\(token)", "JSESSIONID=abc.\(token)=",
                "JSESSIONID=" + String(repeating: "node2.", count: 600) + "node2",
                (0..<1_000).map { _ in "JSESSIONID=x" }.joined(separator: ";"),
                (0..<100).map { _ in "JSESSIONID=abd.\(token)" }.joined(separator: "; "),
                (0..<3_000).map { _ in "a=" }.joined(separator: ";") + "; JSESSIONID=abd.\(token)",
            ]
            for field in fields {
                let answers = try (0..<2).map { _ in try client.get(fields: "Cookie: \(field)\r\n") }
                #expect(answers.map(\.status) == [200, 200])
                #expect(Set(answers.map { $0.text.prefix(5) }) == ["node1", "node2"], "\(field.prefix(80))")
                #expect(answers.allSatisfy { field.contains("node") || !$0.headText.contains("node") })
            }
            #expect(try get(client, "\"\(cookie)\"").text == "node2 JSESSIONID=\"abc.node2\" /")
            #expect(try martlet.terminate() == .exited(0))
        }

        @Test("over HTTP/2 too", .timeLimit(.minutes(1)))
        func http2() throws {
            let certificates = try Certificates.forShop(in: folder)
            let martlet = try MartletProcess.run(configuration(listeners: .tls), in: folder)
            var curl = try Curl(to: martlet, authority: certificates.authority)
            curl.version = "--http2"
            let answers = try curl.run(
                [.init(target: "/login?abc.node2")] + (0..<4).map { _ in .init(target: "/") })
            #expect(answers.dropFirst().map(\.body) == Array(repeating: "node2 JSESSIONID=abc.node2 /", count: 4))
            let jar = try String(contentsOfFile: try #require(curl.jar), encoding: .utf8)
            #expect(jar.contains("abc.") && !jar.contains("node2"))
        }

        @Test("files of keys that cannot be used are refused, at the start and by check", .timeLimit(.minutes(1)))
        func keyFiles() throws {
            let file = try folder.write(configuration(), to: "martlet.yaml")
            let keys = "\(folder.path)/affinity.keys"
            #expect(try MartletProcess.command(["check", file]).ending == .exited(0))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keys)
            for verb in ["check", "run"] {
                let finished = try MartletProcess.command([verb, file])
                #expect(finished.ending == .exited(78))
                #expect(finished.errors.contains("balancers.shop.affinity.key-file: \(keys): may be used by anybody"))
            }
            try FileManager.default.removeItem(atPath: keys)
            #expect(try MartletProcess.command(["check", file]).errors.contains("cannot be read: No such file"))
        }
    }
}
