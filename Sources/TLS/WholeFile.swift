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
