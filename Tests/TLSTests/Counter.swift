import Synchronization

/// A number that any thread may raise.
final class Counter: Sendable {
    private let number = Atomic<Int>(0)

    var value: Int { number.load(ordering: .relaxed) }

    func increment() {
        number.wrappingAdd(1, ordering: .relaxed)
    }
}
