import Testing

/// `mode: sealed`: a token that holders of the key alone can read, in place of the route.
@Suite("Affinity by a sealed route, in process")
struct SealedAffinityTests {
    private static let members = ["node1": "", "node2": ""]
    private static let settings = "affinity: { mode: sealed, cookie: SID, parameter: sid, key-file: affinity.keys }"

    private func stage(_ keys: UInt8..., edge: String = "") throws -> Stage {
        let stage = try Stage(Self.members, settings: Self.settings, edge: Stage.explaining + "\n" + edge)
        return try stage.remembering(keys.isEmpty ? [Stage.key(1)] : keys.map(Stage.key))
    }

    /// Begins a session whose identifier and route the application writes so.
    private func login(_ stage: Stage, _ value: String = "abc.node2") throws -> String {
        let set = "Set-Cookie: SID=\(value); Path=/; SameSite=Strict; Expires=never"
        return try stage.ask(answer: Answer.whole(200, set)).cookie("SID")?.value ?? ""
    }

    /// The token behind a session's identifier.
    private func token(_ value: String) -> String { String(value.suffix(68)) }

    @Test("the route goes out sealed and comes back to the members as it was")
    func roundTrip() throws {
        let stage = try stage()
        let set = "Set-Cookie: SID=abc.node2; Path=/; SameSite=Strict; Expires=never"
        let reply = try stage.ask(answer: Answer.whole(200, set))
        let cookie = reply.cookie("SID")
        #expect(cookie?.value.wholeMatch(of: #/abc\.[A-Za-z0-9_-]{68}/#) != nil)
        #expect(cookie?.attributes == "; Path=/; SameSite=Strict; Expires=never")
        for _ in 0..<3 {
            let next = try stage.ask(cookie: "a=b; SID=\(cookie?.value ?? "")")
            #expect(next.member == "node2" && next.reason == "sticky" && next.cookies.isEmpty)
            #expect(next.told("Cookie") == ["a=b; SID=abc.node2"])
        }
    }

    @Test(
        "an application without routes is tied to the member that answers, and to its identifier as a whole",
        arguments: ["plain", "s%3Aid.signature", "a.b.c", "abc.", "abc.gone"])
    func withoutRoute(session: String) throws {
        let stage = try stage()
        let reply = try stage.ask(answer: Answer.whole(200, "Set-Cookie: SID=\(session)"))
        let value = reply.cookie("SID")?.value ?? ""
        #expect(value.hasPrefix(session + ".") && value.utf8.count == session.utf8.count + 69)
        for _ in 0..<3 {
            let next = try stage.ask(cookie: "SID=\(value)")
            #expect(next.member == reply.member && next.told("Cookie") == ["SID=\(session)"])
        }
    }

    @Test("nodes of one key serve each other's cookies; another key's open nothing")
    func nodes() throws {
        let value = try login(try stage(1))
        for stage in [try stage(1), try stage(2, 1)] {
            let reply = try stage.ask(cookie: "SID=\(value)")
            #expect(reply.member == "node2" && reply.reason == "sticky" && reply.cookies.isEmpty)
        }
        let other = try stage(2).ask(cookie: "SID=\(value)")
        #expect(other.reason == "token-invalid" && other.told("Cookie") == ["SID=abc"])
    }

    @Test("what does not open is no route, and is replaced in the same answer")
    func invalid() throws {
        let stage = try stage()
        let (good, other) = (token(try login(stage)), token(try login(stage, "xyz.node2")))
        for (value, session) in [
            ("abc.node2", "abc"), ("abd.\(good)", "abd"), ("abc.\(good.dropLast())~", "abc"), ("abc.\(other)", "abc"),
            ("a.b.\(good)", "a.b"), ("abc.\(String(repeating: "A", count: 68))", "abc"),
        ] {
            let replies = try (0..<2).map { _ in try stage.ask(cookie: "SID=\(value)") }
            #expect(Set(replies.map(\.member)) == ["node1", "node2"], "elected one after the other: \(value)")
            for reply in replies {
                #expect(reply.reason == "token-invalid" && reply.told("Cookie") == ["SID=\(session)"], "\(value)")
                // As the application's own, but for the moment that it names.
                #expect(reply.cookie("SID")?.attributes == "; Path=/; SameSite=Strict", "\(value)")
                let again = try stage.ask(cookie: reply.jar)
                #expect(again.member == reply.member && again.cookies.isEmpty, "\(value)")
            }
        }
    }

