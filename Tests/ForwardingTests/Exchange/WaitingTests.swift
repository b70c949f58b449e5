import Forwarding
import Testing

/// Waiting for a member that can take the request: `max`, `acquire`, `timeout`.
@Suite("Waiting, in process")
struct WaitingTests {
    @Test("a member at its max: the next request waits, and goes on when the first is over")
    func room() throws {
        let stage = try Stage(["node1": "max: 1, acquire: 2s"])
        let first = try stage.get("/first")
        let second = try stage.get("/second")
        stage.turn()
        #expect(stage.connections.count == 1 && second.outcome == .open)
        stage.last.answer(Answer.empty)
        #expect(first.outcome == .whole && second.outcome == .open)
        stage.turn()
        #expect(stage.last.request.hasPrefix("GET /second "))
        stage.last.answer(Answer.empty)
        #expect(second.outcome == .whole)
    }

    @Test("they are served in the order in which they came")
    func order() throws {
        let stage = try Stage(["node1": "max: 1, acquire: 2s"])
        let clients = try (0..<4).map { try stage.get("/\($0)") }
        for (index, client) in clients.enumerated() {
            stage.turn()
            #expect(stage.last.request.hasPrefix("GET /\(index) "))
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole)
        }
    }

    @Test("their time is over: 503, to the millisecond")
    func tooLong() throws {
        let stage = try Stage(["node1": "max: 1, acquire: 2s"])
        _ = try stage.get()
        let second = try stage.get()
        stage.pass(milliseconds: 1_999)
        #expect(second.outcome == .open)
        stage.pass(milliseconds: 1)
        #expect(second.outcome == .refused(503, "members-busy"))
    }
}
