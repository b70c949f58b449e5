import Forwarding
import Reactor
import Testing

/// Back-off: who has failed two members waits before a third one is given it.
@Suite("Back-off, in process")
struct PauseTests {
    private static let five = Dictionary(uniqueKeysWithValues: (1...5).map { ("node\($0)", "") })
    private static let busy = Answer.whole(503, content: "busy")
    /// Milliseconds after which any wait is over.
    private static let longest = 375

    private func stage(_ settings: String = "retry-on: [503]", members: [String: String] = five) throws -> Stage {
        try Stage(members, settings: settings, edge: Stage.logging)
    }

    /// Lets time pass until a further connection is begun.
    ///
    /// - Returns: how many milliseconds that took.
    private func awaitNext(_ stage: Stage) -> Int {
        let count = stage.connections.count
        for millis in 0...Self.longest {
            if stage.connections.count > count { return millis }
            stage.pass(milliseconds: 1)
        }
        return .max
    }

    @Test(
        "twice as long for each member up to 250 ms, half of it more or less by lot",
        arguments: [
            (1, 12...37), (3, 12...37), (4, 25...75), (5, 50...150), (6, 100...300), (7, 125...375), (99, 125...375),
        ])
    func times(attempt: Int, range: ClosedRange<Int>) {
        let course = Course(random: RandomNumbers(seed: 7))
        let times = (0..<500).map { _ in course.restMillis(before: attempt) }
        #expect(times.allSatisfy(range.contains) && Set(times).count > 10)
        let middle = (range.lowerBound + range.upperBound) / 2
        #expect(times.contains { $0 < middle } && times.contains { $0 > middle })
    }

    @Test("the second member is given it at once, each further one after a while")
    func answers() throws {
        let stage = try stage()
        let client = try stage.get()
        stage.last.answer(Self.busy)
        #expect(stage.connections.count == 2)
        var sum = 0
        for range in [12...37, 25...75, 50...150] {
            stage.last.answer(Self.busy)
            let millis = awaitNext(stage)
            #expect(range.contains(millis) && client.outcome == .open, "\(millis)")
            sum += millis
        }
        stage.last.answer(Answer.whole(content: "at last"))
        #expect(client.text == "at last" && stage.isAtRest)
        #expect(Set(stage.connections.map(\.member)).count == 5)
        let line = try #require(stage.takeLines().last)
        #expect(line.contains("\"attempts\":5") && line.contains("\"waited_us\":\(sum * 1_000),"), "\(line)")
    }

    @Test("after a connection that died the member itself and the next one get it at once")
    func deaths() throws {
        let stage = try stage("")
        let client = try stage.get()
        for count in 2...3 {
            stage.last.fail(.broken("reset"))
            #expect(stage.connections.count == count)
        }
        stage.last.fail(.broken("reset"))
        #expect((12...37).contains(awaitNext(stage)))
        #expect(Set(stage.connections.map(\.member)).count == 3)
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("who is refused a connection has sent nothing, and does not wait")
    func refusals() throws {
        let stage = try stage("")
        let members = ["node1", "node2", "node3", "node4", "node5"]
        for member in members.dropLast() { stage.refusals[member] = SystemError("connect", code: 111) }
        let client = try stage.get()
        #expect(stage.last.member == "node5")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole)
    }

    @Test("while it waits, its next member is kept for it, and nobody else is asked", arguments: Way.all)
    func kept(way: Way) throws {
        let limited = Dictionary(uniqueKeysWithValues: (1...3).map { ("node\($0)", "max: 1, acquire: 0ms") })
        let stage = try Stage(limited, settings: "retry-on: [503]", way: way)
        let client = try stage.get()
        stage.last.answer(Self.busy)
        stage.last.answer(Self.busy)
        #expect(stage.lent.isEmpty && stage.inFlightCount == 1)
        let others = try (0..<2).map { _ in try stage.get() }
        #expect(stage.lent.count == 2)
        let third = try stage.get()
        #expect(third.outcome == .refused(503, "members-busy"))
        stage.pass(milliseconds: Self.longest)
        #expect(stage.lent.count == 3)
        for connection in stage.lent { connection.answer(Answer.empty) }
        #expect((others + [client]).allSatisfy { $0.outcome == .whole } && stage.isAtRest)
    }

    @Test("a client that leaves ends the wait", arguments: [true, false])
    func leaves(isAnswer: Bool) throws {
        let stage = try stage()
        let client = try stage.get()
        for _ in 0..<2 {
            if isAnswer {
                stage.last.answer(Self.busy)
            } else {
                stage.last.fail(.broken("reset"))
                if stage.connections.count == 2 { stage.last.fail(.broken("reset")) }
            }
        }
        #expect(stage.lent.isEmpty && client.outcome == .open)
        let count = stage.connections.count
        client.leave()
        #expect(client.outcome == .gone && stage.isAtRest)
        stage.pass(milliseconds: Self.longest)
        #expect(stage.connections.count == count && stage.isAtRest)
        #expect(try stage.ask().client.outcome == .whole)
    }

    @Test("several that have failed together come back one by one")
    func several() throws {
        let stage = try stage()
        let clients = try (0..<5).map { _ in try stage.get() }
        for _ in 0..<2 { for connection in stage.lent { connection.answer(Self.busy) } }
        #expect(stage.lent.isEmpty)
        var times: Set<Int> = []
        for millis in 1...37 {
            let before = stage.lent.count
            stage.pass(milliseconds: 1)
            if stage.lent.count > before { times.insert(millis) }
        }
        #expect(stage.lent.count == 5 && times.count > 1, "\(times)")
        for connection in stage.lent { connection.answer(Answer.empty) }
        #expect(clients.allSatisfy { $0.outcome == .whole } && stage.isAtRest)
    }

    @Test("content that comes while it waits is not lost")
    func content() throws {
        let stage = try stage()
        let client = try stage.post(length: 4, method: "PUT")
        client.send("ab")
        stage.last.answer(Self.busy)
        stage.last.answer(Self.busy)
        client.send("c")
        client.send("d")
        client.end()
        stage.pass(milliseconds: Self.longest)
        #expect(stage.last.received.text == "abcd")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && client.status == 200 && stage.isAtRest)
    }
}
