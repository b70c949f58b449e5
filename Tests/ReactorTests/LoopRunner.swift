import Reactor

/// An event loop on the test's thread that runs until what the test waits for has come.
final class LoopRunner: EventLoopDelegate {
    let loop: EventLoop
    var onWakeBody: () -> Void = {}
    private(set) var wakeCount = 0
    private(set) var turnCount = 0
    private var hasArrived: () -> Bool = { true }

    init() throws {
        loop = try EventLoop()
    }

    /// Runs the loop.
    ///
    /// - Parameters:
    ///   - millis: the longest wait.
    ///   - hasArrived: asked at the end of each turn.
    /// - Returns: whether it has arrived in time.
    func run(within millis: Int = 10_000, until hasArrived: @escaping () -> Bool) -> Bool {
        self.hasArrived = hasArrived
        let guardian = Probe()
        let registration = loop.registerTimer(handler: guardian)
        loop.setDeadline(registration, after: millis)
        guardian.onDeadlineBody = { [loop] in loop.stop() }
        loop.run(self)
        loop.deregister(registration)
        return guardian.deadlineCount == 0
    }

    /// Runs the loop for a time, to show that something does not come.
    func run(forMillis millis: Int) {
        _ = run(within: millis, until: { false })
    }

    func onWake() {
        wakeCount += 1
        onWakeBody()
    }

    func onTurnEnd() {
        turnCount += 1
        if hasArrived() { loop.stop() }
    }
}

/// A handler that counts what it is told.
final class Probe: EventHandler {
    private(set) var readiness: [Readiness] = []
    private(set) var deadlineCount = 0
    private(set) var turnCount = 0
    var onTurnBody: () -> Void = {}
    var onReadyBody: (Readiness) -> Void = { _ in }
    var onDeadlineBody: () -> Void = {}

    func onReady(_ readiness: Readiness) {
        self.readiness.append(readiness)
        onReadyBody(readiness)
    }

    func onDeadline() {
        deadlineCount += 1
        onDeadlineBody()
    }

    func onTurn() {
        turnCount += 1
        onTurnBody()
    }
}
