import Balancing
import Testing

/// Waiting for a session's member, for any member, and for one that is in error; what a reload changes of it.
@Suite("Waiting for members, in process")
struct MoreWaitingTests {
    private static let affinity = "affinity: { cookie: SID }\n"

    private func stage(_ members: [String: String], _ settings: String = "") throws -> Stage {
        try Stage(members, settings: Self.affinity + settings, edge: Stage.explaining)
    }

    /// A request of a session of a member, or without one, that stays under way.
    private func get(_ stage: Stage, _ target: String = "/", of member: String? = nil) throws -> ScriptedClient {
        let cookie = member.map { "Cookie: SID=a.\($0)" } ?? "Accept: x"
        return try stage.get(target, fields: cookie, "X-Martlet-Explain: 1")
    }

    /// Has the member answer the request that it has for a target, and the turn end.
    private func answer(_ stage: Stage, _ target: String) {
        let connection = stage.lent.first { $0.request.hasPrefix("GET \(target) ") }
        #expect(connection != nil, "\(target)")
        connection?.answer(Answer.empty)
        stage.turn()
    }

    /// The requests that members have, each with its member.
    private func underWay(_ stage: Stage) -> [String] {
        stage.lent.map { "\($0.request.split(separator: " ")[1]) \($0.member)" }.sorted()
    }

    // MARK: - For the session's member

    @Test("acquire: a session waits for its member though others have room, and gets the place that becomes free")
    func session() throws {
        let stage = try stage(["node1": "max: 1, acquire: 2s", "node2": ""])
        let first = try get(stage, "/1", of: "node1")
        let second = try get(stage, "/2", of: "node1")
        stage.pass(milliseconds: 1_999)
        #expect(second.outcome == .open && underWay(stage) == ["/1 node1"])
        answer(stage, "/1")
        #expect(first.outcome == .whole && underWay(stage) == ["/2 node1"])
        answer(stage, "/2")
        #expect(second.outcome == .whole && second.field("X-Martlet-Route")?.hasSuffix("=sticky") == true)
        #expect(stage.isQuiet)
    }

    @Test("acquire: when its time is over, to the millisecond, the session goes to another member")
    func sessionElsewhere() throws {
        let stage = try stage(["node1": "max: 1, acquire: 2s", "node2": ""])
        _ = try get(stage, "/1", of: "node1")
        let second = try get(stage, "/2", of: "node1")
        stage.pass(milliseconds: 1_999)
        #expect(underWay(stage) == ["/1 node1"])
        stage.pass(milliseconds: 1)
        #expect(underWay(stage) == ["/1 node1", "/2 node2"])
        answer(stage, "/2")
        #expect(second.field("X-Martlet-Route")?.hasSuffix("=member-busy") == true)
    }

    @Test(
        "a session that moves as its member is full is told so: by its cookie, in the log, and to who answers",
        arguments: [0, 50])
    func sessionIsTold(acquire: Int) throws {
        let stage = try Stage(
            ["node1": "max: 1, acquire: \(acquire)ms", "node2": ""], settings: "affinity: insert\nfacts: true",
            edge: Stage.logging
        ).remembering()
        _ = try stage.get("/1", fields: "Cookie: MARTLET_shop=node1")
        let client = try stage.get("/2", fields: "Cookie: MARTLET_shop=node1")
        stage.pass(milliseconds: acquire)
        #expect(underWay(stage) == ["/1 node1", "/2 node2"])
        let connection = try #require(stage.lent.last)
        #expect(connection.request.values(of: "X-Balancer-Route-Changed") == ["1"])
        answer(stage, "/2")
        #expect(client.head.contains("Set-Cookie: MARTLET_shop=node2;"))
        let line = try #require(stage.takeLines().last)
        for pair in [
            "\"member\":\"node2\"", "\"route_asked\":\"node1\"", "\"route_reason\":\"member-busy\"",
            "\"route_changed\":true", "\"affinity\":\"inserted\"", "\"waited_us\":\(acquire * 1_000),",
        ] {
            #expect(line.contains(pair), "\(line)")
        }
        answer(stage, "/1")
        #expect(try stage.ask(cookie: "MARTLET_shop=node2").member == "node2" && stage.isQuiet)
    }

