import Balancing
import Forwarding
import Reactor
import Testing

/// What is counted of requests, by their balancer and their member, and across reloads.
@Suite("Measures of requests, in process")
struct MeasureTests {
    private typealias Column = BalancerMeasures.Column

    private static let metrics = "metrics: 127.0.0.1:9901"

    private func counts(_ stage: Stage, _ column: Int) -> UInt64 {
        stage.edge.balancers[0].measures?.table.sum(column) ?? 0
    }

    private func durations(_ table: CounterTable, at first: Int) -> [Int: UInt64] {
        var counts: [Int: UInt64] = [:]
        for bucket in 0...Durations.bounds.count where table.sum(first + bucket) > 0 {
            counts[bucket] = table.sum(first + bucket)
        }
        return counts
    }

    @Test("an answered request is counted by its class, its bytes and its times", arguments: Way.all)
    func answered(way: Way) throws {
        let stage = try Stage(["node1": ""], edge: Self.metrics, way: way)
        let client = try stage.get("/a")
        stage.pass(milliseconds: 30)
        stage.last.answer(Answer.whole(content: "hello"))
        #expect(client.outcome == .whole)
        #expect(counts(stage, Column.statuses + 2) == 1 && counts(stage, Column.answerBytes) == 5)
        #expect(counts(stage, Column.own) == 0 && counts(stage, Column.retries) == 0)
        let measures = try #require(stage.edge.balancers[0].measures)
        #expect(durations(measures.table, at: Column.durations) == [3: 1])
        #expect(durations(measures.table, at: Column.answers) == [3: 1])
        #expect(durations(try #require(measures.answersTable(of: 0)), at: 0) == [3: 1])
        #expect(measures.table.sum(Column.durations + Durations.columns - 1) == 30_000_000)
        #expect(stage.edge.balancers[0].chooser.members[0].state.answerCount(2) == 1)
    }

    @Test("an answer of Martlet's own is, and has no time of a member's")
    func own() throws {
        let stage = try Stage(["node1": ""], edge: Self.metrics)
        stage.refusals["node1"] = SystemError("connect", code: 111)
        _ = try stage.get("/a")
        #expect(counts(stage, Column.statuses + 5) == 1 && counts(stage, Column.own) == 1)
        let measures = try #require(stage.edge.balancers[0].measures)
        #expect(durations(measures.table, at: Column.durations) == [0: 1])
        #expect(durations(measures.table, at: Column.answers) == [:])
    }

    @Test("a request for which no site answers is nobody's")
    func stray() throws {
        let stage = try Stage(["node1": ""], edge: "sites: [{ host: shop.test, paths: { /: shop } }]\n\(Self.metrics)")
        _ = try stage.send("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n")
        #expect(counts(stage, Column.statuses + 4) == 0)
        #expect(stage.measures?.strays.sum(Column.statuses + 4) == 1)
    }

    @Test("a tunnel is counted when it ends, and has no time of a request's")
    func tunnel() throws {
        let stage = try Stage(["node1": ""], edge: Self.metrics)
        let client = try stage.askForWebSocket()
        stage.last.answer(Answer.switching)
        stage.pass(milliseconds: 5_000)
        client.leave()
        #expect(counts(stage, Column.statuses + 1) == 1)
        let measures = try #require(stage.edge.balancers[0].measures)
        #expect(durations(measures.table, at: Column.durations) == [:])
    }

    @Test("without metrics nothing is measured")
    func off() throws {
        let stage = try Stage(["node1": ""])
        _ = try stage.get("/a")
        stage.last.answer(Answer.empty)
        #expect(stage.measures == nil && stage.edge.balancers[0].measures == nil)
    }

    @Test("a balancer counts on after a reload, and so does a member that stays; one that is gone takes its own along")
    func reload() throws {
        func yaml(_ names: String...) -> String {
            let members = Dictionary(uniqueKeysWithValues: names.map { ($0, "") })
            return Stage.text(members, edge: Self.metrics)
        }
        let first = try Stage.edge(yaml("node1", "node2"), now: 0)
        let second = try Stage.edge(yaml("node2", "node3"), after: first, now: 0)
        let (before, after) = (first.balancers[0], second.balancers[0])
        let (old, new) = (try #require(before.measures), try #require(after.measures))
        #expect(old.table === new.table)
        func table(_ balancer: Balancer, _ name: String) throws -> CounterTable? {
            let index = try #require(balancer.chooser.members.firstIndex { $0.name == name })
            return balancer.measures?.answersTable(of: index)
        }
        #expect(try table(before, "node2") === table(after, "node2"))
        #expect(try table(before, "node1") !== table(after, "node3") && table(after, "node3") != nil)
    }

    @Test("counters of several workers are summed")
    func workers() {
        let table = CounterTable(columns: 3, workers: 4)
        for worker in 0..<4 {
            table.add(worker + 1, to: 1, worker: worker)
            table.add(1, to: 2, worker: worker)
        }
        #expect((0..<3).map(table.sum) == [0, 10, 4])
    }
}
