import Bytes
import HTTP
import Model
import Reactor

/// A connection to a member that speaks in records, FastCGI or AJP, as its ``RecordWire`` says: connecting, idle in its
/// pool, or lent to one exchange.
///
/// ```
///                       connected         begin
/// queued ──▶ connecting ─────────▶ idle ───────▶ pinging? ──▶ exchanging
///    │            │                 │ ▲──────────────┼────────────┘ │
///    │            │                 │ │ answer ended │              │
///    │            │                 ▼   cleanly      ▼              │
///    └────────────┴─ refused, ─▶ closed ◀───────── broken ──────────┘
///                    late
/// ```
///
/// The request comes as HTTP/1.1 has it, and leaves in records (``OutgoingRecords``); the answer comes in records, and
/// is handed on as HTTP/1.1 has it (``RecordAnswer``). Belongs to one worker's thread.
final class RecordConnection<Wire: RecordWire>: EventHandler, KeptUpstream {
    let bench: Bench
    let pool: UpstreamPool
    let socket: MemberSocket
    private let parts: RecordParts<Wire>
    // Those of the parts that are asked for often: the way through their owner would count a reference each time.
    let intake: Intake
    let wire: Wire
    let outgoing: OutgoingRecords
    let answer: RecordAnswer
    private(set) var phase: RecordPhase
    /// Whether it was made for the exchange that it has, and none was on it before.
    private var isFresh = true
    /// Nanoseconds of the clock since which it is idle.
    private var restingSince = 0
    private(set) var exchange: Exchange?
    private(set) var isWriteBlocked = false
    /// Whether what has come is being handed on.
    var isDelivering = false
    /// Whether the client takes no more for now, so that the member's time does not run.
    var isBlocked = false

    /// Begins to connect.
    init(bench: Bench, loop: EventLoop, pool: UpstreamPool, addressIndex: Int) throws(SystemError) {
        self.bench = bench
        self.pool = pool
        let terms = pool.key.terms
        socket = try MemberSocket(
            to: pool.key.addresses[addressIndex], loop: loop, clock: bench.clock, terms: terms,
            connectMillis: terms.connectMillis ?? bench.settings.timeouts.connect)
        parts = Wire.spareParts(in: bench.stores).take(leadingTo: addressIndex, terms, in: bench.stores)
        (intake, wire, outgoing, answer) = (parts.intake, parts.wire, parts.outgoing, parts.answer)
        phase = socket.isConnected ? .idle : socket.isQueueFull ? .queued : .connecting
        try socket.register(self)
    }

    deinit {
        // Not when it is closed: somebody may be in the middle of it then.
        Wire.spareParts(in: bench.stores).giveBack(parts, in: bench.stores)
    }

    var slot: PoolSlot { parts.slot }

    private var terms: UpstreamTerms { pool.key.terms }

    var addressIndex: Int { slot.addressIndex }

    var isOpen: Bool {
        switch phase {
        case .idle, .pinging, .exchanging: true
        case .queued, .connecting, .closed: false
        }
    }

    var isConnected: Bool { phase == .exchanging }

    /// No: neither protocol can be switched.
    var takesWebSocket: Bool { false }

    /// No: neither protocol has interim answers.
    var continues: Bool { false }

    // MARK: - Idle

    func isReusable(forHarmless isHarmless: Bool) -> Bool {
        // The kernel is always asked: these members end connections of their own accord, and often.
        guard socket.isYoung, isHarmless || bench.clock.now - restingSince >= Wire.restNanoseconds else { return false }
        return socket.transport.socket.isQuiet()
    }

    func begin(_ exchange: Exchange) {
        precondition(phase == .idle, "only an idle connection is lent")
        self.exchange = exchange
        guard !isFresh, let millis = terms.pingMillis else {
            phase = .exchanging
            return socket.expectNothing()
        }
        phase = .pinging
        wire.ping(to: outgoing.open(in: bench.stores, isLarge: false))
        flush()
        socket.expectProgress(withinMillis: millis)
    }

    /// The member has answered the ping.
    func onPong() {
        phase = .exchanging
        answer.reset()
        outgoing.reset(in: bench.stores)
        socket.expectNothing()
        exchange?.onUpstreamConnected(self)
    }

    /// Lets the time run that it may be idle.
    private func rest() {
        restingSince = bench.clock.now
        socket.expectProgress(withinMillis: terms.idleMillis)
    }

    func retire() {
        if exchange == nil { close() }
    }

    func close() {
        guard phase != .closed else { return }
        phase = .closed
        if let exchange = exchange.take() {
            noteErrors()
            tellErrors(of: exchange)
        }
        pool.forget(self)
        socket.close()
        intake.close()
        outgoing.reset(in: bench.stores)
        wire.giveBackHead()
    }

    // MARK: - Time

    func expectProgress(withinMillis millis: Int) {
        socket.expectProgress(withinMillis: millis)
    }

