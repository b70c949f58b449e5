import BasicContainers
import Synchronization

/// The live state of a member: counters and health.
///
/// Any worker may change and read it at any time. Each value is right for itself; two that are read one after the other
/// need not fit together.
public final class MemberState: Sendable {
    /// The one that all workers write with each request.
    private let inFlight = Atomic<Int>(0)
    /// So that what is only read is on another line.
    private let padding = InlineArray<8, UInt64>(repeating: 0)
    let errorUntilMilliseconds = Atomic<Int64>(.min)
    private let outageBegan = Atomic<Int64>(.min)
    private let outageSessions = Atomic<Int>(0)
    private let tunnels = Atomic<Int>(0)
    let failures = Atomic<UInt64>(0)
    private let unanswered = Atomic<UInt64>(0)
    private let refusals = Atomic<UInt64>(0)
    /// Connections in a row that ended unanswered, and bits beside that count; an answer clears all of it.
    private let drops = Atomic<Int>(0)
    /// Bits of ``HealthCauses``, as the record has them.
    let causeBits = Atomic<UInt16>(0)
    /// Bits of those of them that have ended, and hold for a while still.
    let endedBits = Atomic<UInt16>(0)
    /// Of new sessions, in per cent of the load factor.
    let share = Atomic<Int>(100)
    /// How many exchanges its agent says that it may have under way; 0: nothing is said.
    let agentMax = Atomic<Int>(0)
    /// When it was up again last; `Int64.min`: it was never down.
    let risen = Atomic<Int64>(.min)
    let record = Mutex(HealthRecord())
    let changes: StateChanges
    /// By worker.
    private let counters: RigidArray<MemberCounters>
    /// Under which ``LoadChanges`` tell of it.
    let number: Int

    /// Beside the count of ``drops``: it was taken out of an error for want of others, and it has failed since.
    private static let (excusedBit, doubtedBit) = (1 << 40, 1 << 41)

    /// How long its answers take; observed only where that is asked for (``Chooser/asksForLatency``).
    public let latency = Latency()
    /// What it says of how it is; heard of only where the method is ``Method/heartbeat``.
    public let heartbeat: Heartbeat

    /// - Parameter changes: where it tells of its changes.
    init(_ changes: StateChanges) {
        self.changes = changes
        var counters = RigidArray<MemberCounters>(capacity: changes.workers)
        for _ in 0..<changes.workers { counters.append(MemberCounters()) }
        self.counters = counters
        number = changes.takeNumber()
        heartbeat = Heartbeat(changes, number: number)
    }

    /// Tells that its sessions have changed.
    func reportSessions() {
        changes.reports.add(number)
    }

    deinit { changes.giveBack(number) }

    /// Exchanges under way.
    public var inFlightCount: Int { inFlight.load(ordering: .relaxed) }
    /// Exchanges under way, for who would have to wait for the next one to end
    /// (``release(sentBytes:receivedBytes:worker:)``).
    var inFlightCountInOrder: Int { inFlight.load(ordering: .sequentiallyConsistent) }
    /// Tunnels that are open, which are exchanges under way as well.
    public var tunnelCount: Int { tunnels.load(ordering: .relaxed) }
    /// How often the member was given a request, by election or by its session.
    public var electedCount: UInt64 { sum { $0.electedCount } }
    /// How often one worker has given it a request.
    ///
    /// - Parameter worker: by its index.
    public func electedCount(worker: Int) -> UInt64 { counters[worker].electedCount }
    /// How often it was put in error.
    public var failureCount: UInt64 { failures.load(ordering: .relaxed) }
    /// How often it was put in error for a request that it had not answered.
    var unansweredCount: UInt64 { unanswered.load(ordering: .relaxed) }
    /// How often it was put in error for an answer of another status than 500 to 599.
    var refusalCount: UInt64 { refusals.load(ordering: .relaxed) }
    /// How many of its answers had a status of 500 to 599.
    public var serverErrorCount: UInt64 { answerCount(5) }
    /// How many of its answers had a status of a class.
    ///
    /// - Parameter hundreds: 1 ... 5.
    public func answerCount(_ hundreds: Int) -> UInt64 { sum { $0.answerCount(hundreds) } }
    /// Answers whose time was taken (``Chooser/asksForLatency``).
    var timedCount: UInt64 { sum { $0.timedCount } }
    /// How long these took together, in microseconds.
    var timedMicros: UInt64 { sum { $0.timedMicros } }
    /// Bytes sent to the member.
    public var sentBytes: UInt64 { sum { $0.sentBytes } }
    /// Bytes received from the member.
    public var receivedBytes: UInt64 { sum { $0.receivedBytes } }

    private func sum(_ number: (borrowing MemberCounters) -> UInt64) -> UInt64 {
        var sum: UInt64 = 0
        for worker in 0..<counters.count { sum &+= number(counters[worker]) }
        return sum
    }

    /// The time of the monotonic clock, in milliseconds, until which the member is in error; it may have passed.
    var errorUntil: Int64 { errorUntilMilliseconds.load(ordering: .relaxed) }
    /// The same of one that has failed and not answered since; `nil` of all others.
    var failedUntil: Int64? {
        let until = errorUntil
        return until == .min ? nil : until
    }

    /// The causes that hold but for a request's error, which ``errorUntil`` tells.
    var lastingCauses: HealthCauses { HealthCauses(rawValue: causeBits.load(ordering: .relaxed)) }
    /// Those of them that have ended, and hold for a while still because the member comes and goes.
    var endedCauses: HealthCauses { HealthCauses(rawValue: endedBits.load(ordering: .relaxed)) }

    /// Whether somebody has said, while the process runs, that the member gets the requests of its sessions and no
    /// others.
    public var isDrained: Bool { lastingCauses.contains(HealthCauses(.operatorDrain)) }

