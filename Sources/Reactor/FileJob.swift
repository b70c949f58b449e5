import Bytes
import Synchronization

/// Something to do with files that may wait for the disk, and what it came to.
///
/// It is `@unchecked Sendable` because it has one owner at a time, and its slab with it: who submits it, the queue of
/// ``FileThreads``, the thread that runs it, and who it is handed back to. Each takes it over under a lock.
public final class FileJob: @unchecked Sendable {
    /// What is to be done.
    public enum Work {
        /// Open a path beneath a root.
        case open(FileRoot, path: [UInt8])
        /// Read so many bytes at most into a slab.
        case read(OpenFile, at: Int, count: Int, into: Buffer)
        /// Write a slab's readable bytes.
        case write(Buffer, to: OpenFile, at: Int)
        /// Take everything out of a file, whose room is free then.
        case empty(OpenFile)
        /// Close a file that nobody else has: its room is free then.
        case close(OpenFile)
        /// Make a file without a name.
        case makeTemporary(folder: String)
    }

    /// What it came to. A slab comes back with it.
    public enum Answer {
        /// What a path is.
        case opened(FileRoot.Opening)
        /// What was read, appended to the slab.
        case read(FileTransfer, Buffer)
        /// All of the slab's bytes are written, or not; they are in it still.
        case written(FileTransfer, Buffer)
        /// 0, or `errno`.
        case emptied(Int32)
        /// The file is closed.
        case closed
        /// The file.
        case made(Result<OpenFile, SystemError>)
        /// Nothing is done: it was given up, or the process ends. ``FileJob/takeSlab()`` gives the slab.
        case undone
    }

    /// Tells it from the others of whoever has submitted it.
    public let number: Int
    private var work: Work?
    private var answer: Answer = .undone
    private let isGivenUp = Atomic<Bool>(false)
    /// Whom it is handed back to; set while it is in the queue or run.
    var onDone: (@Sendable (FileJob) -> Void)?
    /// The one behind it in the queue.
    var next: FileJob?

    /// - Parameter number: by which its owner knows it.
    public init(number: Int, _ work: Work) {
        self.number = number
        self.work = work
    }

    /// Says that nobody waits for it any more. Any thread may call it; what has been begun is not broken off.
    public func giveUp() {
        isGivenUp.store(true, ordering: .relaxed)
    }

    /// Does it, unless nobody waits for it; may wait for the disk. To be called once.
    public func run() {
        guard isWanted, let work = work.take() else { return }
        answer = perform(work)
        // Closed here: that may wait for the disk too.
        if !isWanted { dropFiles() }
    }

    private var isWanted: Bool { !isGivenUp.load(ordering: .relaxed) }

    /// Takes what it came to, once it is handed back.
    public func takeAnswer() -> Answer {
        let taken = answer
        answer = .undone
        return taken
    }

    /// Takes the slab out of it, whether or not it was run; `nil`: it has none.
    public func takeSlab() -> Buffer? {
        defer {
            work = nil
            answer = .undone
        }
        switch (work, answer) {
        case (.read(_, _, _, let slab), _), (.write(let slab, _, _), _): return slab
        case (_, .read(_, let slab)), (_, .written(_, let slab)): return slab
        default: return nil
        }
    }

    private func perform(_ work: Work) -> Answer {
        switch work {
        case .open(let root, let path): .opened(root.open(path.span))
        case .read(let file, let offset, let count, let slab):
            .read(file.read(at: offset, upTo: count, into: slab), slab)
        case .write(let slab, let file, let offset): .written(file.write(slab, at: offset), slab)
        case .empty(let file): .emptied(file.empty())
        case .close(let file): close(file)
        case .makeTemporary(let folder):
            .made(Result { () throws(SystemError) in try OpenFile.temporary(in: folder) })
        }
    }

    private func close(_ file: OpenFile) -> Answer {
        file.close()
        return .closed
    }

    private func dropFiles() {
        switch answer {
        case .opened, .made: answer = .undone
        case .read, .written, .emptied, .closed, .undone: break
        }
    }
}
