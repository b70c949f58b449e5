import Forwarding
import Reactor
import Testing

/// Where the sessions of a lost member go, and how quickly: `failover: buddy`, `buddy-field`, `failover-rate`.
@Suite("Failover of sessions, in process")
struct SessionFailoverTests {
    // MARK: - Buddies

    private static let four = ["node1": "", "node2": "", "node3": "", "node4": ""]
    private static let sessions = 0..<40

    private func buddies() throws -> Stage {
        try Stage(
            Self.four, settings: "affinity: { cookie: SID }\nfailover: buddy\nbuddy-field: X-Buddy",
            edge: Stage.explaining)
    }

    private func ask(_ stage: Stage, _ session: Int) throws -> Reply {
        try stage.ask("/\(session)", cookie: "SID=s\(session).node2", fields: ["x-BUDDY: forged", "X_Buddy: forged"])
    }

    /// Whom a member was told.
    private func buddy(_ reply: Reply) -> String { reply.told("X-Buddy").joined(separator: ", ") }

    @Test("a member is told its session's buddy, the same on every node, and nobody else can say so")
    func told() throws {
        let stages = [try buddies(), try buddies()]
        var all: Set<String> = []
        for session in Self.sessions {
            let replies = try stages.map { try ask($0, session) }
            #expect(replies.allSatisfy { $0.member == "node2" && $0.told("X_Buddy").isEmpty })
            #expect(buddy(replies[0]) == buddy(replies[1]))
            all.insert(buddy(replies[0]))
        }
        #expect(all == ["node1", "node3", "node4"])
    }

