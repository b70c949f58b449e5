import Dispatch
import Reactor
import Synchronization
import Testing

/// What is known of other threads. One thread asks at a time.
@Suite("Stacks of threads", .serialized, .tags(.reactor)) struct ThreadStackTests {
    /// A thread that does something until it is told to end.
    private final class Subject: Sendable {
        let number = Atomic<Int32>(0)
        let isOver = Atomic<Bool>(false)
        private let hasBegun = DispatchSemaphore(value: 0)

        func begin() {
            number.store(OperatingSystemThread.number, ordering: .relaxed)
            hasBegun.signal()
        }

        var hasEnded: Bool { isOver.load(ordering: .relaxed) }

        func waitForBegin() -> Int32 {
            hasBegun.wait()
            return number.load(ordering: .relaxed)
        }
    }

    @Test("A thread that is busy tells its stack, and goes on") func busy() throws {
        try ThreadStack.prepare()
        let subject = Subject()
        let thread = try OperatingSystemThread(name: "busy") {
            subject.begin()
            while !subject.hasEnded {}
        }
        let number = subject.waitForBegin()
        let frames = try #require(ThreadStack.take(of: number, withinMillis: 10_000))
        #expect(frames.count > 3 && frames.allSatisfy { $0.contains("0x") }, "\(frames)")
        let again = ThreadStack.take(of: number, withinMillis: 10_000)
        #expect(again != nil)
        guard case .running(let nanoseconds) = ThreadActivity(of: number) else {
            Issue.record("\(ThreadActivity(of: number))")
            return
        }
        #expect(nanoseconds > 0)
        subject.isOver.store(true, ordering: .relaxed)
        thread.join()
    }

    @Test("A thread that waits tells its stack, and waits on") func waiting() throws {
        try ThreadStack.prepare()
        let subject = Subject()
        let end = DispatchSemaphore(value: 0)
        let thread = try OperatingSystemThread(name: "waiting") {
            subject.begin()
            end.wait()
            subject.isOver.store(true, ordering: .relaxed)
        }
        let number = subject.waitForBegin()
        #expect(try #require(ThreadStack.take(of: number, withinMillis: 10_000)).count > 3)
        #expect(!subject.hasEnded)
        // It is on its way back into the wait at first.
        while ThreadActivity(of: number) != .waiting {}
        end.signal()
        thread.join()
        #expect(subject.hasEnded)
    }

    @Test("Of a thread that there is none of nothing is known") func none() throws {
        try ThreadStack.prepare()
        #expect(ThreadStack.take(of: Int32.max, withinMillis: 10) == nil)
        #expect(ThreadActivity(of: Int32.max) == .unknown)
    }
}
