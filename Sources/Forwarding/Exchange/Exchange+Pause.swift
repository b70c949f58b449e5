import Balancing
import Reactor

/// Back-off: a request that is sent anew goes to its member once more, and to the first other member, at once; each
/// further member is given it after a while, so that members who are all ill do not get what is sent anew in one heap.
///
/// It has no member meanwhile, or one that is to get it next, whose place it has: who has given an answer up for that
/// member is not to find it taken.
extension Exchange {
    /// Begins to wait, before another member is given what was sent to two already.
    ///
    /// - Returns: whether it waits; ``onPauseOver()`` follows.
    func rests() -> Bool {
        guard record.attempts >= 2, record.attempts < balancer?.attemptsMax ?? 0 else { return false }
        var millis = course.restMillis(before: record.attempts + 1)
        if let end = facts.callEndMillis { millis = min(millis, max(0, end - bench.clock.nowMillis)) }
        bench.members.retryPauses.enter(self, for: millis)
        return true
    }

    /// Its time to wait is over.
    func onPauseOver() {
        endPause()
        guard let balancer else { return }
        if let successor = course.takeSuccessor() {
            follow(.give(successor), in: balancer)
        } else {
            follow(another(of: balancer, isSpent: true), in: balancer)
        }
        sendOn()
    }

    /// Waits no longer, as it is over; whoever was to get it gets his place back.
    func leavePause() {
        endPause()
        if let balancer, let successor = course.takeSuccessor() { release(successor, of: balancer) }
    }

    private func endPause() {
        record.waited += bench.clock.now - course.pause.began
        bench.members.retryPauses.leave(self)
    }
}
