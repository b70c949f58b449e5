import Foundation
import Testing

extension EndToEnd {
    /// What an inserted cookie says, how long it holds, and what members see of it.
    @Suite("Inserted cookies")
    struct InsertedCookieTests {
        private let applications: [SessionApplication]
        private let folder: TemporaryFolder

        init() throws {
            applications = try (1...2).map {
                try SessionApplication("node\($0)", attributes: "; Path=/shop; Secure; SameSite=Strict; Partitioned")
            }
            folder = try TemporaryFolder()
        }

        private func start(_ keys: String) throws -> (martlet: MartletProcess, client: RawClient) {
            var text = EdgeText(
                applications[0].member.endpoint, applications[1].member.endpoint,
                affinity: "{ mode: insert\(keys.isEmpty ? "" : ", ")\(keys) }",
                settings: ["log: { access: { path: access.log } }"])
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: folder)
            return (martlet, try RawClient(martlet.cleartext))
        }

        private func value(_ member: String, issued: Int, seen: Int) -> String {
            let now = Int(Date().timeIntervalSince1970)
            return "\(member)~\(String(now + issued, radix: 16))~\(String(seen - issued, radix: 16))"
        }

        @Test("members do not see it unless it is forwarded", .timeLimit(.minutes(1)))
        func forwarding() throws {
            let fields = [
                ("MARTLET_shop=node2", "-"), ("a=b; MARTLET_shop=node2; c=d", "a=b; c=d"),
                ("MARTLET_shop=node2; MARTLET_shop=node1; a=b", "a=b"), ("a=b\r\nCookie: MARTLET_shop=node2", "a=b"),
                ("xMARTLET_shop=node2; MARTLET_shop=gone; MARTLET_shop=node2", "xMARTLET_shop=node2"),
            ]
            let client = try start("").client
            for (field, seen) in fields {
                #expect(try client.get(fields: "Cookie: \(field)\r\n").text == "node2 \(seen) /")
            }
            let forwarding = try start("forward: true").client
            #expect(
                try forwarding.get(fields: "Cookie: a=b; MARTLET_shop=node2\r\n").text
                    == "node2 a=b; MARTLET_shop=node2 /")
        }

        @Test("its name and attributes are those declared", .timeLimit(.minutes(1)))
        func declared() throws {
            let client = try start(
                "cookie: SRV, path: /a, domain: example.com, same-site: none, secure: always, http-only: false, "
                    + "partitioned: true, no-cache: true"
            ).client
            let answer = try client.get()
            let set = try #require(answer.cookie("SRV"))
            #expect(set.attributes == "; Domain=example.com; Path=/a; SameSite=None; Secure; Partitioned")
            #expect(answer["Cache-Control"] == "private")
            let second = try client.get(fields: "Cookie: SRV=\(set.value)\r\n")
            #expect(second.cookie("SRV") == nil && second["Cache-Control"] == nil)
            #expect(second.text.hasPrefix("\(set.value) "))
        }

        @Test("it follows the application's session cookie, to its end", .timeLimit(.minutes(1)))
        func follows() throws {
            let client = try start("follow: JSESSIONID").client
            #expect(try client.get().cookie("MARTLET_shop")?.attributes == "; Path=/; HttpOnly; SameSite=Lax")
            let cookie = "Cookie: MARTLET_shop=node1; JSESSIONID=1\r\n"
            let attributes = "; Path=/shop; HttpOnly; SameSite=Strict; Secure; Partitioned"
            let login = try client.get("/login?1", fields: cookie)
            #expect(login.cookie("MARTLET_shop")?.attributes == attributes)
            #expect(login.cookie("MARTLET_shop")?.value == "node1")
            // What was seen once holds for clients that come later.
            #expect(try client.get().cookie("MARTLET_shop")?.attributes == attributes)
            let logout = try client.get("/logout", fields: cookie)
            #expect(logout.cookie("MARTLET_shop")?.value == "")
            #expect(logout.cookie("MARTLET_shop")?.attributes == attributes + "; Max-Age=0")
            #expect(try client.get("/logout").cookie("MARTLET_shop") == nil)
            #expect(try client.get("/x", fields: cookie).cookie("MARTLET_shop") == nil)
        }

        @Test("what Apache and HAProxy have set under the name leads to the member", .timeLimit(.minutes(1)))
        func ofOthers() throws {
            for (keys, set) in [("cookie: ROUTEID", 0), ("cookie: ROUTEID, idle: 30m", 1)] {
                let client = try start(keys).client
                for value in [".node2", "node2|Zb2Kf|Zb2Kf"] {
                    let answer = try client.get(fields: "Cookie: ROUTEID=\(value)\r\n")
                    #expect(answer.text.hasPrefix("node2 "), "\(value)")
                    #expect(answer.all("Set-Cookie").count == set, "\(value), \(keys)")
                }
                #expect(try client.get(fields: "Cookie: ROUTEID=.node9\r\n").cookie("ROUTEID") != nil)
            }
        }

        @Test("an application that sets the cookie itself is not contradicted", .timeLimit(.minutes(1)))
        func preserves() throws {
            let client = try start("").client
            let answer = try client.get("/set?MARTLET_shop=mine")
            #expect(answer.all("Set-Cookie") == ["MARTLET_shop=mine"])
        }

        @Test("limits in wall-clock time; marks are renewed at a bounded rate", .timeLimit(.minutes(1)))
        func limits() throws {
            let (martlet, client) = try start("idle: 30m, life: 8h")
            let first = try #require(try client.get().cookie("MARTLET_shop")?.value)
            #expect(first.wholeMatch(of: #/node[12]~[0-9a-f]{8}~0/#) != nil)
            func sent(_ value: String) throws -> (member: String, set: String?) {
                let answer = try client.get(fields: "Cookie: MARTLET_shop=\(value)\r\n")
                return (String(answer.text.prefix { $0 != " " }), answer.cookie("MARTLET_shop")?.value)
            }
            #expect(try sent(first) == (String(first.prefix(5)), nil))
            // Seen a moment ago: nothing; some minutes ago: the second mark moves, the first one stays.
            #expect(try sent(value("node2", issued: -10_000, seen: -60)) == ("node2", nil))
            let old = value("node2", issued: -10_000, seen: -600)
            let renewed = try sent(old)
            #expect(renewed.member == "node2")
            #expect(renewed.set?.hasPrefix(old.prefix(15)) == true && renewed.set != old)
            // Too old by the one or the other: not there, and a new one is set.
            for value in [value("node2", issued: -10_000, seen: -2_000), value("node2", issued: -30_000, seen: -60)] {
                for _ in 0..<2 {
                    let answer = try sent(value)
                    #expect(answer.set?.hasPrefix(answer.member + "~") == true && answer.set?.hasSuffix("~0") == true)
                }
            }
            // From the future: a little counts as now and is set anew, more is not there. No marks: from now on.
            let ahead = try sent(value("node2", issued: 100, seen: 100))
            #expect(ahead.member == "node2" && ahead.set?.hasSuffix("~0") == true)
            let far = try sent(value("node2", issued: 100_000_000, seen: 100_000_000))
            #expect(far.set?.hasSuffix("~0") == true)
            #expect(try sent("node2").set?.hasSuffix("~0") == true)
            for value in ["node2~", "node2~~", "node2~x~1", "node2~ffffffffffff~0", "node2~1~2~3"] {
                #expect(try sent(value).set != nil)
            }
            #expect(try martlet.terminate() == .exited(0))
            let log = try folder.read("access.log")
            #expect(log.contains("\"route_reason\":\"cookie-expired\"") && log.contains("\"affinity\":\"renewed\""))
        }
    }

    /// The route in front of the application's own cookie.
    @Suite("Prefixed cookies")
    struct PrefixedCookieTests {
        @Test("put in front on the way out, taken off on the way in", .timeLimit(.minutes(1)))
        func prefix() throws {
            let applications = try (1...2).map { try SessionApplication("node\($0)") }
            let text = EdgeText(
                applications[0].member.endpoint, applications[1].member.endpoint,
                affinity: "{ mode: prefix, cookie: JSESSIONID }")
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            let login = try client.get("/login?abc")
            #expect(login.cookie()?.value == "\(login.text)~abc" && login.cookie()?.attributes == "; Path=/; HttpOnly")
            for (sent, seen) in [
                ("node2~abc", "node2 JSESSIONID=abc /"), ("node2~a~b", "node2 JSESSIONID=a~b /"),
                ("\"node2~abc\"", "node2 JSESSIONID=\"abc\" /"),
                ("gone~abc; JSESSIONID=node2~x", "node2 JSESSIONID=abc; JSESSIONID=x /"),
            ] {
                for _ in 0..<2 { #expect(try client.get(fields: "Cookie: JSESSIONID=\(sent)\r\n").text == seen) }
            }
            // What is no prefix is the application's.
            #expect(try client.get(fields: "Cookie: JSESSIONID=/x~y\r\n").text.hasSuffix("JSESSIONID=/x~y /"))
            #expect(try client.get("/login?").cookie()?.value == "")
            #expect(try client.get("/logout").cookie()?.value == "")
            #expect(try client.get("/set?other=abc").cookie("other")?.value == "abc")
        }
    }
}
