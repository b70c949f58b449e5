import Bytes
import Reactor

/// The socket of a connection to a member in records: how it is connected, and its place in the event loop. Belongs to
/// its connection.
final class MemberSocket {
    let transport: Transport
    private let loop: EventLoop
    private let clock: TurnClock
    private let address: SocketAddress
    private let connectMillis: Int
    private let bornMillis: Int
    private(set) var registration: Registration?
    /// How far connecting had come when it had begun.
    private let start: Socket.ConnectStart
    /// Whether the loop tells when there is room to write.
    private var watchesRoom: Bool
    private var hasWritten = false
    /// Whether what is written waits for nothing (TCP_NODELAY).
    private var sendsAtOnce = false

    /// What connecting has come to.
    enum Progress {
        /// It goes on, or is tried again later.
        case underWay
        case connected
        case failed(UpstreamFailure)
    }

    /// Begins to connect.
    init(
        to address: SocketAddress, loop: EventLoop, clock: TurnClock, terms: UpstreamTerms, connectMillis: Int
    ) throws(SystemError) {
        self.loop = loop
        self.clock = clock
        self.address = address
        self.connectMillis = connectMillis
        bornMillis = clock.nowMillis
        transport = Transport(taking: try Socket(connectingTo: address, sendsAtOnce: false), tls: nil)
        var start = transport.socket.start
        // Within this machine a connection is there when the first call returns, which does not say so of TCP. Asking
        // spares the turn of the loop in which it would be told.
        if start == .underWay, address.isLoopback { start = try transport.socket.connectAgain(to: address) }
        self.start = start
        watchesRoom = start != .connected
        if terms.probes { transport.socket.keepAlive() }
    }

    /// Has the loop tell what happens on it.
    func register(_ handler: any EventHandler) throws(SystemError) {
        registration = try loop.register(
            transport.socket.descriptor, handler: handler, watchesRoom: watchesRoom)
        // Who is connected is lent at once.
        guard !isConnected else { return }
        expectProgress(withinMillis: isQueueFull ? UpstreamLimits.queuePauseMillis : connectMillis)
    }

    /// Whether it was connected when connecting had begun.
    var isConnected: Bool { start == .connected }

    /// Whether the member's queue at its UNIX-domain socket was full, so that connecting had not begun.
    var isQueueFull: Bool { start == .queueFull }

    /// Whether it may be used again as far as its age is concerned.
    var isYoung: Bool { registration != nil && clock.nowMillis - bornMillis < UpstreamLimits.lifetimeMillis }

    /// Tries again, where the queue was full.
    func connectAgain() -> Progress {
        guard clock.nowMillis - bornMillis < connectMillis else { return .failed(.connectTimeout) }
        do throws(SystemError) {
            guard try transport.socket.connectAgain(to: address) == .queueFull else { return .connected }
        } catch {
            return .failed(.connect(error.description))
        }
        expectProgress(withinMillis: UpstreamLimits.queuePauseMillis)
        return .underWay
    }

    /// Something is to be written. Most connections are closed behind a single write, which need not be told to go at
    /// once.
    func willWrite() {
        guard hasWritten, !sendsAtOnce else { return hasWritten = true }
        sendsAtOnce = true
        if !address.isUnix { transport.socket.sendAtOnce() }
    }

    /// The socket takes no more for now: the loop is to tell when it does.
    func awaitRoom() {
        guard !watchesRoom, let registration else { return }
        watchesRoom = true
        loop.watchRoom(registration, of: transport.socket.descriptor)
    }

    /// Follows what the loop has told while it is being connected.
    ///
    /// - Parameter intake: where it is found out whether the member has done something already.
    func onConnect(_ readiness: Readiness, _ intake: Intake) -> Progress {
        // The kernel has told of an error, if there is one (EPOLLERR).
        let code = readiness == .writable ? 0 : transport.socket.pendingError()
        guard code == 0 else { return .failed(.connect(SystemError("connect", code: code).description)) }
        guard readiness.contains(.writable) else { return .underWay }
        guard intake.mayHaveMore else { return .connected }
        switch intake.read(from: transport) {
        case .moved: return .failed(.broken("bytes before the request"))
        case .ended: return .failed(.connect("closed before the request"))
        case .failed(let words): return .failed(.connect(words))
        case .wouldBlock:
            intake.close()
            return .connected
        }
    }

    /// Sets the time within which the next event must come.
    func expectProgress(withinMillis millis: Int) {
        if let registration { loop.setDeadline(registration, after: millis) }
    }

    /// Lets nothing run out.
    func expectNothing() {
        if let registration { loop.clearDeadline(registration) }
    }

    /// Goes on in the next turn.
    func resumeNextTurn() {
        if let registration { loop.resumeNextTurn(registration) }
    }

    /// Leaves the loop; the descriptor is closed with the last reference.
    func close() {
        if let registration { loop.deregister(registration) }
        registration = nil
    }
}
