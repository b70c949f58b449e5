import CLinux
import Glibc

/// A folder beneath which files are opened, and outside of which none is.
///
/// Held by its descriptor: what a link names that leads to it may change, and this stays what it was.
public final class FileRoot: Sendable {
    /// How a path is gone down.
    package enum Descent: Sendable {
        /// By openat2(2): links that stay beneath the root are followed.
        case kernel
        /// Segment by segment, where the system has no openat2 or forbids it: no link is followed.
        case own
    }

    /// What opening a path came to.
    public enum Opening: Sendable {
        /// A regular file.
        case file(OpenFile)
        /// There is a folder.
        case folder
        /// No file of the root's.
        case refused(Refusal)
        /// Nobody knows without waiting for the disk.
        case wouldWait
    }

    /// Why a path is no file of the root's.
    public enum Refusal: Equatable, Sendable {
        /// Nothing is there.
        case missing
        /// It leads out of the root, or by too many links.
        case outside
        /// The process has no right to it.
        case forbidden
        /// A pipe, a socket or a device.
        case special
        /// The system fails.
        case failed(SystemError)
    }

    /// Bytes of a path at most; one more is the NUL at its end.
    public static let pathBytesMax = Int(PATH_MAX) - 1
    /// How often a path is gone down anew while folders are moved about on it.
    private static let attemptsMax = 16

    /// The path as it was given.
    public let path: String
    let descriptor: Descriptor
    private let descent: Descent
    private let identity: (device: UInt, inode: UInt)
    /// Whether its file system has no disk.
    private let isInMemory: Bool

    /// Opens a folder; may wait for the disk.
    public convenience init(path: String) throws(SystemError) {
        try self.init(path: path, descent: Self.isDescentOfKernel ? .kernel : .own)
    }

    /// The same, gone down from in a way of one's choice.
    package init(path: String, descent: Descent) throws(SystemError) {
        let number = unsafe Glibc.open(path, Int32(CLINUX_O_PATH) | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open") }
        let descriptor = Descriptor(taking: number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .last("fstat") }
        self.path = path
        self.descriptor = descriptor
        self.descent = descent
        identity = (UInt(status.st_dev), UInt(status.st_ino))
        isInMemory = [CLINUX_TMPFS, CLINUX_RAMFS].contains(clinux_file_system(number))
    }

    /// Whether the system has openat2, and lets the process use it. Where not, no link beneath a root is followed, and
    /// nothing is opened without waiting.
    public static let isDescentOfKernel: Bool = {
        let number = unsafe clinux_openat2(AT_FDCWD, "/", Int32(CLINUX_O_PATH) | O_DIRECTORY | O_CLOEXEC, 0)
        guard number >= 0 else { return false }
        close(number)
        return true
    }()

    /// Whether both are one folder.
    public func isSame(as other: FileRoot) -> Bool { identity == other.identity }

    /// Whether links that stay beneath it are followed, and what lies in memory is opened without a thread.
    public var isDescendedByKernel: Bool { descent == .kernel }

    // MARK: - Opening

    /// Opens what the system finds without the disk. A file system across a network may be waited for all the same.
    ///
    /// - Parameters:
    ///   - path: from the root; empty: the root itself. One that begins with a slash, goes up by `..` or has a NUL in
    ///     it is refused as outside.
    ///   - spare: what the file is made of, if there is some.
    public func openCached(_ path: Span<UInt8>, from spare: SpareFiles? = nil) -> Opening {
        guard descent == .kernel else { return Self.isPlain(path) ? .wouldWait : .refused(.outside) }
        return unsafe open(path, from: spare) { unsafe openByKernel($0, resolve: Int32(CLINUX_RESOLVE_CACHED)) }
    }

    /// The same, waiting for the disk: not for workers. Never ``Opening/wouldWait``.
    public func open(_ path: Span<UInt8>) -> Opening {
        let opening = unsafe open(path, from: nil) {
            unsafe descent == .kernel ? openPatiently($0) : openBySegments($0)
        }
        // A path on which folders are moved faster than it is gone down, or a file that another process has a lease of.
        if case .wouldWait = opening { return .refused(.failed(SystemError("open", code: EAGAIN))) }
        return opening
    }

    /// - Parameter way: opens a path that ends with a NUL, and may change it; returns a descriptor, or `errno` negated.
    private func open(
        _ path: Span<UInt8>, from spare: SpareFiles?, by way: (UnsafeMutablePointer<CChar>) -> Int32
    ) -> Opening {
        guard Self.isPlain(path) else { return .refused(.outside) }
        guard path.count <= Self.pathBytesMax else { return .refused(.missing) }
        if path.isEmpty { return .folder }
        let number = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: path.count + 1) { text in
            for index in path.indices { unsafe text[index] = CChar(bitPattern: path[index]) }
            unsafe text[path.count] = 0
            guard let start = text.baseAddress else { return -ENOMEM }
            return unsafe way(start)
        }
        return number >= 0 ? judge(Descriptor(taking: number), from: spare) : Self.judge(-number)
    }

    private func openByKernel(_ path: UnsafePointer<CChar>, resolve: Int32) -> Int32 {
        let beneath = Int32(CLINUX_RESOLVE_BENEATH) | Int32(CLINUX_RESOLVE_NO_MAGICLINKS)
        let number = unsafe clinux_openat2(descriptor.number, path, Self.flags, beneath | resolve)
        return number >= 0 ? number : -errno
    }

    /// The kernel gives up (EAGAIN) where a folder is moved while a link leads back up out of it.
    private func openPatiently(_ path: UnsafePointer<CChar>) -> Int32 {
        var number = -EAGAIN
        for _ in 0..<Self.attemptsMax where number == -EAGAIN { number = unsafe openByKernel(path, resolve: 0) }
        return number
    }

    /// Nothing is waited for but the disk: a FIFO is opened without a writer, and no terminal becomes the process's.
    static let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY

    // MARK: - Judging

    /// Whether a path says where it leads: it neither begins at the system's root nor goes up, nor does a NUL end it.
    private static func isPlain(_ path: Span<UInt8>) -> Bool {
        let (slash, dot) = (UInt8(ascii: "/"), UInt8(ascii: "."))
        var start = 0
        guard path.isEmpty || path[0] != slash else { return false }
        for index in 0...path.count {
            if index < path.count, path[index] == 0 { return false }
            guard index == path.count || path[index] == slash else { continue }
            if index - start == 2, path[start] == dot, path[start + 1] == dot { return false }
            start = index + 1
        }
        return true
    }

    private func judge(_ descriptor: consuming Descriptor, from spare: SpareFiles?) -> Opening {
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else { return .refused(.failed(.last("fstat"))) }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            // Another file system may be mounted beneath.
            let isInMemory = isInMemory && UInt(status.st_dev) == identity.device
            guard let spare else { return .file(OpenFile(taking: descriptor, status, isInMemory: isInMemory)) }
            return .file(spare.make(descriptor, status, isInMemory: isInMemory))
        case S_IFDIR: return .folder
        default: return .refused(.special)
        }
    }

    private static func judge(_ code: Int32) -> Opening {
        switch code {
        // EINVAL: the kernel cannot look without waiting.
        case EAGAIN, EINVAL: .wouldWait
        case ENOENT, ENOTDIR, ENAMETOOLONG: .refused(.missing)
        case EXDEV, ELOOP: .refused(.outside)
        case EACCES, EPERM: .refused(.forbidden)
        case ENXIO, ENODEV: .refused(.special)
        default: .refused(.failed(SystemError("open", code: code)))
        }
    }
}
