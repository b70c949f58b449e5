import Balancing
import HTTP
import Model
import Reactor

/// The way to a member, as the ``Course`` says: giving the request away, waiting, and what follows a failure.
extension Exchange {
    func circumstances(_ balancer: Balancer) -> Course.Circumstances {
        Course.Circumstances(
            balancer: balancer, now: bench.clock.nowMillis, connectMillis: bench.settings.timeouts.connect,
            attempts: attempts, worker: bench.worker)
    }

    /// Members of the balancer that were given the request so far: where it stands in, none of those before it.
    var attempts: Int { record.isStandIn ? course.triedCount : record.attempts }

    /// Gives the request to a member: the one its session asks for, else one that the balancer elects. Where others
    /// wait for that, it waits behind them.
    func attempt() {
        if let balancer { attempt(with: balancer) }
    }

    /// Gives the request to a member of its balancer.
    func attempt(with balancer: Balancer) {
        guard outbound.gathering == nil || isGathered() else { return }
        guard outbound.isEnded || !balancer.limitsExchanges || hasArrived() else { return }
        if bench.hasWaiting, attempts == 0, let action = lineUp(at: balancer) {
            return follow(action, in: balancer)
        }
        follow(course.next(circumstances(balancer)), in: balancer)
    }

    private func lineUp(at balancer: Balancer) -> Course.Action? {
        guard bench.members.requestQueue.hasLine(course.line(of: balancer), of: balancer) else { return nil }
        return course.lineUp(circumstances(balancer))
    }

    /// Does what the course says, until that is settled.
    func follow(_ action: Course.Action, in balancer: Balancer) {
        var action = action
        while true {
            switch action {
            case .give(let choice):
                if give(to: choice, of: balancer) { return }
                action = another(of: balancer, isSpent: false)
            case .wait(let millis, let retry):
                if goToStandIn(of: balancer) { return attempt() }
                let most = balancer.configuration.queueMax
                guard balancer.waiting.enter(most: most) else {
                    return refuse(Refusal(.queueFull, limit: most ?? 0, retryAfterSeconds: 1))
                }
                return bench.members.requestQueue.enter(self, for: millis, retryingAt: retry)
            case .refuse(let refusal):
                if goToStandIn(of: balancer) { return attempt() }
                // What became of the last try, the event log says.
                return refuse(refusal)
            }
        }
    }

    /// Gives the request to the member that was chosen.
    ///
    /// - Returns: whether that settles it: there is a connection, or the request was refused.
    private func give(to choice: Choice, of balancer: Balancer) -> Bool {
        member = balancer.chooser.members[choice.member]
        outbound.sentToOthers = record.sentBytes
        outbound.memberMillis = balancer.pools[choice.member].terms.answerMillis
        record.choose(choice, now: bench.clock.now)
        course.give(to: choice)
        step = .chosen
        beginProbing()
        guard writeMemberLines(choice, of: balancer) else {
            refuse(Refusal(.head(.headTooLarge)))
            return true
        }
        if connect(to: choice.member, of: balancer) { return true }
        if let lack = course.trouble.lack {
            guard lack == .noPort else {
                releaseMember()
                refuse(Refusal(lack))
                return true
            }
            passOverMember()
        } else {
            failMember()
        }
        return false
    }

    /// Takes an idle connection to the member, or waits for another one.
    ///
    /// - Returns: whether there is one, or is being made.
    private func connect(to index: Int, of balancer: Balancer) -> Bool {
        let pool = bench.pool(of: balancer, member: index)
        course.trouble.lack = nil
        if let stream = pool.take(for: self) {
            outbound.upstream = stream
            noteAddress()
            return true
        }
        return connectAnew(pool, from: 0)
    }

    /// Waits for a connection to the member: one that is begun for that, if no other one is open before it.
    private func connectAnew(_ pool: UpstreamPool, from addressIndex: Int) -> Bool {
        course.trouble.lack = nil
        step = .chosen
        for address in addressIndex..<pool.key.addresses.count {
            do throws(SystemError) {
                outbound.upstream = try bench.members.connect(self, from: pool, addressIndex: address)
                course.trouble.lack = nil
                noteAddress()
                return true
            } catch {
                // Where something is lacking here, that is no fault of the member's, unless another address has failed.
                let lack = Outcome(lackBehind: error)
                course.trouble = Course.Trouble(
                    words: "\(pool.key.addresses[address]): \(error)",
                    lack: address == 0 || lack == course.trouble.lack ? lack : nil, code: "connect-failed")
            }
        }
        return false
    }

