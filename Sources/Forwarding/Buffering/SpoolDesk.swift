import Model
import Reactor

/// What the spools of a worker share, and those that are free. Belongs to the worker's thread.
package final class SpoolDesk {
    let stores: Stores
    let files: FileDesk
    let room: SpoolRoom
    /// Bytes that files of the whole process may have.
    package var filesBytesMax = Limits().bufferFileBytesMax
    /// Tells the event log that a spool has no file, and why.
    let report: (String) -> Void
    private var freeSpools: [Spool] = []
    private var freeGatherings: [RequestGathering] = []

    /// - Parameters:
    ///   - room: of the whole process.
    ///   - report: tells the event log that a spool has no file, and why.
    package init(stores: Stores, files: FileDesk, room: SpoolRoom, report: @escaping (String) -> Void) {
        self.stores = stores
        self.files = files
        self.room = room
        self.report = report
    }

    /// An empty spool, to be given back.
    ///
    /// - Parameter owner: is told when it may be read on, and when it has room again.
    package func take(_ terms: SpoolTerms, for owner: any SpoolOwner) -> Spool {
        let spool = freeSpools.popLast() ?? Spool(desk: self)
        spool.begin(terms, for: owner)
        return spool
    }

    /// Takes a spool back, with all that it holds.
    package func giveBack(_ spool: Spool) {
        spool.reset()
        if freeSpools.count < WorkerLimits.freeSpoolsMax { freeSpools.append(spool) }
    }

    /// What gathers a request, to be given back.
    func takeGathering(_ terms: SpoolTerms, for owner: any SpoolOwner) -> RequestGathering {
        let gathering = freeGatherings.popLast() ?? RequestGathering(spool: Spool(desk: self))
        gathering.spool.begin(terms, for: owner)
        return gathering
    }

    func giveBack(_ gathering: RequestGathering) {
        gathering.reset()
        if freeGatherings.count < WorkerLimits.freeSpoolsMax { freeGatherings.append(gathering) }
    }
}

/// What a spool may hold, and where.
package struct SpoolTerms: Sendable, Equatable {
    /// Bytes in memory.
    package var memoryBytesMax: Int
    /// Bytes in a file behind that; 0: there is none.
    package var fileBytesMax: Int
    /// On whose file system the file is to be.
    package var folder: String
    /// Whether what was read is kept, to be read again.
    package var keeps = false

    /// Terms of a spool that keeps nothing that was read.
    package init(memoryBytesMax: Int, fileBytesMax: Int, folder: String) {
        self.memoryBytesMax = memoryBytesMax
        self.fileBytesMax = fileBytesMax
        self.folder = folder
    }

    /// Bytes that it holds at most.
    var bytesMax: Int { memoryBytesMax + fileBytesMax }
}

/// Somebody whose bytes wait in a ``Spool``.
package protocol SpoolOwner: AnyObject {
    /// There may be more to read, and room for more.
    func onSpool()

    /// Some of what it holds cannot be read any more.
    func onSpoolLost()
}
