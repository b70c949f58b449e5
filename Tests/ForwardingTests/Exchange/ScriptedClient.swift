import Forwarding
import HTTP
import Reactor

/// A client's stream that takes as much as its window lets it, and remembers what it was told.
///
/// Over HTTP/2 content that its exchange does not take waits with the stream, and goes on at the end of the turn; so
/// does what is sent before a tunnel is open. Who leaves with all of the announced length has its whole answer.
final class ScriptedClient: ClientStream, TurnEndHandler {
    /// What became of the request.
    enum Outcome: Equatable {
        /// Nothing yet, or not all of it.
        case open
        /// The answer is whole.
        case whole
        /// Martlet has answered itself.
        case refused(Int, String)
        /// The answer was broken off.
        case broken
        /// The client has gone away.
        case gone
    }

    private(set) var outcome = Outcome.open {
        didSet { endCount += 1 }
    }
    /// How often it was told of an end.
    private(set) var endCount = 0
    /// What a test tells it from others by, and whether it has not sent all of its content.
    var number = 0
    var hasContent = false
    /// What Martlet has answered itself.
    private(set) var own: OwnAnswer?
    /// What it has said of the reason; empty: nothing.
    private(set) var toldReason = ""
    /// Statuses of interim answers.
    private(set) var interim: [Int] = []
    /// The last interim answer.
    private(set) var interimHead = ""
    /// The answer's head; empty before it has come, and when it was withdrawn.
    private(set) var head = ""
    private(set) var status = 0
    private(set) var content: [UInt8] = []
    private(set) var trailers = ""
    /// Bytes that it takes before it blocks.
    var window = Int.max
    /// Whether the head is written at once, so that it cannot be withdrawn.
    var writesHeadAtOnce = false
    private(set) var flushCount = 0
    /// How often its peer was to be noted anew.
    private(set) var noteCount = 0
    /// Whether it was told that its content is wanted again.
    private(set) var isResumed = false
    private let speaks: Wire
    private let turnEnd: TurnEnd
    private var exchange: Exchange?
    private var isHeadHeld = false
    /// Content of the request, and its end, that wait for room.
    private var waiting: [UInt8] = []
    private var waitingEnd: String?
    /// Whether content is that of a tunnel which the member has not opened yet.
    private var awaitsSwitch: Bool
    /// Whether the exchange is given what waits at the end of the turn.
    private var wantsContent = false
    /// Bytes of the answer's content that are still to come; `nil` while that is not known.
    private var contentLeft: UInt64?

    /// - Parameters:
    ///   - endsTurn: whether the turn ends with the request; not when it comes while another one does.
    ///   - window: see ``window``.
    init(
        _ text: String, speaks: Wire, peer: ClientPeer, on bench: Bench, endsTurn: Bool = true, window: Int = .max
    ) throws {
        self.window = window
        self.speaks = speaks
        awaitsSwitch = speaks == .http2 && text.contains("Upgrade: websocket")
        let bytes = Array(text.utf8)
        var head = RequestHead(fieldCountMax: 128)
        try head.parse(bytes.span, limits: HeadLimits())
        turnEnd = bench.turnEnd
        let exchange = bench.takeExchange()
        self.exchange = exchange
        exchange.begin(self, peer: peer, head: head, source: bytes.span)
        if outcome == .open { self.exchange?.flushRequest() }
        if endsTurn { turnEnd.run() }
    }

    /// The content as text.
    var text: String { String(decoding: content, as: UTF8.self) }

    /// The value of the answer's first field of a name.
    func field(_ name: String) -> String? { Self.field(name, in: head) }

    /// Where Martlet itself sends it.
    var location: String? {
        own.flatMap { Self.field("Location", in: String(decoding: $0.lines, as: UTF8.self)) }
    }

    private static func field(_ name: String, in lines: String) -> String? {
        let prefix = name.lowercased() + ": "
        let line = lines.split(separator: "\r\n").first { $0.lowercased().hasPrefix(prefix) }
        return line.map { String($0.dropFirst(prefix.count)) }
    }

    // MARK: - What the client does, each of which ends the turn

    /// Sends content.
    ///
    /// - Returns: how many bytes the exchange took at once.
    @discardableResult
    func send(_ content: String) -> Int {
        send(Array(content.utf8))
    }

    /// - Parameter endsTurn: whether nothing else happens in the same turn.
    @discardableResult
    func send(_ content: [UInt8], endsTurn: Bool = true) -> Int {
        isResumed = false
        let isHeldUp = !waiting.isEmpty || awaitsSwitch
        let taken = isHeldUp ? 0 : exchange?.acceptContent(content.span) ?? 0
        if speaks == .http2, exchange != nil { waiting += content[taken...] }
        exchange?.flushRequest()
        if endsTurn { turnEnd.run() }
        return taken
    }

