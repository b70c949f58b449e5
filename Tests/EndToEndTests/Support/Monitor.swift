import Foundation

/// A value behind a lock, with waiting for it to become what a test needs.
///
/// The one place of these tests where threads meet: everything else that crosses a thread holds a monitor.
final class Monitor<Value>: @unchecked Sendable {
    private let condition = NSCondition()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    /// Reads or changes the value, and wakes whoever waits for it.
    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return try body(&value)
    }

    /// Waits until `body` answers something, looking again after every change.
    ///
    /// - Returns: what `body` answered, or nil when `seconds` have passed first.
    func wait<Result>(seconds: Double, until body: (inout Value) -> Result?) -> Result? {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = body(&value) { return result }
            if !condition.wait(until: deadline) { return body(&value) }
        }
    }
}
