import Balancing
import Forwarding
import Testing

/// `mode: route`: the member whose route the application has put behind its session's identifier.
@Suite("Affinity by route, in process")
struct RouteAffinityTests {
    /// A request, and what becomes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var target = "/"
        /// The values of its Cookie fields.
        var cookies: [String] = []
        /// Who gets it; empty: whoever is elected.
        var member = ""
        var source = ""
        var asked = ""
        var reason = "sticky"

        /// One that names nobody.
        static func elected(_ description: String, target: String = "/", _ cookies: String...) -> Case {
            Case(testDescription: description, target: target, cookies: cookies, reason: "elected")
        }

        /// One that names a route in a cookie.
        static func cookie(_ description: String, _ cookies: String..., asks: String, member: String) -> Case {
            Case(testDescription: description, cookies: cookies, member: member, source: "cookie", asked: asks)
        }
    }

    private static let three = ["node1": "", "node2": "", "node3": ""]
    private static let affinity = "affinity: { cookie: SID, parameter: sid }\n"

    static let cases: [Case] = [
        .elected("nothing"),
        .cookie("a cookie", "SID=a.node2", asks: "node2", member: "node2"),
        .cookie("a cookie among others", "x=y.node1; SID=a.node2; z=SID=a.node3", asks: "node2", member: "node2"),
        .cookie("a quoted cookie (RFC 6265 4.1.1)", "SID=\"a.node2\"", asks: "node2", member: "node2"),
        .cookie("several cookies of the name: the first", "SID=a.node2; SID=b.node3", asks: "node2", member: "node2"),
        .cookie("several: the first one that has a member", "SID=a.gone; SID=b.node3", asks: "node3", member: "node3"),
        .cookie("several Cookie fields", "SID=a", "x=y; SID=b.node3", asks: "node3", member: "node3"),
        .cookie("ranked routes: the best one", "SID=a.node3.node2", asks: "node3", member: "node3"),
        .cookie("ranked routes: those that are known", "SID=a.gone.node2.node1", asks: "node2", member: "node2"),
        .elected("a cookie whose name only ends so", "XSID=a.node2"),
        .elected("a cookie whose name only begins so", "SIDX=a.node2"),
        .elected("a cookie's name in another case (RFC 6265 5.4)", "sid=a.node2"),
        .elected("no separator", "SID=node2"),
        .elected("nothing behind the separator", "SID=a."),
        .elected("an escaped separator, as cookies are not decoded", "SID=a%2Enode2"),
        .elected("a parameter whose name only ends so", target: "/x;xsid=a.node2?ysid=a.node3"),
        Case(
            testDescription: "a route of nobody", cookies: ["SID=a.gone"], source: "cookie", asked: "gone",
            reason: "unknown-route"),
        Case(
            testDescription: "a path parameter, before the cookie", target: "/x;sid=a.node3/y",
            cookies: ["SID=b.node1"], member: "node3", source: "path", asked: "node3"),
        Case(
            testDescription: "a query parameter", target: "/x?y=1&sid=a.node3&z=2", member: "node3", source: "query",
            asked: "node3"),
        Case(
            testDescription: "a URL without a route does not hide the cookie", target: "/x;sid=a?sid=b",
            cookies: ["SID=c.node2"], member: "node2", source: "cookie", asked: "node2"),
    ]

    @Test("who gets a request, and why", arguments: cases)
    func routes(_ one: Case) throws {
        let stage = try Stage(Self.three, settings: Self.affinity, edge: Stage.explaining)
        let reply = try stage.ask(one.target, fields: one.cookies.map { "Cookie: " + $0 })
        let member = one.member.isEmpty ? reply.member : one.member
        let asked = "route_source=\(one.source) route=\"\(one.asked)\""
        let expected = "balancer=shop member=\(member) \(asked) route_reason=\(one.reason)"
        #expect(reply.decision == expected)
        #expect(reply.member == member && !member.isEmpty)
        #expect(reply.target == one.target && reply.told("Cookie") == one.cookies, "the member gets it as it came")
        #expect(reply.cookies.isEmpty && stage.isQuiet)
    }

    @Test(
        "of several routes the first one whose member can be used",
        arguments: ["SID=a.node2.node3", "SID=a.node2; SID=b.node3"])
    func nextRoute(cookie: String) throws {
        let stage = try Stage(Self.three, settings: Self.affinity)
        #expect(try stage.ask(cookie: cookie).member == "node2")
        stage.fail("node2")
        for _ in 0..<3 { #expect(try stage.ask(cookie: cookie).member == "node3") }
    }

    @Test(
        "what separates the route, and that it may be all of the value",
        arguments: [
            ("!", "a!node2", "sticky"), ("!", "a.node2", "elected"), ("!", "a.b!node2", "sticky"),
            ("off", "node2", "sticky"), ("off", "a.node2", "unknown-route"),
        ])
    func separators(separator: String, value: String, reason: String) throws {
        let stage = try Stage(
            Self.three, settings: "affinity: { cookie: SID, separator: \"\(separator)\" }", edge: Stage.explaining)
        let reply = try stage.ask(cookie: "SID=" + value)
        #expect(reply.reason == reason)
        if reason == "sticky" { #expect(reply.member == "node2") }
    }

    @Test("where a parameter ends at a semicolon too, as mod_jk has it", arguments: [true, false])
    func semicolons(isDelimiter: Bool) throws {
        let stage = try Stage(
            Self.three, settings: "affinity: { parameter: sid, semicolon-path-delimiter: \(isDelimiter) }",
            edge: Stage.explaining)
        for target in ["/x;sid=a.node2;v=1", "/x?sid=a.node2;v=1"] {
            let reply = try stage.ask(target)
            #expect(reply.reason == (isDelimiter ? "sticky" : "unknown-route"), "\(target)")
        }
        #expect(try stage.ask("/x;sid=a.node2?y").member == "node2")
    }

    @Test("a declared route stands in place of the name, and may have separators in it")
    func declaredRoutes() throws {
        let stage = try Stage(
            ["node1": "", "node2": "route: \"master:g1.server1\""], settings: Self.affinity, edge: Stage.explaining)
        for _ in 0..<3 { #expect(try stage.ask(cookie: "SID=a.master:g1.server1").member == "node2") }
        #expect(try stage.ask(cookie: "SID=a.node2").reason == "unknown-route")
    }

    @Test("was: a session that names the member by a former name has it still")
    func formerName() throws {
        let stage = try Stage(
            ["node1": "", "second": "was: node2"], settings: Self.affinity, edge: Stage.explaining)
        for route in ["node2", "second"] {
            for _ in 0..<2 {
                let reply = try stage.ask(cookie: "SID=a.\(route)")
                #expect(reply.member == "second" && reply.reason == "sticky", "\(route)")
            }
        }
    }

    // MARK: - Whoever answers for a member

    @Test("members of one route answer for one another, in their order; then another one does")
    func oneRoute() throws {
        let stage = try Stage(
            ["a": "route: r", "b": "route: r", "c": ""], settings: Self.affinity, edge: Stage.explaining)
        func decide() throws -> String {
            let reply = try stage.ask(cookie: "SID=x.r")
            return "\(reply.member) \(reply.reason)"
        }
        for _ in 0..<3 { #expect(try decide() == "a sticky") }
        stage.fail("a")
        for _ in 0..<3 { #expect(try decide() == "b same-route") }
        stage.fail("b")
        #expect(try decide() == "c member-in-error")
        stage.pass(milliseconds: 60_000)
        #expect(try decide() == "a sticky")
    }

    @Test("a hot standby of a route answers for it behind the others, whatever their order")
    func standbyOfRoute() throws {
        let stage = try Stage(
            ["a": "route: r, status: [hot-standby]", "b": "route: r", "c": ""], settings: Self.affinity,
            edge: Stage.explaining)
        #expect(try stage.ask(cookie: "SID=x.r").member == "b")
        stage.fail("b")
        let reply = try stage.ask(cookie: "SID=x.r")
        #expect(reply.member == "a" && reply.reason == "same-route")
    }

    @Test("redirect: the sessions of a member that cannot be used go to whom it names, and on from there")
    func redirects() throws {
        let stage = try Stage(
            ["node1": "redirect: node2", "node2": "redirect: node4", "node3": "", "node4": ""],
            settings: Self.affinity, edge: Stage.explaining)
        func decide() throws -> String {
            let reply = try stage.ask(cookie: "SID=a.node1")
            return "\(reply.member) \(reply.reason)"
        }
        #expect(try decide() == "node1 sticky")
        stage.fail("node1")
        for _ in 0..<3 { #expect(try decide() == "node2 redirected") }
        stage.fail("node2")
        for _ in 0..<3 { #expect(try decide() == "node4 redirected") }
    }

    @Test(
        "a member that is disabled or stopped gets nothing, its sessions' requests neither",
        arguments: [
            "disabled", "stopped",
        ])
    func closed(status: String) throws {
        let stage = try Stage(
            ["node1": "", "node2": "status: [\(status)]", "node3": ""], settings: Self.affinity, edge: Stage.explaining)
        for _ in 0..<4 {
            let reply = try stage.ask(cookie: "SID=a.node2")
            #expect(reply.member != "node2" && reply.reason == "member-disabled")
            #expect(try stage.ask().member != "node2")
        }
    }

    @Test("a member that is draining gets the requests of its sessions and no others", arguments: [true, false])
    func draining(isDeclared: Bool) throws {
        let stage = try Stage(
            ["node1": "", "node2": isDeclared ? "status: [draining]" : "", "node3": ""], settings: Self.affinity)
        if !isDeclared { stage.member("node2").begin(.operatorDrain, evidence: "", now: stage.now) }
        for _ in 0..<4 {
            #expect(try stage.ask(cookie: "SID=a.node2").member == "node2")
            #expect(try stage.ask().member != "node2")
        }
        guard !isDeclared else { return }
        stage.member("node2").end(.operatorDrain, evidence: "", now: stage.now)
        #expect(try (0..<3).map { _ in try stage.ask().member }.contains("node2"))
    }

    // MARK: - Members that are lost

    @Test("a session goes elsewhere while its member is in error, and returns when its time has passed")
    func returns() throws {
        let stage = try Stage(Self.three, settings: Self.affinity, edge: Stage.explaining)
        stage.fail("node2")
        for _ in 0..<4 {
            let reply = try stage.ask(cookie: "SID=a.node2")
            #expect(["node1", "node3"].contains(reply.member) && reply.reason == "member-in-error")
        }
        stage.pass(milliseconds: 59_999)
        #expect(try stage.ask(cookie: "SID=a.node2").reason == "member-in-error")
        stage.pass(milliseconds: 1)
        #expect(try stage.ask(cookie: "SID=a.node2").member == "node2")
    }

    @Test("no-failover: a session whose member is in error is refused, and nobody else is")
    func noFailover() throws {
        let stage = try Stage(Self.three, settings: Self.affinity + "no-failover: true")
        stage.fail("node2")
        for _ in 0..<3 {
            #expect(try stage.ask(cookie: "SID=a.node2").client.outcome == .refused(503, "session-member-unavailable"))
            #expect(try stage.ask(cookie: "SID=a.node3").member == "node3")
            #expect(try !stage.ask().member.isEmpty && !stage.ask(cookie: "SID=a.gone").member.isEmpty)
        }
        stage.pass(milliseconds: 60_000)
        #expect(try stage.ask(cookie: "SID=a.node2").member == "node2")
        #expect(stage.isQuiet)
    }

    @Test("no-failover: the same where the member is found to be gone by this very request")
    func noFailoverAtOnce() throws {
        let stage = try Stage(Self.three, settings: Self.affinity + "no-failover: true")
        stage.opensAtOnce = false
        let client = try stage.get(fields: "Cookie: SID=a.node2")
        stage.last.fail(.connect("refused"))
        #expect(client.outcome == .refused(503, "session-member-unavailable"))
        #expect(stage.isInError("node2") && stage.connections.count == 1 && stage.isQuiet)
    }
}
