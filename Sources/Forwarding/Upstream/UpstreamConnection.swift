import Bytes
import HTTP
import Model
import Reactor

/// A connection to a member: connecting, idle in its pool, or lent to one exchange.
///
/// ```
///             connected              begin                  answer ended cleanly
/// connecting ───────────▶ exchanging ◀────── idle   exchanging ───────────────▶ idle
///      └── refused, late ──▶ closed ◀── broken, ended, stray bytes, retired ──────┘
/// ```
///
/// Owns its socket; belongs to one worker's thread.
final class UpstreamConnection: EventHandler, TurnEndHandler, KeptUpstream {
    enum Phase {
        case connecting, idle, exchanging, closed
    }

    private let bench: Bench
    private let loop: EventLoop
    let pool: UpstreamPool
    /// Which of the member's addresses it leads to.
    let addressIndex: Int
    private let socket: Socket
    private var registration: Registration?
    private let bornMillis: Int
    private(set) var phase = Phase.connecting
    /// Whether no exchange was on it before this one.
    private var isFresh = true
    /// Whether the member's queue at its UNIX-domain socket is full, so that connecting has not begun.
    private var awaitsQueue: Bool
    private var exchange: Exchange?
    let link = IdleLink()
    /// Whether the kernel may have bytes for us.
    private var canRead = false
    private var budget = TurnBudget(TurnLimits.memberBytesMax)
    /// Whether the member has ended its direction, so that a short read is not the last one.
    private var hasPeerEnded = false
    private(set) var isWriteBlocked = false

    private var input: Buffer?
    private var scanner = HeadScanner(isRequest: false)
    private var content = ContentFeed(.none, of: .answer)
    private var isHeadComplete = false
    private var isTunnel = false
    private var mayBeKept = false
    private var answerBytes = 0
    /// Whether the answer's content has said that it is long.
    private var isLong = false
    private var interimAnswers = 0
    /// Whether ``deliver()`` is on the stack.
    private var isDelivering = false
    /// Whether the client takes no more for now, so that the member's time does not run.
    private var isBlocked = false

    /// Begins to connect; ``Exchange/onUpstreamConnected()`` or ``Exchange/onUpstreamFailure(_:isAnswered:)`` follows.
    init(
        bench: Bench, loop: EventLoop, pool: UpstreamPool, addressIndex: Int, exchange: Exchange
    ) throws(SystemError) {
        self.bench = bench
        self.loop = loop
        self.pool = pool
        self.addressIndex = addressIndex
        self.exchange = exchange
        bornMillis = bench.clock.nowMillis
        socket = try Socket(connectingTo: pool.key.addresses[addressIndex])
        if pool.key.terms.probes { socket.keepAlive() }
        awaitsQueue = socket.isQueueFull
        let registration = try loop.register(socket.descriptor, handler: self)
        self.registration = registration
        loop.setDeadline(registration, after: awaitsQueue ? UpstreamLimits.queuePauseMillis : connectMillis)
    }

    private var terms: UpstreamTerms { pool.key.terms }

    private var connectMillis: Int { terms.connectMillis ?? bench.settings.timeouts.connect }

    var isConnected: Bool { phase == .exchanging }

    var takesWebSocket: Bool { true }

    // MARK: - Idle

    /// Whether nothing has happened on an idle connection and it is young enough.
    func isReusable() -> Bool {
        guard let registration, bench.clock.nowMillis - bornMillis < UpstreamLimits.lifetimeMillis else { return false }
        // The kernel is asked only in doubt: its last word is from the beginning of this turn, or from a read in it.
        return !canRead && !loop.mayHaveNews(registration) || socket.isQuiet()
    }

    /// Lends an idle connection to an exchange.
    func begin(_ exchange: Exchange) {
        precondition(phase == .idle, "only an idle connection is lent")
        phase = .exchanging
        self.exchange = exchange
        expectNothing()
    }