    @Test("acquire: timeouts.connect where nothing else is said")
    func standardAcquire() throws {
        let stage = try Stage(
            ["node1": "max: 1", "node2": ""], settings: Self.affinity, edge: "timeouts: { connect: 3s }")
        _ = try get(stage, "/1", of: "node1")
        _ = try get(stage, "/2", of: "node1")
        stage.pass(milliseconds: 2_999)
        #expect(underWay(stage) == ["/1 node1"])
        stage.pass(milliseconds: 1)
        #expect(underWay(stage) == ["/1 node1", "/2 node2"])
    }

    @Test("acquire 0: the session goes to another member at once")
    func noAcquire() throws {
        let stage = try stage(["node1": "max: 1, acquire: 0ms", "node2": ""])
        _ = try get(stage, "/1", of: "node1")
        _ = try get(stage, "/2", of: "node1")
        #expect(underWay(stage) == ["/1 node1", "/2 node2"])
    }

    @Test("no-failover: the session waits as long, and is refused then", arguments: [("2s", 2_000), ("0ms", 0)])
    func noFailover(acquire: String, milliseconds: Int) throws {
        let stage = try stage(["node1": "max: 1, acquire: \(acquire)", "node2": ""], "no-failover: true")
        _ = try get(stage, "/1", of: "node1")
        let second = try get(stage, "/2", of: "node1")
        if milliseconds > 0 {
            stage.pass(milliseconds: milliseconds - 1)
            #expect(second.outcome == .open)
            stage.pass(milliseconds: 1)
        }
        #expect(second.outcome == .refused(503, "member-busy") && underWay(stage) == ["/1 node1"])
    }

    @Test("whoever waits for one member holds nobody back who can go to another one")
    func others() throws {
        let stage = try stage(["node1": "max: 1, acquire: 9s", "node2": "max: 1, acquire: 9s"])
        _ = try get(stage, "/1", of: "node1")
        _ = try get(stage, "/2", of: "node1")
        _ = try get(stage, "/3")
        #expect(underWay(stage) == ["/1 node1", "/3 node2"], "there was room for it when it came")
        _ = try get(stage, "/4")
        answer(stage, "/3")
        #expect(underWay(stage) == ["/1 node1", "/4 node2"])
        answer(stage, "/1")
        #expect(underWay(stage) == ["/2 node1", "/4 node2"])
    }

    // MARK: - For anybody

    @Test(
        "nobody has room: for as long as the balancer's timeout, or else the longest acquire",
        arguments: [
            ("timeout: 3s", 3_000), ("", 4_000), ("timeout: 9s", 9_000),
        ])
    func anybody(settings: String, milliseconds: Int) throws {
        let stage = try stage(["node1": "max: 1, acquire: 1s", "node2": "max: 1, acquire: 4s"], settings)
        for target in ["/1", "/2"] { _ = try get(stage, target) }
        let third = try get(stage, "/3")
        stage.pass(milliseconds: milliseconds - 1)
        #expect(third.outcome == .open)
        stage.pass(milliseconds: 1)
        #expect(third.outcome == .refused(503, "members-busy"))
        #expect(underWay(stage) == ["/1 node1", "/2 node2"])
    }

    @Test("a session for which nobody has room waits as long as others do, when its acquire is over")
    func sessionForAnybody() throws {
        let stage = try stage(
            ["node1": "max: 1, acquire: 1s", "node2": "max: 1, acquire: 1s"], "timeout: 10s")
        for (target, member) in [("/1", "node1"), ("/2", "node2")] { _ = try get(stage, target, of: member) }
        let waiting = try get(stage, "/3", of: "node1")
        stage.pass(milliseconds: 1_000)
        stage.pass(milliseconds: 4_000)
        #expect(waiting.outcome == .open)
        answer(stage, "/2")
        #expect(underWay(stage) == ["/1 node1", "/3 node2"])
    }

    @Test("a session for which nobody has room in time is told that all were busy", arguments: ["1s", "0ms"])
    func sessionRefused(acquire: String) throws {
        let stage = try stage(["node1": "max: 1, acquire: \(acquire)", "node2": "max: 1, acquire: \(acquire)"])
        for (target, member) in [("/1", "node1"), ("/2", "node2")] { _ = try get(stage, target, of: member) }
        let waiting = try get(stage, "/3", of: "node1")
        for _ in 0..<20 { stage.pass(milliseconds: 1_000) }
        #expect(waiting.outcome == .refused(503, "members-busy"))
    }

