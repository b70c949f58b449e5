import Balancing
import Bytes
import HTTP
import Model
import Reactor

/// What a member has answered, or has not in time, and the next one is asked again (`retry-on`): of requests that do no
/// harm when they are done twice (RFC 9110, section 9.2.2), whose bytes are all there still, and of whose answer
/// nothing was passed on. Where nobody is left, or the balancer's budget for that is spent, the answer passes, and one
/// that has not come in time is a timeout.
///
/// A member that says with its 503 that it has not begun (`refused-by`) has done nothing that could be done twice:
/// there the method does not matter.
extension Exchange {
    /// Whether an answer says that its member has not begun the request.
    func saysUnbegun(_ head: borrowing ResponseHead, source: Span<UInt8>) -> Bool {
        guard let name = balancer?.refusalField else { return false }
        for index in 0..<head.fields.count
        where source.extracting(head.fields[index].name).equalsIgnoringCase(name.span) {
            return true
        }
        return false
    }

    /// Finds who gets the request in place of a member that has answered so.
    ///
    /// - Parameter isRefusal: whether the answer says that its member has not begun.
    /// - Returns: whether there is somebody, who is the course's successor then.
    func discardAnswer(_ status: Int, isRefusal: Bool) -> Bool {
        guard let balancer, isRefusal || balancer.configuration.retryOnStatus.contains(status),
            mayRepeat(balancer, isUnbegun: isRefusal)
        else { return false }
        guard mayRetry() else {
            noteHeldBack()
            return false
        }
        guard findSuccessor(balancer) else { return false }
        bench.members.spendRetry(at: balancer)
        countAnswer(status)
        if !isRefusal { failOnStatus(status) }
        tellSuccessor(isRefusal ? "has answered \(status) without having begun" : "has answered \(status)")
        course.failure = .answerDiscarded
        course.trouble.code = isRefusal ? "unprocessed" : Outcome.answerDiscarded.code
        return true
    }

    /// The answer has not begun in time: another member is given the request, or it is answered.
    func onAnswerTimeout() {
        guard !goOnAfterTimeout() else { return }
        let isCallOver = facts.callEndMillis.map { $0 <= bench.clock.nowMillis } ?? false
        refuse(Refusal(isCallOver ? .grpcTimeout : .answerTimeout))
    }

    private func goOnAfterTimeout() -> Bool {
        guard let balancer, !facts.isCall, course.countTimeout() else { return false }
        let configuration = balancer.configuration
        if configuration.failOnTimeout { putMemberInError("no answer in time") }
        guard configuration.failOnTimeout || configuration.retryOnTimeout, mayRepeat(balancer) else { return false }
        guard findSuccessor(balancer) else { return false }
        let leavesMember = member?.state.isInError(now: Int64(bench.clock.nowMillis)) == true
        if let successor = course.successor, isTrial(successor, of: balancer) || !leavesMember, !spendRetry() {
            _ = course.takeSuccessor()
            release(successor, of: balancer)
            noteHeldBack()
            return false
        }
        tellSuccessor("has not answered in time")
        course.failure = .answerTimeout
        course.trouble.code = Outcome.answerTimeout.code
        goOnElsewhere()
        return true
    }

    /// - Parameter isUnbegun: whether the member has done nothing that could be done twice.
    private func mayRepeat(_ balancer: Balancer, isUnbegun: Bool = false) -> Bool {
        (isUnbegun || facts.method.isIdempotent) && outbound.isReplayable && attempts < balancer.attemptsMax
    }

    private func findSuccessor(_ balancer: Balancer) -> Bool {
        guard course.findSuccessor(circumstances(balancer)) else { return false }
        bench.members.noteFurther(at: balancer)
        return true
    }

    private func tellSuccessor(_ words: String) {
        guard let balancer, let member, let successor = course.successor else { return }
        let next = balancer.chooser.members[successor.member].name
        bench.journal.report(
            .warning, "member \(member.name) of \(balancer.configuration.name) \(words): the request goes to \(next)")
    }

    /// Gives the request to the successor, at once or after a while.
    package func goOnElsewhere() {
        guard course.successor != nil, let balancer else { return }
        outbound.upstream?.close()
        outbound.upstream = nil
        noteTry()
        releaseMember()
        outbound.rewind()
        guard !rests(), let choice = course.takeSuccessor() else { return }
        follow(.give(choice), in: balancer)
        sendOn()
    }
}