    func expectNothing() {
        socket.expectNothing()
    }

    /// Nothing: there are no tunnels.
    func endWriting() {}

    /// Nothing, likewise.
    func becomeTunnel() {}

    // MARK: - Events

    func onReady(_ readiness: Readiness) {
        // A socket that has not begun to connect is said to be hung up.
        guard phase != .queued else { return }
        intake.note(readiness, of: socket.transport)
        switch phase {
        case .connecting:
            follow(socket.onConnect(readiness, intake))
        case .idle:
            // Whatever comes on an idle connection, the next exchange must not meet it.
            if readiness != .writable { close() }
        case .pinging, .exchanging:
            if readiness.contains(.writable), outgoing.isSocketBlocked { onWritable() }
            if exchange != nil { resume() }
        case .queued, .closed:
            break
        }
    }

    func onTurn() {
        // Who waits for its client is resumed by it.
        guard exchange != nil, !isBlocked else { return }
        resume()
    }

    func onDeadline() {
        switch phase {
        case .queued: follow(socket.connectAgain())
        case .connecting, .pinging: fail(.connectTimeout)
        case .exchanging where answer.isWhole: end()
        case .exchanging:
            fail(answer.isHeadComplete ? .broken("no byte of the answer for too long") : .answerTimeout)
        case .idle: close()
        case .closed: break
        }
    }

    private func follow(_ progress: MemberSocket.Progress) {
        switch progress {
        case .underWay: break
        case .failed(let failure): fail(failure)
        case .connected:
            phase = .idle
            rest()
            pool.onOpened(self)
            // Who gets it later cannot say that it was made for him.
            if phase == .idle { isFresh = false }
        }
    }

    /// Whether the exchange waits for room.
    func block() {
        isWriteBlocked = true
    }

    /// Asks the exchange for more.
    func unblock() {
        guard isWriteBlocked else { return }
        isWriteBlocked = false
        exchange?.onUpstreamWritable()
    }

    // MARK: - The end

    /// The answer is whole: the connection goes back to its pool, or is closed where the member has not said so or has
    /// more to say, then the exchange is told.
    func end() {
        guard let exchange = exchange.take() else { return }
        tellErrors(of: exchange)
        let isClean =
            wire.mayBeKept && terms.reuses && !intake.hasPeerEnded && exchange.isRequestSent && outgoing.isSent
            && intake.isEmpty
        intake.close()
        if isClean {
            phase = .idle
            isFresh = false
            isBlocked = false
            isWriteBlocked = false
            answer.reset()
            outgoing.reset(in: bench.stores)
            rest()
        }
        // The next exchange may be on this connection already when one of the calls returns.
        isDelivering = false
        if isClean { pool.keep(self) } else { close() }
        exchange.onAnswerEnd()
    }

    /// How the connection has failed that the member has ended.
    func ended(_ words: String) -> UpstreamFailure {
        guard answer.byteCount == 0 else { return .broken(words) }
        return isFresh ? .dropped(words) : .stale(words)
    }

    func fail(_ failure: UpstreamFailure) {
        let exchange = exchange.take()
        if let exchange { tellErrors(of: exchange) }
        // What has come in place of a pong is no answer, and who says that he has not looked at the request gives none.
        var isAnswered = phase == .exchanging && answer.byteCount > 0
        if case .unprocessed = failure { isAnswered = false }
        close()
        pool.onFailed(self, failure)
        exchange?.onUpstreamFailure(failure, isAnswered: isAnswered)
    }

    /// Remembers what the script has written for the log behind what was handed on: nobody reads on.
    private func noteErrors() {
        guard let buffer = intake.buffer else { return }
        buffer.consume(answer.pendingCount)
        while let event = try? buffer.withReadable({ (bytes) throws(RecordError) in try wire.next(in: bytes) }) {
            if case .more = event { return }
            if case .errors(let range) = event { buffer.withReadable { answer.note(errors: $0.extracting(range)) } }
            buffer.consume(event.next)
        }
    }

    /// Tells the event log what the script has written for it.
    private func tellErrors(of exchange: Exchange) {
        guard !answer.errors.isEmpty else { return }
        let told = answer.errors.map { 0x20...0x7E ~= $0 ? $0 : UInt8(ascii: " ") }
        let words = String(decoding: told, as: UTF8.self)
        bench.journal.report(.warning, "member \(exchange.memberName) says: \(words)")
    }
}

/// What a ``RecordConnection`` is doing.
enum RecordPhase: UInt8 {
    case closed
    /// The member's queue at its UNIX-domain socket is full, so that connecting has not begun.
    case queued
    case connecting
    case idle
    /// The member was asked whether it is there, for an exchange that waits for that.
    case pinging
    case exchanging
}

extension RecordConnection: TurnEndHandler {
    func onTurnEnd() {
        if exchange != nil { resume() }
    }
}