    @Test("content that comes while a request waits goes along")
    func content() throws {
        let stage = try stage(["node1": "max: 1"])
        _ = try get(stage, "/1")
        let post = try stage.post("/2", length: 5)
        post.send("hel")
        stage.turn()
        post.send("lo")
        post.end()
        #expect(stage.lent.count == 1)
        answer(stage, "/1")
        #expect(stage.lent[0].request.hasPrefix("POST /2 ") && stage.lent[0].received.text == "hello")
        stage.lent[0].answer(Answer.empty)
        #expect(post.outcome == .whole && stage.isQuiet)
    }

    // MARK: - For a member in error

    @Test("timeout: a request waits until a member in error may be tried again")
    func recovery() throws {
        let stage = try stage(["node1": "retry: 10s"], "timeout: 30s\nforce-recovery: false")
        stage.fail("node1")
        let waiting = try get(stage, "/1")
        stage.pass(milliseconds: 9_999)
        #expect(waiting.outcome == .open && stage.connections.isEmpty)
        stage.pass(milliseconds: 1)
        #expect(underWay(stage) == ["/1 node1"])
        answer(stage, "/1")
        #expect(waiting.outcome == .whole && !stage.member("node1").state.isDue(now: stage.now) && stage.isQuiet)
    }

    @Test("timeout: of several in error the one whose time ends first")
    func firstRecovery() throws {
        let stage = try stage(["node1": "retry: 20s", "node2": "retry: 10s"], "timeout: 30s\nforce-recovery: false")
        stage.fail("node1", "node2")
        _ = try get(stage, "/1", of: "node1")
        stage.pass(milliseconds: 10_000)
        #expect(underWay(stage) == ["/1 node2"])
    }

    @Test(
        "timeout: shorter than the time in error, or none: it is refused", arguments: [("timeout: 5s", 5_000), ("", 0)])
    func noRecovery(settings: String, milliseconds: Int) throws {
        let stage = try stage(["node1": ""], "force-recovery: false\n" + settings)
        stage.fail("node1")
        let waiting = try get(stage, "/1")
        if milliseconds > 0 {
            stage.pass(milliseconds: milliseconds - 1)
            #expect(waiting.outcome == .open)
            stage.pass(milliseconds: 1)
        }
        #expect(waiting.outcome == .refused(503, "no-member") && stage.connections.isEmpty)
    }

    @Test("timeout: a request waits while checks find all down, and goes on when they find one well")
    func checks() throws {
        let stage = try stage(["node1": "", "node2": ""], "timeout: 30s")
        stage.check(down: "node1", "node2")
        let waiting = try get(stage, "/1")
        stage.pass(milliseconds: 20_000)
        #expect(waiting.outcome == .open && stage.connections.isEmpty)
        stage.check(well: "node2")
        stage.turn()
        #expect(underWay(stage) == ["/1 node2"])
        answer(stage, "/1")
        #expect(waiting.outcome == .whole && stage.isQuiet)
    }

    @Test("without it, the request is refused, and nobody is tried")
    func noChecks() throws {
        let stage = try stage(["node1": ""], "")
        stage.check(down: "node1")
        let waiting = try get(stage, "/1")
        #expect(waiting.outcome == .refused(503, "no-member") && stage.connections.isEmpty)
    }

    // MARK: - A reload

    @Test(
        "a reload that gives a member more room, or takes its limit away: who waits goes on",
        arguments: [
            "max: 2", "",
        ])
    func moreRoom(keys: String) throws {
        let stage = try stage(["node1": "max: 1"])
        _ = try get(stage, "/1")
        let waiting = try get(stage, "/2")
        try stage.serve(Stage.text(["node1": keys], settings: Self.affinity))
        #expect(waiting.outcome == .open && stage.lent.count == 1, "at the end of the turn")
        stage.turn()
        #expect(underWay(stage) == ["/1 node1", "/2 node1"])
    }

    @Test("a reload that gives members a limit: who comes then waits, and is told of room")
    func newLimit() throws {
        let stage = try stage(["node1": ""])
        _ = try get(stage, "/1")
        try stage.serve(Stage.text(["node1": "max: 1"], settings: Self.affinity))
        let waiting = try get(stage, "/2")
        stage.turn()
        #expect(waiting.outcome == .open && underWay(stage) == ["/1 node1"])
        answer(stage, "/1")
        #expect(underWay(stage) == ["/2 node1"])
    }