    /// Ends its content.
    ///
    /// - Parameter endsTurn: whether nothing else happens in the same turn.
    func end(trailers: String = "", endsTurn: Bool = true) {
        if !waiting.isEmpty || awaitsSwitch {
            waitingEnd = trailers
        } else {
            exchange?.endContent(trailers: Array(trailers.utf8).span)
            exchange?.flushRequest()
        }
        if endsTurn { turnEnd.run() }
    }

    /// Hands on what has waited for room.
    func onTurnEnd() {
        wantsContent = false
        guard let exchange, !awaitsSwitch else { return }
        if !waiting.isEmpty {
            let content = waiting
            waiting.removeFirst(exchange.acceptContent(content.span))
            guard waiting.isEmpty else { return exchange.flushRequest() }
        }
        if let trailers = waitingEnd.take() { exchange.endContent(trailers: Array(trailers.utf8).span) }
        self.exchange?.flushRequest()
    }

    /// Goes away.
    func leave() {
        let exchange = exchange
        self.exchange = nil
        outcome = .gone
        exchange?.cancel(speaks == .http2 && contentLeft == 0 ? .answered : .clientGone)
    }

    /// The time for tunnels to end is over.
    ///
    /// - Returns: whether the client was told.
    func isCut() -> Bool {
        exchange?.endTunnel(.drainTimeout) ?? false
    }

    /// Reads on.
    func read(_ bytes: Int = .max) {
        window = bytes
        exchange?.onClientWritable()
        turnEnd.run()
    }

    /// The time for its content is over.
    func isTooSlow() {
        if waiting.isEmpty { exchange?.onRequestTimeout() }
    }

    // MARK: - What it is told

    func sendInterim(_ head: borrowing ResponseHead, source: Span<UInt8>, omitting names: FieldNames?) {
        interim.append(head.status)
        let bytes = [UInt8](capacity: 1 << 16) { (output: inout OutputSpan<UInt8>) in
            _ = head.write(
                to: &output, from: source, rewrite: ResponseRewrite(framing: .none), omitting: names)
        }
        interimHead = String(decoding: bytes, as: UTF8.self)
    }

    func sendHead(_ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan) -> Refusal? {
        var rewrite = ResponseRewrite(framing: plan.framing)
        rewrite.switchesToWebSocket = plan.isSwitching
        rewrite.coding = plan.coding
        rewrite.splices = plan.splices
        let extra = plan.extra + plan.lines
        let bytes = [UInt8](capacity: 1 << 16) { (output: inout OutputSpan<UInt8>) in
            _ = head.write(to: &output, from: source, rewrite: rewrite, omitting: plan.omitted, extra: extra.span)
        }
        self.head = String(decoding: bytes, as: UTF8.self)
        status = head.status
        awaitsSwitch = false
        if case .length(let count) = plan.framing { contentLeft = count }
        isHeadHeld = !writesHeadAtOnce && !(speaks == .http2 && plan.isSwitching)
        return nil
    }

    func completePeer() {}

    func notePeer() { noteCount += 1 }

    func withdrawHead() -> Bool {
        guard isHeadHeld else { return false }
        isHeadHeld = false
        head = ""
        status = 0
        contentLeft = nil
        return true
    }

    func sendContent(_ content: Span<UInt8>) -> Int {
        let count = min(window, content.count)
        if window < .max { window -= count }
        isHeadHeld = false
        for offset in 0..<count { self.content.append(content[offset]) }
        if let left = contentLeft { contentLeft = left - min(left, UInt64(count)) }
        return count
    }

    func endContent(trailers: Span<UInt8>, omitting names: FieldNames?) {
        var section = TrailerSection()
        guard (try? section.parse(trailers, trailers.indices)) != nil, trailers.count > 2 else { return }
        let bytes = [UInt8](capacity: trailers.count + 3) { (output: inout OutputSpan<UInt8>) in
            _ = section.write(to: &output, from: trailers, omitting: names)
        }
        self.trailers = String(decoding: bytes.dropFirst(3), as: UTF8.self)
    }

    func flush() {
        flushCount += 1
        isHeadHeld = false
    }

    func resumeContent() {
        isResumed = true
        guard speaks == .http2, !wantsContent else { return }
        wantsContent = true
        turnEnd.call(self)
    }

    func answer(_ own: OwnAnswer, code: StaticString) {
        exchange = nil
        self.own = own
        toldReason = code.description
        outcome = .refused(own.status, own.outcome.code.description)
    }

    func contentBytes(of own: OwnAnswer, code: StaticString) -> Int { 0 }

    func abort() {
        exchange = nil
        outcome = .broken
    }

    func onExchangeEnd() {
        exchange = nil
        outcome = .whole
    }
}
