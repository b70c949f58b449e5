import Glibc

/// A file, or standard output, that bytes are added to. Blocks on the disk: never used on a worker.
public final class AppendOnlyFile: Sendable {
    /// The path as it was given; `-` for standard output.
    public let path: String
    private let descriptor: Descriptor

    /// Opens the file's end, making the file if it is not there.
    public init(path: String) throws(SystemError) {
        let number = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard number >= 0 else { throw .last("open") }
        self.path = path
        descriptor = Descriptor(taking: number)
    }

    /// Opens standard output.
    public init() throws(SystemError) {
        let number = fcntl(1, F_DUPFD_CLOEXEC, 3)
        guard number >= 0 else { throw .last("fcntl") }
        path = "-"
        descriptor = Descriptor(taking: number)
    }

    /// Adds all of `bytes`.
    public func append(_ bytes: Span<UInt8>) throws(SystemError) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.extracting(offset..<bytes.count).withUnsafeBufferPointer { rest in
                unsafe write(descriptor.number, rest.baseAddress, rest.count)
            }
            if count >= 0 {
                offset += count
            } else if errno != EINTR {
                throw .last("write")
            }
        }
    }
}
