import Balancing
import Reactor

/// Waiting for a member that can take the request (``WaitingRoom``): `max` and `acquire` of members, `timeout` of the
/// balancer.
extension Exchange {
    /// Waits for what stands in the way, if that is worth its while.
    func waitOrRefuse(_ farm: Farm) {
        let preferences = preferences
        let tried = tried
        let obstacle = farm.balancer.obstacle(preferences, excluding: tried, now: Int64(worker.loop.nowMillis))
        let isSession = if case .sessionMemberBusy = obstacle { true } else { false }
        let patience = farm.patience(obstacle, connect: worker.settings.timeouts.connect)
        if isSession, !hasAwaitedSession {
            guard patience == 0 else { return wait(patience, retryingAt: .max) }
            hasAwaitedSession = true
            return attempt()
        }
        if farm.staysWithSession(preferences) {
            return refuse(isSession ? .memberBusy : .sessionMemberLost)
        }
        if !isSession, refusesPaced(farm) { return }
        if patience > 0, !awaitsAnyone {
            awaitsAnyone = true
            return wait(patience, retryingAt: recoveryMillis(obstacle))
        }
        if tryInError(farm) { return }
        refuse(obstacle == .busy ? .membersBusy : lastFailure ?? .noMember)
    }

    /// Gives the request to a member in error, as nobody else is left: one after the other, as long as one that does
    /// not answer a connect may take, so that a farm that has vanished does not hold its clients.
    ///
    /// - Returns: whether there is one.
    private func tryInError(_ farm: Farm) -> Bool {
        let (preferences, tried) = (preferences, tried)
        let now = worker.loop.nowMillis
        let end = errorTrialsEnd ?? now + worker.settings.timeouts.connect
        errorTrialsEnd = end
        guard now < end,
            let choice = farm.balancer.chooseInError(
                preferences, key: key, excluding: tried, now: Int64(now), random: worker.roll)
        else { return false }
        if !give(to: choice, of: farm) { attempt() }
        return true
    }

    /// Waits for the session's turn to move to another member, if that comes within the balancer's time; else tells
    /// when.
    ///
    /// - Returns: whether it is a turn that the request lacks.
    private func refusesPaced(_ farm: Farm) -> Bool {
        let (preferences, tried) = (preferences, tried)
        let now = worker.loop.nowMillis
        guard let rate = farm.configuration.failoverRate,
            let turn = farm.balancer.millisecondsToWait(preferences, key: key, excluding: tried, now: Int64(now))
        else { return false }
        let patience = farm.configuration.timeoutMilliseconds ?? 0
        guard turn <= patience, !awaitsTurn else {
            refuse(.paced(rate: rate, waitMilliseconds: turn))
            return true
        }
        awaitsTurn = true
        wait(patience, retryingAt: now + Int(turn))
        return true
    }

    private func wait(_ millis: Int, retryingAt retry: Int) {
        waitBegan = worker.loop.now
        worker.waitingRoom.enter(self, for: millis, retryingAt: retry)
    }

    /// When somebody who is in error may be tried again, in milliseconds of the loop's clock; `Int.max`: never.
    var recoveryMillis: Int {
        guard let farm else { return .max }
        let preferences = preferences
        let tried = tried
        return recoveryMillis(
            farm.balancer.obstacle(preferences, excluding: tried, now: Int64(worker.loop.nowMillis)))
    }

    private func recoveryMillis(_ obstacle: Obstacle) -> Int {
        if case .inError(let until) = obstacle { Int(until) } else { .max }
    }

    /// Tries again while it waits.
    ///
    /// - Returns: whether it waits no longer.
    func goOn() -> Bool {
        guard let farm, let choice = choose(farm) else { return false }
        endWaiting()
        if !give(to: choice, of: farm) { attempt() }
        flushRequest()
        return true
    }

    /// Its time to wait is over.
    func onWaitOver() {
        endWaiting()
        hasAwaitedSession = true
        attempt()
        flushRequest()
    }

    private func endWaiting() {
        worker.waitingRoom.leave(self)
        record.waited += worker.loop.now - waitBegan
    }

    /// Takes over what a new configuration says of its balancer, if there still is one and the request's slab has room
    /// for what it tells members.
    func moveWhileWaiting(to edge: Edge) {
        guard let old = farm, let new = edge.farms.first(where: { $0.configuration.name == old.configuration.name }),
            hasRoom(for: new.memberLines)
        else { return }
        farm = new
        if new.configuration.affinity != old.configuration.affinity { affinity = AffinityState() }
        if let written = new.written {
            affinity.isUsed = true
            affinity.memory = written.remembers ? worker.memory(of: new) : nil
        }
        let names = old.balancer.members.map(\.name)
        guard names != new.balancer.members.map(\.name) else { return }
        // Indices are those of other members now.
        let asked = preferences
        var moved = MemberPreferences()
        moved.hasUnknownRoute = asked.hasUnknownRoute
        for position in 0..<asked.count {
            let name = names[asked[position]]
            let index = new.balancer.members.firstIndex { $0.name == name || $0.specification.formerName == name }
            if let index { moved.append(index) } else { moved.hasUnknownRoute = true }
        }
        preferences = moved
        tried = MemberSet()
        record.choice = nil
    }
}
