import Synchronization

/// What the checks of one member have come to, for who reads it; written by the prober's thread, across reloads.
package final class CheckTally: Sendable {
    private let passed = Atomic<UInt64>(0)
    private let failed = Atomic<UInt64>(0)
    private let saved = Atomic<UInt64>(0)
    private let lastMillis = Atomic<Int>(-1)
    private let last = Mutex<ProbeResult?>(nil)

    /// Nothing was checked yet.
    package init() {}

    /// Checks that have proven the member.
    package var passedCount: UInt64 { passed.load(ordering: .relaxed) }
    /// Checks that have failed.
    package var failedCount: UInt64 { failed.load(ordering: .relaxed) }
    /// Checks that real answers have saved.
    package var savedCount: UInt64 { saved.load(ordering: .relaxed) }
    /// The last result; `nil`: there was none.
    package var lastResult: ProbeResult? { last.withLock { $0 } }
    /// Milliseconds that the last check took; `nil`: there was none.
    package var lastMilliseconds: Int? {
        let millis = lastMillis.load(ordering: .relaxed)
        return millis < 0 ? nil : millis
    }

    /// Counts a result.
    func count(_ result: ProbeResult, milliseconds: Int) {
        switch result {
        case .passed: passed.wrappingAdd(1, ordering: .relaxed)
        case .failed: failed.wrappingAdd(1, ordering: .relaxed)
        case .undecided: break
        }
        last.withLock { $0 = result }
        lastMillis.store(milliseconds, ordering: .relaxed)
    }

    /// Counts a check that was saved.
    func countSaved() {
        saved.wrappingAdd(1, ordering: .relaxed)
    }
}
