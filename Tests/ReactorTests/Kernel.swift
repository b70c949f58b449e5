import Bytes
import CLinux
import Glibc
import Reactor

/// What the tests ask of the kernel past the Reactor. The only file of these tests with unsafe code.
enum Kernel {
    /// Two connected, non-blocking stream sockets.
    static func socketPair() -> (Int32, Int32) {
        var numbers: (Int32, Int32) = (-1, -1)
        let result = unsafe withUnsafeMutablePointer(to: &numbers) { pair in
            unsafe pair.withMemoryRebound(to: Int32.self, capacity: 2) {
                unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, $0)
            }
        }
        precondition(result == 0, "socketpair failed")
        return numbers
    }

    /// The permissions of a file.
    static func mode(of path: String) -> mode_t {
        var status = stat()
        precondition(unsafe lstat(path, &status) == 0, "there is no such file")
        return status.st_mode & 0o777
    }

    /// What the process's mask takes away from new files' permissions.
    static var mask: mode_t {
        let mask = umask(0)
        umask(mask)
        return mask
    }

    /// Whether a descriptor's number is open.
    static func isOpen(_ number: Int32) -> Bool {
        fcntl(number, F_GETFD) >= 0
    }

    /// Sends a signal to the calling thread only.
    static func raiseInThread(_ signal: Int32) {
        _ = pthread_kill(pthread_self(), signal)
    }

    /// The calling thread's name.
    static func threadName() -> String {
        let number = unsafe open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
        defer { _ = close(number) }
        var name = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(number, &name, name.count)
        return String(decoding: name.prefix(max(0, count - 1)), as: UTF8.self)
    }

    /// Lets no descriptor above the standard ones be opened from now on.
    static func forbidDescriptors() {
        setDescriptorLimit(3)
    }

    /// Takes the effect of ``forbidDescriptors()`` back.
    static func allowDescriptors() {
        setDescriptorLimit(256)
    }

    private static func setDescriptorLimit(_ count: UInt) {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = count
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// A listening socket on 127.0.0.1 whose queue takes one connection, with its port.
    static func narrowListener() -> (socket: Int32, port: UInt16) {
        let number = clinux_socket(AF_INET)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(number, pointer, length)
                listen(number, 0)
                unsafe getsockname(number, pointer, &length)
            }
        }
        return (number, UInt16(bigEndian: address.sin_port))
    }

    /// A fresh folder for socket files, short enough for `sun_path`.
    static func temporaryFolder() -> String {
        var template = Array("/tmp/reactor-tests-XXXXXX".utf8CString)
        return unsafe template.withUnsafeMutableBufferPointer { path in
            guard let base = path.baseAddress, unsafe mkdtemp(base) != nil else {
                preconditionFailure("mkdtemp failed")
            }
            return unsafe String(cString: base)
        }
    }

    /// Makes an empty file.
    static func createFile(_ path: String) {
        _ = close(unsafe open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
    }

    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    static func rename(_ path: String, to other: String) {
        _ = unsafe Glibc.rename(path, other)
    }

    /// Binds a UNIX-domain socket and closes it, as a killed process does: its file stays.
    static func leaveSocketFile(at path: String) {
        let number = clinux_socket(AF_UNIX)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        _ = close(number)
    }

    /// Holds the thread up, as a slow handler would.
    static func hold(millis: Int) {
        let end = Clock.monotonicNanoseconds() + millis * 1_000_000
        while Clock.monotonicNanoseconds() < end { sched_yield() }
    }
}
