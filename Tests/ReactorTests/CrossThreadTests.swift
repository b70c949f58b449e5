import Glibc
import Reactor
import Synchronization
import Testing

@Suite(.tags(.reactor), .timeLimit(.minutes(10))) struct CrossThreadTests {
    @Test func messagesOfFourThreadsArriveInOrderAndNoneIsLost() throws {
        let runner = try LoopRunner()
        let mailbox = Mailbox<(thread: Int, number: Int)>(waker: runner.loop.waker)
        var received: [[Int]] = [[], [], [], []]
        runner.onWakeBody = { for message in mailbox.takeAll() { received[message.thread].append(message.number) } }
        let threads = Threads(4) { thread in
            for number in 0..<5000 { mailbox.post((thread, number)) }
        }
        #expect(runner.run { received.map(\.count).reduce(0, +) == 20_000 })
        threads.join()
        #expect(received.allSatisfy { $0 == Array(0..<5000) })
        #expect(mailbox.takeAll().isEmpty)
    }

    @Test func twoMailboxesShareAWaker() throws {
        let runner = try LoopRunner()
        let numbers = Mailbox<Int>(waker: runner.loop.waker)
        let words = Mailbox<String>(waker: runner.loop.waker)
        var count = 0
        runner.onWakeBody = { count += numbers.takeAll().count + words.takeAll().count }
        let threads = Threads(2) { thread in
            for number in 0..<2000 {
                if thread == 0 { numbers.post(number) } else { words.post("\(number)") }
            }
        }
        #expect(runner.run { count == 4000 })
        threads.join()
    }

    @Test func wakesBeforeTheLoopRunsBecomeOne() throws {
        let runner = try LoopRunner()
        for _ in 0..<1000 { runner.loop.waker.wake() }
        runner.run(forMillis: 60)
        #expect(runner.wakeCount == 1)
    }

    @Test func aWakerOutlivesItsLoop() throws {
        var runner: LoopRunner? = try LoopRunner()
        let waker = try #require(runner?.loop.waker)
        runner = nil
        waker.wake()
    }

    @Test func aThreadHasItsNameAndIsWaitedFor() throws {
        let name = Mutex("")
        let thread = try OperatingSystemThread(name: "martlet-test-1") { name.withLock { $0 = Kernel.threadName() } }
        thread.join()
        #expect(name.withLock { $0 } == "martlet-test-1")
    }

    @Test func aThreadThatNobodyWaitsForRunsToItsEnd() throws {
        let runner = try LoopRunner()
        let waker = runner.loop.waker
        for _ in 0..<50 { _ = try OperatingSystemThread(name: "unwatched") { waker.wake() } }
        #expect(runner.run { runner.wakeCount > 0 })
    }

    @Test func signalsAreReadInsteadOfInterrupting() throws {
        let outcome = Mutex<[Int32]>([])
        let hasComeByLoop = Mutex(false)
        let thread = try OperatingSystemThread(name: "signals") {
            guard let signals = try? SignalDescriptor(blocking: [SIGUSR1, SIGUSR2, SIGHUP]),
                let runner = try? LoopRunner()
            else { return }
            outcome.withLock { $0.append(signals.next() ?? -1) }
            let probe = Probe()
            _ = try? runner.loop.registerReader(signals.descriptor, handler: probe)
            for signal in [SIGUSR2, SIGHUP, SIGHUP] { Kernel.raiseInThread(signal) }
            let hasCome = runner.run { !probe.readiness.isEmpty }
            hasComeByLoop.withLock { $0 = hasCome }
            while let signal = signals.next() { outcome.withLock { $0.append(signal) } }
        }
        thread.join()
        #expect(hasComeByLoop.withLock { $0 })
        #expect(outcome.withLock { $0 } == [-1, SIGHUP, SIGUSR2], "the lowest first, doubled ones become one")
    }
}

/// Threads that do the same with their number.
final class Threads {
    private var running: [ThreadBox] = []

    init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        for number in 0..<count {
            if let thread = try? OperatingSystemThread(name: "test-\(number)", { body(number) }) {
                running.append(ThreadBox(thread))
            }
        }
    }

    func join() {
        for box in running { box.join() }
    }

    private final class ThreadBox {
        private var thread: OperatingSystemThread?

        init(_ thread: consuming OperatingSystemThread) {
            self.thread = consume thread
        }

        func join() {
            thread.take()?.join()
        }
    }
}
