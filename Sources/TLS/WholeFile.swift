import Glibc

/// Files that are small enough to be read as a whole.
public enum WholeFile {
    /// What is wrong with a file, in words.
    public struct Fault: Error, Equatable {
        /// The words, with the number of the line where there is one.
        public let message: String

        /// Describes a fault.
        public init(message: String) {
            self.message = message
        }
    }

    /// What is at a path.
    public enum Place: Equatable, Sendable {
        case missing, folder, other
        /// Something that cannot be looked at, and why.
        case hidden(String)
    }

    /// Why a path cannot be read to its end.
    public enum Obstacle: Error, Equatable {
        case missing, folder
        /// A pipe that nobody writes to.
        case silentPipe
        /// What the system says.
        case unreadable(String)
    }

    /// Looks what is at a path, through links.
    public static func look(at path: String) -> Place {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return isNothing(errno) ? .missing : .hidden(words(errno)) }
        return facts.st_mode & S_IFMT == S_IFDIR ? .folder : .other
    }

    /// Reads a file, or what comes by a pipe or from a terminal until it ends. Blocks on the disk and on who writes,
    /// but not on who might begin to.
    ///
    /// - Returns: at most one byte more than `bytesMax`, which tells that there are more.
    public static func readToEnd(_ path: String, bytesMax: Int) throws(Obstacle) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw isNothing(errno) ? .missing : .unreadable(words(errno)) }
        defer { _ = close(descriptor) }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else { throw .unreadable(words(errno)) }
        guard facts.st_mode & S_IFMT != S_IFDIR else { throw .folder }
        let isPipe = facts.st_mode & S_IFMT == S_IFIFO
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count <= bytesMax {
            let count = unsafe Glibc.read(descriptor, &part, min(part.count, bytesMax + 1 - bytes.count))
            if count > 0 {
                bytes += part[..<count]
            } else if count == 0 {
                guard !isPipe || !bytes.isEmpty else { throw .silentPipe }
                break
            } else if errno == EAGAIN, isPipe || isatty(descriptor) == 1 {
                var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = unsafe poll(&item, 1, -1)
            } else if errno != EINTR {
                throw .unreadable(words(errno))
            }
        }
        return bytes
    }

    private static func isNothing(_ code: Int32) -> Bool { code == ENOENT || code == ENOTDIR }

    private static func words(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }

    /// Reads a file. Blocks on the disk: never called on a worker.
    ///
    /// - Parameters:
    ///   - bytesMax: bytes of it at most.
    ///   - isPrivate: whether nobody but its owner and their group may be able to read it.
    public static func read(_ path: String, bytesMax: Int, isPrivate: Bool = false) throws(Fault) -> [UInt8] {
        // A pipe without a writer must not hold us up.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw Fault(message: "cannot be read: \(unsafe String(cString: strerror(errno)))")
        }
        defer { _ = close(descriptor) }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw Fault(message: "is not a file")
        }
        guard !isPrivate || facts.st_mode & 0o007 == 0 else {
            throw Fault(message: "may be used by anybody; let its owner and group alone read it (chmod 640)")
        }
        guard facts.st_size <= bytesMax else { throw Fault(message: "is larger than \(bytesMax / 1024) KiB") }
        // One byte more than there should be, by which a file is found out that grows.
        var text = [UInt8](repeating: 0, count: Int(facts.st_size) + 1)
        var count = 0
        while count < text.count {
            let start = count
            let got = unsafe text.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
            }
            guard got >= 0 else { throw Fault(message: "cannot be read: \(unsafe String(cString: strerror(errno)))") }
            if got == 0 { break }
            count += got
        }
        guard count < text.count else { throw Fault(message: "grew while it was read") }
        text.removeLast(text.count - count)
        return text
    }
}
