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

/// What a worker has done with files by the threads that may wait for the disk, and for whom.
///
/// An owner has one job at a time, so that there are no more of them than exchanges. Belongs to the worker's thread.
package final class FileDesk {
    private let stores: Stores
    private let enqueue: (FileJob) -> Bool
    private var awaited: [Int: (job: FileJob, owner: any FileOwner)] = [:]
    private var lastNumber = 0

    /// - Parameters:
    ///   - stores: of which the slabs are.
    ///   - enqueue: has a job run elsewhere, and ``onDone(_:)`` called with it on this thread, once, after it has
    ///     returned; `false`: it cannot.
    package init(stores: Stores, enqueue: @escaping (FileJob) -> Bool) {
        self.stores = stores
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
}
