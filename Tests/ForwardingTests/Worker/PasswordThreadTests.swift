import Dispatch
import Forwarding
import Reactor
import Synchronization
import Testing

/// The thread that checks passwords: what it takes, what is one check for many, and that each is told of once.
@Suite("Password thread", .timeLimit(.minutes(10)))
struct PasswordThreadTests {
    /// Whom a thread tells, and what.
    private final class Told: Sendable {
        private let verdicts = Mutex<[Int: [PasswordJob.Verdict]]>([:])
        private let news = DispatchSemaphore(value: 0)

        @Sendable func tell(_ job: PasswordJob, _ verdict: PasswordJob.Verdict) {
            verdicts.withLock { $0[job.number, default: []].append(verdict) }
            news.signal()
        }

        /// Waits until so many more were told.
        func wait(_ count: Int) {
            for _ in 0..<count { news.wait() }
        }

        func words(_ number: Int) -> [String] { verdicts.withLock { $0[number] ?? [] }.map { "\($0)" } }
        var count: Int { verdicts.withLock { $0.values.reduce(0) { $0 + $1.count } } }
    }

    /// Holds a thread up with the first job that it is given, which it has checked and is telling of.
    private final class Holdup: Sendable {
        private let isThere = DispatchSemaphore(value: 0)
        private let mayGoOn = DispatchSemaphore(value: 0)

        /// - Parameter told: hears of the job when the thread may go on.
        init(_ thread: PasswordThread, with job: PasswordJob, _ told: Told) {
            let isTaken = thread.submit(job) { [isThere, mayGoOn] job, verdict in
                isThere.signal()
                mayGoOn.wait()
                told.tell(job, verdict)
            }
            #expect(isTaken)
            isThere.wait()
        }

        func end() { mayGoOn.signal() }
    }

    /// `sesame`, in about a millisecond.
    private static let hash = "$2y$04$nGiE.XloyQWIsDniKX2BEOpVhzofZgYTYFTBlENMKIddqofxMTjri"

    private func job(
        _ number: Int, mark: UInt128? = nil, address: UInt128 = 0, isKnown: Bool = true, password: String = "sesame"
    ) throws -> PasswordJob {
        PasswordJob(
            number: number, mark: mark ?? UInt128(number), address: address, hash: try PasswordHash(Self.hash),
            isKnown: isKnown, password: Array(password.utf8))
    }

    @Test("right and wrong passwords, and a name that nobody has")
    func verdicts() throws {
        let (thread, told) = (PasswordThread(), Told())
        #expect(thread.submit(try job(1), onDone: told.tell))
        #expect(thread.submit(try job(2, password: "open"), onDone: told.tell))
        #expect(thread.submit(try job(3, isKnown: false), onDone: told.tell))
        told.wait(3)
        #expect(told.words(1) == ["accepted"] && told.words(2) == ["refused"] && told.words(3) == ["refused"])
        thread.finish()
        #expect(told.count == 3)
        #expect(!thread.submit(try job(4), onDone: told.tell), "the end has come")
    }

    @Test("64 checks at most, of an address two, and many of one mark are one")
    func bounds() throws {
        let (thread, told) = (PasswordThread(), Told())
        let holdup = Holdup(thread, with: try job(0), told)
        for number in 1...2 { #expect(thread.submit(try job(number, address: 7), onDone: told.tell)) }
        #expect(!thread.submit(try job(3, address: 7), onDone: told.tell))
        for number in 4...9 { #expect(thread.submit(try job(number, mark: 1, address: 7), onDone: told.tell)) }
        for number in 10..<72 { #expect(thread.submit(try job(number), onDone: told.tell)) }
        #expect(!thread.submit(try job(72), onDone: told.tell), "64 wait")
        #expect(thread.submit(try job(73, mark: 1), onDone: told.tell), "it shares one")
        holdup.end()
        told.wait(1 + 2 + 6 + 62 + 1)
        #expect(told.words(3).isEmpty && told.words(72).isEmpty)
        for number in [0, 1, 2, 4, 9, 10, 71, 73] { #expect(told.words(number) == ["accepted"], "\(number)") }
        #expect(thread.submit(try job(74, address: 7), onDone: told.tell), "there is room again")
        told.wait(1)
        thread.finish()
        #expect(told.count == 73)
    }

    @Test("what nobody waits for is not checked, unless somebody else does")
    func givenUp() throws {
        let (thread, told) = (PasswordThread(), Told())
        let holdup = Holdup(thread, with: try job(0), told)
        let (left, shared) = (try job(1), try job(2))
        #expect(thread.submit(left, onDone: told.tell))
        #expect(thread.submit(shared, onDone: told.tell))
        #expect(thread.submit(try job(3, mark: 2), onDone: told.tell))
        left.giveUp()
        shared.giveUp()
        holdup.end()
        told.wait(4)
        #expect(told.words(1) == ["undone"] && told.words(2) == ["accepted"] && told.words(3) == ["accepted"])
        thread.finish()
    }

    @Test("at the end all are told, and the thread is waited for")
    func end() throws {
        let (thread, told) = (PasswordThread(), Told())
        let holdup = Holdup(thread, with: try job(0), told)
        for number in 1..<39 { #expect(thread.submit(try job(number), onDone: told.tell)) }
        // The thread goes on when the end has come, and the last one was told of it.
        let isTaken = thread.submit(try job(39)) { job, verdict in
            told.tell(job, verdict)
            holdup.end()
        }
        #expect(isTaken)
        thread.finish()
        #expect(told.count == 40 && told.words(0) == ["accepted"])
        for number in 1..<40 { #expect(told.words(number) == ["undone"], "\(number)") }
        PasswordThread().finish()
    }
}
