import CLinux
import Glibc

extension Socket {
    /// Sends what the kernel takes of a file, without copying it through the process (sendfile). SIGPIPE must be
    /// blocked or ignored, as it is on every thread of the process's own.
    ///
    /// - Parameter range: of the file; not empty.
    /// - Returns: `nil` where not all of the range lies in memory (``OpenFile/isCached(_:)``): nothing is sent, as the
    ///   disk might be waited for. ``TransferResult/ended`` is the file's end: it has become shorter.
    public func send(_ file: OpenFile, _ range: Range<Int>) -> TransferResult? {
        precondition(!range.isEmpty, "sending nothing would look like the end")
        guard file.isCached(range) else { return nil }
        let count = clinux_sendfile(
            descriptor.number, file.number, range.lowerBound, range.count)
        return count > 0 ? .transferred(count) : count == 0 ? .ended : Self.failure()
    }
}
