import Forwarding
import Reactor
import Testing

/// Who is in error is tried before a request is refused with 502 or 503 (`force-recovery`).
@Suite("The last resort, in process")
struct LastResortTests {
    private static let gone = SystemError("connect", code: 111)

    private func stage(_ count: Int, _ settings: String = "") throws -> Stage {
        let members = Dictionary(uniqueKeysWithValues: (1...count).map { ("node\($0)", "") })
        return try Stage(members, settings: "affinity: { cookie: SID }\n" + settings, edge: Stage.explaining)
    }

    /// Has the only request under way die twice at the first member, which is not in error for that.
    private func dieAtFirst(_ stage: Stage) {
        for _ in 0..<2 {
            #expect(stage.lent.first?.member == "node1")
            stage.lent.first?.fail(.broken("reset"))
        }
    }

    @Test("before a 502 a member in error is tried, and is well when it answers", arguments: [true, false])
    func before502(isForced: Bool) throws {
        let stage = try stage(2, "force-recovery: \(isForced)")
        stage.fail("node2")
        let client = try stage.get()
        dieAtFirst(stage)
        guard isForced else {
            #expect(client.outcome == .refused(502, "answer-broken") && stage.isInError("node2") && stage.isQuiet)
            return
        }
        #expect(stage.lent[0].member == "node2" && stage.isInError("node2"), "for all others it still is")
        stage.lent[0].answer(Answer.empty)
        #expect(client.outcome == .whole && client.status == 200 && !stage.isInError("node2") && stage.isQuiet)
    }

    @Test("a member that is tried and fails as well stays in error: 502")
    func inVain() throws {
        let stage = try stage(2)
        stage.fail("node2")
        stage.refusals["node2"] = Self.gone
        let client = try stage.get()
        dieAtFirst(stage)
        #expect(client.outcome == .refused(502, "answer-broken"))
        #expect(stage.isInError("node2") && stage.isQuiet)
    }

    @Test("before a 503, when all are in error: who was not tried is", arguments: [true, false])
    func before503(isForced: Bool) throws {
        let stage = try stage(2, "force-recovery: \(isForced)")
        stage.fail("node2")
        stage.refusals["node1"] = Self.gone
        let reply = try stage.ask()
        if isForced {
            #expect(reply.member == "node2" && reply.reason == "recovered" && !stage.isInError("node2"))
        } else {
            #expect(reply.client.outcome == .refused(503, "no-member") && stage.isInError("node2"))
        }
        #expect(stage.isInError("node1"))
    }

    @Test("when all are in error from the start the session's own member is tried first", arguments: 1...3)
    func allInError(number: Int) throws {
        let stage = try stage(3)
        stage.fail("node1", "node2", "node3")
        let reply = try stage.ask(cookie: "SID=a.node\(number)")
        #expect(reply.member == "node\(number)" && reply.reason == "recovered")
    }

    @Test("of those in error the session's own member is tried first")
    func ownFirst() throws {
        let stage = try stage(4)
        stage.fail("node2", "node3", "node4")
        let client = try stage.get(fields: "Cookie: SID=a.node4")
        dieAtFirst(stage)
        #expect(stage.lent[0].member == "node4")
        stage.lent[0].answer(Answer.empty)
        #expect(client.outcome == .whole && !stage.isInError("node4") && stage.isInError("node3"))
    }

    @Test("one after the other is tried, each once")
    func oneAfterTheOther() throws {
        let stage = try stage(4)
        stage.fail("node2", "node3", "node4")
        let client = try stage.get()
        dieAtFirst(stage)
        var tried: Set<String> = []
        while let connection = stage.lent.first {
            tried.insert(connection.member)
            connection.fail(.broken("reset"))
            stage.pass(milliseconds: 75)
            #expect(stage.connections.count <= 6)
        }
        #expect(tried == ["node2", "node3", "node4"])
        #expect(client.outcome == .refused(502, "answer-broken") && stage.isQuiet)
    }

    @Test("max-attempts holds for them too")
    func attempts() throws {
        let stage = try stage(3, "max-attempts: 1")
        stage.fail("node2", "node3")
        let client = try stage.get()
        dieAtFirst(stage)
        #expect(client.outcome == .refused(502, "answer-broken") && stage.connections.count == 2)
    }

    @Test("no-failover: a session's request goes to no other one, in error or not")
    func noFailover() throws {
        let stage = try stage(2, "no-failover: true")
        stage.fail("node2")
        let client = try stage.get(fields: "Cookie: SID=a.node1")
        dieAtFirst(stage)
        #expect(client.outcome == .refused(503, "session-member-unavailable") && stage.connections.count == 2)
    }

    @Test("what may not be sent again is given to nobody")
    func post() throws {
        let stage = try stage(2)
        stage.fail("node2")
        let client = try stage.post(length: 2)
        client.send("ab")
        client.end()
        stage.last.fail(.broken("reset"))
        #expect(client.outcome == .refused(502, "answer-broken") && stage.connections.count == 1)
    }

    @Test("they are tried for as long as timeouts.connect, and no longer", arguments: [(2_999, true), (3_000, false)])
    func time(milliseconds: Int, isTried: Bool) throws {
        let stage = try Stage(["node1": "", "node2": "", "node3": ""], edge: "timeouts: { connect: 3s }")
        stage.fail("node2", "node3")
        let client = try stage.get()
        stage.opensAtOnce = false
        stage.last.fail(.broken("reset"))
        stage.last.fail(.broken("reset"))
        let first = stage.last
        #expect(["node2", "node3"].contains(first.member) && client.outcome == .open)
        stage.pass(milliseconds: milliseconds)
        first.fail(.connectTimeout)
        if isTried {
            #expect(client.outcome == .open && !["node1", first.member].contains(stage.last.member))
        } else {
            #expect(client.outcome == .refused(504, "connect-timeout") && stage.isQuiet)
        }
    }
}
