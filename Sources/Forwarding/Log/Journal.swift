import Bytes
import HTTP
import Model
import Reactor

/// What one worker tells the logs and counts for metrics: a line for each request, and events. Belongs to the worker's
/// thread; never blocks.
package final class Journal {
    /// Whose it is: the worker's index.
    private let worker: Int
    /// What is measured; `nil` where no metrics are told.
    private let measures: Measures?
    private let clock: TurnClock
    private let log: LogSlab
    private let events: EventLog
    private let dates = DateCache()
    /// How lines write their times.
    let times = TimeCache()
    /// What lines have; `nil` while the access log is off.
    private(set) var plan: LogPlan?
    /// What exchanges note for them.
    private(set) var needs: LogPlan.Needs = []

    /// A journal of what happens in the turns of a clock.
    package init(clock: TurnClock, log: LogSlab, events: EventLog, measures: Measures? = nil, worker: Int = 0) {
        self.measures = measures
        self.worker = worker
        self.clock = clock
        self.log = log
        self.events = events
    }

    /// The value of `Date` for answers that have none.
    var date: HTTPDate.Text { dates.value(Clock.wallSeconds()) }

    /// Whether there is an access log.
    var isOn: Bool { plan != nil }

    /// Goes by a new edge from here on.
    func serve(_ configuration: EdgeConfiguration) {
        plan = LogPlan(configuration)
        needs = plan?.needs ?? []
    }

    /// Writes a line of the access log.
    func write(_ line: borrowing AccessLogLine) {
        log.append { (output: inout LineWriter) in line.write(to: &output) }
    }

    /// Gives what was gathered in this turn to the log's thread.
    package func handOver() {
        log.handOver()
    }

    /// Counts a request that never became an exchange, and writes the access log's line for it.
    ///
    /// - Parameters:
    ///   - contentBytes: of the answer; `nil`: those to a GET.
    ///   - sizes: of request and answer, as far as somebody wants to know them.
    func logRefusal(
        _ own: OwnAnswer, of peer: ClientPeer, contentBytes: Int? = nil, sizes: MessageSizes = MessageSizes()
    ) {
        report(own, to: peer)
        let code = own.refusal.code(mayExplain: peer.mayExplain)
        let record = countRefusal(own, contentBytes: contentBytes ?? own.contentBytes(code: code, to: .get))
        guard let plan else { return }
        let line = AccessLogLine(
            plan: plan, record: record, note: RequestNote(), ruling: nil, peer: peer, origin: 0, decision: .none,
            memberAddress: [], tries: nil, sizes: sizes, ended: clock.now, wall: Clock.wallNanoseconds(),
            times: times)
        write(line)
    }

    /// Counts a request that never became an exchange.
    ///
    /// - Parameter contentBytes: of the answer.
    @discardableResult
    func countRefusal(_ own: OwnAnswer, contentBytes: Int) -> ExchangeRecord {
        var record = ExchangeRecord()
        record.began = clock.now
        record.refuse(own.outcome, status: own.status, limit: own.refusal.limit)
        record.contentBytes = contentBytes
        countStray(record)
        return record
    }

    /// Whether metrics are told.
    var isMeasuring: Bool { measures != nil }

    /// Counts a request of a balancer's that has ended, where metrics are told.
    ///
    /// - Parameter isTimed: whether its time is one of a request: not a tunnel's.
    func count(_ record: borrowing ExchangeRecord, of balancer: Balancer, isTimed: Bool) {
        measures?.count(record, of: balancer, isTimed: isTimed, ended: clock.now, worker: worker)
    }

    /// The same of one that was no balancer's.
    func countStray(_ record: borrowing ExchangeRecord, isTimed: Bool = true) {
        measures?.countStray(record, isTimed: isTimed, ended: clock.now, worker: worker)
    }

    /// Counts a handshake, where metrics are told.
    ///
    /// - Parameter began: nanoseconds of the clock; of use where it has succeeded.
    func count(_ end: HandshakeEnd, began: Int = 0) {
        measures?.count(end, nanoseconds: clock.now - began, worker: worker)
    }

    /// Tells of an answer that Martlet gave itself, unless the access log does.
    ///
    /// - Parameters:
    ///   - origin: whom the request is from, where the peer is a trusted proxy; 0: the peer.
    ///   - cause: what went wrong at the member; empty where nothing did.
    func report(_ own: OwnAnswer, to peer: ClientPeer, origin: UInt128 = 0, cause: String = "") {
        guard !isOn else { return }
        let limit = own.refusal.limit > 0 ? ", limit \(own.refusal.limit)" : ""
        let reason = cause.isEmpty ? "" : " (\(cause))"
        let client = origin == 0 ? peer.address.description : SocketAddress.host(ofMappedBits: origin)
        report(.information, "client \(client): answered \(own.status): \(own.outcome.code)\(limit)\(reason)")
    }

    /// Tells the event log what operators should read.
    func report(_ level: EventLevel, _ words: @autoclosure () -> String) {
        guard log.mayReport(level, now: clock.nowMillis) else { return events.leaveOut() }
        events.report(level, words())
    }
}
