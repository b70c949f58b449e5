import Forwarding
import Reactor
import Testing

/// Requests that wait for a member, beside the event loop of their worker.
@Suite("Waiting beside an event loop", .timeLimit(.minutes(10)))
struct WaitingTimerTests {
    /// A worker's end of a turn, and no more of it.
    private final class Turns: EventLoopDelegate {
        let loop: EventLoop
        let stage: Stage
        private let timer: WaitingTimer

        init(_ keys: String) throws {
            loop = try EventLoop()
            stage = try Stage(["node1": keys], clock: loop.clock)
            timer = WaitingTimer(loop: loop, bench: stage.bench)
        }

        func end() {
            stage.bench.endTurn()
            timer.follow()
        }

        /// One turn, with the wait before it.
        func run() {
            loop.run(self)
        }

        func onWake() {}

        func onTurnEnd() {
            end()
            loop.stop()
        }
    }

    /// Does something when the turn's events were handled, as a connection does that was closed.
    private final class Late: TurnEndHandler {
        private let body: () -> Void

        init(_ body: @escaping () -> Void) {
            self.body = body
        }

        func onTurnEnd() {
            body()
        }
    }

    @Test("a member that is let go of at a turn's end: the loop waits for 0 ms, and the next turn gives it away")
    func atTheEnd() throws {
        let turns = try Turns("max: 1, acquire: 60s")
        let stage = turns.stage
        let first = try stage.get("/first")
        let second = try stage.get("/second")
        turns.end()
        #expect(turns.loop.waitMillis > 0, "as long as nothing happens it waits for the request's time to be over")
        stage.bench.turnEnd.call(Late { first.leave() })
        turns.end()
        #expect(turns.loop.waitMillis == 0 && stage.lent.isEmpty)
        turns.run()
        #expect(stage.clock.turn == 1 && stage.lent.count == 1)
        #expect(stage.last.request.hasPrefix("GET /second "))
        #expect(turns.loop.waitMillis != 0, "and the loop sleeps again")
        stage.last.answer(Answer.empty)
        #expect(second.outcome == .whole && stage.isAtRest)
    }

    @Test("a member that is let go of during a turn is given away at its end, and no further turn is asked for")
    func during() throws {
        let turns = try Turns("max: 1, acquire: 60s")
        let stage = turns.stage
        let first = try stage.get("/first")
        let second = try stage.get("/second")
        turns.end()
        first.leave()
        turns.end()
        #expect(stage.last.request.hasPrefix("GET /second ") && turns.loop.waitMillis != 0)
        stage.last.answer(Answer.empty)
        #expect(second.outcome == .whole && stage.isAtRest)
    }

    @Test("a request that comes at a turn's end: what was let go of before it said that it waits is not missed")
    func newcomer() throws {
        let turns = try Turns("max: 1, acquire: 60s")
        let stage = turns.stage
        let first = try stage.get("/first")
        var second: ScriptedClient?
        let client = SocketAddress(host: "198.51.100.7", port: 40_000)!
        stage.bench.turnEnd.call(
            Late {
                second = try? stage.send(
                    "GET /second HTTP/1.1\r\nHost: shop.test\r\n\r\n", from: client, endsTurn: false)
            })
        turns.end()
        #expect(turns.loop.waitMillis == 0, "it has a look in the next turn")
        turns.run()
        #expect(turns.loop.waitMillis != 0 && stage.lent.count == 1, "nobody has let go of the member")
        first.leave()
        turns.end()
        stage.last.answer(Answer.empty)
        #expect(second?.outcome == .whole && stage.isAtRest)
    }
}
