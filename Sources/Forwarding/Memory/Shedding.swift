import Reactor

/// Lets go of what a worker can spare where the process's memory is short, some in each turn: clients that are idle,
/// the longest first, then idle connections to members, then clients that took nothing of their answers since the
/// order before, those first that hold the most.
///
/// Belongs to the worker's thread.
package final class Shedding: EventHandler {
    /// What is let go of next.
    private enum Stage {
        case clients, members
        /// Those who take nothing are looked for, from this place of the event loop's table on.
        case search(from: Int)
        case slow
    }

    private let loop: EventLoop
    private let bench: Bench
    private let clients: Clients
    private let idleMillisLeast: Int
    private var registration: Registration?
    /// `nil`: nothing is to be done.
    private var stage: Stage?
    private var bytesLeft = 0
    private var slow = SlowClients(countMax: MemoryLimits.slowMax)
    /// Those who are to be ended, the first one last.
    private var toEnd: [(registration: Registration, heldBytes: Int)] = []

    /// - Parameter idleMillisLeast: for how long clients have been idle at least.
    package init(
        loop: EventLoop, bench: Bench, clients: Clients, idleMillisLeast: Int = MemoryLimits.idleMillisLeast
    ) {
        self.loop = loop
        self.bench = bench
        self.clients = clients
        self.idleMillisLeast = idleMillisLeast
    }

    /// Does what it is told of the process's memory.
    package func begin(_ order: ShedOrder) {
        let wasShort = clients.isShort
        clients.isShort = order.isFull
        if wasShort, !order.isFull { clients.lookAgain() }
        bytesLeft = order.bytes
        guard bytesLeft > 0 else { return end() }
        if stage == nil { stage = .clients }
        goOn()
    }

    /// Goes on with what a turn was too short for.
    package func onTurn() {
        goOn()
    }

    private func goOn() {
        var places = MemoryLimits.endsPerTurnMax
        while let stage, places > 0, bytesLeft > 0 {
            switch stage {
            case .clients: self.stage = closeClients(&places) ? .clients : .members
            case .members: self.stage = closeMembers(&places) ? .members : .search(from: 0)
            case .search(let first):
                if let next = search(from: first) {
                    self.stage = .search(from: next)
                    places = 0
                } else {
                    toEnd = slow.endLook().reversed()
                    self.stage = .slow
                }
            case .slow: self.stage = endSlow(&places) ? .slow : nil
            }
        }
        guard stage != nil, bytesLeft > 0 else { return stop() }
        let registration = registration ?? loop.registerTimer(handler: self)
        self.registration = registration
        loop.resumeNextTurn(registration)
    }

    /// - Returns: whether there may be more.
    private func closeClients(_ places: inout Int) -> Bool {
        let wanted = min(places, (bytesLeft - 1) / MemoryLimits.idleClientBytes + 1)
        let (closed, mayHaveMore) = clients.closeIdle(wanted, idleFor: idleMillisLeast)
        clients.countShed(.idleClients, closed)
        bytesLeft -= closed * MemoryLimits.idleClientBytes
        // Looking for them is work as well.
        places -= max(closed, mayHaveMore && closed < wanted ? places : 0)
        return mayHaveMore
    }

    /// - Returns: whether there may be more.
    private func closeMembers(_ places: inout Int) -> Bool {
        let wanted = min(places, (bytesLeft - 1) / MemoryLimits.idleMemberBytes + 1)
        let closed = bench.members.closeIdle(wanted, keeping: MemoryLimits.idleMembersKept)
        clients.countShed(.idleMembers, closed)
        bytesLeft -= closed * MemoryLimits.idleMemberBytes
        places -= closed
        return closed == wanted
    }

    /// - Returns: where to go on; `nil`: all were looked at.
    private func search(from first: Int) -> Int? {
        loop.visit(from: first, count: MemoryLimits.placesPerTurnMax) { registration, handler in
            guard let client = handler as? any Client, let output = client.stuckOutput else { return }
            slow.note(registration, output)
        }
    }

    /// - Returns: whether there may be more.
    private func endSlow(_ places: inout Int) -> Bool {
        while places > 0, bytesLeft > 0, let next = toEnd.popLast() {
            guard let client = loop.handler(of: next.registration) as? any Client, client.stuckOutput != nil
            else { continue }
            client.shed()
            clients.countShed(.slowClients)
            bytesLeft -= next.heldBytes
            places -= 1
        }
        return !toEnd.isEmpty
    }

    /// What was seen of those who take nothing is kept for the next order.
    private func stop() {
        stage = nil
        toEnd = []
    }

    private func end() {
        stop()
        slow.forget()
    }

    /// It has no descriptor.
    package func onReady(_ readiness: Readiness) {}

    /// It has no deadline.
    package func onDeadline() {}
}
