import Bytes
import Reactor

/// Bytes that wait for somebody slower: in memory up to a bound, and behind it in a file without a name.
///
/// ```
///   read ─▶ │ memory ……… │ file ………………… │ being written │ behind │ ◀─ append
/// ```
///
/// Once memory is full, a slab is filled behind the file, and written to it when it is full, while the next one fills.
/// The file never makes the worker wait: what lies in the kernel's memory is read at once, all else is done by threads
/// (``FileDesk``), one job of a spool at a time. Where there is no file to be had, the spool is full.
///
/// Whoever reads in order (``SpoolTerms/keeps`` is `false`) has all of the bound again once the file is read to its
/// end; else it can be read again from the first byte.
package final class Spool {
    /// What is to be read next.
    package enum Front {
        /// So many bytes of a slab, which is not to be changed.
        case piece(Buffer, Range<Int>)
        /// The disk is waited for; the owner is told.
        case waits
        /// Everything was read.
        case empty
        /// The disk has too much to do, so that the rest cannot be read.
        case lost
    }

    private enum Job {
        case make, write(Int), read
    }

    private let desk: SpoolDesk
    private var owner: (any SpoolOwner)?
    private var terms = SpoolTerms(memoryBytesMax: 0, fileBytesMax: 0, folder: "")
    private var memory = SlabRun()
    /// What follows the file and is not written to it.
    private var behind = SlabRun()
    private var file = SpoolFile()
    /// Whether what comes goes behind the file.
    private var isSpilling = false
    /// What was read of the file and not consumed.
    private var reading: Buffer?
    /// What the disk is asked for.
    private var job: (ticket: FileTicket, kind: Job)?
    /// Whether somebody waits for bytes of the file that the disk has to be asked for.
    private var wantsToRead = false
    /// Bytes that were appended, and those of them that were read.
    private var appendedCount = 0
    private var readCount = 0
    /// What of it may be handed on in a turn.
    private var budget = TurnBudget(TurnLimits.memberBytesMax)
    /// Counts what it was used for: who is handed a piece may end all that and begin anew.
    package private(set) var number = 0

    init(desk: SpoolDesk) {
        self.desk = desk
    }

    /// Begins with nothing.
    func begin(_ terms: SpoolTerms, for owner: any SpoolOwner) {
        self.terms = terms
        self.owner = owner
    }

    /// Whether all was read.
    package var isEmpty: Bool { appendedCount == readCount }

    /// Bytes of memory that it holds.
    var memoryBytes: Int { memory.capacity + behind.capacity + (reading?.capacity ?? 0) }

    /// Whether nothing was ever appended.
    var isUnused: Bool { appendedCount == 0 }

    /// Whether the disk is at work, so that there may be room soon.
    package var isWorking: Bool { job != nil }

    /// Whether there is no file to be had.
    package var hasNoFile: Bool { file.isClosed }

    // MARK: - Appending

    /// Appends what there is room for.
    ///
    /// - Returns: how many bytes were taken. Where it is fewer, there is room when bytes are read, and if
    ///   ``isWorking``, when the disk has done its work.
    package func append(_ bytes: Span<UInt8>) -> Int {
        var taken = 0
        while taken < bytes.count, let slab = slabToFill() {
            taken += slab.append(bytes.extracting(taken..<bytes.count))
        }
        appendedCount += taken
        return taken
    }

    private func slabToFill() -> Buffer? {
        if !isSpilling {
            if let slab = memory.last, slab.room > 0 { return slab }
            if let slab = memorySlab() { return slab }
            guard terms.fileBytesMax >= BufferPool.largeBytes, !file.isClosed else { return nil }
            isSpilling = true
        }
        if let slab = behind.last, slab.room > 0 { return slab }
        if job == nil { spill() }
        guard behind.isEmpty else { return nil }
        let slab = desk.stores.takeSlab(isLarge: true)
        behind.append(slab)
        return slab
    }

    /// Another slab in memory; the first one is small, as little waits for most.
    private func memorySlab() -> Buffer? {
        let room = terms.memoryBytesMax - memory.capacity
        guard room >= BufferPool.smallBytes else { return nil }
        let slab = desk.stores.takeSlab(isLarge: !memory.isEmpty && room >= BufferPool.largeBytes)
        memory.append(slab)
        return slab
    }

    /// Has what is behind the file written to it, once it fills a slab.
    private func spill() {
        guard isSpilling, !file.isClosed, let first = behind.first, first.room == 0 else { return }
        guard let open = file.open else {
            submit(.makeTemporary(folder: terms.folder), .make)
            return
        }
        let end = file.end + first.count
        guard end <= terms.fileBytesMax else { return }
        guard file.reserve(end, of: desk.filesBytesMax, in: desk.room) else {
            return close("limits.buffer-files is reached")
        }
        let (slab, readTo) = behind.takeFirst()
        if submit(.write(slab, to: open, at: file.end), .write(slab.count)) {
            file.readTo += readTo
        } else {
            behind.insertFirst(slab, readTo: readTo)
        }
    }

    @discardableResult
    private func submit(_ work: FileJob.Work, _ kind: Job) -> Bool {
        guard let ticket = desk.files.submit(work, for: self) else { return false }
        job = (ticket, kind)
        return true
    }

    /// Goes on without a file; what is in it can be read.
    private func close(_ words: String) {
        guard !file.isClosed else { return }
        file.isClosed = true
        desk.report("what waits for a slow client or member has no file below \(terms.folder): \(words)")
    }

    // MARK: - Reading

    /// What is to be read next. ``consume(_:)`` says how much of it was.
    package func front() -> Front {
        if isEmpty { return .empty }
        if let (slab, range) = memory.front { return .piece(slab, range) }
        if file.readTo < file.end { return fileFront() }
        if case .write? = job?.kind { return .waits }
        if let (slab, range) = behind.front { return .piece(slab, range) }
        return .empty
    }

    private func fileFront() -> Front {
        if let reading { return .piece(reading, 0..<reading.count) }
        guard let open = file.open else { return .lost }
        if case .read? = job?.kind { return .waits }
        let slab = desk.stores.takeSlab(isLarge: true)
        let count = min(file.end - file.readTo, slab.room)
        if case .transferred = open.readCached(at: file.readTo, upTo: count, into: slab) {
            reading = slab
            return .piece(slab, 0..<slab.count)
        }
        if job == nil, submit(.read(open, at: file.readTo, count: count, into: slab), .read) { return .waits }
        desk.stores.giveBack(slab)
        wantsToRead = true
        return job == nil ? .lost : .waits
    }

    /// Whether more of it may be handed on in this turn; if not, the next one goes on.
    func mayGoOn(in turn: Int) -> Bool {
        budget.isLeft(in: turn)
    }

    /// Goes on behind bytes of the front that were read.
    package func consume(_ count: Int) {
        readCount += count
        budget.spend(count)
        if memory.front != nil {
            memory.consume(count)
            if !terms.keeps { memory.dropRead(to: desk.stores) }
        } else if let reading, file.readTo < file.end {
            reading.consume(count)
            file.readTo += count
            if reading.isEmpty { dropReading() }
        } else {
            behind.consume(count)
            if !terms.keeps { behind.dropRead(to: desk.stores) }
        }
        if !terms.keeps { returnToMemory() }
    }

    /// Once the file is read to its end, what is behind it is all that there is.
    private func returnToMemory() {
        guard isSpilling, job == nil, memory.front == nil, file.readTo == file.end else { return }
        memory.removeAll(to: desk.stores)
        swap(&memory, &behind)
        isSpilling = false
        (file.readTo, file.end) = (0, 0)
    }

    private func dropReading() {
        if let slab = reading.take() { desk.stores.giveBack(slab) }
    }

    /// Begins again with the first byte.
    package func rewind() {
        precondition(terms.keeps, "what was read is gone")
        readCount = 0
        memory.rewind()
        behind.rewind()
        file.readTo = 0
        dropReading()
        wantsToRead = false
        guard case .read? = job?.kind else { return }
        if let ticket = job.take()?.ticket { desk.files.cancel(ticket) }
    }

    /// It is not read again: what was read is let go of.
    package func forget() {
        terms.keeps = false
        memory.dropRead(to: desk.stores)
        if file.readTo == file.end { behind.dropRead(to: desk.stores) }
        returnToMemory()
    }

    // MARK: - The end

    /// Gives everything back, whatever is in it, and the room of its file when the disk has it again.
    func reset() {
        number += 1
        owner = nil
        if let ticket = job.take()?.ticket { desk.files.cancel(ticket) }
        memory.removeAll(to: desk.stores)
        behind.removeAll(to: desk.stores)
        dropReading()
        file.drop(desk)
        file = SpoolFile()
        (isSpilling, wantsToRead) = (false, false)
        (appendedCount, readCount) = (0, 0)
    }
}

extension Spool: FileOwner {
    /// The disk has done what it was asked for.
    package func onFile(_ answer: FileJob.Answer) {
        guard let kind = job.take()?.kind else { return }
        var isLost = false
        switch (kind, answer) {
        case (.make, .made(.success(let open))): file.open = open
        case (.make, .made(.failure(let error))): close(error.description)
        case (.make, _): close("too much waits for the disk")
        case (.write, .written(.transferred(let count), let slab)):
            file.end += count
            desk.stores.giveBack(slab)
        case (.write, .written(let transfer, let slab)):
            let readTo = max(0, file.readTo - file.end)
            file.readTo = min(file.readTo, file.end)
            behind.insertFirst(slab, readTo: readTo)
            if case .failed(let code) = transfer { close(SystemError("write", code: code).description) }
        case (.read, .read(.transferred, let slab)): reading = slab
        case (.read, .read(_, let slab)):
            desk.stores.giveBack(slab)
            isLost = true
        default: isLost = true
        }
        let number = number
        if isLost {
            owner?.onSpoolLost()
            return
        }
        // Who waits for bytes goes before those that come.
        if !wantsToRead { spill() }
        wantsToRead = false
        owner?.onSpool()
        if number == self.number, job == nil { spill() }
    }
}
