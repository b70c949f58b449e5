import Synchronization

/// How the causes of a member's health begin and end. Whoever changes the record publishes its causes, and counts the
/// change for ``Health`` behind that.
extension MemberState {
    /// All causes that hold.
    func causes(now: Int64) -> HealthCauses {
        isInError(now: now) ? lastingCauses.union(HealthCauses(.requestError)) : lastingCauses
    }

    /// Whether it gets nothing now, by what is found or said of it.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func isDown(now: Int64) -> Bool { isInError(now: now) || lastingCauses.standing == .down }

    /// The last verdicts, the oldest first.
    var history: [Verdict] { record.withLock { $0.verdicts } }

    /// See ``Member/heldMilliseconds(now:)``.
    func heldMilliseconds(now: Int64) -> Int64? {
        endedCauses.isEmpty ? nil : record.withLock { $0.heldUntil }.map { max(0, $0 - now) }
    }

    // MARK: - Causes that go on until they are ended

    /// See ``Member/begin(_:evidence:now:)``.
    ///
    /// - Parameter sessions: those that the member has, where they are counted.
    func begin(
        _ cause: HealthCause, evidence: @autoclosure () -> String, sessions: SessionCensus?, now: Int64
    ) -> Bool {
        precondition(cause != .requestError, "a request's error has its own time")
        let (isChange, isDown) = change(now: now) { record, moment in
            let hasBegun = record.begin(cause, evidence: evidence(), at: moment)
            if hasBegun, cause == .operatorDrain { record.drain = Drain(of: sessions, now: now) }
        }
        if isDown { beginOutage(now: now, sessions: sessions?.count(now: now) ?? 0) }
        return isChange
    }

    /// See ``Member/end(_:atOnce:evidence:now:)``.
    func end(_ cause: HealthCause, atOnce: Bool, evidence: @autoclosure () -> String, now: Int64) -> Bool {
        precondition(cause != .requestError, "a request's error ends by an answer")
        let (isChange, isDown) = change(now: now) { record, moment in
            let hasEnded = record.end(cause, atOnce: atOnce, evidence: evidence(), at: moment)
            if hasEnded, cause == .operatorDrain { record.drain = nil }
        }
        if isChange, !isDown { endOutage() }
        return isChange
    }

    /// See ``Member/advance(now:)``.
    func advance(now: Int64) -> Bool {
        let (isChange, isDown) = change(now: now) { record, moment in record.advance(at: moment) }
        if isChange, !isDown { endOutage() }
        return isChange
    }

    /// See ``Member/setShare(percent:)``.
    func setShare(percent: Int) {
        guard share.exchange(max(0, percent), ordering: .relaxed) != max(0, percent) else { return }
        tellChange()
    }

    /// See ``Member/setMax(_:)``.
    func setMax(_ count: Int?) {
        let said = max(0, count ?? 0)
        guard agentMax.exchange(said, ordering: .relaxed) != said else { return }
        changes.surroundings.onChange()
    }

    /// What ``Member/setMax(_:)`` has said last; 0: nothing.
    var maxByAgent: Int { agentMax.load(ordering: .relaxed) }

    /// See ``Member/sharePercent``.
    var sharePercent: Int { share.load(ordering: .relaxed) }

    /// Changes the record, and publishes what has come of it.
    ///
    /// - Returns: whether the member's standing is another one, and whether it is down.
    private func change(
        now: Int64, _ body: (inout HealthRecord, HealthRecord.Moment) -> Void
    ) -> (isChange: Bool, isDown: Bool) {
        let moment = moment(now: now)
        let isInError = isInError(now: now)
        let (before, after, isEndingOthers) = record.withLock { record in
            let (before, ended) = (record.causes, record.ended)
            body(&record, moment)
            causeBits.store(record.causes.rawValue, ordering: .relaxed)
            endedBits.store(record.ended.rawValue, ordering: .relaxed)
            noteRise(of: record)
            return (before, record.causes, ended != record.ended)
        }
        if before != after || isEndingOthers { tellChange() }
        let isChange = !isInError && before.standing != after.standing
        return (isChange, isInError || after.standing == .down)
    }

    /// Counts a change of what workers go by, and has the requests that wait look again. They do so also for a member
    /// that is in error still: while another cause held they did not wait for the end of that.
    private func tellChange() {
        changes.addHealth()
        changes.surroundings.onChange()
    }

    private func moment(now: Int64) -> HealthRecord.Moment {
        HealthRecord.Moment(now: now, wall: changes.surroundings.wallMilliseconds())
    }

    /// Since when it is up after it was down, in milliseconds of the monotonic clock; `nil`: it never was down.
    var risingSince: Int64? {
        let since = risen.load(ordering: .relaxed)
        return since == .min ? nil : since
    }

    private func noteRise(of record: borrowing HealthRecord) {
        if let since = record.flapping.upSince { risen.store(since, ordering: .relaxed) }
    }

    // MARK: - Errors of requests

    /// Puts the member in error.
    ///
    /// - Parameters:
    ///   - declared: for how many milliseconds, where it does not come and go.
    ///   - status: of the answer by which it has failed; `nil`: there was none.
    ///   - evidence: what has failed.
    func fail(for declared: Int64, status: Int?, evidence: @autoclosure () -> String, now: Int64) {
        noteFailure(status: status)
        let moment = moment(now: now)
        record.withLock { record in
            record.beginRequestError(evidence: evidence(), at: moment)
            let (until, isOverflow) = now.addingReportingOverflow(record.flapping.retryMilliseconds(declared))
            // Within the lock, as an answer of another worker may just end the error before this one.
            errorUntilMilliseconds.store(isOverflow ? .max : until, ordering: .relaxed)
        }
        changes.addHealth()
    }

    /// Goes on with the error that another process has put the member in, and counted.
    ///
    /// - Parameter milliseconds: until this time of the monotonic clock.
    func goOnInError(until milliseconds: Int64, now: Int64) {
        let moment = moment(now: now)
        record.withLock { record in
            record.beginRequestError(evidence: "in the process before this one", at: moment)
            errorUntilMilliseconds.store(milliseconds, ordering: .relaxed)
        }
        changes.addHealth()
    }

    /// An answer ends the error, unless the member has failed again meanwhile.
    ///
    /// - Parameter until: when the error was to end.
    func endError(until: Int64, status: Int, now: Int64) {
        let moment = moment(now: now)
        let hasEnded = record.withLock { record in
            let (isSame, _) = errorUntilMilliseconds.compareExchange(
                expected: until, desired: .min, ordering: .relaxed)
            guard isSame else { return false }
            record.endRequestError(evidence: "it has answered \(status)", at: moment)
            noteRise(of: record)
            return true
        }
        if hasEnded { tellChange() }
    }

    /// Takes the member out of error for whatever there is to be tried: it is not known to be well.
    ///
    /// - Parameters:
    ///   - evidence: why.
    ///   - now: milliseconds of the monotonic clock.
    public func recover(evidence: StaticString, now: Int64) {
        guard failedUntil != nil else { return }
        excuse()
        let moment = moment(now: now)
        record.withLock { record in
            errorUntilMilliseconds.store(.min, ordering: .relaxed)
            record.excuseRequestError(evidence: "\(evidence)", at: moment)
        }
        changes.addHealth()
    }
}
