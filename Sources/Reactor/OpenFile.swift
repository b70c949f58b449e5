import Bytes
import CLinux
import Glibc

/// What reading or writing a file came to.
public enum FileTransfer: Equatable, Sendable {
    /// Bytes moved, 1 or more.
    case transferred(Int)
    /// Nothing moved: the disk would have been waited for.
    case wouldWait
    /// There is nothing at the offset: the file ends before it (reading only).
    case ended
    /// The value is `errno`.
    case failed(Int32)
}

/// A regular file that is open, as it was when it was opened. Whoever lets go of it last closes it.
///
/// Without a position of its own, so that many may read it at a time.
///
/// It is `@unchecked Sendable` because it changes only while one thread alone refers to it: ``SpareFiles`` makes sure
/// of that before it makes another file of it.
public final class OpenFile: @unchecked Sendable {
    /// Its descriptor; -1: it is spare.
    private(set) var number: Int32
    private var facts: Facts
    /// The next one that is spare.
    var next: OpenFile?

    fileprivate struct Facts {
        let bytes: Int
        let modifiedNanoseconds: Int
        let inode: UInt
        let device: UInt
        let isInMemory: Bool
    }

    /// - Parameters:
    ///   - status: what fstat(2) says of it, a regular file.
    ///   - isInMemory: whether its file system has no disk.
    init(taking descriptor: consuming Descriptor, _ status: stat, isInMemory: Bool = false) {
        number = descriptor.release()
        facts = Facts(status, isInMemory: isInMemory)
    }

    deinit {
        close()
    }

    /// Becomes another file.
    func become(_ descriptor: consuming Descriptor, _ status: stat, isInMemory: Bool) {
        precondition(number < 0, "it is closed before it becomes another one")
        number = descriptor.release()
        facts = Facts(status, isInMemory: isInMemory)
    }

    /// Closes it; nobody may use it until it becomes another one.
    func close() {
        guard number >= 0 else { return }
        _ = Descriptor(taking: number)
        number = -1
    }

    /// Its length when it was opened.
    public var bytes: Int { facts.bytes }
    /// When it was last written to, counted from 1970; what that reaches not is cut to what it reaches.
    public var modifiedNanoseconds: Int { facts.modifiedNanoseconds }
    /// Its number, which no other file of its file system has while it is there.
    public var inode: UInt { facts.inode }
    /// Its file system.
    public var device: UInt { facts.device }

    /// Whether it has no name any more: who closes it last waits until its room is free.
    public var isNameless: Bool {
        var status = stat()
        return unsafe fstat(number, &status) == 0 && status.st_nlink == 0
    }

    /// Makes a file without a name, for the process alone; what is written to it is gone when it is closed. May wait
    /// for the disk.
    ///
    /// - Parameter folder: on whose file system it is to be.
    public static func temporary(in folder: String) throws(SystemError) -> OpenFile {
        let number = unsafe clinux_tmpfile(folder)
        guard number >= 0 else { throw .last("open") }
        let descriptor = Descriptor(taking: number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .last("fstat") }
        return OpenFile(taking: descriptor, status)
    }

    /// Whether both are one file in one state: neither was replaced nor written to between the two openings, as far as
    /// the file system tells.
    public func isSame(as other: OpenFile) -> Bool {
        inode == other.inode && device == other.device && bytes == other.bytes
            && modifiedNanoseconds == other.modifiedNanoseconds
    }

    // MARK: - Reading

    /// Reads what lies in memory of the file, without waiting for the disk. Of a file system in memory that is
    /// everything: what of it was swapped out is waited for, as is what was of the process itself.
    ///
    /// - Parameters:
    ///   - count: 1 or more; no more is read than the buffer has room for, of which there is some.
    ///   - buffer: what is read is appended to it.
    /// - Returns: fewer bytes than asked for where only the first of them lie in memory. ``FileTransfer/ended`` is not
    ///   told: Linux 5.9 and 5.10 take a cold file for one that has ended, so it is `wouldWait`, and who waits knows.
    public func readCached(at offset: Int, upTo count: Int, into buffer: Buffer) -> FileTransfer {
        // Linux has no reads without waiting there, and refuses them.
        let flags = facts.isInMemory ? 0 : Int32(CLINUX_RWF_NOWAIT)
        return switch read(at: offset, upTo: count, into: buffer, flags: flags) {
        case .ended, .failed(EAGAIN), .failed(EOPNOTSUPP), .failed(ENOSYS): .wouldWait
        case let transfer: transfer
        }
    }

