import DequeModule

/// A client that waits for a step of its handshake.
package protocol HandshakeWaiter: AnyObject {
    /// Whether it waits still.
    var awaitsStep: Bool { get }

    /// Has ``HandshakeQueue/leave(_:)`` called, and its step taken, when the kernel's events of a turn were handled: of
    /// this one, if that is still to come.
    func resumeNextTurn()
}

/// Bounds what TLS handshakes take of a turn, so that clients who come again and again do not keep the others waiting:
/// a step in each, behind the kernel's events, in the order in which their clients asked for it.
///
/// A step is half a millisecond of signing at most. Taken among the events of a turn, those behind it would wait for it
/// and then for the next turn's.
package final class HandshakeQueue {
    private var waiting = Deque<any HandshakeWaiter>()

    /// Nobody waits so far.
    package init() {}

    /// Lets a client wait for its step.
    package func enter(_ client: any HandshakeWaiter) {
        waiting.append(client)
        if waiting.count == 1 { client.resumeNextTurn() }
    }

    /// Takes a client out that waits no longer: it is its turn, or it is closed.
    package func leave(_ client: any HandshakeWaiter) {
        // Others are passed over when it is their turn.
        guard waiting.first === client else { return }
        waiting.removeFirst()
        while let first = waiting.first, !first.awaitsStep { waiting.removeFirst() }
        waiting.first?.resumeNextTurn()
    }
}
