import Forwarding
import HTTP
import Reactor

/// A client's stream that finds, while it is told something, that its client has gone away.
final class LeavingClient: ClientStream, TurnEndHandler {
    /// What it is told when it finds that.
    enum Moment {
        case interim, content, flush, resume
    }

    private(set) var hasLeft = false
    private let moment: Moment
    private let turnEnd: TurnEnd
    private var exchange: Exchange?

    init(_ text: String, leavingAt moment: Moment, on stage: Stage) throws {
        self.moment = moment
        turnEnd = stage.bench.turnEnd
        let bytes = Array(text.utf8)
        var head = RequestHead(fieldCountMax: 128)
        try head.parse(bytes.span, limits: HeadLimits())
        guard let address = SocketAddress(host: "198.51.100.8", port: 40_000) else { preconditionFailure("in digits") }
        let exchange = stage.bench.takeExchange()
        self.exchange = exchange
        let peer = ClientPeer(address: address, isSecure: false, edge: stage.edge)
        exchange.begin(self, peer: peer, head: head, source: bytes.span)
        self.exchange?.flushRequest()
    }

    /// Sends content.
    func send(_ content: [UInt8]) {
        _ = exchange?.acceptContent(content.span)
        exchange?.flushRequest()
    }

    private func leave(at moment: Moment) {
        guard moment == self.moment, !hasLeft else { return }
        hasLeft = true
        turnEnd.call(self)
    }

    /// Tells its exchange, as nobody is in the middle of something any more.
    func onTurnEnd() {
        exchange.take()?.cancel(.clientGone)
    }

    func sendInterim(_ head: borrowing ResponseHead, source: Span<UInt8>, omitting names: FieldNames?) {
        leave(at: .interim)
    }

    func sendHead(_ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan) -> Refusal? {
        nil
    }

    func completePeer() {}

    func notePeer() {}

    func withdrawHead() -> Bool { false }

    func sendContent(_ content: Span<UInt8>) -> Int {
        leave(at: .content)
        return hasLeft ? 0 : content.count
    }

    func endContent(trailers: Span<UInt8>, omitting names: FieldNames?) {}

    func flush() {
        leave(at: .flush)
    }

    func resumeContent() {
        leave(at: .resume)
    }

    func answer(_ own: OwnAnswer, code: StaticString) {
        exchange = nil
    }

    func contentBytes(of own: OwnAnswer, code: StaticString) -> Int { 0 }

    func abort() {
        exchange = nil
    }

    func onExchangeEnd() {
        exchange = nil
    }
}