    /// Closes the connection and forgets its exchange, which is not told.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        exchange = nil
        if let registration { loop.deregister(registration) }
        registration = nil
        giveInputBack()
    }

    // MARK: - Writing

    /// Writes what the kernel takes of a buffer's bytes from an offset on.
    func write(_ buffer: Buffer, _ range: Range<Int>) -> Int {
        switch buffer.withReadable({ socket.send($0.extracting(range)) }) {
        case .transferred(let count): return count
        case .wouldBlock: isWriteBlocked = true
        case .ended, .failed:
            // What the member said before it closed is read first; the reading side finds the end.
            isWriteBlocked = true
            bench.turnEnd.call(self)
        }
        return 0
    }

    func onTurnEnd() {
        if phase == .exchanging { resume() }
    }

    /// Tells the member that a tunnel's client sends no more.
    func endWriting() {
        socket.endWriting()
    }

    /// Sets the time within which the next event must come.
    func expectProgress(withinMillis millis: Int) {
        if let registration { loop.setDeadline(registration, after: millis) }
    }

    /// Lets the member take its time: it is somebody else's turn.
    func expectNothing() {
        if let registration { loop.clearDeadline(registration) }
    }

    /// From here on bytes pass unread in both directions.
    func becomeTunnel() {
        isTunnel = true
        expectProgress(withinMillis: bench.settings.timeouts.tunnel)
    }

    // MARK: - Events

    func onReady(_ readiness: Readiness) {
        if readiness.intersection([.peerEnded, .hungUp, .failed]).rawValue != 0 { hasPeerEnded = true }
        switch phase {
        case .connecting:
            onConnect(readiness)
        case .idle:
            // Whatever comes on an idle connection, the next exchange must not meet it.
            guard readiness != .writable else { return }
            pool.remove(self)
            close()
        case .exchanging:
            if readiness.contains(.writable), isWriteBlocked {
                isWriteBlocked = false
                exchange?.onUpstreamWritable()
            }
            guard phase == .exchanging else { return }
            if readiness.contains(.readable) || hasPeerEnded { canRead = true }
            resume()
        case .closed:
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
        case .connecting where awaitsQueue: connectAgain()
        case .connecting: fail(.connectTimeout)
        case .exchanging where isTunnel: exchange?.onTunnelIdle()
        case .exchanging: fail(isHeadComplete ? .broken("no byte of the answer for too long") : .answerTimeout)
        case .idle:
            pool.remove(self)
            close()
        case .closed: break
        }
    }

    private func connectAgain() {
        guard bench.clock.nowMillis - bornMillis < connectMillis else { return fail(.connectTimeout) }
        do throws(SystemError) {
            awaitsQueue = try socket.connectAgain(to: pool.key.addresses[addressIndex])
        } catch {
            return fail(.connect(error.description))
        }
        guard !awaitsQueue else { return expectProgress(withinMillis: UpstreamLimits.queuePauseMillis) }
        onConnected()
    }

    private func onConnect(_ readiness: Readiness) {
        // A socket that has not begun to connect is said to be hung up.
        guard !awaitsQueue else { return hasPeerEnded = false }
        let code = socket.pendingError()
        guard code == 0 else { return fail(.connect(SystemError("connect", code: code).description)) }
        guard readiness.contains(.writable) else { return }
        if readiness.contains(.readable) || hasPeerEnded, let failure = failureBeforeRequest() { return fail(failure) }
        onConnected()
    }

    /// What a member has done that was not asked anything yet; `nil`: nothing.
    private func failureBeforeRequest() -> UpstreamFailure? {
        switch socket.receive(into: takeInput()) {
        case .transferred: return .broken("bytes before the request")
        case .ended: return .connect("closed before the request")
        case .failed(let code): return .connect(SystemError("recv", code: code).description)
        case .wouldBlock:
            giveInputBack()
            return nil
        }
    }

    private func onConnected() {
        phase = .exchanging
        expectNothing()
        exchange?.onUpstreamConnected()
    }

    // MARK: - Reading

    /// Goes on reading the answer, after an event or because the client has room again.
    func resume() {
        // Whoever takes what is delivered may find that it cannot write, and ask for what there is to read.
        guard !isDelivering else { return }
        if isBlocked {
            isBlocked = false
            exchange?.setUpstreamDeadline()
        }
        while phase == .exchanging {
            isDelivering = true
            let delivery = deliver()
            isDelivering = false
            switch delivery {
            case .more:
                guard canRead else {
                    exchange?.onUpstreamPause()
                    return
                }
                guard budget.isLeft(in: bench.clock.turn) else {
                    if let registration { loop.resumeNextTurn(registration) }
                    return
                }
                receive()
            case .blocked:
                isBlocked = true
                return expectNothing()
            case .over:
                return
            }
        }
    }

    private enum Delivery {
        /// Everything that arrived was handed on.
        case more
        /// The client takes no more for now.
        case blocked
        /// The exchange has ended, well or badly; nothing may be touched any more.
        case over
    }

    private func receive() {
        let buffer = input ?? takeInput()
        let room = buffer.room
        switch socket.receive(into: buffer) {
        case .transferred(let count):
            answerBytes += count
            budget.spend(isEncoded ? count * TurnLimits.encodedFactor : count)
            if count < room, !hasPeerEnded { canRead = false }
            if isHeadComplete { exchange?.setUpstreamDeadline() }
        case .wouldBlock:
            canRead = false
        case .ended:
            canRead = false
            onEnd()
        case .failed(let code):
            fail(ended(SystemError("recv", code: code).description))
        }
    }

    /// Whether the answer is compressed on its way.
    private var isEncoded: Bool { exchange?.isEncoding == true }

    /// How the connection has failed that the member has ended.
    private func ended(_ words: String) -> UpstreamFailure {
        isFresh && answerBytes == 0 ? .dropped(words) : .broken(words)
    }

    private func takeInput() -> Buffer {
        let isLong = isLong || answerBytes >= UpstreamLimits.longAnswerBytes
        let isLarge = isLong && bench.settings.hasRoomForLargeReads && !isEncoded
        let buffer = isLarge ? bench.stores.buffers.large() : bench.stores.buffers.small()
        input = buffer
        return buffer
    }

    private func giveInputBack() {
        guard let buffer = input.take() else { return }
        bench.stores.buffers.giveBack(buffer)
    }

    /// Hands on what has arrived.
    private func deliver() -> Delivery {
        guard let buffer = input else { return .more }
        while phase == .exchanging, !buffer.isEmpty {
            if !isHeadComplete {
                guard let delivery = deliverHead(buffer) else { continue }
                return delivery
            }
            guard let delivery = deliverContent(buffer) else { continue }
            return delivery
        }
        guard phase == .exchanging else { return .over }
        giveInputBack()
        return .more
    }

    /// Parses a head if it is complete and hands it on.
    ///
    /// - Returns: `nil` when there may be more to deliver.
    private func deliverHead(_ buffer: Buffer) -> Delivery? {
        guard let exchange else { return .over }
        do throws(HeadError) {
            guard let count = try scan(buffer) else { return try awaitMore(buffer) }
            let verdict = try buffer.withReadable { (bytes) throws(HeadError) in
                try bench.stores.withAnswerHead { (head) throws(HeadError) in
                    let source = bytes.extracting(0..<count)
                    try head.parse(source, to: exchange.facts.method, limits: bench.settings.answerHeadLimits)
                    return exchange.onHead(head, source: source)
                }
            }
            guard phase == .exchanging else { return .over }
            buffer.consume(count)
            scanner = HeadScanner(isRequest: false)
            return take(verdict, before: buffer)
        } catch {
            fail(.broken(error.code.description))
            return .over
        }
    }

    private func scan(_ buffer: Buffer) throws(HeadError) -> Int? {
        // Copied out and in: an access that spans the call would be checked for exclusivity at run time.
        var scanner = scanner
        let limits = bench.settings.answerHeadLimits
        let count = try buffer.withReadable { (bytes) throws(HeadError) in try scanner.scan(bytes, limits: limits) }
        self.scanner = scanner
        return count
    }

    private func awaitMore(_ buffer: Buffer) throws(HeadError) -> Delivery {
        if buffer.room == 0 { input = try bench.stores.withRoom(buffer) }
        return .more
    }

    /// Follows what the exchange made of a head.
    ///
    /// - Parameter rest: what has come behind the head.
    private func take(_ verdict: Exchange.HeadVerdict, before rest: Buffer) -> Delivery? {
        switch verdict {
        case .interim:
            interimAnswers += 1
            guard interimAnswers <= UpstreamLimits.interimAnswersMax else {
                fail(.broken("more than \(UpstreamLimits.interimAnswersMax) interim answers"))
                return .over
            }
            return nil
        case .final(let framing, let mayBeKept):
            isHeadComplete = true
            self.mayBeKept = mayBeKept
            content = ContentFeed(framing, of: .answer)
            if case .length(let count) = framing { isLong = count >= UpstreamLimits.longAnswerBytes }
            guard !content.isComplete else { return end() }
            return framing == .chunked ? prove(rest) : nil
        case .tunnel:
            isHeadComplete = true
            content = ContentFeed(.untilClose, of: .answer)
            return nil
        case .refused:
            return .over
        case .discarded:
            exchange?.goOnElsewhere()
            return .over
        }
    }

    /// Looks through the chunks that have come with the head before any of their content is handed on: an answer that
    /// is malformed from the start is none, and the client gets 502 in its place.
    private func prove(_ buffer: Buffer) -> Delivery? {
        guard !buffer.isEmpty else { return nil }
        do throws(ContentError) {
            var feed = content
            try buffer.withReadable { (bytes) throws(ContentError) in
                let result = try feed.feed(bytes) { $0.count }
                if case .ended(let trailers) = result.outcome { try bench.stores.trailers.parse(bytes, trailers) }
            }
            return nil
        } catch {
            fail(.broken(error.code.description))
            return .over
        }
    }

    private func deliverContent(_ buffer: Buffer) -> Delivery? {
        guard let exchange else { return .over }
        do throws(ContentError) {
            // A copy, because what takes the content may look at this connection meanwhile.
            var feed = content
            let (consumed, outcome) = try buffer.withReadable { (bytes) throws(ContentError) in
                let result = try feed.feed(bytes) { exchange.onContent($0) }
                if case .ended(let trailers) = result.outcome {
                    try bench.stores.trailers.parse(bytes, trailers)
                    exchange.onTrailers(bytes.extracting(trailers))
                }
                return result
            }
            content = feed
            buffer.consume(consumed)
            switch outcome {
            case .more: return buffer.isEmpty ? nil : makeRoom(buffer)
            case .blocked: return .blocked
            case .ended: return end()
            }
        } catch {
            fail(.broken(error.code.description))
            return .over
        }
    }

    /// Makes room behind bytes that cannot be decoded yet (a chunk's trailer section).
    private func makeRoom(_ buffer: Buffer) -> Delivery {
        if buffer.room == 0 { buffer.compact() }
        return .more
    }

    // MARK: - The end

    /// The member has ended its direction.
    private func onEnd() {
        if isHeadComplete, content.endsWithConnection {
            mayBeKept = false
            _ = end()
        } else {
            fail(ended("the member ended the connection"))
        }
    }

    /// The answer is whole: the connection goes back to its pool or is closed, then the exchange is told.
    private func end() -> Delivery {
        guard let exchange = exchange.take() else { return .over }
        let isClean = mayBeKept && terms.reuses && !hasPeerEnded && exchange.isRequestSent && (input?.isEmpty ?? true)
        giveInputBack()
        if isClean {
            phase = .idle
            resetForReuse()
            if let registration { loop.setDeadline(registration, after: terms.idleMillis) }
            pool.keep(self)
        } else {
            close()
        }
        // The next exchange may be on this connection already when the call returns.
        isDelivering = false
        exchange.onAnswerEnd()
        return .over
    }

    private func resetForReuse() {
        isFresh = false
        scanner = HeadScanner(isRequest: false)
        content = ContentFeed(.none, of: .answer)
        isHeadComplete = false
        mayBeKept = false
        answerBytes = 0
        isLong = false
        interimAnswers = 0
        isBlocked = false
    }

    private func fail(_ failure: UpstreamFailure) {
        let exchange = exchange
        let isAnswered = answerBytes > 0
        close()
        exchange?.onUpstreamFailure(failure, isAnswered: isAnswered)
    }
}
