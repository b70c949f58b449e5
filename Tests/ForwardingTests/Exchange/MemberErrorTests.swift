import Balancing
import Forwarding
import Reactor
import Testing

/// What puts a member in error and what does not, for how long, and how it is found well again.
@Suite("Members in error, in process")
struct MemberErrorTests {
    private static let affinity = "affinity: { cookie: SID }\n"
    private static let gone = SystemError("connect", code: 111)

    private func stage(_ settings: String = "", node1: String = "", node2: String = "") throws -> Stage {
        try Stage(["node1": node1, "node2": node2], settings: Self.affinity + settings)
    }

    /// Asks for the session of the first member.
    @discardableResult
    private func ask(_ stage: Stage, answer: String = Answer.empty) throws -> Reply {
        try stage.ask(cookie: "SID=a.node1", answer: answer)
    }

    private func state(_ stage: Stage) -> MemberState { stage.member("node1").state }

    // MARK: - Answers

    @Test(
        "fail-on-status: the answer passes, and its member is in error",
        arguments: [
            (500, true), (503, true), (502, false), (404, false),
        ])
    func failOnStatus(status: Int, isFailure: Bool) throws {
        let stage = try stage("fail-on-status: [500, 503]")
        let reply = try ask(stage, answer: Answer.whole(status, content: "words"))
        #expect(reply.client.status == status && reply.client.text == "words")
        #expect(stage.isInError("node1") == isFailure && state(stage).failureCount == (isFailure ? 1 : 0))
        #expect(try ask(stage).member == (isFailure ? "node2" : "node1"))
    }

    @Test("fail-on-status with retry-on: its member is in error, and the answer is the next one's")
    func failAndRetry() throws {
        let stage = try stage("fail-on-status: [503]\nretry-on: [503]")
        let client = try stage.get(fields: "Cookie: SID=a.node1")
        stage.last.answer(Answer.whole(503))
        #expect(stage.isInError("node1") && stage.last.member == "node2")
        stage.last.answer(Answer.empty)
        #expect(client.status == 200)
    }

    @Test("answers of 5xx are counted, and are no failures by themselves")
    func serverErrors() throws {
        let stage = try stage()
        for status in [200, 404, 500, 503, 599] { try ask(stage, answer: Answer.whole(status)) }
        #expect(state(stage).serverErrorCount == 3 && state(stage).failureCount == 0)
        #expect(state(stage).electedCount == 5)
    }

