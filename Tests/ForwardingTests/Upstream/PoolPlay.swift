import Bytes
import Forwarding

/// Requests and connections of a ``PoolMachine``, by their numbers: a test says what happens, and looks at what has
/// become of them.
final class PoolPlay {
    /// What happens.
    enum Event {
        /// A request comes.
        case request
        /// A request comes whose connection has ended, and that is to have no idle one.
        case again
        /// A connection has been made, or could not be.
        case open(Int), fail(Int)
        /// The request of a connection is done, and the connection clean or not.
        case giveBack(Int), end(Int)
        /// A request waits no longer.
        case leave(Int)
        /// An interval is over, and what is too many is closed.
        case interval
        /// The member is served no more.
        case retire
    }

    /// A connection without a socket.
    final class Connection: KeptUpstream {
        enum State: Character {
            case making = "m"
            case lent = "l"
            case idle = "i"
            case closed = "x"
        }

        let slot = PoolSlot(addressIndex: 0)
        let number: Int
        var state = State.making
        /// The request that it has.
        var request: Int?

        let isConnected = true
        let isWriteBlocked = false
        let takesWebSocket = true
        let continues = true
        let addressIndex = 0
        var isOpen: Bool { state != .making }
        var pool: UpstreamPool { preconditionFailure("a play has no pool") }

        init(number: Int) {
            self.number = number
        }

        func isReusable(forHarmless isHarmless: Bool) -> Bool { state == .idle }
        func begin(_ exchange: Exchange) {}
        func write(_ buffer: Buffer, _ range: Range<Int>) -> Int { 0 }
        func endWriting() {}
        func expectProgress(withinMillis millis: Int) {}
        func expectNothing() {}
        func becomeTunnel() {}
        func resume() {}
        func retire() {}
        func close() {}
    }

    let machine: PoolMachine
    private(set) var connections: [Connection] = []
    /// `nil`: who does not wait.
    private(set) var waiters: [PoolWaiter?] = []
    private var numbers: [ObjectIdentifier: Int] = [:]
    /// Requests that were served, in their order, each with its connection.
    private(set) var served: [String] = []
    /// Requests for which no connection could be made.
    private(set) var failed: [Int] = []
    private let pool: UpstreamPool

    /// - Parameter reuses: whether connections may have a further exchange.
    init(reuses: Bool = true) throws {
        machine = PoolMachine(reuses: reuses)
        let stage = try Stage(["node1": ""])
        try stage.exchange()
        pool = stage.last.pool
    }

    /// What becomes of the connections, a letter each.
    var states: String { String(connections.map(\.state.rawValue)) }

    /// Requests that wait.
    var waiting: [Int] { waiters.indices.filter { waiters[$0] != nil } }

    func play(_ event: Event) {
        switch event {
        case .request: request(mayBeIdle: true)
        case .again: request(mayBeIdle: false)
        case .open(let number): follow(machine.onOpened(connections[number]), number)
        case .giveBack(let number):
            connections[number].request = nil
            follow(machine.onReturned(connections[number]), number)
        case .end(let number): close(connections[number])
        case .fail(let number):
            close(connections[number])
            while let waiter = machine.takeUnexpected() { failed.append(take(waiter)) }
        case .leave(let number):
            guard let waiter = waiters[number] else { return }
            waiters[number] = nil
            if let connection = machine.leave(waiter) as? Connection { close(connection) }
        case .interval:
            machine.endInterval()
            while machine.surplus > 0, let oldest = machine.oldestIdle as? Connection { close(oldest) }
        case .retire:
            _ = machine.retire()
            while let oldest = machine.oldestIdle as? Connection { close(oldest) }
        }
    }

    private func request(mayBeIdle: Bool) {
        let number = waiters.count
        waiters.append(nil)
        if mayBeIdle, let connection = machine.takeIdle() as? Connection {
            return serve(number, with: connection.number)
        }
        if machine.request(from: 0) == .open {
            let connection = Connection(number: connections.count)
            connections.append(connection)
            machine.begin(connection)
        }
        let waiter = PoolWaiter(nil, for: pool, addressIndex: 0)
        waiters[number] = waiter
        numbers[ObjectIdentifier(waiter)] = number
        machine.wait(waiter)
    }

    private func follow(_ next: PoolMachine.Next, _ number: Int) {
        switch next {
        case .serve(let waiter): serve(take(waiter), with: number)
        case .keep: connections[number].state = .idle
        case .close: close(connections[number])
        }
    }

    private func serve(_ request: Int, with number: Int) {
        served.append("\(request):\(number)")
        connections[number].state = .lent
        connections[number].request = request
    }

    /// - Returns: the number of one that waits no longer.
    private func take(_ waiter: PoolWaiter) -> Int {
        guard let number = numbers.removeValue(forKey: ObjectIdentifier(waiter)), waiters[number] === waiter else {
            preconditionFailure("who does not wait is served")
        }
        waiters[number] = nil
        return number
    }

    private func close(_ connection: Connection) {
        connection.state = .closed
        connection.request = nil
        machine.forget(connection)
    }
}
