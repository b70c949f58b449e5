import CLinux
import Glibc

/// Bytes that one process leaves to another, in memory alone (memfd_create(2)): no disk ever has them.
public enum MemoryFile {
    /// Bytes that are read at most.
    public static let bytesMax = 256 << 20

    /// Writes bytes to a new file.
    public static func write(_ bytes: [UInt8], name: String) throws(SystemError) -> Descriptor {
        let number = unsafe clinux_memory_file(name)
        guard number >= 0 else { throw .last("memfd_create") }
        let file = Descriptor(taking: number)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { source in
                unsafe Glibc.write(number, source.baseAddress?.advanced(by: written), source.count - written)
            }
            guard count > 0 else { throw .last("write") }
            written += count
        }
        return file
    }

    /// Reads all of a file.
    ///
    /// - Throws: `EFBIG` where it has more than ``bytesMax``.
    public static func read(_ file: borrowing Descriptor) throws(SystemError) -> [UInt8] {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw .last("fstat") }
        guard status.st_size <= bytesMax else { throw SystemError("read", code: EFBIG) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var read = 0
        while read < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { target in
                unsafe pread(
                    file.number, target.baseAddress?.advanced(by: read), target.count - read, off_t(read))
            }
            guard count > 0 else { throw .last("pread") }
            read += count
        }
        return bytes
    }
}
