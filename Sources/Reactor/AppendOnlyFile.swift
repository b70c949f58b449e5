import Glibc

/// A file, a pipe or a standard stream that bytes are added to without waiting for who reads them.
///
/// A disk is waited for, so none is written to on a worker.
public final class AppendOnlyFile: Sendable {
    /// A stream that the process was started with.
    public enum Stream: Int32, Sendable {
        case output = 1
        case errors = 2
    }

    /// How it is written to.
    private enum Kind {
        /// All at once.
        case disk
        /// As much as there is room for: nobody else has this open.
        case own
        /// The same by the flags of one call.
        case socket
        /// A pipe or a terminal that others have open too, for whom it must not become non-blocking: it is asked for
        /// room, and gets no more at once than that room holds at least.
        case shared
    }

    /// Bytes for which a pipe that is ready for writing has room (`PIPE_BUF`).
    private static let sharedBytesMax = 4096

    /// The path as it was given; `-` for a standard stream.
    public let path: String
    private let descriptor: Descriptor
    private let kind: Kind
    private let identity: (device: UInt, number: UInt)

    /// Opens the file's end, making the file if it is not there. A FIFO is opened whether or not somebody reads it.
    public convenience init(path: String) throws(SystemError) {
        var status = stat()
        let isPipe = unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
        // For reading too, which neither waits for a reader nor fails without one (fifo(7)).
        let access = isPipe ? O_RDWR : O_WRONLY | O_CREAT
        let number = unsafe open(path, access | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o640)
        guard number >= 0 else { throw .last("open") }
        try self.init(taking: Descriptor(taking: number), path: path, isOwn: true)
    }

    /// Why ``init(path:)`` would fail, as far as one sees it without making the file; `nil`: it would not.
    public static func obstacle(to path: String) -> SystemError? {
        var status = stat()
        if unsafe stat(path, &status) == 0 {
            return status.st_mode & S_IFMT == S_IFDIR ? SystemError("open", code: EISDIR) : nil
        }
        guard let slash = path.lastIndex(of: "/") else { return nil }
        guard unsafe stat(String(path[...slash]), &status) == 0 else { return .last("open") }
        return nil
    }

    /// Opens a standard stream.
    public convenience init(_ stream: Stream) throws(SystemError) {
        let number = fcntl(stream.rawValue, F_DUPFD_CLOEXEC, 3)
        guard number >= 0 else { throw .last("fcntl") }
        try self.init(taking: Descriptor(taking: number), path: "-", isOwn: false)
    }

    private init(taking descriptor: consuming Descriptor, path: String, isOwn: Bool) throws(SystemError) {
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else { throw .last("fstat") }
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFBLK: kind = .disk
        case S_IFSOCK: kind = .socket
        default: kind = isOwn ? .own : .shared
        }
        identity = (UInt(status.st_dev), UInt(status.st_ino))
        self.path = path
        self.descriptor = descriptor
    }

    /// Whether journald reads it, as systemd tells the processes that it starts (`JOURNAL_STREAM` in systemd.exec(5)).
    public var isJournal: Bool {
        guard let told = unsafe getenv("JOURNAL_STREAM") else { return false }
        return unsafe String(cString: told) == "\(identity.device):\(identity.number)"
    }

    /// Whether both are one file, opened twice.
    public func isSame(as other: AppendOnlyFile) -> Bool {
        identity == other.identity
    }

    /// Adds as many of `bytes`, of which there is one at least, as there is room for.
    ///
    /// - Returns: how many were taken; 0: ``waitForRoom(orWakeOf:millis:)`` says when it takes more.
    public func write(_ bytes: Span<UInt8>) throws(SystemError) -> Int {
        if kind == .shared, !isReady { return 0 }
        let count = kind == .shared ? min(bytes.count, Self.sharedBytesMax) : bytes.count
        while true {
            let taken = unsafe bytes.withUnsafeBufferPointer { source in
                guard kind == .socket else {
                    return unsafe Glibc.write(descriptor.number, source.baseAddress, count)
                }
                let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
                return unsafe send(descriptor.number, source.baseAddress, count, flags)
            }
            if taken >= 0 { return taken }
            if errno == EAGAIN { return 0 }
            guard errno == EINTR else { throw .last("write") }
        }
    }

    /// Waits until there is room, the waker is woken, or the time is over; takes the wakes away.
    ///
    /// - Parameter millis: -1: without end.
    public func waitForRoom(orWakeOf waker: Waker, millis: Int) {
        waker.wait(orRoomIn: descriptor.number, millis: millis)
    }

    private var isReady: Bool {
        var item = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&item, 1, 0) > 0
    }
}