    @Test("a token without an identifier before it is nobody's, and the log says what was replaced")
    func nameless() throws {
        let stage = try stage(edge: Stage.logging)
        let token = token(try login(stage))
        let replies = try (0..<2).map { _ in try stage.ask(cookie: "SID=.\(token)") }
        #expect(Set(replies.map(\.member)) == ["node1", "node2"])
        #expect(replies.allSatisfy { $0.told("Cookie") == ["SID="] })
        _ = stage.takeLines()
        try stage.ask(cookie: "SID=abd.\(token)")
        let lines = stage.takeLines()
        #expect(lines.count == 1 && lines.allSatisfy { $0.contains("\"route_reason\":\"token-invalid\"") })
        #expect(lines.allSatisfy { $0.contains("\"affinity\":\"replaced\"") })
    }

    @Test("a token that was opened before opens as it was, for its own session alone")
    func opened() throws {
        let stage = try stage()
        let (one, other) = (try login(stage), try login(stage, "abd.node1"))
        for _ in 0..<3 {
            for value in [one, other] { #expect(try stage.ask(cookie: "SID=\(value)").cookies.isEmpty) }
        }
        for place in one.indices.dropFirst(4) {
            var changed = one
            changed.replaceSubrange(place...place, with: one[place] == "A" ? "B" : "A")
            let reply = try stage.ask(cookie: "SID=\(changed)")
            #expect(reply.cookies.count == 1 && reply.told("Cookie") == ["SID=abc"], "\(changed)")
        }
        #expect(try stage.ask(cookie: "SID=abc.\(token(other))").cookies.count == 1)
        for session in ["ab", "abcd", "Abc", "abc.abc"] {
            let reply = try stage.ask(cookie: "SID=\(session).\(token(one))")
            #expect(reply.cookies.count == 1 && reply.told("Cookie") != ["SID=\(session).node2"], "\(session)")
        }
        let again = try stage.ask(cookie: "SID=\(one)")
        #expect(again.member == "node2" && again.told("Cookie") == ["SID=abc.node2"])
    }

    /// What is no token, at some length.
    private static func hostile(_ token: String) -> [String] {
        let long = String(repeating: "A", count: 14_000)
        return [
            "SID=\(long)", "SID=\(long).\(token)", "SID=.\(long)", "SID=", "SID=.", "SID=\"", "SID=\"\"",
            "SID=\"abc.\(token)", "SID", "SID=\u{fe}\u{ff}.\(token)", "SID=" + String(repeating: ".", count: 4_000),
            "SID=abc.\(token).\(token)", "SID=\(token)", "SID=abc.\(token)=",
            "SID=" + String(repeating: "node2.", count: 600) + "node2",
            Array(repeating: "SID=x", count: 1_000).joined(separator: ";"),
            Array(repeating: "SID=abd.\(token)", count: 100).joined(separator: "; "),
            String(repeating: "a=;", count: 3_000) + " SID=abd.\(token)",
        ]
    }

    @Test("hostile cookies are never a member, and their answers name none")
    func hostile() throws {
        let stage = try stage()
        let value = try login(stage)
        for cookie in Self.hostile(token(value)) {
            let replies = try (0..<2).map { _ in try stage.ask(cookie: cookie) }
            let words = Comment(rawValue: String(cookie.prefix(80)))
            #expect(replies.allSatisfy { $0.client.outcome == .whole }, words)
            #expect(Set(replies.map(\.member)) == ["node1", "node2"], words)
            let cookies = replies.flatMap(\.cookies)
            #expect(cookies.allSatisfy { cookie.contains("node") || !$0.contains("node") }, words)
        }
        let quoted = try stage.ask(cookie: "SID=\"\(value)\"")
        #expect(quoted.member == "node2" && quoted.told("Cookie") == ["SID=\"abc.node2\""])
    }

    @Test("of several cookies the one counts that opens, and nothing is replaced then")
    func several() throws {
        let stage = try stage()
        let value = try login(stage)
        let reply = try stage.ask(cookie: "SID=abc.node1; SID=\(value); SID=foreign.gone")
        #expect(reply.member == "node2" && reply.cookies.isEmpty)
        #expect(reply.told("Cookie") == ["SID=abc; SID=abc.node2; SID=foreign.gone"])
    }

    @Test("an application that sets the cookie itself is not contradicted, and a session that it moves is moved")
    func moves() throws {
        let stage = try stage()
        let value = try login(stage)
        let reply = try stage.ask(cookie: "SID=\(value)", answer: Answer.whole(200, "Set-Cookie: SID=abc.node1"))
        #expect(reply.cookies.count == 1)
        #expect(try stage.ask(cookie: reply.jar).member == "node1")
        let forged = try stage.ask(cookie: "SID=abc.node1", answer: Answer.whole(200, "Set-Cookie: SID=new.node1"))
        #expect(forged.cookies.count == 1 && forged.cookie("SID")?.value.hasPrefix("new.") == true)
        // A route that is no member's is a part of the identifier.
        let unknown = try stage.ask(cookie: "SID=\(value)", answer: Answer.whole(200, "Set-Cookie: SID=abc.gone"))
        #expect(unknown.cookie("SID")?.value.hasPrefix("abc.gone.") == true)
        #expect(try stage.ask(cookie: "SID=abc.gone").told("Cookie") == ["SID=abc.gone"])
        let logout = try stage.ask(cookie: "SID=\(value)", answer: Answer.whole(200, "Set-Cookie: SID=; Max-Age=0"))
        #expect(logout.cookies == ["SID=; Max-Age=0"])
    }

    @Test(
        "an answer that shared caches may store is private where the cookie is set in the application's place",
        arguments: [
            (["Cache-Control: max-age=60"], ["max-age=60", "private"]), (["Expires: 0"], ["private"]), ([], []),
            (["Cache-Control: no-store, max-age=60"], ["no-store, max-age=60"]),
        ] as [([String], [String])])
    func caches(fields: [String], expected: [String]) throws {
        let stage = try stage()
        let lines = (["HTTP/1.1 200 OK", "Content-Length: 0"] + fields).map { $0 + "\r\n" }
        let answer = lines.joined() + "\r\n"
        let forged = "SID=abc.\(String(repeating: "A", count: 68))"
        let reply = try stage.ask(cookie: forged, answer: answer)
        #expect(reply.cookies.count == 1 && reply.client.head.values(of: "Cache-Control") == expected)
        let again = try stage.ask(cookie: reply.jar, answer: answer)
        #expect(again.cookies.isEmpty && !again.client.head.values(of: "Cache-Control").contains("private"))
    }

    @Test("sessions in locations go out sealed, and come back in the target as they were")
    func locations() throws {
        let stage = try stage()
        let place = "http://shop/a;sid=abc.node2/b?c=d&sid=abc.node2#e"
        let answer = Answer.whole(302, "Location: \(place)", "Content-Location: \(place)")
        let reply = try stage.ask(answer: answer)
        let location = reply.client.field("Location") ?? ""
        let pattern = #/http://shop/a;sid=abc\.[A-Za-z0-9_-]{68}/b\?c=d&sid=abc\.[A-Za-z0-9_-]{68}#e/#
        #expect(location.wholeMatch(of: pattern) != nil && reply.client.field("Content-Location") == location)
        let target = String(location.dropFirst("http://shop".count).dropLast(2))
        for _ in 0..<3 {
            let next = try stage.ask(target)
            #expect(next.member == "node2" && next.target == "/a;sid=abc.node2/b?c=d&sid=abc.node2")
        }
        #expect(try stage.ask("/a;sid=abc.node2?x").target == "/a;sid=abc?x", "what is not sealed is no route")
    }

    @Test("a member that cannot answer: the session keeps its tie, and another one is told whose it was")
    func inError() throws {
        let stage = try stage()
        let value = try login(stage)
        stage.fail("node2")
        let moved = try stage.ask(cookie: "SID=\(value)")
        #expect(moved.member == "node1" && moved.reason == "member-in-error")
        #expect(moved.told("Cookie") == ["SID=abc.node2"] && moved.cookies.isEmpty)
        stage.pass(milliseconds: 60_000)
        #expect(try stage.ask(cookie: "SID=\(value)").member == "node2")
    }

    @Test("a member that is no more: the cookie is replaced by that of whoever answers; a renamed one has it still")
    func reload() throws {
        let stage = try stage()
        let value = try login(stage)
        let alone = Stage.text(["node1": ""], settings: Self.settings, edge: Stage.explaining)
        let edge = try stage.serve(alone)
        let reply = try stage.ask(cookie: "SID=\(value)")
        #expect(reply.reason == "unknown-route" && reply.told("Cookie") == ["SID=abc"])
        #expect(try stage.ask(cookie: reply.jar).cookies.isEmpty && reply.cookies.count == 1)
        let renamed = ["node1": "", "second": "was: node2"]
        try stage.serve(Stage.text(renamed, settings: Self.settings, edge: Stage.explaining), after: edge)
        #expect(try stage.ask(cookie: "SID=\(value)").member == "second")
    }

    @Test("a route that cannot be sealed is told nobody: 502")
    func unsealed() throws {
        // Without what a worker keeps of such a balancer there is no key.
        let stage = try Stage(Self.members, settings: Self.settings)
        let reply = try stage.ask(answer: Answer.whole(200, "Set-Cookie: SID=abc.node2"))
        #expect(reply.client.outcome == .refused(502, "answer-unsealed") && reply.client.head.isEmpty)
        #expect(stage.isQuiet)
    }
}
