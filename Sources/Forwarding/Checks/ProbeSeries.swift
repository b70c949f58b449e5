import Reactor

/// Who asks a member again and again.
protocol ProbeAsker: AnyObject {
    /// Makes the next check, as it is its turn: ``ProbeSeries/begin(_:_:then:)``, or ``ProbeSeries/end()`` where there
    /// is none to make.
    func start()

    /// The pause behind the last check is over.
    func onPauseEnd()
}

/// The checks that one asker makes, one after the other: each waits for its turn in the room, and a pause is behind it.
///
/// Belongs to the prober's thread.
final class ProbeSeries: EventHandler {
    private unowned let room: ProbingRoom
    private unowned let asker: any ProbeAsker
    private var timer: Registration?
    private var probe: Probe?
    private var isWaiting = false

    init(in room: ProbingRoom, for asker: any ProbeAsker) {
        self.room = room
        self.asker = asker
    }

    /// Asks for the next turn.
    func ask() {
        isWaiting = true
        room.ask(self)
    }

    /// Begins the check: it is its turn.
    func start() {
        isWaiting = false
        asker.start()
    }

    /// Makes a check.
    ///
    /// - Parameter take: told what it has come to, when it has ended; perhaps from within this.
    func begin(
        _ target: Probe.Target, _ dialogue: (any ProbeDialogue)?, then take: @escaping (ProbeResult) -> Void
    ) {
        let probe = Probe(target, dialogue, loop: room.loop, buffers: room.buffers) { [unowned self] result in
            end()
            take(result)
        }
        self.probe = probe
        probe.begin()
    }

    /// Gives the turn to the next one: the check is over, or none is made.
    func end() {
        probe = nil
        room.leave()
    }

    /// Pauses until the next check.
    func pause(milliseconds: Int) {
        let timer = timer ?? room.loop.registerTimer(handler: self)
        self.timer = timer
        room.loop.setDeadline(timer, after: milliseconds)
    }

    /// Ends the check that is under way without a result, or the wait for one.
    func cancel() {
        if probe != nil { room.leave() }
        probe?.cancel()
        probe = nil
        if isWaiting { room.giveUp(self) }
        isWaiting = false
        if let timer { room.loop.deregister(timer) }
        timer = nil
    }

    func onReady(_ readiness: Readiness) {}

    func onDeadline() { asker.onPauseEnd() }
}
