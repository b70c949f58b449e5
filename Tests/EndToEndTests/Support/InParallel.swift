import Foundation

/// Runs `body` for 0 ..< `count` on some threads and returns the results in order; the first error is thrown.
func inParallel<Result: Sendable>(
    _ count: Int, threads: Int, seconds: Double = 200, _ body: @escaping @Sendable (Int) throws -> Result
) throws -> [Result] {
    let state = Monitor(ParallelRun<Result>(running: threads))
    // Threads do not inherit a test's belongings by themselves.
    let belongings = Belongings.current
    for _ in 0..<threads {
        Thread.detachNewThread {
            Belongings.$current.withValue(belongings) {
                while let index = state.withLock({ (state) -> Int? in
                    guard state.next < count, state.failure == nil else { return nil }
                    defer { state.next += 1 }
                    return state.next
                }) {
                    do {
                        let result = try body(index)
                        state.withLock { $0.results[index] = result }
                    } catch {
                        state.withLock { $0.failure = error }
                    }
                }
            }
            state.withLock { $0.running -= 1 }
        }
    }
    guard let end = state.wait(seconds: seconds, until: { $0.running == 0 ? $0 : nil }) else {
        throw HarnessError("not done within \(seconds) s")
    }
    if let failure = end.failure { throw failure }
    return (0..<count).compactMap { end.results[$0] }
}

/// How far ``inParallel(_:threads:seconds:_:)`` has come.
private struct ParallelRun<Result> {
    var next = 0
    var running: Int
    var results: [Int: Result] = [:]
    var failure: (any Error)?
}
