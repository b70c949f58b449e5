import CLinux
import Glibc

/// What the system lets the process have.
public enum ProcessLimits {
    /// Raises the limit of open descriptors to the hard one.
    ///
    /// - Returns: the limit that holds then.
    public static func raiseDescriptors() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        if limit.rlim_cur < limit.rlim_max {
            let soft = limit.rlim_cur
            limit.rlim_cur = limit.rlim_max
            if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 { limit.rlim_cur = soft }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many descriptors may be open.
    static func descriptorsMax() -> Int {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// Gives free memory in the middle of the heap back to the system, which the C library does by itself only at its
    /// end. Takes some milliseconds when there is much of it.
    public static func trimHeap() {
        clinux_trim_heap()
    }

    /// How many descriptors are open, those that were inherited too; where none is left to count them with, as many as
    /// may be.
    public static func openDescriptorCount() -> Int {
        guard let folder = unsafe opendir("/proc/self/fd") else { return errno == EMFILE ? descriptorsMax() : 3 }
        defer { unsafe closedir(folder) }
        // Without the two folders that each folder has, and the descriptor by which this one is read.
        var count = -3
        while unsafe readdir(folder) != nil { count += 1 }
        return count
    }

    /// Lets no core file be written, nor what handles core files be told: one would hold keys.
    public static func forbidCores() {
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        // A program in kernel.core_pattern gets cores whatever the limit says.
        _ = clinux_set_dumpable(0)
    }

    /// Whether none can be written.
    public static var areCoresForbidden: Bool {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        return limit.rlim_cur == 0 && clinux_is_dumpable() != 1
    }

    /// Whether the process has the rights of root.
    public static var isRoot: Bool { geteuid() == 0 }
}
