import DequeModule
import Reactor

/// Bounds what TLS handshakes take of a turn (``TurnLimits/handshakeStepsMax``), so that clients who come again and
/// again do not keep the others waiting.
///
/// A client that has just sent something has its step at once if it is the first one of the turn. The others wait in
/// the order in which they came; one of them has its step in each turn.
final class HandshakeQueue {
    private let clock: TurnClock
    private var turn = 0
    private var stepCount = 0
    private var waiting = Deque<ClientConnection>()

    init(clock: TurnClock) {
        self.clock = clock
    }

    /// Whether a client may have its step now; if not, ``EventHandler/onTurn()`` is called when it may.
    func admits(_ client: ClientConnection) -> Bool {
        if turn != clock.turn {
            turn = clock.turn
            stepCount = 0
        }
        guard stepCount == TurnLimits.handshakeStepsMax else {
            stepCount += 1
            return true
        }
        waiting.append(client)
        if waiting.count == 1 { client.resumeNextTurn() }
        return false
    }

    /// Takes a client out that waits no longer: it is its turn, or it is closed.
    func leave(_ client: ClientConnection) {
        // Others are passed over when it is their turn.
        guard waiting.first === client else { return }
        waiting.removeFirst()
        callFirst()
    }

    private func callFirst() {
        while let first = waiting.first, !first.awaitsStep { waiting.removeFirst() }
        waiting.first?.resumeNextTurn()
    }
}
