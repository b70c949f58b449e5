/// What is known of a member's health beside a request's errors, which end by their time: which causes go on, which of
/// them are about to end, and what was found lately. Pure; ``MemberState`` guards it.
struct HealthRecord: Sendable {
    /// Those that hold, without ``HealthCause/requestError``.
    private(set) var causes: HealthCauses = []
    /// Since when a drain goes on, and how many sessions there were then.
    var drain: Drain?
    private(set) var flapping = Flapping()
    private var history = VerdictHistory()
    /// Whether the last verdict on a request's errors is that one has happened.
    private var isInRequestError = false
    /// Whether the last one was let go without an answer.
    private var isExcused = false
    /// Those that have ended and still hold, until when, and by what they have ended.
    private var held: [(cause: HealthCause, until: Int64, evidence: String)] = []

    /// Those that have ended, and hold for a while still because the member comes and goes.
    var ended: HealthCauses { held.reduce(into: []) { $0.insert(HealthCauses($1.cause)) } }

    /// When it is used again, in milliseconds of the monotonic clock, where all that is against it has ended; `nil`:
    /// something has not, or nothing is against it.
    var heldUntil: Int64? {
        let isOver = causes.isSubset(of: ended) && !isInRequestError
        return isOver ? held.map(\.until).max() : nil
    }

    /// What is to be known of a verdict beside its cause.
    struct Moment {
        /// Milliseconds of the monotonic clock.
        let now: Int64
        /// Milliseconds since 1970-01-01 00:00 UTC.
        let wall: Int64
    }

    /// All verdicts that are kept, the oldest first.
    var verdicts: [Verdict] { history.verdicts }

    /// Lets a cause begin, or go on that was about to end.
    ///
    /// - Returns: whether it did not hold before.
    mutating func begin(_ cause: HealthCause, evidence: @autoclosure () -> String, at moment: Moment) -> Bool {
        held.removeAll { $0.cause == cause }
        guard !causes.contains(HealthCauses(cause)) else { return false }
        let wasDown = isDown
        causes.insert(HealthCauses(cause))
        // Whoever takes a member out by a word, as for a deploy, does not find that it comes and goes.
        if !wasDown, isDown, !HealthCauses.words.contains(HealthCauses(cause)) { flapping.goDown(now: moment.now) }
        note(cause, isBegin: true, evidence(), at: moment)
        return true
    }

    /// Lets a cause end, at once or when the member has been well for long enough.
    ///
    /// - Parameter atOnce: whether it ends even of a member that comes and goes.
    /// - Returns: whether it holds no longer.
    mutating func end(
        _ cause: HealthCause, atOnce: Bool, evidence: @autoclosure () -> String, at moment: Moment
    ) -> Bool {
        guard causes.contains(HealthCauses(cause)) else { return false }
        let hold = cause.isHeldByFlapping && !atOnce ? flapping.holdMilliseconds : 0
        let until = atOnce ? moment.now : held.first { $0.cause == cause }?.until ?? moment.now + hold
        guard until > moment.now else {
            held.removeAll { $0.cause == cause }
            finish(cause, evidence(), at: moment)
            return true
        }
        if !held.contains(where: { $0.cause == cause }) { held.append((cause, until, evidence())) }
        return false
    }

    /// Ends the causes that have held for long enough.
    mutating func advance(at moment: Moment) {
        let due = held.filter { $0.until <= moment.now }
        held.removeAll { $0.until <= moment.now }
        for (cause, _, evidence) in due { finish(cause, evidence, at: moment) }
    }

    /// A request has failed on the member.
    mutating func beginRequestError(evidence: @autoclosure () -> String, at moment: Moment) {
        guard !isInRequestError else { return }
        let evidence = evidence()
        isInRequestError = true
        if causes.standing != .down, !isExcused { flapping.goDown(now: moment.now) }
        defer { isExcused = false }
        if isExcused, history.repeatBegin(of: .requestError, evidence: evidence) { return }
        note(.requestError, isBegin: true, evidence, at: moment)
    }

    /// The member has answered behind a request's error.
    mutating func endRequestError(evidence: @autoclosure () -> String, at moment: Moment) {
        guard isInRequestError else { return }
        isInRequestError = false
        if causes.standing != .down { flapping.goUp(now: moment.now) }
        note(.requestError, isBegin: false, evidence(), at: moment)
    }

    /// The member is tried though nobody knows whether it is well.
    mutating func excuseRequestError(evidence: @autoclosure () -> String, at moment: Moment) {
        guard isInRequestError else { return }
        (isInRequestError, isExcused) = (false, true)
        note(.requestError, isBegin: false, evidence(), at: moment)
    }

    private var isDown: Bool { causes.standing == .down || isInRequestError }

    private mutating func finish(_ cause: HealthCause, _ evidence: String, at moment: Moment) {
        let wasDown = isDown
        causes.remove(HealthCauses(cause))
        if wasDown, !isDown { flapping.goUp(now: moment.now) }
        note(cause, isBegin: false, evidence, at: moment)
    }

    private mutating func note(_ cause: HealthCause, isBegin: Bool, _ evidence: String, at moment: Moment) {
        let standing = isInRequestError ? .down : causes.standing
        history.append(
            Verdict(
                cause: cause, isBegin: isBegin, evidence: evidence, monotonicMilliseconds: moment.now,
                wallMilliseconds: moment.wall, standing: standing))
    }
}

extension HealthCause {
    /// Whether it goes on for a while after its end, of a member that comes and goes.
    fileprivate var isHeldByFlapping: Bool { self == .failedCheck || self == .agentDown }
}
