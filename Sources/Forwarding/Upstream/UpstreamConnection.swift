import Bytes
import HTTP
import Model
import Reactor

/// A connection to a member that speaks HTTP/1: connecting, idle in its pool, or lent to one exchange.
///
/// ```
///                       connected         begin
/// queued ──▶ connecting ─────────▶ idle ───────▶ exchanging
///    │            │                 │ ▲──────────────┘ │
///    │            │                 │ answer ended     │
///    │            │                 ▼ cleanly          │
///    └────────────┴─ refused, ─▶ closed ◀── broken ────┘
///                    late
/// ```
///
/// Owns its transport; belongs to one worker's thread. What it reads is in ``Intake``, how far the answer has come in
/// ``IncomingAnswer``.
final class UpstreamConnection: EventHandler, KeptUpstream {
    enum Phase {
        /// The member's queue at its UNIX-domain socket is full, so that connecting has not begun.
        case queued
        case connecting, idle, exchanging, closed
    }

    let bench: Bench
    let loop: EventLoop
    let pool: UpstreamPool
    let slot: PoolSlot
    let transport: Transport
    let intake: Intake
    let answer = IncomingAnswer()
    private(set) var registration: Registration?
    private let bornMillis: Int
    private(set) var phase: Phase
    /// Whether it was made for the exchange that it has, and none was on it before.
    private var isFresh = true
    private(set) var exchange: Exchange?
    private(set) var isWriteBlocked = false
    /// Whether what has come is being handed on.
    var isDelivering = false
    /// Whether the client takes no more for now, so that the member's time does not run.
    var isBlocked = false

    /// Begins to connect.
    init(bench: Bench, loop: EventLoop, pool: UpstreamPool, addressIndex: Int) throws(SystemError) {
        self.bench = bench
        self.loop = loop
        self.pool = pool
        slot = PoolSlot(addressIndex: addressIndex)
        intake = Intake(bytesMax: TurnLimits.memberBytesMax, buffers: bench.stores.buffers)
        bornMillis = bench.clock.nowMillis
        transport = Transport(taking: try Socket(connectingTo: pool.key.addresses[addressIndex]), tls: nil)
        if pool.key.terms.probes { transport.socket.keepAlive() }
        phase = transport.socket.isQueueFull ? .queued : .connecting
        let registration = try loop.register(transport.socket.descriptor, handler: self)
        self.registration = registration
        loop.setDeadline(registration, after: phase == .queued ? UpstreamLimits.queuePauseMillis : connectMillis)
    }

    private var terms: UpstreamTerms { pool.key.terms }

    private var connectMillis: Int { terms.connectMillis ?? bench.settings.timeouts.connect }

    var addressIndex: Int { slot.addressIndex }

    var isOpen: Bool { phase == .idle || phase == .exchanging }

    var isConnected: Bool { phase == .exchanging }

    var takesWebSocket: Bool { true }

    var continues: Bool { true }

    // MARK: - Idle

    func isReusable(forHarmless isHarmless: Bool) -> Bool {
        guard let registration, bench.clock.nowMillis - bornMillis < UpstreamLimits.lifetimeMillis else { return false }
        // The kernel is asked only in doubt: its last word is from the beginning of this turn, or from a read in it.
        return !intake.mayHaveMore && !loop.mayHaveNews(registration) || transport.socket.isQuiet()
    }

    func begin(_ exchange: Exchange) {
        precondition(phase == .idle, "only an idle connection is lent")
        phase = .exchanging
        self.exchange = exchange
        expectNothing()
    }

    /// Lets the time run that it may be idle.
    private func rest() {
        slot.restedMillis = bench.clock.nowMillis
        if let registration { loop.setDeadline(registration, after: pool.idleMillis) }
    }

    func retire() {
        if phase != .exchanging { close() }
    }

    func close() {
        guard phase != .closed else { return }
        phase = .closed
        exchange = nil
        pool.forget(self)
        if let registration { loop.deregister(registration) }
        registration = nil
        intake.close()
    }

    // MARK: - Writing

    func write(_ buffer: Buffer, _ range: Range<Int>) -> Int {
        switch buffer.withReadable({ transport.write($0.extracting(range)) }) {
        case .moved(let count): return count
        case .wouldBlock: isWriteBlocked = true
        case .ended, .failed:
            // What the member said before it closed is read first; the reading side finds the end.
            isWriteBlocked = true
            bench.turnEnd.call(self)
        }
        return 0
    }

    func endWriting() {
        transport.socket.endWriting()
    }

    func expectProgress(withinMillis millis: Int) {
        if let registration { loop.setDeadline(registration, after: millis) }
    }

    func expectNothing() {
        if let registration { loop.clearDeadline(registration) }
    }

    func becomeTunnel() {
        answer.isTunnel = true
        expectProgress(withinMillis: bench.settings.timeouts.tunnel)
    }

    // MARK: - Events