    /// The same, waiting for the disk: not for workers.
    public func read(at offset: Int, upTo count: Int, into buffer: Buffer) -> FileTransfer {
        read(at: offset, upTo: count, into: buffer, flags: 0)
    }

    private func read(at offset: Int, upTo count: Int, into buffer: Buffer, flags: Int32) -> FileTransfer {
        buffer.append { (output: inout OutputSpan<UInt8>) in
            unsafe output.withUnsafeMutableBufferPointer { target, initializedCount in
                // A read of no bytes would look like the end.
                precondition(count > 0 && !target.isEmpty, "a read needs room")
                while true {
                    let taken = unsafe clinux_preadv2(
                        number, target.baseAddress, min(count, target.count), offset, flags)
                    if taken > 0 {
                        initializedCount = taken
                        return .transferred(taken)
                    }
                    if taken == 0 { return .ended }
                    guard errno == EINTR else { return .failed(errno) }
                }
            }
        }
    }

    /// Whether all of a range of the file lies in memory, so that sending it waits for no disk.
    ///
    /// - Returns: `false` also where nobody can tell: before Linux 6.5, and from 6.14 on of a file that the process may
    ///   not write to and does not own.
    public func isCached(_ range: Range<Int>) -> Bool {
        guard let last = range.last, !facts.isInMemory else { return true }
        var found = 0
        guard unsafe clinux_cachestat(number, range.lowerBound, range.count, &found) == 0,
            found == last / Self.pageBytes - range.lowerBound / Self.pageBytes + 1
        else { return false }
        // Pages count from when they are asked for; those of one range come in order, so the last one tells whether
        // they have come.
        var byte: UInt8 = 0
        return unsafe clinux_preadv2(number, &byte, 1, last, Int32(CLINUX_RWF_NOWAIT)) == 1
    }

    // MARK: - Writing

    /// Writes all of a buffer's readable bytes, which stay in it; waits for the disk.
    ///
    /// - Returns: all of them, or a failure, after which some may be written.
    func write(_ buffer: Buffer, at offset: Int) -> FileTransfer {
        buffer.withReadable { bytes in
            unsafe bytes.withUnsafeBytes { source in
                var written = 0
                while written < source.count {
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: source[written...])
                    let count = unsafe pwrite(number, rest.baseAddress, rest.count, offset + written)
                    if count > 0 {
                        written += count
                    } else if count == 0 || errno != EINTR {
                        return .failed(count == 0 ? EIO : errno)
                    }
                }
                return .transferred(written)
            }
        }
    }

    /// Takes everything out of the file, which gives the disk its room back; closing a large file without a name would
    /// wait for that.
    ///
    /// - Returns: 0, or `errno`.
    func empty() -> Int32 {
        ftruncate(number, 0) == 0 ? 0 : errno
    }

    private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
}

extension OpenFile.Facts {
    fileprivate init(_ status: stat, isInMemory: Bool) {
        bytes = Int(status.st_size)
        inode = UInt(status.st_ino)
        device = UInt(status.st_dev)
        modifiedNanoseconds = Self.nanoseconds(status.st_mtim)
        self.isInMemory = isInMemory
    }

    private static func nanoseconds(_ time: timespec) -> Int {
        let (whole, overflows) = time.tv_sec.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isBeyond) = whole.addingReportingOverflow(time.tv_nsec)
        guard overflows || isBeyond else { return sum }
        return time.tv_sec < 0 ? .min : .max
    }
}