    @Test("two-choices: who holds a request, and who was slow, is passed over")
    func twoChoices() throws {
        let stage = try stage("method: two-choices")
        let slow = try stage.get(fields: "Cookie: SID=a.node2")
        let held = stage.last
        for _ in 0..<50 { #expect(try stage.ask().member == "node1") }
        stage.pass(milliseconds: 1_000)
        held.answer(Answer.empty)
        #expect(slow.outcome == .whole)
        #expect(try stage.ask().member == "node1")
    }

    // MARK: - Connections

    @Test("ignore-errors: neither a refused connection nor a status nor a late answer puts it in error")
    func ignoreErrors() throws {
        let stage = try stage(
            "fail-on-status: [503]\nfail-on-timeout: true", node1: "status: [ignore-errors]")
        try ask(stage, answer: Answer.whole(503))
        #expect(!stage.isInError("node1"))
        let late = try stage.get(fields: "Cookie: SID=a.node1")
        stage.lent[0].fail(.answerTimeout)
        #expect(stage.lent[0].member == "node2" && late.outcome == .open && !stage.isInError("node1"))
        stage.refusals["node1"] = Self.gone
        #expect(try ask(stage).member == "node2")
        #expect(!stage.isInError("node1") && state(stage).failureCount == 0)
        stage.refusals = [:]
        #expect(try ask(stage).member == "node1")
    }

    @Test("retry: for so long it is left alone, then it is due for a try, and well when it has answered")
    func retry() throws {
        let stage = try stage(node1: "retry: 10s")
        stage.refusals["node1"] = Self.gone
        #expect(try ask(stage).member == "node2")
        #expect(state(stage).errorMilliseconds(now: stage.now) == 10_000 && state(stage).failureCount == 1)
        stage.refusals = [:]
        stage.pass(milliseconds: 9_999)
        #expect(try ask(stage).member == "node2")
        stage.pass(milliseconds: 1)
        #expect(!stage.isInError("node1") && state(stage).isDue(now: stage.now))
        #expect(try ask(stage).member == "node1")
        #expect(!state(stage).isDue(now: stage.now))
    }

    @Test("a member that is due and fails again is left alone again")
    func failsAgain() throws {
        let stage = try stage(node1: "retry: 10s")
        stage.refusals["node1"] = Self.gone
        for count in 1...3 {
            #expect(try ask(stage).member == "node2")
            #expect(state(stage).failureCount == UInt64(count))
            #expect(try ask(stage).member == "node2", "it is not tried meanwhile")
            #expect(state(stage).failureCount == UInt64(count))
            stage.pass(milliseconds: 10_000)
        }
    }

    @Test("what was under way before it failed does not end its error")
    func earlierAnswer() throws {
        let stage = try stage(node1: "retry: 10s")
        let early = try stage.get(fields: "Cookie: SID=a.node1")
        let connection = stage.last
        stage.refusals["node1"] = Self.gone
        #expect(try ask(stage).member == "node2")
        connection.answer(Answer.empty)
        #expect(early.outcome == .whole && stage.isInError("node1"))
    }

    @Test("status error: it begins in error, and is left alone for its time")
    func declared() throws {
        let stage = try stage(node1: "status: [error], retry: 10s")
        #expect(stage.isInError("node1"))
        #expect(try ask(stage).member == "node2")
        stage.pass(milliseconds: 10_000)
        #expect(try ask(stage).member == "node1")
    }

    // MARK: - Connections that end before a byte

    /// Has a request of the first member's session die twice there.
    private func dropTwice(_ stage: Stage) throws {
        let client = try stage.get(fields: "Cookie: SID=a.node1")
        for _ in 0..<2 {
            #expect(stage.lent[0].member == "node1")
            stage.lent[0].end()
        }
        #expect(stage.lent[0].member == "node2" && !stage.isInError("node1"))
        stage.lent[0].answer(Answer.empty)
        #expect(client.outcome == .whole)
    }

    @Test("three connections in a row that end before a byte of the answer put it in error")
    func drops() throws {
        let stage = try stage()
        try dropTwice(stage)
        let client = try stage.get(fields: "Cookie: SID=a.node1")
        stage.lent[0].end()
        #expect(stage.isInError("node1") && stage.lent[0].member == "node2")
        stage.lent[0].answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isQuiet)
    }

