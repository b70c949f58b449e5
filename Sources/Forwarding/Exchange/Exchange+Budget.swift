import Balancing
import HTTP
import Model
import Reactor

/// What is sent anew, within the balancer's budget (``RetryBudget``).
///
/// Asked is who has sent something of the request to a member already, or has an answer; and who would connect to a
/// member in error after another one has failed. Who finds out that a member takes no connection, and goes on to one
/// that is well, has sent nothing twice. Who leaves a member that is in error by now for one that is well is one of
/// those few that were under way there when it failed. Nor is it a retry when the member has ended an idle connection
/// in the moment in which a request was sent on it (``UpstreamFailure/stale(_:)``): that is how HTTP/1.1 keeps
/// connections. HTTP/2 has GOAWAY for that, which leaves many requests at once to another connection, that have cost
/// the member nothing (``UpstreamFailure/goneAway(_:)``); once a request, and not on a connection that has answered
/// nothing, so that members that end each at once get no more than the budget. A stream that is refused is one that a
/// member has no room for: to send it anew adds to what it has too much of already, and the budget is asked.
extension Exchange {
    /// Asks whether the request may be sent anew, and counts that.
    func spendRetry() -> Bool {
        guard mayRetry() else { return false }
        if let balancer { bench.members.spendRetry(at: balancer) }
        return true
    }

    /// Asks whether the request may be sent anew; where it may not, the logs are told.
    func mayRetry() -> Bool {
        guard let balancer else { return false }
        guard !bench.members.mayRetry(at: balancer) else { return true }
        if bench.members.mustTellOfRetries(at: balancer) {
            bench.journal.report(
                .warning,
                "balancer \(balancer.configuration.name): no request is sent anew for now, as many were already as "
                    + "retry-budget allows (\(balancer.configuration.retryShare))")
        }
        return false
    }

    /// What follows a failure within the budget, and whether something of it was spent.
    func withinBudget(
        _ sequel: Course.Sequel, after failure: UpstreamFailure
    ) -> (sequel: Course.Sequel, isSpent: Bool) {
        let isRetry = sequel.isRetry(after: failure, wasSent: outbound.sentCount > 0)
        guard isRetry, !leavesMember(by: sequel) else { return (sequel, false) }
        return spendRetry() ? (sequel, true) : (.refuse(.retryBudget, blamed: sequel == .another), false)
    }

    /// Whether the member is in error then, and the request goes elsewhere.
    private func leavesMember(by sequel: Course.Sequel) -> Bool {
        guard let member else { return false }
        return switch sequel {
        case .another:
            member.specification.retryMilliseconds > 0 && !member.specification.status.contains(.ignoreErrors)
        case .replayElsewhere: member.state.isInError(now: Int64(bench.clock.nowMillis))
        case .reconnect, .replay, .refuse: false
        }
    }

    /// Whether a member was chosen that is in error, or due for a try, or that is out of error for want of others alone
    /// and has failed again: where all fail, every request would be given to all of them.
    func isTrial(_ choice: Choice, of balancer: Balancer) -> Bool {
        let state = balancer.chooser.members[choice.member].state
        return choice.reason == .recovered || state.isDoubted || state.isDue(now: Int64(bench.clock.nowMillis))
    }

    /// Takes a choice back that the budget does not let be followed.
    func release(_ choice: Choice, of balancer: Balancer) {
        let chosen = balancer.chooser.members[choice.member]
        chosen.state.release(sentBytes: 0, receivedBytes: 0, worker: bench.worker)
        bench.announceRoom(of: chosen)
    }

    /// Finds another member for a request that one has failed. Who is in error gets it within the budget alone.
    ///
    /// - Parameter isSpent: whether the budget was asked already.
    func another(of balancer: Balancer, isSpent: Bool) -> Course.Action {
        let action = course.next(circumstances(balancer))
        guard case .give(let choice) = action else { return action }
        bench.members.noteFurther(at: balancer)
        guard isTrial(choice, of: balancer), !isSpent, !spendRetry() else { return action }
        release(choice, of: balancer)
        return .refuse(Refusal(.retryBudget, retryAfterSeconds: 1))
    }

    /// Notes for the access log that an answer passes that the budget does not let be discarded.
    func noteHeldBack() {
        guard bench.journal.needs.contains(.tries), let member else { return }
        course.tries.add(member.name, Outcome.retryBudget.code, nanoseconds: bench.clock.now - record.given)
    }
}

extension Course.Sequel {
    /// Whether something is sent for a second time by it that the budget is asked for.
    ///
    /// - Parameter wasSent: whether the member was sent some of the request.
    package func isRetry(after failure: UpstreamFailure, wasSent: Bool) -> Bool {
        guard wasSent else { return false }
        switch self {
        case .replay:
            switch failure {
            case .stale, .goneAway: return false
            default: return true
            }
        case .replayElsewhere, .another: return true
        case .reconnect, .refuse: return false
        }
    }
}