    @Test("a session goes to its buddy, and to that one's when it is lost as well; both return")
    func moves() throws {
        let stage = try buddies()
        let first = try Self.sessions.map { buddy(try ask(stage, $0)) }
        stage.fail("node2")
        let second = try Self.sessions.map { session in
            let reply = try ask(stage, session)
            #expect(reply.member == first[session] && reply.reason == "buddy")
            #expect(!["node2", reply.member, "forged", ""].contains(buddy(reply)))
            return buddy(reply)
        }
        stage.fail("node3")
        for session in Self.sessions {
            let isMoved = first[session] == "node3"
            #expect(try ask(stage, session).member == (isMoved ? second[session] : first[session]))
        }
        stage.pass(milliseconds: 60_000)
        for session in Self.sessions { #expect(try ask(stage, session).member == "node2") }
    }

    @Test("the buddy gets the request that its member does not take, and is told whose turn would be next")
    func atOnce() throws {
        let stage = try buddies()
        let told = buddy(try ask(stage, 7))
        stage.connections[0].close()
        stage.refusals["node2"] = SystemError("connect", code: 111)
        let next = try stage.settle {
            try stage.get("/7", fields: "Cookie: SID=s7.node2")
        }
        #expect(next.member == told)
        #expect(!["node2", told, ""].contains(buddy(next)) && next.told("X-Buddy").count == 1)
    }

    @Test("a request without a session has no buddy, and content follows the head")
    func withoutSession() throws {
        let stage = try Stage(["node1": "", "node2": ""], settings: "affinity: { cookie: SID }\nbuddy-field: X-Buddy")
        let cases: [(String, [String])] = [("x=y", []), ("SID=s.gone", []), ("SID=s.node1", ["node2"])]
        for (cookie, expected) in cases {
            let client = try stage.post(length: 4, fields: "Cookie: \(cookie)", "X-Buddy: forged")
            client.send("abcd")
            client.end()
            let connection = stage.lent[0]
            #expect(connection.request.values(of: "X-Buddy") == expected, "\(cookie)")
            #expect(connection.received.text == "abcd")
            connection.answer(Answer.empty)
        }
    }

    @Test(
        "buddies of other affinities",
        arguments: [
            ("{ mode: prefix, cookie: SID }", "SID=node2~abc"), ("{ cookie: SID, separator: \"!\" }", "SID=abc!node2"),
        ])
    func otherModes(affinity: String, cookie: String) throws {
        let stage = try Stage(
            Self.four, settings: "affinity: \(affinity)\nfailover: buddy\nbuddy-field: X-Buddy", edge: Stage.explaining)
        let told = buddy(try stage.ask(cookie: cookie))
        stage.fail("node2")
        for _ in 0..<3 {
            let reply = try stage.ask(cookie: cookie)
            #expect(reply.member == told && reply.reason == "buddy")
        }
    }

    // MARK: - One after the other

    private static let paced = 0..<400

    /// A balancer whose second member had many sessions, and is lost.
    private func lost(_ settings: String = "", rate: Int = 2) throws -> Stage {
        let stage = try known(settings, rate: rate)
        stage.fail("node2")
        return stage
    }

    /// The same before that.
    private func known(_ settings: String = "", rate: Int, max: String = "") throws -> Stage {
        let stage = try Stage(
            ["node1": "", "node2": "retry: 1h" + max, "node3": ""],
            settings: "affinity: { cookie: SID }\nfailover-rate: \(rate)\n" + settings)
        for session in Self.paced {
            let cookie = "SID=s\(session).node2"
            try stage.ask(cookie: cookie, answer: Answer.whole(200, "Set-Cookie: \(cookie)"))
        }
        return stage
    }

    /// Asks for a session of the lost member.
    ///
    /// - Returns: in how many seconds it is to come again; `nil`: somebody has answered.
    private func wait(_ stage: Stage, _ session: Int) throws -> Int? {
        let reply = try stage.ask(cookie: "SID=s\(session).node2")
        guard reply.member.isEmpty else {
            #expect(["node1", "node3"].contains(reply.member) && reply.client.outcome == .whole)
            return nil
        }
        #expect(reply.client.outcome == .refused(503, "paced"))
        return reply.client.own?.refusal.retryAfterSeconds
    }

    /// A session that has to wait for a while, and for how many seconds.
    private func patient(_ stage: Stage) throws -> (session: Int, seconds: Int) {
        for session in Self.paced {
            if let seconds = try wait(stage, session), (10...100).contains(seconds) { return (session, seconds) }
        }
        preconditionFailure("of so many sessions some wait so long")
    }

    @Test("failover-rate: at once go as many as in a second, and the others are told when, spread over the time")
    func rate() throws {
        let stage = try lost()
        let waits = try Self.paced.compactMap { try wait(stage, $0) }
        // Which ones go at once is by their hashes: of 400 two, as a Poisson variate.
        #expect(Self.paced.count - waits.count <= 10)
        #expect(waits.allSatisfy { $0 >= 1 })
        // The last one's turn comes after 200 s, give or take what the count is wrong by.
        #expect((150...215).contains(waits.max() ?? 0))
        #expect((150...250).contains(waits.count { $0 <= 100 }))
    }

    @Test("failover-rate: when the time that it was told has come a session moves, and not a second before")
    func turn() throws {
        let stage = try lost()
        let (session, seconds) = try patient(stage)
        stage.pass(milliseconds: (seconds - 1) * 1_000)
        #expect(try wait(stage, session) == 1)
        stage.pass(milliseconds: 1_000)
        for _ in 0..<3 { #expect(try wait(stage, session) == nil) }
    }

    @Test("failover-rate: new sessions, and those of the other members, are not held up")
    func others() throws {
        let stage = try lost()
        for number in 0..<10 {
            #expect(try ["node1", "node3"].contains(stage.ask().member))
            #expect(try stage.ask(cookie: "SID=t\(number).node3").member == "node3")
            #expect(try ["node1", "node3"].contains(stage.ask(cookie: "SID=t\(number).gone").member))
        }
    }

    @Test("failover-rate with a timeout: whose turn comes in time waits for it, to the second")
    func turnInTime() throws {
        let (session, seconds) = try patient(try lost())
        let stage = try lost("timeout: 2m")
        let client = try stage.get(fields: "Cookie: SID=s\(session).node2")
        stage.pass(milliseconds: (seconds - 1) * 1_000)
        #expect(client.outcome == .open && stage.lent.isEmpty)
        stage.pass(milliseconds: 1_000)
        #expect(stage.lent.count == 1)
        stage.lent.first?.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isQuiet)
    }

    @Test("failover-rate with a timeout that ends before its turn: it is told at once")
    func turnTooLate() throws {
        let (session, seconds) = try patient(try lost())
        let stage = try lost("timeout: 9s")
        #expect(try wait(stage, session) == seconds)
    }

    @Test("failover-rate: who waited for the member's room, and whose turn has not come, holds up nobody who may move")
    func turnsInLine() throws {
        let twin = try lost(rate: 50)
        let waits = try Self.paced.map { (session: $0, seconds: try wait(twin, $0)) }
        let late = try #require(waits.first { $0.seconds != nil }?.session)
        let early = try #require(waits.first { $0.seconds == nil }?.session)
        let stage = try known(rate: 50, max: ", max: 1, acquire: 9s")
        for session in [late, late, early] { _ = try stage.get("/\(session)", fields: "Cookie: SID=s\(session).node2") }
        #expect(stage.lent.map(\.member) == ["node2"])
        stage.fail("node2")
        stage.lent.first?.answer(Answer.empty)
        stage.turn()
        #expect(stage.lent.count == 1 && stage.lent.first?.request.hasPrefix("GET /\(early) ") == true)
        #expect(stage.lent.first?.member != "node2")
    }

    @Test("failover-rate: the member is back, and its sessions are again")
    func back() throws {
        let stage = try lost()
        let (session, _) = try patient(stage)
        stage.pass(milliseconds: 3_600_000)
        #expect(try stage.ask(cookie: "SID=s\(session).node2").member == "node2")
    }
}
