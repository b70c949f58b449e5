import Bytes
import Forwarding
import Foundation
import Glibc
import HTTP
import Reactor

/// A connection to a member that does what a test tells it: the script is the answer's bytes in HTTP/1.1, in whatever
/// pieces.
///
/// Of HTTP/2 it is one stream: used once, reset by what closes it, and with a failure that waits for the content before
/// it, which the client has not taken yet.
final class ScriptedConnection: KeptUpstream, TurnEndHandler {
    private let speaks: Wire
    let pool: UpstreamPool
    let addressIndex: Int
    let slot: PoolSlot
    private(set) var isConnected = false
    private(set) var isWriteBlocked = false
    var takesWebSocket = true
    /// Whether it says 100 Continue itself.
    var continues = true
    /// Whether only requests that may be sent twice get it behind another one.
    var wantsRest = false
    /// What the member has been sent for the exchange that it has, or had last.
    private(set) var written: [UInt8] = []
    /// Bytes that it takes before it blocks.
    var window = Int.max
    /// Whether writing fails, as the member has ended the connection.
    var isBroken = false
    /// What the member has said before it ended a connection that is broken.
    var lastWords = ""
    private(set) var isClosed = false
    /// Whether the member has said more behind its answer, or has ended the connection there, which is not read yet.
    var hasNews = false
    /// Whether the member was told that a tunnel's client sends no more.
    private(set) var isWritingEnded = false
    private(set) var isTunnel = false
    /// Milliseconds within which the next event must come; `nil`: whenever.
    private(set) var patience: Int?
    private let turnEnd: TurnEnd
    private var exchange: Exchange?
    private var input: [UInt8] = []
    private var isHeadComplete = false
    private var isAnswered = false
    private var mayBeKept = false
    /// Whether the member ends it.
    private var isEnding = false
    /// Whether an exchange was on it before.
    private var isKept = false
    private var content = Content.none
    /// Whether the exchange has taken less content than there is, and how the stream has failed behind that.
    private var isBlocked = false
    private var pendingFailure: UpstreamFailure?

    private enum Content {
        case none, length(Int), untilClose, chunked(ContentDecoder)
    }

    init(speaks: Wire, pool: UpstreamPool, addressIndex: Int, turnEnd: TurnEnd) {
        self.speaks = speaks
        self.turnEnd = turnEnd
        self.pool = pool
        self.addressIndex = addressIndex
        slot = PoolSlot(addressIndex: addressIndex)
    }

    /// The member's name.
    var member: String { pool.key.member }

    /// What was written, as text.
    var request: String { String(decoding: written, as: UTF8.self) }

    /// The field X-Number of the request that it has.
    var number: Int? {
        if let knownNumber { return knownNumber }
        let line = request.split(separator: "\r\n", omittingEmptySubsequences: false).dropLast()
            .first { $0.hasPrefix("X-Number: ") }
        knownNumber = line.flatMap { Int($0.dropFirst(10)) }
        return knownNumber
    }

    private var knownNumber: Int?

    /// Content that a test has still to send of an answer that it has begun.
    var answerLeft = 0

    /// Whether an exchange has it.
    var isLent: Bool { exchange != nil }

    // MARK: - What the member does, each of which ends the turn

    /// The connection is made, before its pool knows of it.
    func open() {
        isConnected = true
    }

    /// Takes the connection.
    ///
    /// - Parameter endsTurn: whether nothing else happens in the same turn.
    func accept(endsTurn: Bool = true) {
        defer { if endsTurn { turnEnd.run() } }
        isConnected = true
        pool.onOpened(self)
    }

    /// Takes more of the request.
    func take(_ bytes: Int = .max) {
        defer { turnEnd.run() }
        window = bytes
        guard isWriteBlocked else { return }
        isWriteBlocked = false
        exchange?.onUpstreamWritable()
    }

    /// Sends a piece of an answer; its head is whole.
    func answer(_ text: String) {
        answer(Array(text.utf8))
    }

    func answer(_ bytes: [UInt8]) {
        say(bytes)
        turnEnd.run()
    }

    private func say(_ bytes: [UInt8]) {
        isAnswered = true
        input += bytes
        deliver()
    }

    /// Has nothing more to say for now.
    func pause() {
        defer { turnEnd.run() }
        exchange?.onUpstreamPause()
    }

    /// Fails.
    ///
    /// - Parameter isUndelivered: whether the member's kernel had none of the request when the member ended it.
    func fail(_ failure: UpstreamFailure, isUndelivered: Bool = false) {
        defer { turnEnd.run() }
        if speaks == .http2, isBlocked {
            // Behind all of the declared length it has not failed.
            if case .length(let left) = content, input.count >= left { return }
            pendingFailure = failure
            return
        }
        let exchange = exchange
        let isAnswered = speaks == .http1 && isEnding ? isHeadComplete : isAnswered
        close()
        pool.onFailed(self, failure)
        exchange?.onUpstreamFailure(failure, isAnswered: isAnswered, isUndelivered: isUndelivered)
    }

    /// Ends the connection: for some answers that is their end.
    ///
    /// - Parameter isUndelivered: whether its kernel had none of the request before.
    func end(isUndelivered: Bool = false) {
        if isHeadComplete, case .untilClose = content {
            mayBeKept = false
            finish()
        } else {
            isEnding = true
            let isBroken = isHeadComplete || speaks == .http2 || isKept && isAnswered
            fail(
                isBroken ? .broken("ended") : isKept ? .stale("ended") : .dropped("ended"),
                isUndelivered: isUndelivered)
        }
    }