    /// Looks at the drain that goes on, and may change it.
    func withDrain<Result>(_ body: (inout sending Drain?) -> sending Result) -> Result {
        record.withLock { body(&$0.drain) }
    }

    /// Milliseconds for which the member is still in error; 0 for one that is not, `Int64.max` for ever.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func errorMilliseconds(now: Int64) -> Int64 {
        let until = errorUntilMilliseconds.load(ordering: .relaxed)
        return until == .max ? .max : until > now ? until - now : 0
    }

    /// Tells whether the member failed and its time to wait has not passed.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func isInError(now: Int64) -> Bool {
        errorUntil > now
    }

    /// Tells whether the member failed, its time to wait is over, and it has not answered since: the next request finds
    /// out how it is.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func isDue(now: Int64) -> Bool {
        let until = errorUntil
        return until != .min && until <= now
    }

    /// Counts an answer, by which an error is over whose time has passed.
    ///
    /// - Parameters:
    ///   - status: 101, or 200 ... 599.
    ///   - isTrial: whether the member was tried while it was in error (``ChoiceReason/recovered``), so that the answer
    ///     ends that as well.
    ///   - worker: who counts it, by its index.
    ///   - now: milliseconds of the monotonic clock.
    public func countAnswer(_ status: Int, isTrial: Bool, worker: Int, now: Int64) {
        counters[worker].countAnswer(status)
        if drops.load(ordering: .relaxed) != 0 { drops.store(0, ordering: .relaxed) }
        let until = errorUntil
        guard until != .min, isTrial || until <= now else { return }
        endError(until: until, status: status, now: now)
    }

    /// Takes the time from a request to its answer's head.
    ///
    /// - Parameters:
    ///   - micros: 0 or more.
    ///   - worker: who takes it, by its index.
    ///   - now: milliseconds of the monotonic clock.
    public func observeLatency(micros: Double, worker: Int, now: Int64) {
        latency.observe(micros: micros, now: now)
        counters[worker].countTime(micros: UInt64(micros))
    }

    /// Counts a connection that was made for a request and ended before the first byte of its answer.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    /// - Returns: whether that is how the member takes connections, and no matter of the request's.
    public func countDrop(now: Int64) -> Bool {
        drops.wrappingAdd(1, ordering: .relaxed).newValue >= Limits.dropsMax || isDue(now: now)
    }

    /// Whether it has failed again after it was taken out of an error for want of others, and has not answered since.
    public var isDoubted: Bool { drops.load(ordering: .relaxed) & Self.doubtedBit != 0 }

    /// Notes that it is taken out of an error for want of others, nobody knowing whether it is well.
    func excuse() { drops.bitwiseOr(Self.excusedBit, ordering: .relaxed) }

    /// Notes that it has failed.
    ///
    /// - Parameter status: of the answer by which it has, which was counted; `nil`: there was none.
    func noteFailure(status: Int?) {
        failures.wrappingAdd(1, ordering: .relaxed)
        // Each a number that only grows: the difference of two that are read apart might not.
        switch status {
        case nil: unanswered.wrappingAdd(1, ordering: .relaxed)
        case .some(..<500): refusals.wrappingAdd(1, ordering: .relaxed)
        case .some: break
        }
        guard drops.load(ordering: .relaxed) & Self.excusedBit != 0 else { return }
        drops.bitwiseOr(Self.doubtedBit, ordering: .relaxed)
    }

    /// Ends what a choice of ``Chooser`` began; to be called once for each.
    ///
    /// In one order with all other accesses that are sequentially consistent: who says that he waits, and then finds no
    /// room, is seen to wait by whoever makes room afterwards and looks who waits.
    ///
    /// - Parameters:
    ///   - sentBytes: what was sent to the member.
    ///   - receivedBytes: what came from it.
    ///   - worker: who had the exchange, by its index.
    public func release(sentBytes: UInt64, receivedBytes: UInt64, worker: Int) {
        counters[worker].countBytes(sent: sentBytes, received: receivedBytes)
        inFlight.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        changes.loads[worker].add(number)
    }

    /// Counts an exchange that has become a tunnel.
    public func beginTunnel() {
        tunnels.wrappingAdd(1, ordering: .relaxed)
    }

    /// Ends what ``beginTunnel()`` began.
    public func endTunnel() {
        tunnels.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Counts an exchange that begins.
    ///
    /// - Parameter worker: who has it, by its index.
    func begin(worker: Int) {
        inFlight.wrappingAdd(1, ordering: .relaxed)
        counters[worker].countRequest()
        changes.loads[worker].add(number)
    }

    /// Since when the member has failed without an answer between, and how many sessions it had then; `nil` where it
    /// has answered since.
    var outage: (began: Int64, sessions: Int)? {
        let began = outageBegan.load(ordering: .acquiring)
        return began == .min ? nil : (began, outageSessions.load(ordering: .relaxed))
    }

    /// Notes that the member has failed, unless that goes on already.
    ///
    /// - Parameter sessions: how many it has.
    func beginOutage(now: Int64, sessions: @autoclosure () -> Int) {
        guard outageBegan.load(ordering: .relaxed) == .min else { return }
        outageSessions.store(sessions(), ordering: .relaxed)
        _ = outageBegan.compareExchange(expected: .min, desired: now, ordering: .releasing)
    }

    /// Notes that the member has answered.
    public func endOutage() {
        if outageBegan.load(ordering: .relaxed) != .min { outageBegan.store(.min, ordering: .relaxed) }
    }

    /// Counts what another process has counted; to be called before a worker counts.
    func take(_ legacy: MemberLegacy) {
        failures.wrappingAdd(legacy.failures, ordering: .relaxed)
        counters[0].take(legacy)
    }
}