    @Test("a reload that renames members and changes their order: a session waits for its own by its former name")
    func renamed() throws {
        let stage = try stage(["node1": "max: 1", "node2": ""])
        _ = try get(stage, "/1", of: "node1")
        let waiting = try get(stage, "/2", of: "node1")
        let members = ["a": "", "node2": "", "zone": "max: 1, was: node1"]
        try stage.serve(Stage.text(members, settings: Self.affinity))
        stage.turn()
        #expect(waiting.outcome == .open && underWay(stage) == ["/1 node1"])
        answer(stage, "/1")
        #expect(underWay(stage) == ["/2 zone"])
    }

    @Test("a reload that takes the session's member away: another one gets the request at once")
    func removed() throws {
        let stage = try stage(["node1": "max: 1", "node2": ""])
        _ = try get(stage, "/1", of: "node1")
        _ = try get(stage, "/2", of: "node1")
        try stage.serve(Stage.text(["node2": ""], settings: Self.affinity))
        stage.turn()
        #expect(underWay(stage) == ["/1 node1", "/2 node2"])
    }

    @Test("a reload that takes the balancer away: who waits for it gets it still")
    func balancerGone() throws {
        let stage = try stage(["node1": "max: 1"])
        let first = try get(stage, "/1")
        let waiting = try get(stage, "/2")
        try stage.serve(
            """
            listeners: [{ address: "127.0.0.1:8080" }]
            sites: [{ paths: { /: other } }]
            balancers: { other: { members: { new: "http://192.0.2.9" } } }

            """)
        stage.turn()
        _ = try get(stage, "/3")
        #expect(underWay(stage) == ["/1 node1", "/3 new"])
        answer(stage, "/1")
        #expect(underWay(stage) == ["/2 node1", "/3 new"])
        answer(stage, "/2")
        #expect(first.outcome == .whole && waiting.outcome == .whole)
        #expect(stage.lent.count == 1 && stage.isQuiet, "the old member has nothing under way")
    }

    @Test("a reload that makes Martlet write the affinity: the answer of who has waited ties its client")
    func newAffinity() throws {
        let stage = try stage(["node1": "max: 1"])
        let first = try get(stage, "/1")
        let waiting = try get(stage, "/2")
        try stage.serve(Stage.text(["node1": "max: 1"], settings: "affinity: insert"))
        for target in ["/1", "/2"] { answer(stage, target) }
        #expect(first.field("Set-Cookie") == nil, "it was given away before")
        #expect(waiting.field("Set-Cookie")?.hasPrefix("MARTLET_shop=node1;") == true)
    }

    // MARK: - Several balancers

    @Test("limits are each member's own: those of two balancers too that have one name")
    func balancers() throws {
        let stage = try Stage(
            yaml: """
                listeners: [{ address: "127.0.0.1:8080" }]
                sites: [{ paths: { /a: a, /b: b } }]
                balancers:
                  a: { members: { node1: { url: "http://192.0.2.1", max: 1, acquire: 9s } } }
                  b: { members: { node1: { url: "http://192.0.2.2", max: 2, acquire: 9s } } }

                """)
        for target in ["/a/1", "/a/2", "/b/1", "/b/2", "/b/3"] { _ = try stage.get(target) }
        func targets() -> [String] { underWay(stage).map { String($0.prefix { $0 != " " }) } }
        #expect(targets() == ["/a/1", "/b/1", "/b/2"])
        stage.turn()
        answer(stage, "/b/1")
        #expect(targets() == ["/a/1", "/b/2", "/b/3"], "who waits for the other balancer waits on")
        answer(stage, "/a/1")
        #expect(targets() == ["/a/2", "/b/2", "/b/3"])
        for target in targets() { answer(stage, target) }
        #expect(stage.isQuiet && stage.lent.isEmpty)
    }

    @Test("a client that leaves while it waits, and one that leaves its member's place")
    func leaving() throws {
        let stage = try stage(["node1": "max: 1"])
        let holder = try get(stage, "/1")
        let gone = try get(stage, "/2")
        _ = try get(stage, "/3")
        gone.leave()
        holder.leave()
        stage.turn()
        #expect(underWay(stage) == ["/3 node1"] && stage.connections[0].isClosed)
        answer(stage, "/3")
        #expect(stage.isQuiet)
    }
}
