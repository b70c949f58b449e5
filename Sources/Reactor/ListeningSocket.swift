import CLinux
import Glibc
import Synchronization

/// A bound, listening stream socket. Opened once by the main thread, accepted from by any number of loops.
public final class ListeningSocket: Sendable {
    /// Connections that the kernel queues at most (it caps this at net.core.somaxconn).
    static let backlog: Int32 = 4096
    /// Bytes behind those on their way that the kernel takes of an answer. Without a bound it takes up to 4 MiB for
    /// each client that does not read (net.ipv4.tcp_wmem); a client that does is sent more once half of them have gone.
    static let unsentBytesMax: Int32 = 128 * 1024

    /// The open descriptor.
    public let descriptor: Descriptor
    /// The address that was bound, port 0 resolved.
    public let address: SocketAddress
    /// The socket's file of a UNIX-domain address, as it was made.
    private let file: FileIdentity?
    /// Loops that accept from the queue.
    private let users = Atomic<Int>(0)
    /// Whether somebody else holds it too, who goes on with it.
    private let isShared = Atomic<Bool>(false)

    private struct FileIdentity: Equatable {
        let device: dev_t
        let node: ino_t
    }

    /// Binds and listens.
    ///
    /// An IPv6 address is dual-stack (mapped peers are written as IPv4). A UNIX-domain path that is left over from a
    /// dead process is replaced; one that somebody still listens on is refused as in use.
    ///
    /// - Parameter mode: the permissions of a UNIX-domain socket's file, less what the process's mask takes away.
    public init(_ address: SocketAddress, mode: mode_t = 0o777) throws(SystemError) {
        let number = clinux_socket(address.family)
        guard number >= 0 else { throw .last("socket") }
        descriptor = Descriptor(taking: number)
        if address.isUnix {
            try Self.removeDeadSocket(address)
            // Linux makes the file with the mode of the unbound socket, so it never has other rights, not even for a
            // moment.
            guard fchmod(number, mode) == 0 else { throw .last("fchmod") }
        } else {
            Self.set(number, SOL_SOCKET, SO_REUSEADDR, 1)
            if address.family == AF_INET6 { Self.set(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
            Self.setInherited(number)
        }
        let bound = unsafe address.withPointer { pointer, length in unsafe bind(number, pointer, length) }
        guard bound == 0 else { throw .last("bind") }
        guard listen(number, Self.backlog) == 0 else { throw .last("listen") }
        self.address = unsafe SocketAddress.read { unsafe getsockname(number, $0, $1) } ?? address
        file = address.isUnix ? Self.file(at: address.unixPath) : nil
    }

    /// Takes over a socket that listens already, which somebody else holds too until ``own()``.
    ///
    /// - Returns: `nil` when it is none.
    public init?(taking descriptor: consuming Descriptor) {
        var isListening: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let number = descriptor.number
        guard unsafe getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0, isListening == 1,
            let address = unsafe SocketAddress.read({ unsafe getsockname(number, $0, $1) })
        else { return nil }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        if !address.isUnix { Self.setInherited(number) }
        self.descriptor = descriptor
        self.address = address
        file = address.isUnix ? Self.file(at: address.unixPath) : nil
        isShared.store(true, ordering: .relaxed)
    }

    deinit {
        if !isShared.load(ordering: .relaxed) { removeFile() }
    }

    /// Says that somebody else holds it too: whoever connects from now on waits for them, and is not refused.
    public func share() {
        isShared.store(true, ordering: .relaxed)
    }

    /// Says that nobody else goes on with it.
    public func own() {
        isShared.store(false, ordering: .relaxed)
    }

    /// Whether somebody may still connect: a UNIX-domain socket whose file is gone is found by nobody.
    public var isReachable: Bool { !address.isUnix || Self.file(at: address.unixPath) != nil }

    /// A descriptor of the same socket for another library, which closes it.
    public func duplicate() throws(SystemError) -> Int32 {
        let number = fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0)
        guard number >= 0 else { throw .last("fcntl") }
        return number
    }

    /// Counts a loop that accepts from the queue.
    public func join() {
        users.wrappingAdd(1, ordering: .relaxed)
    }

    /// Says that a loop accepts no more.
    ///
    /// - Returns: whether it was the last one, which empties the queue and then calls ``stopListening()``.
    public func leave() -> Bool {
        users.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0
    }

    /// Refuses connections from now on, whoever still holds the object. May be called from any thread.
    public func stopListening() {
        if isShared.load(ordering: .relaxed) { return }
        _ = shutdown(descriptor.number, Int32(SHUT_RDWR))
        removeFile()
    }

    /// Takes connections again after ``stopListening()``, at the same IP address: it was kept, if its port was asked
    /// for by number.
    public func listenAgain() throws(SystemError) {
        guard listen(descriptor.number, Self.backlog) == 0 else { throw .last("listen") }
    }

    private func removeFile() {
        // Somebody may have put another socket in its place.
        if let file, Self.file(at: address.unixPath) == file { _ = unsafe unlink(address.unixPath) }
    }

    /// Whether somebody waits in the queue, for who must make room before accepting.
    public var isAwaited: Bool {
        var query = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&query, 1, 0) > 0 && query.revents & Int16(POLLIN) != 0
    }

    /// Takes one connection from the queue.
    ///
    /// - Returns: the connected, non-blocking socket with its peer's address, or `nil` when the queue is empty.
    /// - Throws: what the kernel reports, `EMFILE` among others; the queue is as it was.
    public func accept() throws(SystemError) -> (socket: Int32, peer: SocketAddress)? {
        while true {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let number = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe clinux_accept(descriptor.number, $0, &length)
                }
            }
            if number >= 0 { return (number, SocketAddress(storage: storage, length: length)) }
            switch errno {
            case EAGAIN: return nil
            // The peer gave up while it was queued (accept(2), "Error handling"): the next one may be fine.
            case EINTR, ECONNABORTED, EPROTO, ENOPROTOOPT, ENONET, ENETDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH:
                continue
            default: throw .last("accept4")
            }
        }
    }

    private static func file(at path: String) -> FileIdentity? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return FileIdentity(device: status.st_dev, node: status.st_ino)
    }

    private static func removeDeadSocket(_ address: SocketAddress) throws(SystemError) {
        var status = stat()
        guard unsafe lstat(address.unixPath, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        let probe = clinux_socket(AF_UNIX)
        guard probe >= 0 else { throw .last("socket") }
        let descriptor = Descriptor(taking: probe)
        let result = unsafe address.withPointer { pointer, length in
            unsafe connect(descriptor.number, pointer, length)
        }
        guard result != 0, errno == ECONNREFUSED else { throw SystemError("bind", code: EADDRINUSE) }
        _ = unsafe unlink(address.unixPath)
    }

    /// Sets what accepted connections inherit, which saves a call for each.
    private static func setInherited(_ number: Int32) {
        set(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        set(number, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, unsentBytesMax)
    }

    private static func set(_ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
