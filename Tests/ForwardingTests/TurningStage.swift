import Forwarding
import Reactor

/// A stage beside an event loop that turns when the test says so.
protocol TurningStage: EventLoopDelegate {
    /// Turns after which all is done that one event leads to.
    static var turnCount: Int { get }
    var loop: EventLoop { get }
    var stage: Stage { get }
}

extension TurningStage {
    /// Handles what has happened, and what comes of it.
    ///
    /// - Parameter count: of turns.
    func turn(_ count: Int = Self.turnCount) {
        let pulse = Pulse()
        for _ in 0..<count {
            let registration = loop.registerTimer(handler: pulse)
            loop.resumeNextTurn(registration)
            loop.run(self)
            loop.deregister(registration)
        }
        withExtendedLifetime(pulse) {}
    }

    func onWake() {}

    func onTurnEnd() {
        stage.bench.endTurn()
        loop.stop()
    }
}

/// Has the loop go on without a wait.
private final class Pulse: EventHandler {
    func onReady(_ readiness: Readiness) {}
    func onDeadline() {}
}
