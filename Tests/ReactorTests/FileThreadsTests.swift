import Bytes
import Dispatch
import Glibc
import Reactor
import Synchronization
import Testing

@Suite(.tags(.reactor)) struct FileThreadsTests {
    private let folder = Folder()

    /// What a job comes to, by the threads, whose end is waited for.
    private func answer(to work: FileJob.Work) -> FileJob.Answer {
        let threads = FileThreads(jobsMax: 1)
        let arrival = DispatchSemaphore(value: 0)
        let done = Mutex<FileJob?>(nil)
        let isTaken = threads.submit(FileJob(number: 1, work)) { job in
            done.withLock { $0 = job }
            arrival.signal()
        }
        #expect(isTaken)
        arrival.wait()
        #expect(threads.finish(withinMillis: 10_000))
        return done.withLock { $0 }?.takeAnswer() ?? .undone
    }

    // MARK: - Jobs

    @Test(.enabled(if: Folder.canCool, "there are no disks here")) func aColdFileIsRead() throws {
        let content = OpenFileTests.content(200_000)
        folder.write("cold", content)
        folder.cool("cold")
        let file = try #require(folder.root().open("cold").file)
        #expect(!file.isCached(100_000..<150_000))
        let slab = Buffer(capacity: 65_536)
        guard case .read(let transfer, let back) = answer(to: .read(file, at: 100_000, count: 50_000, into: slab))
        else {
            Issue.record("nothing was read")
            return
        }
        #expect(transfer == .transferred(50_000))
        #expect(back === slab)
        #expect(slab.bytes == Array(content[100_000..<150_000]))
        #expect(file.readCached(50_000, at: 100_000).transfer == .transferred(50_000))
    }

    @Test func aFileWithoutANameIsMadeWrittenReadAndEmptied() throws {
        guard case .made(.success(let file)) = answer(to: .makeTemporary(folder: folder.path)) else {
            Issue.record("no file was made")
            return
        }
        let slab = Buffer(capacity: 100_000)
        _ = slab.append(OpenFileTests.content(100_000).span)
        for offset in [0, 100_000] {
            guard case .written(.transferred(100_000), let back) = answer(to: .write(slab, to: file, at: offset)) else {
                Issue.record("not all was written")
                return
            }
            #expect(back === slab)
            #expect(slab.count == 100_000, "the bytes stay in the slab")
        }
        #expect(
            file.read(200, at: 99_900).bytes == Array(OpenFileTests.content(100_000)[99_900...].prefix(100))
                + Array(OpenFileTests.content(100)))
        guard case .emptied(0) = answer(to: .empty(file)) else {
            Issue.record("it was not emptied")
            return
        }
        #expect(file.read(1, at: 0).transfer == .ended)
    }

    @Test func aFileIsClosed() throws {
        folder.write("a", [1])
        let file = try #require(folder.root().open("a").file)
        #expect(folder.openCount == 1)
        guard case .closed = answer(to: .close(file)) else {
            Issue.record("it was not closed")
            return
        }
        #expect(folder.openCount == 0)
    }

    @Test func whatFailsSaysWhy() throws {
        folder.write("a", [1])
        let file = try #require(folder.root().open("a").file)
        let slab = Buffer(capacity: 10)
        _ = slab.append([1, 2, 3].span)
        guard case .written(.failed(EBADF), let back) = answer(to: .write(slab, to: file, at: 0)),
            case .emptied(EINVAL) = answer(to: .empty(file)),
            case .made(.failure(SystemError("open", code: ENOENT))) = answer(to: .makeTemporary(folder: "/nowhere")),
            case .opened(.refused(.missing)) = answer(to: .open(folder.root(), path: Array("b".utf8)))
        else {
            Issue.record("something did not fail, or otherwise")
            return
        }
        #expect(back === slab)
    }

    @Test func aPathIsOpened() {
        folder.write("a", [1, 2])
        guard case .opened(.file(let file)) = answer(to: .open(folder.root(), path: [UInt8(ascii: "a")])) else {
            Issue.record("it is there")
            return
        }
        #expect(file.bytes == 2)
    }

    // MARK: - Queue

    /// Threads that are held up until the gate is opened, with the jobs that hold them.
    private func held(_ threads: FileThreads, gate: DispatchSemaphore) {
        let arrivals = DispatchSemaphore(value: 0)
        for number in 0..<FileThreads.count {
            let job = FileJob(number: -1 - number, .open(folder.root(), path: []))
            let isTaken = threads.submit(job) { _ in
                arrivals.signal()
                gate.wait()
            }
            precondition(isTaken, "there is no room for what holds the threads up")
        }
        for _ in 0..<FileThreads.count { arrivals.wait() }
    }

    private func open(_ gate: DispatchSemaphore) {
        for _ in 0..<FileThreads.count { gate.signal() }
    }

    @Test func aFullQueueTakesNoMoreAndLosesNothing() throws {
        let threads = FileThreads(jobsMax: 50)
        let gate = DispatchSemaphore(value: 0)
        held(threads, gate: gate)
        let runner = try LoopRunner()
        let mailbox = Mailbox<FileJob>(waker: runner.loop.waker)
        let names = Mutex<Set<String>>([])
        let post: @Sendable (FileJob) -> Void = { job in
            names.withLock { _ = $0.insert(Kernel.threadName()) }
            mailbox.post(job)
        }
        for number in 0..<50 {
            let slab = Buffer(capacity: 16)
            #expect(threads.submit(FileJob(number: number, .write(slab, to: try temporary(), at: 0)), onDone: post))
        }
        let slab = Buffer(capacity: 16)
        let job = FileJob(number: 50, .read(try temporary(), at: 0, count: 1, into: slab))
        #expect(!threads.submit(job, onDone: post))
        #expect(threads.waitingCount == 50)
        #expect(job.takeSlab() === slab, "it stays the caller's")
        open(gate)
        var numbers: [Int] = []
        runner.onWakeBody = { numbers += mailbox.takeAll().map(\.number) }
        #expect(runner.run { numbers.count == 50 })
        #expect(Set(numbers) == Set(0..<50))
        #expect(threads.submit(FileJob(number: 51, .open(folder.root(), path: [])), onDone: post))
        #expect(runner.run { numbers.count == 51 })
        #expect(threads.finish(withinMillis: 10_000))
        #expect(names.withLock { $0 } == ["files"])
    }

    @Test func theEndHandsBackWhatWaits() throws {
        let threads = FileThreads(jobsMax: 1000)
        let gate = DispatchSemaphore(value: 0)
        held(threads, gate: gate)
        let back = Mutex<[FileJob]>([])
        let slabs = (0..<100).map { _ in Buffer(capacity: 16) }
        for (number, slab) in slabs.enumerated() {
            let job = FileJob(number: number, .read(try temporary(), at: 0, count: 1, into: slab))
            _ = threads.submit(job) { job in
                let count = back.withLock {
                    $0.append(job)
                    return $0.count
                }
                if count == 100 { for _ in 0..<FileThreads.count { gate.signal() } }
            }
        }
        #expect(folder.openCount == 100)
        #expect(threads.finish(withinMillis: 10_000))
        for job in back.withLock({ $0 }) {
            guard case .undone = job.takeAnswer() else {
                Issue.record("it was done")
                return
            }
            #expect(job.takeSlab() === slabs[job.number])
            #expect(job.takeSlab() == nil)
        }
        #expect(back.withLock { $0.count } == 100)
        back.withLock { $0 = [] }
        #expect(folder.openCount == 0)
        #expect(!threads.submit(FileJob(number: 0, .open(folder.root(), path: []))) { _ in })
    }

    @Test func theEndWaitsForNoDiskThatDoesNotAnswer() {
        let threads = FileThreads(jobsMax: FileThreads.count)
        let gate = DispatchSemaphore(value: 0)
        held(threads, gate: gate)
        #expect(!threads.finish(withinMillis: 20))
        open(gate)
    }

    @Test func whoNeverAsksHasNoThreads() {
        #expect(FileThreads(jobsMax: 1).finish(withinMillis: 0))
    }

    // MARK: - Giving up

    @Test func whatIsGivenUpBeforeItsTurnIsNotDone() throws {
        let slab = Buffer(capacity: 16)
        let job = FileJob(number: 0, .read(try temporary(), at: 0, count: 1, into: slab))
        job.giveUp()
        job.run()
        guard case .undone = job.takeAnswer() else {
            Issue.record("it was done")
            return
        }
        #expect(job.takeSlab() === slab)
        #expect(folder.openCount == 0, "the file that it was for is let go of with its slab")
    }

    @Test func whatIsGivenUpAtAnyTimeComesBackWhole() throws {
        folder.write("a", OpenFileTests.content(100_000))
        let root = folder.root()
        let file = try #require(root.open("a").file)
        let threads = FileThreads(jobsMax: 10_000)
        let back = Mutex<[FileJob]>([])
        let slabs = (0..<3000).map { _ in Buffer(capacity: 4096) }
        for number in 0..<3000 {
            let work: FileJob.Work =
                switch number % 4 {
                case 0: .open(root, path: [UInt8(ascii: "a")])
                case 1: .read(file, at: number, count: 4096, into: slabs[number])
                case 2: .open(root, path: [UInt8(ascii: "b")])
                default: .makeTemporary(folder: folder.path)
                }
            let job = FileJob(number: number, work)
            #expect(threads.submit(job) { job in back.withLock { $0.append(job) } })
            if number % 3 == 0 { job.giveUp() }
        }
        while back.withLock({ $0.count }) < 3000 { sched_yield() }
        #expect(threads.finish(withinMillis: 10_000))
        let jobs = back.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
        #expect(jobs.map(\.number).sorted() == Array(0..<3000))
        for job in jobs { #expect((job.takeSlab() === slabs[job.number]) == (job.number % 4 == 1)) }
        #expect(folder.openCount == 2, "the root, and the file that is read")
    }

    private func temporary() throws -> OpenFile {
        try OpenFile.temporary(in: folder.path)
    }
}
