import Reactor
import Testing

/// `mode: insert`: a cookie of Martlet's own that holds the member's name.
@Suite("Affinity by an inserted cookie, in process")
struct InsertAffinityTests {
    private static let cookie = "MARTLET_shop"
    private static let attributes = "; Path=/; HttpOnly; SameSite=Lax"

    private func stage(_ keys: String = "", members: [String: String] = ["node1": "", "node2": ""]) throws -> Stage {
        let affinity = keys.isEmpty ? "insert" : "{ mode: insert, \(keys) }"
        return try Stage(members, settings: "affinity: \(affinity)", edge: Stage.explaining).remembering()
    }

    // MARK: - What is set

    @Test("an answer to a client without it sets it, and further ones do not")
    func set() throws {
        let stage = try stage()
        for _ in 0..<4 {
            let first = try stage.ask()
            #expect(first.reason == "elected" && first.cookies == ["\(Self.cookie)=\(first.member)\(Self.attributes)"])
            for _ in 0..<3 {
                let next = try stage.ask(cookie: first.jar)
                #expect(next.member == first.member && next.reason == "sticky" && next.cookies.isEmpty)
            }
        }
    }

    @Test("over TLS it is Secure, and the client's own cookies stay beside it")
    func secure() throws {
        let stage = try stage()
        let answer = Answer.whole(200, "Set-Cookie: own=1; Path=/x")
        let reply = try stage.settle(answer) { try stage.sendSecurely("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
        #expect(reply.cookie(Self.cookie)?.attributes == Self.attributes + "; Secure")
        #expect(reply.cookie("own")?.attributes == "; Path=/x")
    }

    @Test("its name and attributes are those declared")
    func declared() throws {
        let stage = try stage(
            "cookie: SRV, path: /a, domain: example.com, same-site: none, secure: always, http-only: false, "
                + "partitioned: true, no-cache: true")
        let first = try stage.ask()
        #expect(first.cookie("SRV")?.attributes == "; Domain=example.com; Path=/a; SameSite=None; Secure; Partitioned")
        #expect(first.client.head.values(of: "Cache-Control") == ["private"])
        let second = try stage.ask(cookie: first.jar)
        #expect(second.member == first.member && second.cookies.isEmpty)
        #expect(second.client.head.values(of: "Cache-Control").isEmpty, "what sets nothing may be kept by caches")
    }

    @Test("secure: never keeps it usable in cleartext also where it was set over TLS")
    func neverSecure() throws {
        let stage = try stage("secure: never")
        let reply = try stage.settle { try stage.sendSecurely("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
        #expect(reply.cookie(Self.cookie)?.attributes == Self.attributes)
    }

    @Test(
        "one that names nobody is replaced",
        arguments: ["gone", "", "node1x", "NODE1", "127.0.0.1:1", "a.node1", "node1;MARTLET_shopx=node2", "\u{e9}%00"])
    func replaced(value: String) throws {
        let stage = try stage()
        let isKnown = value.hasPrefix("node1;")
        for _ in 0..<2 {
            let reply = try stage.ask(cookie: "\(Self.cookie)=\(value)")
            #expect(reply.reason == (isKnown ? "sticky" : "unknown-route"))
            #expect(reply.cookies == (isKnown ? [] : ["\(Self.cookie)=\(reply.member)\(Self.attributes)"]))
        }
    }

    @Test("an application that sets the cookie itself is not contradicted")
    func preserved() throws {
        let reply = try stage().ask(answer: Answer.whole(200, "Set-Cookie: \(Self.cookie)=mine"))
        #expect(reply.cookies == ["\(Self.cookie)=mine"])
    }

    @Test("an answer of Martlet's own ties nobody")
    func refused() throws {
        let stage = try stage()
        stage.refusals = ["node1": SystemError("connect", code: 111), "node2": SystemError("connect", code: 111)]
        let reply = try stage.ask()
        #expect(reply.client.outcome == .refused(503, "no-member") && reply.cookies.isEmpty)
    }

    // MARK: - What members see

    @Test(
        "members do not get it",
        arguments: [
            ("MARTLET_shop=node2", []), ("a=b; MARTLET_shop=node2; c=d", ["a=b; c=d"]),
            ("MARTLET_shop=node2; a=b", ["a=b"]), ("MARTLET_shop=node2; MARTLET_shop=node1; a=b", ["a=b"]),
            ("a=b\r\nCookie: MARTLET_shop=node2", ["a=b"]), ("MARTLET_shop=gone; MARTLET_shop=node2", []),
            ("xMARTLET_shop=node1; MARTLET_shop=node2", ["xMARTLET_shop=node1"]),
        ] as [(String, [String])])
    func hidden(sent: String, seen: [String]) throws {
        let stage = try stage()
        let reply = try stage.ask(cookie: sent)
        #expect(reply.member == "node2" && reply.told("Cookie") == seen)
    }

    @Test("forward: members get it as the client sent it")
    func forwarded() throws {
        let reply = try stage("forward: true").ask(cookie: "a=b; MARTLET_shop=node2")
        #expect(reply.member == "node2" && reply.told("Cookie") == ["a=b; MARTLET_shop=node2"])
    }

    // MARK: - The application's cookie

    @Test("follow: it has the attributes that the application's cookie was last seen to have, and ends with it")
    func follows() throws {
        let stage = try stage("follow: SID")
        let login = Answer.whole(200, "Set-Cookie: SID=1; Path=/shop; Secure; SameSite=Strict; Partitioned")
        let logout = Answer.whole(200, "Set-Cookie: SID=; Path=/shop; Max-Age=0")
        let attributes = "; Path=/shop; HttpOnly; SameSite=Strict; Secure; Partitioned"
        let jar = "MARTLET_shop=node1; SID=1"

        #expect(try stage.ask().cookie(Self.cookie)?.attributes == Self.attributes, "none was seen yet")
        let first = try stage.ask(cookie: jar, answer: login)
        #expect(first.cookie(Self.cookie)?.value == "node1")
        #expect(first.cookie(Self.cookie)?.attributes == attributes)
        #expect(first.told("Cookie") == ["SID=1"])
        #expect(try stage.ask().cookie(Self.cookie)?.attributes == attributes, "what was seen holds for later clients")
        #expect(try stage.ask(cookie: jar).cookies.isEmpty)
        let end = try stage.ask(cookie: jar, answer: logout)
        #expect(end.cookie(Self.cookie)?.value == "" && end.cookie("SID")?.value == "")
        #expect(end.cookie(Self.cookie)?.attributes == attributes + "; Max-Age=0")
        #expect(try stage.ask(cookie: "SID=1", answer: logout).cookie(Self.cookie) == nil, "there is nothing to remove")
    }

    @Test("follow: what is declared goes before what is followed, and a reload forgets nothing of it")
    func followsAfterReload() throws {
        let keys = "follow: SID, path: /, secure: never"
        let stage = try stage(keys)
        try stage.ask(answer: Answer.whole(200, "Set-Cookie: SID=1; Path=/shop; Secure; SameSite=Strict"))
        let text = Stage.text(["node1": "", "node2": ""], settings: "affinity: { mode: insert, \(keys) }")
        try stage.serve(text)
        #expect(try stage.ask().cookie(Self.cookie)?.attributes == "; Path=/; HttpOnly; SameSite=Strict")
    }

    // MARK: - Cookies of others

    @Test(
        "what Apache and HAProxy have set under the name leads to the member",
        arguments: [".node2", "!node2", "node2|Zb2Kf|Zb2Kf", "node2"], ["", ", idle: 30m"])
    func others(value: String, limit: String) throws {
        let stage = try stage("cookie: ROUTEID" + limit)
        for _ in 0..<2 {
            let reply = try stage.ask(cookie: "ROUTEID=\(value)")
            #expect(reply.member == "node2" && reply.reason == "sticky")
            // It has no marks of time: these are set.
            #expect(reply.cookies.count == (limit.isEmpty ? 0 : 1))
        }
    }

    @Test("ROUTEID's is the member's route, where it has another one than its name")
    func routeOfOthers() throws {
        let stage = try stage("cookie: ROUTEID", members: ["node1": "", "node2": "route: r2"])
        #expect(try stage.ask(cookie: "ROUTEID=.r2").member == "node2")
        for value in [".node2", ".node9"] {
            let reply = try stage.ask(cookie: "ROUTEID=\(value)")
            #expect(reply.reason == "unknown-route" && reply.cookie("ROUTEID")?.value == reply.member)
        }
    }

    // MARK: - Members that change

    @Test("was: a cookie with the member's former name leads to it, and is renewed")
    func formerName() throws {
        let stage = try stage(members: ["node1": "", "second": "was: node2"])
        for _ in 0..<2 {
            let reply = try stage.ask(cookie: "MARTLET_shop=node2")
            #expect(reply.member == "second" && reply.cookie(Self.cookie)?.value == "second")
        }
        let reply = try stage.ask(cookie: "MARTLET_shop=second")
        #expect(reply.member == "second" && reply.cookies.isEmpty)
    }

    @Test("a client whose member is in error is tied to the one that answers, and stays there")
    func moved() throws {
        let stage = try stage()
        stage.fail("node2")
        let moved = try stage.ask(cookie: "MARTLET_shop=node2")
        #expect(moved.reason == "member-in-error" && moved.cookie(Self.cookie)?.value == "node1")
        stage.pass(milliseconds: 60_000)
        #expect(try stage.ask(cookie: moved.jar).member == "node1")
        #expect(try stage.ask(cookie: "MARTLET_shop=node2").member == "node2", "who was away meanwhile finds it back")
    }

    @Test("a member that does not take the request: the cookie is that of the one that does")
    func refusedByMember() throws {
        let stage = try stage()
        stage.refusals["node2"] = SystemError("connect", code: 111)
        let reply = try stage.ask(cookie: "MARTLET_shop=node2")
        #expect(reply.member == "node1" && reply.cookies == ["MARTLET_shop=node1\(Self.attributes)"])
    }

    // MARK: - Limits

    private static func value(issued: Int, seen: Int) -> String {
        let now = Clock.wallSeconds()
        return "node2~\(String(now + issued, radix: 16))~\(String(seen - issued, radix: 16))"
    }

    @Test(
        "idle and life by the wall clock; the mark of when it was seen is renewed after a tenth of idle",
        arguments: [
            (-10_000, -60, "sticky", false), (-10_000, -600, "sticky", true), (-10_000, -2_000, "cookie-expired", true),
            (-30_000, -60, "cookie-expired", true), (100, 100, "sticky", true),
            (100_000_000, 100_000_000, "cookie-expired", true),
        ])
    func limits(issued: Int, seen: Int, reason: String, isSet: Bool) throws {
        let stage = try stage("idle: 30m, life: 8h")
        let value = Self.value(issued: issued, seen: seen)
        let reply = try stage.ask(cookie: "MARTLET_shop=\(value)")
        #expect(reply.reason == reason && (reply.cookies.count == 1) == isSet)
        guard let renewed = reply.cookie(Self.cookie)?.value else { return }
        #expect(renewed.hasPrefix(reply.member + "~") && renewed != value)
        // When it was issued stays, unless it is issued anew.
        let begin = "node2~\(value.split(separator: "~")[1])~"
        #expect(renewed.hasPrefix(begin) == (reason == "sticky" && issued < 0))
        let again = try stage.ask(cookie: "MARTLET_shop=\(renewed)")
        #expect(again.member == reply.member && again.cookies.isEmpty)
    }

    @Test("idle and life: the first one says when; the log says which one was renewed, and which has expired")
    func marked() throws {
        let stage = try Stage(
            settings: "affinity: { mode: insert, idle: 30m, life: 8h }",
            edge: Stage.explaining + "\n" + Stage.logging
        ).remembering()
        let first = try stage.ask()
        #expect(first.cookie(Self.cookie)?.value.wholeMatch(of: #/node[12]~[0-9a-f]{8}~0/#) != nil)
        #expect(try stage.ask(cookie: first.jar).cookies.isEmpty)
        _ = stage.takeLines()
        for seen in [-600, -2_000] {
            try stage.ask(cookie: "MARTLET_shop=" + Self.value(issued: -10_000, seen: seen))
        }
        let lines = stage.takeLines()
        #expect(lines.count == 2)
        #expect(lines.first?.contains("\"affinity\":\"renewed\"") == true)
        #expect(lines.last?.contains("\"route_reason\":\"cookie-expired\"") == true)
    }

    @Test(
        "idle and life: marks that are none count for nothing, and no marks are from now on",
        arguments: ["node2", "node2~", "node2~~", "node2~x~1", "node2~ffffffffffff~0", "node2~1~2~3", "node2~1"])
    func malformed(value: String) throws {
        let stage = try stage("idle: 30m, life: 8h")
        let reply = try stage.ask(cookie: "MARTLET_shop=\(value)")
        #expect(reply.reason == (value == "node2" ? "sticky" : "unknown-route"))
        #expect(reply.cookie(Self.cookie)?.value.hasSuffix("~0") == true)
    }
}
