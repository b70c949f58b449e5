import Reactor

/// The requests of a worker that wait a while before another member is given them (``Exchange/rests()``).
///
/// They are as few as the balancers' budgets let be sent anew in a fraction of a second, and are looked through when
/// the first one's time has come. Touched by the worker's thread, which looks at ``nextMillis`` at the end of each turn
/// (``WaitingTimer``).
final class RetryPauses {
    private let clock: TurnClock
    private let line = WaitingLine<RetryPause>()
    /// Milliseconds of the clock when ``onDeadline()`` is to be called; `Int.max`: never.
    private(set) var nextMillis = Int.max

    init(clock: TurnClock) {
        self.clock = clock
    }

    /// Lets a request wait until ``Exchange/onPauseOver()``.
    func enter(_ exchange: Exchange, for millis: Int) {
        let pause = exchange.course.pause
        pause.begin(exchange, at: clock.now, until: clock.nowMillis + millis)
        line.append(pause)
        nextMillis = min(nextMillis, pause.end)
    }

    /// A request waits no longer.
    func leave(_ exchange: Exchange) {
        let pause = exchange.course.pause
        guard pause.isInLine else { return }
        line.remove(pause)
        pause.finish()
        if line.count == 0 { nextMillis = .max }
    }

    /// Tells those whose time is over.
    func onDeadline() {
        let now = clock.nowMillis
        guard nextMillis <= now else { return }
        var due: [RetryPause] = []
        nextMillis = .max
        var next = line.first
        while let pause = next {
            next = pause.later
            if pause.end <= now { due.append(pause) } else { nextMillis = min(nextMillis, pause.end) }
        }
        // One of them may end another one's wait.
        for pause in due where pause.isInLine && pause.end <= now { pause.exchange?.onPauseOver() }
    }
}

/// A request's wait among ``RetryPauses``, which alone changes it. Pooled with its exchange.
final class RetryPause: InLine {
    private(set) var later: RetryPause?
    private(set) unowned var earlier: RetryPause?
    private(set) var isInLine = false
    /// Whose it is; `nil` while it does not wait.
    private(set) var exchange: Exchange?
    /// Nanoseconds of the clock when it began to wait.
    private(set) var began = 0
    /// Milliseconds of the clock when its time is over.
    private(set) var end = Int.max

    /// A request begins to wait.
    func begin(_ exchange: Exchange, at now: Int, until end: Int) {
        self.exchange = exchange
        began = now
        self.end = end
    }

    /// It waits no longer.
    func finish() {
        exchange = nil
        end = .max
    }

    func setLater(_ waiter: RetryPause?) { later = waiter }

    func setEarlier(_ waiter: RetryPause?) { earlier = waiter }

    func setInLine(_ isInLine: Bool) { self.isInLine = isInLine }
}
