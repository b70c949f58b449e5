import Testing

/// A hot standby ties nobody whom it was elected for, unless it is declared to (`ties`).
@Suite("Affinity and hot standbys, in process")
struct StandbyAffinityTests {
    static let modes = [
        "insert", "{ mode: prefix, cookie: SID }", "{ mode: learn, cookie: SID }",
        "{ mode: sealed, cookie: SID, key-file: affinity.keys }",
    ]

    @Test(
        "who was given to the standby goes back when the others can be used again, unless it ties", arguments: modes,
        [false, true])
    func standby(affinity: String, ties: Bool) throws {
        let standby = "status: [hot-standby]" + (ties ? ", ties: true" : "")
        let stage = try Stage(
            ["node1": "", "node2": standby], settings: "affinity: \(affinity)", edge: Stage.explaining
        ).remembering()
        stage.fail("node1")
        let login = try stage.ask(answer: Answer.whole(200, "Set-Cookie: SID=abc; Path=/"))
        #expect(login.member == "node2")
        #expect((login.cookie("MARTLET_shop") != nil) == (ties && affinity == "insert"))
        // As long as there is nobody else it is the standby's anyway.
        #expect(try stage.ask(cookie: login.jar).member == "node2")
        stage.pass(milliseconds: 60_000)
        for _ in 0..<2 {
            let later = try stage.ask(cookie: login.jar)
            #expect(later.member == (ties ? "node2" : "node1"))
            #expect(later.told("Cookie") == ["SID=abc"])
            guard affinity.contains("sealed"), !ties else { continue }
            // Whoever answers then has the session.
            let last = try stage.ask(cookie: later.jar)
            #expect(!later.jar.isEmpty && last.member == "node1" && last.cookies.isEmpty)
        }
        #expect(stage.isQuiet)
    }

    @Test("insert: who was tied to a member before it became a standby is freed", arguments: [false, true])
    func freed(ties: Bool) throws {
        let standby = "status: [hot-standby]" + (ties ? ", ties: true" : "")
        let stage = try Stage(["node1": "", "node2": standby], settings: "affinity: insert")
        let reply = try stage.ask(cookie: "MARTLET_shop=node2")
        #expect(reply.member == (ties ? "node2" : "node1"))
        #expect(reply.cookie("MARTLET_shop")?.value == (ties ? nil : "node1"))
    }

    @Test("route: the application's cookie decides, also for a standby")
    func route() throws {
        let stage = try Stage(
            ["node1": "", "node2": "status: [hot-standby]"], settings: "affinity: { cookie: SID }")
        for _ in 0..<3 {
            #expect(try stage.ask(cookie: "SID=a.node2").member == "node2")
            #expect(try stage.ask().member == "node1")
        }
    }
}
