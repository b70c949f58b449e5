import Balancing
import Bytes
import Model
import Reactor
import TLS

/// All that the prober's thread has: the members that it asks, and how many checks are under way.
final class ProbingRoom {
    let loop: EventLoop
    let buffers = BufferPool()
    private let mailbox: Mailbox<ProberMessage>
    private let events: EventLog
    private var subjects: [ProbeSubject] = []
    private var waiting: [ProbeSeries] = []
    private var runningCount = 0
    private var numbers: SplitMix64
    private var contexts: [ContextKey: TLSClientContext] = [:]
    /// Ends what has held for long enough of members that come and go.
    private var holdTimer: Registration?

    private struct ContextKey: Hashable {
        let tls: MemberCheck.TLS
        let asksForHTTP2: Bool
    }

    init(loop: EventLoop, mailbox: Mailbox<ProberMessage>, events: EventLog) {
        self.loop = loop
        self.mailbox = mailbox
        self.events = events
        numbers = SplitMix64(seed: UInt64(truncatingIfNeeded: Clock.wallNanoseconds()))
    }

    /// Milliseconds of the monotonic clock, as of this turn.
    var now: Int64 { Int64(loop.clock.nowMillis) }

    /// Any number.
    func dice() -> UInt64 { numbers.next() }

    func report(_ level: EventLevel, _ words: String) {
        events.report(level, words)
    }

    /// TLS for checks that prove a server so; files are read once a reload.
    func context(for tls: MemberCheck.TLS, of kind: CheckKind) throws(TLSError) -> TLSClientContext {
        let key = ContextKey(tls: tls, asksForHTTP2: kind == .h2 || kind == .grpc)
        if let context = contexts[key] { return context }
        let context = try TLSClientContext(
            verifies: tls.verifies, authoritiesPath: tls.authoritiesPath,
            applicationProtocols: key.asksForHTTP2 ? ["h2"] : kind == .http ? ["http/1.1"] : [])
        contexts[key] = context
        return context
    }

    // MARK: - Turns

    /// Lets one begin as soon as few enough are under way; the first to ask is the first to begin.
    func ask(_ series: ProbeSeries) {
        guard waiting.isEmpty, runningCount < CheckLimits.probesMax else { return waiting.append(series) }
        runningCount += 1
        series.start()
    }

    /// Takes one out who waits for its turn.
    func giveUp(_ series: ProbeSeries) {
        waiting.removeAll { $0 === series }
    }

    /// One that was begun is over.
    func leave() {
        runningCount -= 1
    }

    // MARK: - Plans

    private func serve(_ plans: [ProbePlan]) {
        contexts = [:]
        var former = subjects
        subjects = plans.map { plan in
            guard let index = former.firstIndex(where: { $0.plan.member.state === plan.member.state }) else {
                return ProbeSubject(plan, in: self)
            }
            let subject = former.remove(at: index)
            subject.goOn(plan)
            return subject
        }
        for subject in former { subject.end() }
        for subject in subjects where !subject.isBegun { subject.begin() }
        if holdTimer == nil, !subjects.isEmpty { endHolds() }
    }

    private func endHolds() {
        for subject in subjects { subject.endHold() }
        let timer = holdTimer ?? loop.registerTimer(handler: ClosureHandler { [unowned self] in endHolds() })
        holdTimer = timer
        loop.setDeadline(timer, after: CheckLimits.holdPauseMillis)
    }
}

extension ProbingRoom: EventLoopDelegate {
    func onWake() {
        for message in mailbox.takeAll() {
            switch message {
            case .serve(let plans): serve(plans)
            case .end:
                for subject in subjects { subject.cancel() }
                loop.stop()
            }
        }
    }

    func onTurnEnd() {
        while runningCount < CheckLimits.probesMax, !waiting.isEmpty {
            runningCount += 1
            waiting.removeFirst().start()
        }
    }
}