    /// Nothing has passed in a tunnel for too long.
    func isSilent() {
        defer { turnEnd.run() }
        exchange?.onTunnelIdle()
    }

    private func deliver() {
        while exchange != nil, !isHeadComplete {
            guard let end = headEnd else { return }
            let head = Array(input[..<end])
            input.removeFirst(end)
            guard deliver(head: head) else { return }
        }
        deliverContent()
    }

    /// Where the head ends, behind its blank line.
    private var headEnd: Int? {
        guard input.count >= 4 else { return nil }
        return (4...input.count).first { input[($0 - 4)..<$0].elementsEqual("\r\n\r\n".utf8) }
    }

    /// - Returns: whether there may be more to deliver.
    private func deliver(head bytes: [UInt8]) -> Bool {
        guard let exchange else { return false }
        var head = ResponseHead(fieldCountMax: 128)
        let method: Method = written.starts(with: "HEAD ".utf8) ? .head : .get
        do {
            try head.parse(bytes.span, to: method, limits: HeadLimits())
        } catch {
            fail(.broken(error.code.description))
            return false
        }
        let verdict = exchange.onHead(head, source: bytes.span)
        guard self.exchange != nil else { return false }
        switch verdict {
        case .interim: return true
        case .final(let framing, let mayBeKept):
            isHeadComplete = true
            self.mayBeKept = mayBeKept
            content =
                switch framing {
                case .none: .length(0)
                case .length(let count): .length(Int(count))
                case .chunked: .chunked(ContentDecoder(.chunked, of: .answer))
                case .untilClose: .untilClose
                }
        case .tunnel:
            isHeadComplete = true
            content = .untilClose
        case .refused: return false
        case .discarded:
            exchange.goOnElsewhere()
            return false
        }
        return true
    }

    private func deliverContent() {
        guard let exchange, isHeadComplete else { return }
        if case .chunked = content { return deliverChunks(to: exchange) }
        var count = input.count
        if case .length(let left) = content { count = min(count, left) }
        let piece = Array(input[..<count])
        let taken = piece.isEmpty ? 0 : exchange.onContent(piece.span)
        guard self.exchange === exchange else { return }
        input.removeFirst(taken)
        isBlocked = taken < piece.count
        guard case .length(let left) = content else { return }
        content = .length(left - taken)
        if left == taken { finish() }
    }

    /// Hands on what is in the chunks that have come.
    private func deliverChunks(to exchange: Exchange) {
        while self.exchange === exchange, case .chunked(let decoder) = content {
            let bytes = input
            var next = decoder
            guard let step = try? next.next(in: bytes.span, from: 0) else { return fail(.broken("no chunks")) }
            switch step {
            case .content(let range):
                let taken = exchange.onContent(bytes.span.extracting(range))
                guard self.exchange === exchange else { return }
                let end = range.lowerBound + taken
                if taken < range.count {
                    next = decoder
                    // Up to what was taken, and no further.
                    _ = try? next.next(in: bytes.span.extracting(0..<end), from: 0)
                }
                content = .chunked(next)
                input.removeFirst(end)
                isBlocked = taken < range.count
                if isBlocked { return }
            case .more(let offset):
                content = .chunked(next)
                input.removeFirst(offset)
                return
            case .end(let trailers):
                exchange.onTrailers(bytes.span.extracting(trailers))
                input.removeFirst(trailers.upperBound)
                return finish()
            }
        }
    }

    /// The answer is whole.
    private func finish() {
        guard let exchange else { return }
        self.exchange = nil
        let isRequestSent = exchange.isRequestSent
        let isClean = mayBeKept && isRequestSent && input.isEmpty
        isHeadComplete = false
        isAnswered = false
        isKept = true
        content = .none
        switch speaks {
        case .http1: if isClean { pool.keep(self) } else { close() }
        // A stream whose both sides have ended need not be reset.
        case .http2:
            isClosed = !isRequestSent || isTunnel
            pool.forget(self)
        }
        exchange.onAnswerEnd()
    }

    // MARK: - What the exchange does

    var isOpen: Bool { isConnected }

    func isReusable(forHarmless isHarmless: Bool) -> Bool {
        !isClosed && !hasNews && (isHarmless || !wantsRest)
    }

    func retire() {
        if !isLent { close() }
    }

    func begin(_ exchange: Exchange) {
        self.exchange = exchange
        written = []
        answerLeft = 0
        knownNumber = nil
    }

    func write(_ buffer: Buffer, _ range: Range<Int>) -> Int {
        guard !isBroken else {
            isWriteBlocked = true
            turnEnd.call(self)
            return 0
        }
        let count = min(window, range.count)
        guard count > 0 else {
            isWriteBlocked = true
            return 0
        }
        if window < .max { window -= count }
        buffer.withReadable { bytes in
            for offset in range.prefix(count) { written.append(bytes[offset]) }
        }
        return count
    }

    func onTurnEnd() {
        if isBroken, exchange != nil { resume() }
    }

    func endWriting() {
        isWritingEnded = true
    }

    func expectProgress(withinMillis millis: Int) {
        patience = millis
    }

    func expectNothing() {
        patience = nil
    }

    func becomeTunnel() {
        isTunnel = true
    }

    func resume() {
        guard isBroken else {
            deliverContent()
            if exchange != nil, !isBlocked, let failure = pendingFailure.take() { fail(failure) }
            return
        }
        if !lastWords.isEmpty { say(Array(lastWords.utf8)) }
        end()
    }

    func close() {
        isClosed = true
        exchange = nil
        isBlocked = false
        pendingFailure = nil
        pool.forget(self)
    }
}
