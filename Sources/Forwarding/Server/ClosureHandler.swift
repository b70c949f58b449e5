import Reactor

/// Calls a closure when its registration becomes ready or its deadline passes.
final class ClosureHandler: EventHandler {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) {
        self.body = body
    }

    func onReady(_ readiness: Readiness) { body() }

    func onDeadline() { body() }
}
