import Synchronization

/// keeps no reference to it.
final class Handover<Value>: @unchecked Sendable {
    private var value: Value?
    private let lock = Mutex(())

    init(_ value: Value) {
        self.value = value
    }

    /// Takes the value; `nil` when somebody has taken it before.
    func take() -> Value? {
        var taken: Value?
        lock.withLock { _ in taken = value.take() }
        return taken
    }
}
