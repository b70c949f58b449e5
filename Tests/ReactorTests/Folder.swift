import CLinux
import Foundation
import Glibc
import Reactor

/// A fresh folder, on a disk unless something else is said, gone with this object, and what the tests do with the files
/// in it past the Reactor.
final class Folder: Sendable {
    let path: String

    /// Where files lie in memory alone, on most systems.
    static let memory = "/dev/shm"

    /// Whether they do on this one.
    static let hasMemory: Bool = {
        let number = unsafe open(memory, O_RDONLY | O_CLOEXEC)
        defer { close(number) }
        return clinux_file_system(number) == CLINUX_TMPFS
    }()

    init(in place: String = "/var/tmp") {
        var template = Array("\(place)/reactor-tests-XXXXXX".utf8CString)
        path = unsafe template.withUnsafeMutableBufferPointer { path in
            guard let base = path.baseAddress, unsafe mkdtemp(base) != nil else {
                preconditionFailure("mkdtemp failed")
            }
            return unsafe String(cString: base)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Whether files here can be taken out of memory: not on a file system that has nothing but memory.
    static let canCool: Bool = {
        let folder = Folder()
        folder.write("probe", [UInt8](repeating: 1, count: 65_536))
        folder.cool("probe")
        guard case .file(let file) = folder.root().open("probe") else { return false }
        return file.readCached(1, at: 0).transfer == .wouldWait
    }()

    /// Whether the process is told what of these files lies in memory.
    static let canLookIntoMemory: Bool = {
        let folder = Folder()
        folder.write("probe", [1])
        guard case .file(let file) = folder.root().open("probe") else { return false }
        return file.isCached(0..<1)
    }()

    func root(_ name: String = ".", _ descent: FileRoot.Descent = .kernel) -> FileRoot {
        guard let root = try? FileRoot(path: "\(path)/\(name)", descent: descent) else {
            preconditionFailure("there is no such folder")
        }
        return root
    }

    func write(_ name: String, _ bytes: [UInt8]) {
        let number = unsafe open("\(path)/\(name)", O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o644)
        var written = 0
        while written < bytes.count {
            written += unsafe bytes[written...].withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
        }
        close(number)
    }

    func truncate(_ name: String, to count: Int) {
        precondition(unsafe Glibc.truncate("\(path)/\(name)", count) == 0, "truncate failed")
    }

    /// Takes a file out of memory.
    func cool(_ name: String) {
        let number = unsafe open("\(path)/\(name)", O_RDWR | O_CLOEXEC)
        fsync(number)
        posix_fadvise(number, 0, 0, Int32(POSIX_FADV_DONTNEED))
        close(number)
    }

    func makeFolder(_ name: String) {
        precondition(unsafe mkdir("\(path)/\(name)", 0o755) == 0, "mkdir failed")
    }

    func link(_ name: String, to target: String) {
        precondition(unsafe symlink(target, "\(path)/\(name)") == 0, "symlink failed")
    }

    func move(_ name: String, to other: String) {
        precondition(unsafe Glibc.rename("\(path)/\(name)", "\(path)/\(other)") == 0, "rename failed")
    }

    func remove(_ name: String) {
        precondition(unsafe Glibc.remove("\(path)/\(name)") == 0, "remove failed")
    }

    func makeFifo(_ name: String) {
        precondition(unsafe mkfifo("\(path)/\(name)", 0o644) == 0, "mkfifo failed")
    }

    func allow(_ name: String, _ mode: mode_t) {
        precondition(unsafe chmod("\(path)/\(name)", mode) == 0, "chmod failed")
    }

    /// Says when a file was last written to.
    func setTime(_ name: String, seconds: Int, nanoseconds: Int) {
        let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
        precondition(unsafe utimensat(AT_FDCWD, "\(path)/\(name)", [time, time], 0) == 0, "utimensat failed")
    }

    /// How many descriptors of the process are open to what is or was in this folder.
    var openCount: Int {
        guard let list = unsafe opendir("/proc/self/fd") else { return -1 }
        defer { unsafe closedir(list) }
        var count = 0
        while let entry = unsafe readdir(list) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
                unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
            }
            var target = [CChar](repeating: 0, count: 4096)
            let length = unsafe readlink("/proc/self/fd/\(name)", &target, target.count)
            let text = target.prefix(max(0, length)).map { UInt8(bitPattern: $0) }
            if String(decoding: text, as: UTF8.self).hasPrefix(path) { count += 1 }
        }
        return count
    }
}
