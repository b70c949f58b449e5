import Bytes
import Forwarding
import Foundation
import Reactor
import Testing

/// Who hears of what a worker has done with files, and that nothing is lost of what is not waited for.
@Suite("File desk")
struct FileDeskTests {
    /// Jobs that are run when the test wants it, in the place of threads.
    private final class Script {
        var jobs: [FileJob] = []
        var isFull = false

        func enqueue(_ job: FileJob) -> Bool {
            if !isFull { jobs.append(job) }
            return !isFull
        }
    }

    private final class Owner: FileOwner {
        var answers: [FileJob.Answer] = []
        var onFileBody: (FileJob.Answer) -> Void = { _ in }

        func onFile(_ answer: FileJob.Answer) {
            answers.append(answer)
            onFileBody(answer)
        }

        /// What was opened last.
        var file: OpenFile? {
            if case .opened(.file(let file)) = answers.last { file } else { nil }
        }
    }

    private let folder: URL
    private let root: FileRoot
    private let stores = Stores()
    private let turnEnd = TurnEnd()
    private let script = Script()
    private let desk: FileDesk
    private let owner = Owner()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("file-desk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("content".utf8).write(to: folder.appendingPathComponent("a"))
        root = try FileRoot(path: folder.path)
        desk = FileDesk(stores: stores, turnEnd: turnEnd, enqueue: script.enqueue)
    }

    private var work: FileJob.Work { .open(root, path: [UInt8(ascii: "a")]) }

    /// Runs the oldest job and hands it back.
    private func runNext() {
        let job = script.jobs.removeFirst()
        job.run()
        desk.onDone(job)
    }

    private func remove() {
        try? FileManager.default.removeItem(at: folder)
    }

    @Test("an owner hears of his own job, and gets his slab back")
    func answers() throws {
        defer { remove() }
        let other = Owner()
        #expect(desk.submit(work, for: owner) != nil)
        #expect(desk.submit(.makeTemporary(folder: folder.path), for: other) != nil)
        #expect(desk.awaitedCount == 2)
        #expect(owner.answers.isEmpty, "not in the same turn")
        runNext()
        let file = try #require(owner.file)
        #expect(other.answers.isEmpty)
        runNext()
        guard case .made(.success) = other.answers.last else {
            Issue.record("no file was made")
            return
        }
        let slab = stores.buffers.small()
        #expect(desk.submit(.read(file, at: 3, count: 100, into: slab), for: owner) != nil)
        runNext()
        guard case .read(.transferred(4), let back) = owner.answers.last else {
            Issue.record("nothing was read")
            return
        }
        #expect(back === slab)
        #expect(stores.buffers.lentCount == 1, "it is the owner's")
        #expect(desk.awaitedCount == 0)
    }

    @Test("an owner may have the next thing done while he hears of the last")
    func onward() {
        defer { remove() }
        owner.onFileBody = { [desk, root, unowned owner] _ in
            guard owner.answers.count < 3 else { return }
            _ = desk.submit(.open(root, path: []), for: owner)
        }
        #expect(desk.submit(work, for: owner) != nil)
        while !script.jobs.isEmpty { runNext() }
        #expect(owner.answers.count == 3)
        #expect(desk.awaitedCount == 0)
    }

    @Test("a full queue is told at once, and the slab stays its owner's")
    func full() throws {
        defer { remove() }
        let file = try OpenFile.temporary(in: folder.path)
        let slab = stores.buffers.large()
        script.isFull = true
        #expect(desk.submit(.write(slab, to: file, at: 0), for: owner) == nil)
        #expect(desk.awaitedCount == 0)
        #expect(stores.buffers.lentCount == 1)
        stores.buffers.giveBack(slab)
        script.isFull = false
        #expect(desk.submit(work, for: owner) != nil)
        runNext()
        #expect(owner.file != nil)
    }

    @Test("who cancels hears nothing, and his slab goes back to the stores", arguments: ["before", "while", "behind"])
    func cancel(moment: String) throws {
        defer { remove() }
        let file = try OpenFile.temporary(in: folder.path)
        let slab = stores.buffers.large()
        slab.append { $0.append(1) }
        let ticket = try #require(desk.submit(.write(slab, to: file, at: 0), for: owner))
        let reading = try #require(
            desk.submit(.read(file, at: 0, count: 1, into: stores.buffers.small()), for: owner))
        let opening = try #require(desk.submit(work, for: owner))
        #expect(stores.buffers.lentCount == 2)
        let tickets = [ticket, reading, opening]
        if moment == "before" { tickets.forEach(desk.cancel) }
        let jobs = script.jobs
        script.jobs = []
        for job in jobs {
            job.run()
            // The job has been run, and its message is on the way.
            if moment == "while" { tickets.forEach(desk.cancel) }
        }
        if moment == "behind" { tickets.forEach(desk.cancel) }
        #expect(desk.awaitedCount == 0)
        #expect(stores.buffers.lentCount == 2, "the threads may have them still")
        jobs.forEach(desk.onDone)
        #expect(stores.buffers.lentCount == 0)
        #expect(owner.answers.isEmpty)
        tickets.forEach(desk.cancel)
    }

    @Test("a ticket of a job that has come back cancels no other one")
    func oldTicket() throws {
        defer { remove() }
        let old = try #require(desk.submit(work, for: owner))
        runNext()
        let new = try #require(desk.submit(work, for: owner))
        #expect(old != new)
        desk.cancel(old)
        runNext()
        #expect(owner.answers.count == 2)
    }

    @Test("what comes back undone is told, and its slab goes back")
    func undone() throws {
        defer { remove() }
        let file = try OpenFile.temporary(in: folder.path)
        let read = FileJob.Work.read(file, at: 0, count: 1, into: stores.buffers.small())
        #expect(desk.submit(read, for: owner) != nil)
        desk.onDone(script.jobs.removeFirst())
        guard case .undone = owner.answers.last else {
            Issue.record("the owner was not told")
            return
        }
        #expect(stores.buffers.lentCount == 0)
    }

    @Test("an owner is held while he waits, and let go of then")
    func lifetime() throws {
        defer { remove() }
        weak var seen: Owner?
        do {
            let passing = Owner()
            seen = passing
            #expect(desk.submit(work, for: passing) != nil)
        }
        #expect(seen != nil)
        runNext()
        #expect(seen == nil)
    }
}
