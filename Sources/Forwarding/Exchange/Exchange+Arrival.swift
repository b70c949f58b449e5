import HTTP
import Model

/// Requests with content at balancers of which a member has a `max`: nobody's place is taken before the content is
/// there, or a slab full of it, so that slow clients do not keep a member from everybody.
///
/// One that waits so is held ``Step/rebuilt`` and has no member. Content fills its slab; the client is told to go on,
/// if it waits for that. What may need an answer before its content goes on does not wait: calls of gRPC and tunnels.
extension Exchange {
    /// Whether a member may be asked.
    func hasArrived() -> Bool {
        guard course.arrival != .there, record.attempts == 0, outbound.gathering == nil, !facts.wantsTunnel,
            !facts.isCall, !isArriving
        else {
            course.arrival = .there
            return true
        }
        course.arrival = .awaited
        // Its stream may be in the middle of handing the head over.
        if outbound.continuation == .clientAsks { bench.turnEnd.call(self) }
        return false
    }

    /// Whether all of the content is there, or as much as there is room for.
    private var isArriving: Bool { outbound.isEnded || outbound.isClientPaused || !outbound.hasRoom }

    /// Content has come, or its end.
    func noteArrival() {
        guard course.arrival == .awaited, isArriving else { return }
        course.arrival = .due
        bench.turnEnd.call(self)
    }

    /// Has the client go on, or looks for a member.
    func onTurnEnd(of arrival: Course.Arrival) {
        switch arrival {
        case .unasked, .there: return
        case .awaited:
            guard outbound.continuation == .clientAsks else { return }
            outbound.dropExpectation()
            sayContinue()
        case .due:
            course.arrival = .there
            // A reload may have replaced the balancer meanwhile.
            if let balancer, !bench.edge.has(balancer) { moveWhileWaiting(to: bench.edge) }
            attempt()
            sendOn()
        }
    }
}
