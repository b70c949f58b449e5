import Model
import Reactor
import TLS

/// A worker as the main thread sees it.
final class WorkerThread {
    let handle: WorkerHandle
    /// The worker's own OpenSSL.
    let library: TLSLibrary
    private var thread: OperatingSystemThread?

    private init(handle: WorkerHandle, library: TLSLibrary, thread: consuming OperatingSystemThread) {
        self.handle = handle
        self.library = library
        self.thread = consume thread
    }

    /// Starts all workers of the process. They serve nothing until they are given an installation.
    static func start(
        _ count: Int, edge: Edge, server: Mailbox<ServerMessage>, queue: LogQueue, events: EventLog,
        measures: Measures?, files: FileThreads, spoolRoom: SpoolRoom, passwords: PasswordThread
    ) throws -> [WorkerThread] {
        let loops = try (0..<count).map { _ in try EventLoop() }
        let crowd = CrowdNotice()
        let handles = loops.enumerated().map { index, loop in
            WorkerHandle(index: index, mailbox: Mailbox(waker: loop.waker), crowd: crowd)
        }
        return try zip(handles, loops).map { handle, loop in
            let siblings = handles.filter { $0 !== handle }
            let handover = Handover(loop)
            let thread = try OperatingSystemThread(name: "worker-\(handle.index)") {
                guard let loop = handover.take() else { return }
                handle.noteThread()
                let worker = Worker(
                    handle: handle, loop: loop, siblings: siblings, server: server, edge: edge,
                    log: LogSlab(queue: queue), events: events, measures: measures,
                    files: files, spoolRoom: spoolRoom, passwords: passwords)
                loop.run(worker)
            }
            return WorkerThread(handle: handle, library: try TLSLibrary(), thread: thread)
        }
    }

    /// Waits until the worker has ended.
    func join() {
        thread.take()?.join()
    }
}