    @Test("an answer between them begins the count anew")
    func dropsForgotten() throws {
        let stage = try stage()
        for _ in 0..<3 {
            try dropTwice(stage)
            #expect(
                try ask(stage, answer: Answer.head(200, "Connection: close", "Content-Length: 0")).member == "node1")
        }
        #expect(!stage.isInError("node1"))
    }

    @Test("the third one under a POST: it is in error, and the POST is not sent twice")
    func dropsUnderPost() throws {
        let stage = try stage()
        try dropTwice(stage)
        let client = try stage.post(length: 2, fields: "Cookie: SID=a.node1")
        client.send("ab")
        client.end()
        let count = stage.connections.count
        stage.lent[0].end()
        #expect(client.outcome == .refused(502, "answer-broken") && stage.connections.count == count)
        #expect(stage.isInError("node1") && stage.isQuiet)
    }

    @Test("who is due for a try is in error after the first one")
    func dropOfDue() throws {
        let stage = try stage(node1: "retry: 10s")
        stage.fail("node1")
        stage.pass(milliseconds: 10_000)
        _ = try stage.get(fields: "Cookie: SID=a.node1")
        #expect(stage.lent[0].member == "node1")
        stage.lent[0].end()
        #expect(stage.isInError("node1") && stage.lent[0].member == "node2")
    }

    // MARK: - Several addresses

    /// A balancer whose first member has three addresses.
    private func spread() throws -> Stage {
        let stage = try stage()
        try stage.serve(
            Stage.text(["node1": "", "node2": ""], settings: Self.affinity), addressCounts: ["node1": 3])
        return stage
    }

    @Test("an address that refuses at once: the next one of the member, which is well")
    func nextAddress() throws {
        let stage = try spread()
        for address in 0..<2 { stage.refusals["node1/\(address)"] = Self.gone }
        let reply = try ask(stage)
        #expect(reply.member == "node1" && stage.last.addressIndex == 2 && reply.client.outcome == .whole)
        #expect(state(stage).failureCount == 0 && state(stage).electedCount == 1)
    }

    @Test("an address that refuses later, or takes no connection in time: the next one")
    func nextAddressLater() throws {
        let stage = try spread()
        stage.opensAtOnce = false
        let client = try stage.post(length: 2, fields: "Cookie: SID=a.node1")
        client.send("ab")
        client.end()
        for failure in [UpstreamFailure.connect("refused"), .connectTimeout] { stage.last.fail(failure) }
        #expect(stage.connections.map(\.addressIndex) == [0, 1, 2])
        #expect(stage.connections.allSatisfy { $0.member == "node1" } && !stage.isInError("node1"))
        stage.last.accept()
        #expect(stage.last.received.text == "ab", "all of it, from the first byte on")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isQuiet)
    }

    @Test("all its addresses fail: it is in error, once, and the next member gets the request")
    func noAddress() throws {
        let stage = try spread()
        for address in 0..<3 { stage.refusals["node1/\(address)"] = Self.gone }
        #expect(try ask(stage).member == "node2")
        #expect(stage.isInError("node1") && state(stage).failureCount == 1)
    }

    @Test("an idle connection is used before a new one to the first address")
    func idleAddress() throws {
        let stage = try spread()
        stage.refusals["node1/0"] = Self.gone
        try ask(stage)
        stage.refusals = [:]
        try ask(stage)
        #expect(stage.connections.map(\.addressIndex) == [1])
    }

    @Test("a member without an address is tried by nobody, and the others do not wait for it")
    func unreachable() throws {
        let stage = try stage()
        try stage.serve(
            Stage.text(["node1": "", "node2": ""], settings: Self.affinity), addressCounts: ["node1": 0])
        for _ in 0..<3 { #expect(try ask(stage).member == "node2") }
        for connection in stage.connections { connection.close() }
        stage.refusals["node2"] = Self.gone
        #expect(try ask(stage).client.outcome == .refused(503, "no-member"))
    }

    // MARK: - No fault of the member's

    @Test("no descriptor is free for the last address: 503, and no member is in error")
    func noDescriptor() throws {
        let stage = try spread()
        for address in 0..<3 { stage.refusals["node1/\(address)"] = SystemError("socket", code: 24) }
        #expect(try ask(stage).client.outcome == .refused(503, "no-descriptor"))
        #expect(!stage.isInError("node1") && stage.isQuiet)
    }

    @Test("a client that leaves, and one that is too slow, say nothing of the member")
    func clients() throws {
        let stage = try stage("fail-on-timeout: true")
        let leaving = try stage.get(fields: "Cookie: SID=a.node1")
        let connection = stage.last
        leaving.leave()
        #expect(connection.isClosed && leaving.outcome == .gone)
        let slow = try stage.post(length: 9, fields: "Cookie: SID=a.node1")
        slow.isTooSlow()
        #expect(slow.outcome == .refused(408, "body-timeout") && slow.toldReason == "body-timeout")
        #expect(!stage.isInError("node1") && state(stage).failureCount == 0 && stage.isQuiet)
    }
}
