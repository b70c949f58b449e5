import Testing

/// `mode: prefix`: the route in front of the application's own cookie.
@Suite("Affinity by a prefixed cookie, in process")
struct PrefixAffinityTests {
    private func stage(_ members: [String: String] = ["node1": "", "node2": ""]) throws -> Stage {
        try Stage(members, settings: "affinity: { mode: prefix, cookie: SID }", edge: Stage.explaining)
    }

    @Test("the route is put in front on the way out and taken off on the way in")
    func roundTrip() throws {
        let stage = try stage()
        for number in 0..<4 {
            let set = "Set-Cookie: SID=s\(number); Path=/; HttpOnly"
            let login = try stage.ask(answer: Answer.whole(200, set))
            #expect(login.cookies == ["SID=\(login.member)~s\(number); Path=/; HttpOnly"])
            for _ in 0..<3 {
                let next = try stage.ask(cookie: "a=b; \(login.jar)")
                #expect(next.member == login.member && next.reason == "sticky" && next.cookies.isEmpty)
                #expect(next.told("Cookie") == ["a=b; SID=s\(number)"])
            }
        }
    }

    @Test(
        "what of a cookie is the route, and what is the application's",
        arguments: [
            ("SID=node2~abc", "node2", "SID=abc"), ("SID=node2~a~b", "node2", "SID=a~b"),
            ("SID=\"node2~abc\"", "node2", "SID=\"abc\""), ("SID=node2~", "node2", "SID="),
            ("SID=gone~abc; SID=node2~x", "node2", "SID=abc; SID=x"), ("SID=gone~abc", "", "SID=abc"),
            ("SID=abc", "", "SID=abc"), ("SID=~abc", "", "SID=~abc"), ("SID=/x~y", "", "SID=/x~y"),
            ("OTHER=node2~abc", "", "OTHER=node2~abc"),
        ])
    func takenOff(sent: String, member: String, seen: String) throws {
        let reply = try stage().ask(cookie: sent)
        #expect(member.isEmpty ? reply.reason != "sticky" : reply.member == member)
        #expect(reply.told("Cookie") == [seen])
    }

    @Test(
        "what is set that is no session passes as it came",
        arguments: ["SID=; Path=/", "SID=x; Max-Age=0", "SID=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "other=abc"])
    func untouched(cookie: String) throws {
        let reply = try stage().ask(cookie: "SID=node2~s1", answer: Answer.whole(200, "Set-Cookie: \(cookie)"))
        #expect(reply.cookies == [cookie])
    }

    @Test("each of several cookies that are set, quotes left where they are")
    func several() throws {
        let answer = Answer.whole(200, "Set-Cookie: SID=\"a\"", "Set-Cookie: x=y", "set-cookie: SID=b; Path=/b")
        let reply = try stage().ask(cookie: "SID=node2~s", answer: answer)
        #expect(reply.cookies == ["SID=\"node2~a\"", "x=y", "SID=node2~b; Path=/b"])
    }

    @Test("a member's route where it has another one than its name, and its former name")
    func routes() throws {
        let stage = try stage(["node1": "", "second": "route: r2, was: node2"])
        for route in ["r2", "node2"] {
            let reply = try stage.ask(
                cookie: "SID=\(route)~s1", answer: Answer.whole(200, "Set-Cookie: SID=s1; Path=/"))
            #expect(reply.member == "second" && reply.cookies == ["SID=r2~s1; Path=/"], "\(route)")
        }
        #expect(try stage.ask(cookie: "SID=second~s1").reason == "unknown-route")
    }

    @Test("members of one route answer for one another, and the cookie has it")
    func oneRoute() throws {
        let stage = try stage(["a": "route: r", "b": "route: r", "c": ""])
        stage.fail("a")
        let reply = try stage.ask(cookie: "SID=r~s1", answer: Answer.whole(200, "Set-Cookie: SID=s1"))
        #expect(reply.member == "b" && reply.reason == "same-route" && reply.cookies == ["SID=r~s1"])
    }

    @Test("a session goes elsewhere while its member is in error, as itself, and returns")
    func returns() throws {
        let stage = try stage()
        stage.fail("node2")
        let moved = try stage.ask(cookie: "SID=node2~s1")
        #expect(moved.member == "node1" && moved.reason == "member-in-error")
        #expect(moved.told("Cookie") == ["SID=s1"] && moved.cookies.isEmpty)
        stage.pass(milliseconds: 60_000)
        #expect(try stage.ask(cookie: "SID=node2~s1").member == "node2")
    }

    @Test("an application that sets the cookie anew elsewhere has moved its session")
    func moves() throws {
        let stage = try stage()
        stage.fail("node2")
        let moved = try stage.ask(cookie: "SID=node2~s1", answer: Answer.whole(200, "Set-Cookie: SID=s1"))
        #expect(moved.cookies == ["SID=node1~s1"])
        stage.pass(milliseconds: 60_000)
        #expect(try stage.ask(cookie: moved.jar).member == "node1")
    }
}
