import Balancing
import HTTP

/// Giving a request to another member because of what the first one has answered, or because it has not (`retry-on`).
///
/// Only what does no harm when it is done twice (RFC 9110, section 9.2.2), whose bytes are all there still, and of
/// whose answer nothing was passed on. Where nobody is left, the answer passes.
extension Exchange {
    /// Finds who gets the request in place of a member that has answered so.
    ///
    /// - Returns: whether there is somebody, who is the ``successor`` then.
    func discardAnswer(_ status: Int) -> Bool {
        guard let farm, farm.configuration.retryOnStatus.contains(status), findSuccessor() else { return false }
        countAnswer(status)
        failOnStatus(status)
        tellSuccessor("has answered \(status)")
        lastFailure = .answerDiscarded
        return true
    }

    /// Gives the request to another member as its answer has not begun in time.
    ///
    /// Once for each request: when a second member is too slow as well, it is the request that takes so long.
    ///
    /// - Returns: whether there is somebody.
    func goOnAfterTimeout() -> Bool {
        guard let configuration = farm?.configuration, !isCall, !hasTimedOut else { return false }
        hasTimedOut = true
        if configuration.failOnTimeout { putMemberInError("no answer in time") }
        guard configuration.failOnTimeout || configuration.retryOnTimeout, findSuccessor() else { return false }
        tellSuccessor("has not answered in time")
        lastFailure = .answerTimeout
        goOnElsewhere()
        return true
    }

    private func findSuccessor() -> Bool {
        guard let farm, method.isIdempotent, isReplayable, record.attempts < attemptsMax(farm) else { return false }
        successor = choose(farm)
        return successor != nil
    }

    private func tellSuccessor(_ words: String) {
        guard let farm, let member, let successor else { return }
        let next = farm.balancer.members[successor.member].name
        worker.report(
            .warning, "member \(member.name) of \(farm.configuration.name) \(words): the request goes to \(next)")
    }

    /// Gives the request to the ``successor``.
    func goOnElsewhere() {
        guard let choice = successor.take(), let farm else { return }
        upstream?.close()
        upstream = nil
        releaseMember()
        sentCount = 0
        if !give(to: choice, of: farm) { attempt() }
        flushRequest()
    }
}