    func onReady(_ readiness: Readiness) {
        // A socket that has not begun to connect is said to be hung up.
        guard phase != .queued else { return }
        intake.note(readiness, of: transport)
        switch phase {
        case .connecting:
            onConnect(readiness)
        case .idle:
            // Whatever comes on an idle connection, the next exchange must not meet it.
            guard readiness != .writable else { return }
            if readiness.contains(.peerEnded) || readiness.contains(.hungUp) {
                pool.noteEnd(after: bench.clock.nowMillis - slot.restedMillis, now: bench.clock.nowMillis)
            }
            close()
        case .exchanging:
            if readiness.contains(.writable), isWriteBlocked {
                isWriteBlocked = false
                exchange?.onUpstreamWritable()
            }
            if phase == .exchanging { resume() }
        case .queued, .closed:
            break
        }
    }

    func onTurn() {
        // Who waits for its client is resumed by it.
        guard phase == .exchanging, !isBlocked else { return }
        resume()
    }

    func onDeadline() {
        switch phase {
        case .queued: connectAgain()
        case .connecting: fail(.connectTimeout)
        case .exchanging where answer.isTunnel: exchange?.onTunnelIdle()
        case .exchanging:
            fail(answer.isHeadComplete ? .broken("no byte of the answer for too long") : .answerTimeout)
        case .idle:
            pool.noteRetirement(restedSince: slot.restedMillis)
            close()
        case .closed: break
        }
    }

    private func connectAgain() {
        guard bench.clock.nowMillis - bornMillis < connectMillis else { return fail(.connectTimeout) }
        do throws(SystemError) {
            guard try transport.socket.connectAgain(to: pool.key.addresses[addressIndex]) != .queueFull else {
                return expectProgress(withinMillis: UpstreamLimits.queuePauseMillis)
            }
        } catch {
            return fail(.connect(error.description))
        }
        onConnected()
    }

    private func onConnect(_ readiness: Readiness) {
        let code = transport.socket.pendingError()
        guard code == 0 else { return fail(.connect(SystemError("connect", code: code).description)) }
        guard readiness.contains(.writable) else { return }
        if intake.mayHaveMore, let failure = failureBeforeRequest() { return fail(failure) }
        onConnected()
    }

    /// What a member has done that was not asked anything yet; `nil`: nothing.
    private func failureBeforeRequest() -> UpstreamFailure? {
        switch intake.read(from: transport) {
        case .moved: return .broken("bytes before the request")
        case .ended: return .connect("closed before the request")
        case .failed(let words): return .connect(words)
        case .wouldBlock:
            intake.close()
            return nil
        }
    }

    private func onConnected() {
        phase = .idle
        rest()
        pool.onOpened(self)
        // Who gets it later cannot say that it was made for him.
        if phase == .idle { isFresh = false }
    }

    // MARK: - The end

    /// The answer is whole: the connection goes back to its pool or is closed, then the exchange is told.
    func end() {
        guard let exchange = exchange.take() else { return }
        let isClean =
            answer.mayBeKept && terms.reuses && !intake.hasPeerEnded && exchange.isRequestSent && intake.isEmpty
        intake.close()
        if isClean {
            phase = .idle
            isFresh = false
            isBlocked = false
            answer.reset()
            rest()
        }
        // The next exchange may be on this connection already when one of the calls returns.
        isDelivering = false
        if isClean { pool.keep(self) } else { close() }
        exchange.onAnswerEnd()
    }

    /// How the connection has failed that the member has ended.
    func ended(_ words: String) -> UpstreamFailure {
        guard !answer.isHeadComplete else { return .broken(words) }
        return isFresh ? .dropped(words) : answer.byteCount == 0 ? .stale(words) : .broken(words)
    }

    /// - Parameters:
    ///   - isAnswered: whether the answer has begun; `nil`: if a byte of it has come.
    ///   - hasEnded: whether it is the member that has ended its direction, in good order.
    func fail(_ failure: UpstreamFailure, isAnswered: Bool? = nil, hasEnded: Bool = false) {
        let isUndelivered = hasEnded && isUndelivered
        let exchange = exchange
        let isAnswered = isAnswered ?? (answer.byteCount > 0)
        close()
        pool.onFailed(self, failure)
        exchange?.onUpstreamFailure(failure, isAnswered: isAnswered, isUndelivered: isUndelivered)
    }

    /// Whether the member has ended the connection before any of the request had come to it: its kernel would have
    /// acknowledged that with the end. A reset, and silence, prove nothing: what was read may be lost with them, and so
    /// may what acknowledges it.
    private var isUndelivered: Bool {
        guard let sent = exchange?.outbound.sentCount, sent > 0 else { return false }
        return transport.socket.unacknowledgedCount >= sent
    }
}

extension UpstreamConnection: TurnEndHandler {
    func onTurnEnd() {
        if phase == .exchanging { resume() }
    }
}