    // MARK: - The member

    /// Puts the member in error and gives up on it for this request.
    private func failMember() {
        putMemberInError(course.trouble.words)
        noteTry()
        releaseMember()
    }

    /// Notes for the access log at which address the member has the request.
    func noteAddress() {
        guard bench.journal.needs.contains(.address) else { return }
        record.addressIndex = outbound.upstream?.addressIndex ?? -1
    }

    /// Notes for the access log that the member has failed.
    func noteTry() {
        guard bench.journal.needs.contains(.tries), let member else { return }
        course.tries.add(member.name, course.trouble.code, nanoseconds: bench.clock.now - record.given)
    }

    /// Goes past a member that cannot be connected to from here for want of a port, of which others have their own.
    private func passOverMember() {
        bench.journal.report(
            .warning,
            "member \(member?.name ?? "") of \(balancer?.configuration.name ?? "") is passed over: "
                + "\(course.trouble.words)")
        course.failure = .noPort
        course.trouble.code = Outcome.noPort.code
        noteTry()
        releaseMember()
    }

    /// Puts the member in error, unless it ignores them.
    ///
    /// - Parameters:
    ///   - words: what has happened, for the event log.
    ///   - status: of the answer that is why; `nil`: it is none.
    func putMemberInError(_ words: String, status: Int? = nil) {
        guard let member else { return }
        let now = Int64(bench.clock.nowMillis)
        let isInError = member.fail(status: status, evidence: words, now: now)
        let effect =
            isInError
            ? "is in error for \(TimeWords.words(milliseconds: member.state.errorMilliseconds(now: now)))"
            : "has failed"
        bench.journal.report(
            .warning, "member \(member.name) of \(balancer?.configuration.name ?? "") \(effect): \(words)")
    }

    /// Lets go of the member, whose state counts the exchange no longer.
    func releaseMember() {
        if let member = member.take() { letGo(of: member) }
    }

    private func letGo(of member: Member) {
        if awaitsAnswer { step = .rebuilt }
        if tunnel.isOpen { member.state.endTunnel() }
        member.state.release(
            sentBytes: UInt64(record.sentBytes - outbound.sentToOthers), receivedBytes: UInt64(record.receivedBytes),
            worker: bench.worker)
        bench.announceRoom(of: member)
    }

    // MARK: - Waiting

    /// When somebody who is in error may be tried again, in milliseconds of the clock; `Int.max`: never.
    var recoveryMillis: Int {
        balancer.map { course.recoveryMillis(circumstances($0)) } ?? .max
    }

    /// Tries again while it waits.
    ///
    /// - Returns: whether it waits no longer.
    func goOn() -> Bool {
        guard let balancer, let choice = course.choose(circumstances(balancer)) else { return false }
        endWaiting()
        follow(.give(choice), in: balancer)
        sendOn()
        return true
    }

    /// Its time to wait is over.
    func onWaitOver() {
        endWaiting()
        course.endPatience()
        attempt()
        sendOn()
    }

    /// Leaves the line of those who wait for a member, for their next one or for their password to be checked, if it
    /// stands there.
    func leaveQueue() {
        if course.place.isWaiting { bench.members.requestQueue.leave(self) }
        if course.pause.isInLine { leavePause() }
        if isHeld { leaveHold() }
    }

    private func endWaiting() {
        leaveQueue()
        record.waited += bench.clock.now - course.place.began
    }

    /// Takes over what a new configuration says of its balancer, if there still is one and the request's slab has room
    /// for what it tells members.
    func moveWhileWaiting(to edge: Edge) {
        guard let old = balancer,
            let new = edge.balancers.first(where: { $0.configuration.name == old.configuration.name }),
            outbound.move(to: new.memberLines, ruled: addedMemberBytesMax)
        else { return }
        balancer = new
        facts.script = nil
        if new.configuration.affinity != old.configuration.affinity { tie.affinity = AffinityState() }
        if let written = new.written {
            tie.affinity.isUsed = true
            tie.affinity.memory = written.remembers ? bench.members.memory(of: new) : nil
        }
        let names = old.chooser.members.map(\.name)
        guard names != new.chooser.members.map(\.name) else { return }
        course.move(from: names, to: new)
        record.choice = nil
    }

