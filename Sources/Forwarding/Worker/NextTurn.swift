import Reactor

/// Somebody who has more to do than a turn should take.
package protocol NextTurnHandler: AnyObject {
    /// Goes on. What it asked for may have become needless meanwhile.
    func onNextTurn()
}

/// What is left to the next turn, so that others have theirs. Belongs to one worker's thread.
package final class NextTurn {
    private var waiting: [any NextTurnHandler] = []
    private var running: [any NextTurnHandler] = []
    /// Whether there is anybody: asking the array itself, each turn, would be checked for exclusivity at run time.
    package private(set) var hasWaiting = false

    /// Calls ``NextTurnHandler/onNextTurn()`` in the next turn.
    package func call(_ handler: any NextTurnHandler) {
        hasWaiting = true
        waiting.append(handler)
    }

    /// Has all go on who asked before this turn.
    package func run() {
        guard hasWaiting else { return }
        hasWaiting = false
        swap(&waiting, &running)
        for index in running.indices { running[index].onNextTurn() }
        running.removeAll(keepingCapacity: true)
    }
}

/// Begins the turns of a bench's ``NextTurn``. Belongs to the loop's thread.
final class NextTurnTimer: EventHandler {
    private let loop: EventLoop
    private let nextTurn: NextTurn
    private var registration: Registration?

    init(loop: EventLoop, bench: Bench) {
        self.loop = loop
        nextTurn = bench.nextTurn
    }

    /// Has another turn follow at once, where somebody waits for it; called at the end of each turn.
    func follow() {
        guard nextTurn.hasWaiting else { return }
        let registration = registration ?? loop.registerTimer(handler: self)
        self.registration = registration
        loop.resumeNextTurn(registration)
    }

    func onTurn() {
        nextTurn.run()
    }

    /// Nothing: it has no deadline.
    func onDeadline() {}

    /// Nothing: it watches no descriptor.
    func onReady(_ readiness: Readiness) {}
}
