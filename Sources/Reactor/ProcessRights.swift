import CLinux
import Glibc

/// What a process gives up of what it may do.
public enum ProcessRights {
    /// Lets no program that this process starts have more rights than it has; called before the first thread is
    /// started.
    public static func forbidNewPrivileges() {
        _ = clinux_forbid_new_privileges()
    }

    /// Whether that holds.
    public static var areNewPrivilegesForbidden: Bool { clinux_has_new_privileges_forbidden() != 0 }

    /// Whether the calling thread may bind ports below 1024 without being root's.
    public static var bindsLowPorts: Bool { clinux_may_bind_low_ports() != 0 }

    /// How many system calls ``denyCalls()`` denies.
    public static var deniedCallCount: Int { Int(clinux_denied_count()) }

    /// Denies system calls that an edge never makes, to all threads and what they start, for good (seccomp).
    public static func denyCalls() throws(SystemError) {
        guard clinux_deny_calls() == 0 else { throw .last("seccomp") }
    }

    /// Ends the process with SIGALRM, unless it has ended by itself by then.
    public static func limitLife(seconds: UInt32) {
        _ = alarm(seconds)
    }

    /// Ends the process at once, without what libraries do at an exit.
    public static func end(status: Int32) -> Never {
        _exit(status)
    }
}
