import Bytes
import Reactor

/// Somebody on a worker who has something done with files.
package protocol FileOwner: AnyObject {
    /// Takes what it came to, and the slab that he gave, if any.
    func onFile(_ answer: FileJob.Answer)
}

/// What a job is known by to who has it done.
package struct FileTicket: Equatable {
    fileprivate let number: Int
}

/// What a worker has done with files by the threads that may wait for the disk, and for whom; and what it opens and
/// closes itself.
///
/// An owner has one job at a time, so that there are no more of them than exchanges. Belongs to the worker's thread.
package final class FileDesk {
    private let stores: Stores
    private let turnEnd: TurnEnd
    private let enqueue: (FileJob) -> Bool
    private lazy var openings = TurnOpenings()
    private let spare = SpareFiles(countMax: FileLimits.spareFilesMax)
    private var awaited: [Int: (job: FileJob, owner: any FileOwner)] = [:]
    private var lastNumber = 0

    /// - Parameters:
    ///   - stores: of which the slabs are.
    ///   - turnEnd: when what was opened is closed.
    ///   - enqueue: has a job run elsewhere, and ``onDone(_:)`` called with it on this thread, once, after it has
    ///     returned; `false`: it cannot.
    package init(stores: Stores, turnEnd: TurnEnd, enqueue: @escaping (FileJob) -> Bool) {
        self.stores = stores
        self.turnEnd = turnEnd
        self.enqueue = enqueue
    }

    /// Jobs that somebody waits for.
    package var awaitedCount: Int { awaited.count }

    /// Has something done. The owner hears of it in a later turn, unless he cancels it, and is held until then.
    ///
    /// - Parameter work: a slab in it is lent by this worker's ``Stores``, and not its owner's until he gets it back.
    /// - Returns: `nil`: too much waits for the disk already; the slab stays the owner's.
    package func submit(_ work: FileJob.Work, for owner: any FileOwner) -> FileTicket? {
        lastNumber += 1
        let job = FileJob(number: lastNumber, work)
        guard enqueue(job) else { return nil }
        awaited[lastNumber] = (job, owner)
        return FileTicket(number: lastNumber)
    }

    /// Forgets the owner, who hears nothing of it. Its slab goes back to the stores when the job comes back, and what
    /// it has opened is closed.
    package func cancel(_ ticket: FileTicket) {
        awaited.removeValue(forKey: ticket.number)?.job.giveUp()
    }

    /// Tells the owner of a job that has come back.
    package func onDone(_ job: FileJob) {
        guard let owner = awaited.removeValue(forKey: job.number)?.owner else { return giveBackSlab(of: job) }
        let answer = job.takeAnswer()
        if case .undone = answer { giveBackSlab(of: job) }
        owner.onFile(answer)
    }

    private func giveBackSlab(of job: FileJob) {
        if let slab = job.takeSlab() { stores.giveBack(slab) }
    }

    // MARK: - Without waiting

    /// What is left of files that are closed.
    package var spareCount: Int { spare.keptCount }

    /// Opens a path without waiting for the disk, once a turn.
    ///
    /// - Parameter path: one that was judged: it is what is opened.
    package func open(_ path: Span<UInt8>, beneath root: FileRoot) -> FileRoot.Opening {
        let openings = openings
        if let opening = openings.find(path, beneath: root) { return opening }
        let opening = root.openCached(path, from: spare)
        let isFirst = openings.isEmpty
        var former = openings.keep(opening, of: path, beneath: root)
        if isFirst, !openings.isEmpty { turnEnd.call(self) }
        letGo(&former)
        return opening
    }

    /// Lets go of a file, which is closed where nobody else has it.
    ///
    /// - Parameter file: `nil` afterwards.
    package func letGo(_ file: inout OpenFile?) {
        guard let bytes = file?.bytes, bytes >= FileLimits.slowCloseBytesMin, isKnownUniquelyReferenced(&file),
            let nameless = file, nameless.isNameless
        else { return spare.letGo(&file) }
        file = nil
        lastNumber += 1
        // Where the queue is full the file is closed here.
        _ = enqueue(FileJob(number: lastNumber, .close(nameless)))
    }
}

extension FileDesk: TurnEndHandler {
    /// Lets go of what was opened in the turn.
    package func onTurnEnd() {
        let openings = openings
        var file: OpenFile?
        while openings.forgetOne(&file) { letGo(&file) }
    }
}