    // MARK: - Failure

    /// The connection failed; it is closed already.
    ///
    /// - Parameters:
    ///   - isAnswered: whether a byte of the answer had come.
    ///   - isUndelivered: whether it is proven that the member has got nothing of the request.
    package func onUpstreamFailure(_ failure: UpstreamFailure, isAnswered: Bool, isUndelivered: Bool = false) {
        guard let upstream = outbound.upstream.take() else { return }
        if let refusal = course.verdict { return refuse(refusal) }
        let pool = upstream.pool
        course.trouble.words = failure.words(pool.key.addresses[upstream.addressIndex])
        course.trouble.code = failure.code
        course.trouble.limit = failure.limit
        if case .answerTimeout = failure, outbound.continuation != .probing { return onAnswerTimeout() }
        var progress = progress(failure, at: upstream.addressIndex, isAnswered: isAnswered || !awaitsAnswer)
        if isUndelivered { progress.isHarmless = true }
        let sequel = course.sequel(of: failure, progress)
        let (next, isSpent) = withinBudget(sequel, after: failure)
        follow(next, isSpent: isSpent, in: pool)
    }

    /// Does what follows a failure.
    ///
    /// - Parameter isSpent: whether the budget was asked already.
    private func follow(_ sequel: Course.Sequel, isSpent: Bool, in pool: UpstreamPool) {
        switch sequel {
        case .reconnect(let next):
            guard !connectAnew(pool, from: next) else { return sendOn() }
            outbound.rewind()
            giveUpOnMember(isSpent: isSpent)
        case .replay:
            outbound.rewind()
            record.replays += 1
            beginProbing()
            guard !connectAnew(pool, from: 0) else { return sendOn() }
            giveUpOnMember(isSpent: isSpent)
        case .replayElsewhere:
            outbound.rewind()
            record.replays += 1
            goElsewhere(isSpent: isSpent)
        case .another:
            if outbound.continuation == .probing { course.trouble.words = "no 100 Continue in time" }
            outbound.rewind()
            giveUpOnMember(isSpent: isSpent)
        case .refuse(let outcome, let isBlamed):
            if isBlamed { putMemberInError(course.trouble.words) }
            refuse(
                Refusal(outcome, limit: course.trouble.limit, retryAfterSeconds: outcome == .retryBudget ? 1 : 0))
        }
    }

    private func progress(_ failure: UpstreamFailure, at addressIndex: Int, isAnswered: Bool) -> Course.Progress {
        var progress = Course.Progress()
        progress.addressIndex = addressIndex
        progress.isAnswered = isAnswered
        progress.isSent = outbound.isSent
        progress.isReplayable = outbound.isReplayable
        // Who is probed has no content to act on.
        let isProbing = outbound.continuation == .probing
        progress.isHarmless = outbound.sentCount == 0 || isProbing || facts.method.isIdempotent
        if case .dropped = failure, progress.isSent {
            progress.isDropping = member?.state.countDrop(now: Int64(bench.clock.nowMillis)) == true
        }
        return progress
    }

    /// Puts the member in error and goes on with another one; not where it is this machine that lacks something.
    ///
    /// - Parameter isSpent: whether the budget was asked already.
    private func giveUpOnMember(isSpent: Bool) {
        switch course.trouble.lack {
        case nil: failMember()
        case .noPort?: passOverMember()
        case let lack?:
            releaseMember()
            return refuse(Refusal(lack))
        }
        attemptAnew(isSpent: isSpent)
    }

    /// Gives the request to another member.
    ///
    /// - Parameter isSpent: whether the budget was asked already.
    func goElsewhere(isSpent: Bool = false) {
        noteTry()
        releaseMember()
        attemptAnew(isSpent: isSpent)
    }

    private func attemptAnew(isSpent: Bool) {
        guard let balancer, outbound.gathering == nil || isGathered(), !(isSpent && rests()) else { return }
        follow(another(of: balancer, isSpent: isSpent), in: balancer)
        sendOn()
    }
}
