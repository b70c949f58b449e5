import Glibc

/// A small file that is replaced as a whole: who reads it finds the old content or the new one, whenever the process
/// ends.
public enum StateFile {
    /// Replaces a file, of which its owner alone may read the content. Blocks on the disk: never called on a worker.
    ///
    /// It is not waited for until a disk has it: what was written is there for the next process, and not behind a loss
    /// of power.
    public static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let draft = path + ".new"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let number = unsafe open(draft, flags, 0o600)
        guard number >= 0 else { throw .last("open") }
        do throws(SystemError) {
            let file = Descriptor(taking: number)
            try write(bytes, to: file)
        } catch {
            _ = unsafe unlink(draft)
            throw error
        }
        guard unsafe rename(draft, path) == 0 else { throw .last("rename") }
    }

    private static func write(_ bytes: [UInt8], to file: borrowing Descriptor) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { source in
                unsafe Glibc.write(file.number, source.baseAddress?.advanced(by: written), source.count - written)
            }
            guard count > 0 else { throw .last("write") }
            written += count
        }
    }
}
