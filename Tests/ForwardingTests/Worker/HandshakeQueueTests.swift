import Forwarding
import Reactor
import Testing

/// Clients that want a step of their handshake, beside an event loop on the test's thread.
@Suite("Handshakes in turns", .timeLimit(.minutes(10)))
struct HandshakeQueueTests {
    /// Notes what happens, and in which turn.
    private final class Diary: EventLoopDelegate {
        let loop: EventLoop
        let queue = HandshakeQueue()
        private(set) var lines: [String] = []
        private var turnsLeft = 0
        private var firstTurn = 0

        init() throws {
            loop = try EventLoop()
        }

        /// Lets some turns pass, the first of which is the first.
        func turn(_ count: Int) {
            turnsLeft = count
            firstTurn = loop.clock.turn + 1
            loop.run(self)
        }

        func note(_ words: String) {
            lines.append("\(loop.clock.turn - firstTurn): \(words)")
        }

        func onWake() { note("event") }

        func onTurnEnd() {
            turnsLeft -= 1
            if turnsLeft == 0 { loop.stop() }
        }
    }

    private final class Client: EventHandler, HandshakeWaiter {
        let name: String
        let diary: Diary
        private(set) var awaitsStep = false
        private var registration: Registration?
        /// Steps that it wants yet.
        private var steps: Int

        init(_ name: String, _ diary: Diary, steps: Int = 1) {
            self.name = name
            self.diary = diary
            self.steps = steps
            registration = diary.loop.registerTimer(handler: self)
        }

        func ask() {
            awaitsStep = true
            diary.queue.enter(self)
        }

        func resumeNextTurn() {
            if let registration { diary.loop.resumeNextTurn(registration) }
        }

        func onTurn() {
            // Called for who has gone, too: a turn that was asked for comes.
            guard awaitsStep else { return }
            end()
            diary.note(name)
            steps -= 1
            if steps > 0 { ask() }
        }

        /// Waits no longer.
        func end() {
            awaitsStep = false
            diary.queue.leave(self)
        }

        func onReady(_ readiness: Readiness) {}
        func onDeadline() {}
    }

    @Test("a step a turn, in the order in which they have asked, behind the turn's events")
    func order() throws {
        let diary = try Diary()
        let clients = ["a", "b", "c"].map { Client($0, diary) }
        for client in clients { client.ask() }
        diary.loop.waker.wake()
        diary.turn(3)
        #expect(diary.lines == ["0: event", "0: a", "1: b", "2: c"])
    }

    @Test("who asks for another step has it behind the others")
    func again() throws {
        let diary = try Diary()
        let clients = [Client("a", diary, steps: 2), Client("b", diary)]
        for client in clients { client.ask() }
        diary.turn(3)
        #expect(diary.lines == ["0: a", "1: b", "2: a"])
    }

    @Test("who has gone meanwhile is passed over, wherever he stood")
    func gone() throws {
        let diary = try Diary()
        let clients = ["a", "b", "c", "d"].map { Client($0, diary) }
        for client in clients { client.ask() }
        clients[2].end()
        clients[0].end()
        diary.turn(2)
        clients[0].ask()
        diary.turn(1)
        #expect(diary.lines == ["0: b", "1: d", "0: a"])
    }
}
