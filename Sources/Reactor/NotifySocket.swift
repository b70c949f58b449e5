import CLinux
import Glibc

/// The socket by which a service tells the manager that has started it how it is (sd_notify(3)).
///
/// Belongs to one thread; a datagram waits at most ``waitMillis`` for room in the manager's queue.
public final class NotifySocket {
    /// How long a datagram waits for room.
    private static let waitMillis = 1000

    /// Descriptors that are taken from the manager at most.
    private static let inheritedMax: Int32 = 4096

    private let descriptor: Descriptor
    private let address: SocketAddress

    /// Opens a socket towards the manager.
    ///
    /// - Parameter name: what `NOTIFY_SOCKET` says: a path, or `@` and a name without a file (unix(7)).
    public init(name: String) throws(SystemError) {
        guard let address = name.hasPrefix("@") ? SocketAddress(abstractName: name) : SocketAddress(unixPath: name)
        else { throw SystemError("NOTIFY_SOCKET", code: EINVAL) }
        let number = clinux_datagram_socket(AF_UNIX)
        guard number >= 0 else { throw .last("socket") }
        descriptor = Descriptor(taking: number)
        self.address = address
        // One that blocks waits for room in the queue of somebody whom it is not connected to; poll would not.
        guard fcntl(number, F_SETFL, 0) == 0 else { throw .last("fcntl") }
        var time = timeval(tv_sec: Self.waitMillis / 1000, tv_usec: 0)
        _ = unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Sends variables, a line each (`READY=1`).
    public func send(_ text: String) throws(SystemError) {
        let bytes = Array(text.utf8)
        let count = unsafe address.withPointer { pointer, length in
            unsafe sendto(descriptor.number, bytes, bytes.count, Int32(MSG_NOSIGNAL), pointer, length)
        }
        guard count == bytes.count else { throw .last("sendto") }
    }

    /// Gives the manager a listening socket, for the process that it starts next.
    public func store(_ listening: ListeningSocket) throws(SystemError) {
        let bytes = Array("FDSTORE=1\nFDNAME=listener".utf8).map(CChar.init(bitPattern:))
        let count = unsafe address.withPointer { pointer, length in
            unsafe clinux_send_descriptor(
                descriptor.number, pointer, length, bytes, bytes.count, listening.descriptor.number)
        }
        guard count == bytes.count else { throw .last("sendmsg") }
    }
}

extension NotifySocket {
    /// Listening sockets that the manager has opened or kept for this process (sd_listen_fds(3)); each is handed out
    /// once, so whoever asks again gets sockets of somebody else.
    public static func takeListening() -> [ListeningSocket] {
        guard variable("LISTEN_PID") == "\(getpid())", let count = variable("LISTEN_FDS").flatMap({ Int32($0) }),
            (1...Self.inheritedMax).contains(count)
        else { return [] }
        unsafe unsetenv("LISTEN_PID")
        return (3..<3 + count).compactMap { number in
            let socket = ListeningSocket(taking: Descriptor(taking: number))
            socket?.own()
            return socket
        }
    }

    /// Where the manager hears the process; `nil`: nobody wants to hear it.
    public static var name: String? {
        guard let name = variable("NOTIFY_SOCKET"), !name.isEmpty else { return nil }
        return name
    }

    /// Microseconds within which the manager wants to hear from the process again and again (sd_watchdog_enabled(3));
    /// `nil`: it does not.
    public static var watchdogMicroseconds: Int? {
        if let process = variable("WATCHDOG_PID"), process != "\(getpid())" { return nil }
        guard let micros = variable("WATCHDOG_USEC").flatMap({ Int($0) }), micros > 0 else { return nil }
        return micros
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
