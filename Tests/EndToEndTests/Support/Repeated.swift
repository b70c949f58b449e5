import Foundation

/// Something that is done again and again on threads of its own, until the test ends.
final class Repeated: Sendable {
    private let isOver = Monitor(false)
    private let running: Monitor<Int>

    /// - Parameters:
    ///   - pause: seconds between an end and the next beginning.
    ///   - stagger: seconds between the first beginnings of two threads.
    ///   - body: what it throws is of no matter: it meets faults.
    init(threads: Int = 1, pause: Double, stagger: Double = 0, _ body: @escaping @Sendable () throws -> Void) {
        running = Monitor(threads)
        let (isOver, running) = (isOver, running)
        for thread in 0..<threads {
            Thread.detachNewThread {
                var wait = Double(thread) * stagger
                while isOver.wait(seconds: wait, until: { $0 ? true : nil }) == nil {
                    try? body()
                    wait = pause
                }
                running.withLock { $0 -= 1 }
            }
        }
        Belongings.keep(self)
    }

    deinit {
        isOver.withLock { $0 = true }
        _ = running.wait(seconds: 30) { $0 == 0 ? true : nil }
    }
}
