import Balancing
import Forwarding
import Testing

/// Pools follow what is under way, and give back what a peak has left.
@Suite("Growth, in process")
struct GrowthTests {
    /// Has so many exchanges under way together, and ends them.
    private func exchange(_ count: Int, on stage: Stage) throws {
        let before = stage.lent.count
        let clients = try (0..<count).map { _ in try stage.get() }
        for connection in stage.lent.dropFirst(before) { connection.answer(Answer.empty) }
        #expect(clients.allSatisfy { $0.outcome == .whole })
    }

    private func open(_ stage: Stage) -> Int { stage.connections.count { !$0.isClosed } }

    /// Lets go of what is too many.
    ///
    /// - Returns: how many turns that took.
    private func endInterval(_ stage: Stage) -> Int {
        stage.bench.endInterval()
        var turns = 1
        while stage.bench.shed() { turns += 1 }
        return turns
    }

    @Test("4,000 together, time and again: no connection is closed, none is made anew")
    func grows() throws {
        let stage = try Stage(["node1": ""])
        for _ in 0..<3 {
            try exchange(4_000, on: stage)
            #expect(stage.connections.count == 4_000 && open(stage) == 4_000)
            #expect(stage.bench.idleExchangeCount == 4_000)
            #expect(endInterval(stage) == 1)
        }
        #expect(open(stage) == 4_000)
    }

    @Test("after two quiet intervals the least is left, given back some in each turn, the oldest first")
    func givesBack() throws {
        let stage = try Stage(["node1": ""])
        try exchange(4_000, on: stage)
        // The one that was used last.
        let newest = stage.last
        #expect(endInterval(stage) == 1)
        try exchange(300, on: stage)
        #expect(stage.connections.count == 4_000)
        #expect(endInterval(stage) == 3_700 / 256 + 1)
        #expect(open(stage) == 300 && stage.bench.idleExchangeCount == 300)
        #expect(!newest.isClosed)
        _ = endInterval(stage)
        #expect(open(stage) == 256 && stage.bench.idleExchangeCount == 256)
        #expect(stage.isAtRest)
    }

    @Test("limits.connections bounds what is kept of a peak")
    func bound() throws {
        let stage = try Stage(["node1": ""], edge: "limits: { connections: 20 }")
        try exchange(100, on: stage)
        #expect(open(stage) == 20 && stage.bench.idleExchangeCount == 20)
    }

    @Test("what has ended badly is not counted as under way")
    func lost() throws {
        let stage = try Stage(["node1": ""])
        for _ in 0..<1_000 {
            let client = try stage.get()
            client.leave()
            #expect(stage.last.isClosed)
        }
        try exchange(300, on: stage)
        #expect(endInterval(stage) == 1 && open(stage) == 300)
        _ = endInterval(stage)
        #expect(open(stage) == 256)
    }
}
