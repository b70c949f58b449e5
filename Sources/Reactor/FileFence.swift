import CLinux
import Glibc

/// Keeps a thread, and those that it starts, from changing and running files but in places that are named (Landlock).
/// What is open stays usable, and reading is not restricted.
public enum FileFence {
    private static let run: UInt64 = 1 << 0
    private static let write: UInt64 = 1 << 1
    private static let removeFile: UInt64 = 1 << 5
    private static let makeFile: UInt64 = 1 << 8
    private static let makeSocket: UInt64 = 1 << 9
    private static let truncate: UInt64 = 1 << 14
    /// To remove folders and files, and to make anything: bits 4 to 12.
    private static let change: UInt64 = 0x1FF0

    /// The version of the kernel's Landlock; `nil`: it has none, or was started without it.
    public static var version: Int? {
        let version = Int(clinux_landlock_version())
        return version > 0 ? version : nil
    }

    /// Closes it around the calling thread, for good.
    ///
    /// - Parameters:
    ///   - folders: where files and sockets may be made, written and removed.
    ///   - files: single files that may be written.
    ///   - programs: folders of programs that may be run.
    public static func close(writing folders: [String], _ files: [String], running programs: [String])
        throws(SystemError)
    {
        let version = version ?? 0
        let cut = version >= 3 ? truncate : 0
        let number = clinux_landlock_create(run | write | change | cut)
        guard number >= 0 else { throw .last("landlock_create_ruleset") }
        let rules = Descriptor(taking: number)
        for folder in folders {
            try allow(write | removeFile | makeFile | makeSocket | cut, at: folder, in: rules)
        }
        for file in files { try allow(write | cut, at: file, in: rules) }
        for folder in programs { try allow(run, at: folder, in: rules) }
        guard clinux_landlock_restrict(rules.number) == 0 else { throw .last("landlock_restrict_self") }
    }

    /// What is not there is not allowed.
    private static func allow(_ rights: UInt64, at path: String, in rules: borrowing Descriptor) throws(SystemError) {
        let number = unsafe open(path, Int32(CLINUX_O_PATH) | O_CLOEXEC)
        guard number >= 0 else { return }
        let place = Descriptor(taking: number)
        guard clinux_landlock_allow(rules.number, place.number, rights) == 0 else { throw .last("landlock_add_rule") }
    }

    /// The folder of the program by which programs are loaded, which runs with each.
    public static var loaderFolder: String? {
        let candidates = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"]
        return candidates.lazy.compactMap(LocalPath.resolved).first.map(LocalPath.folder)
    }
}
