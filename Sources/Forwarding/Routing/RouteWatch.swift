import Model
import Synchronization

/// Whether sessions have routes at all, under `mode: route`: applications that add none are tied to nobody, and nothing
/// else would show it.
///
/// Shared by all workers; each balancer has its own, so that every configuration is judged anew.
final class RouteWatch: Sendable {
    /// What is to be told.
    let words: String
    /// Requests that have brought a session and no member's route; negative when nothing is to be told any more.
    private let routeless = Atomic<Int>(0)

    /// The watch of a balancer; `nil` where the application writes no routes anyway.
    init?(_ configuration: BalancerConfiguration) {
        guard let mode = configuration.affinity?.mode, case .routes = mode.reading else { return nil }
        let session = mode.session
        let place = session.cookie.map { "cookie \($0)" } ?? "parameter \(session.parameter ?? "")"
        let cure = session.cookie.map { "{ mode: insert, follow: \($0) }" } ?? "insert"
        words =
            "balancer \(configuration.name): \(WorkerLimits.routelessRequests) requests have brought the \(place) "
            + "and none the route of a member, so nobody is tied to one; write affinity: \(cure), or let the "
            + "application add routes"
    }

    /// Sees a request.
    ///
    /// - Parameters:
    ///   - hasRoute: whether it asks for a member.
    ///   - isRouteless: whether it has brought a session without a member's route.
    /// - Returns: whether it is time to tell, which is once.
    func see(hasRoute: Bool, isRouteless: Bool) -> Bool {
        guard routeless.load(ordering: .relaxed) >= 0, hasRoute || isRouteless else { return false }
        if isRouteless {
            let count = routeless.wrappingAdd(1, ordering: .relaxed).newValue
            guard count == WorkerLimits.routelessRequests else { return false }
        }
        routeless.store(.min, ordering: .relaxed)
        return isRouteless
    }
}
