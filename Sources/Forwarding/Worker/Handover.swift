import Synchronization

/// A value that one thread hands to another one, which takes it once.
///
/// `@unchecked Sendable`, because the value need not be: the lock makes taking it happen after it was put in, and who
/// has put it in keeps no reference to it.
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
