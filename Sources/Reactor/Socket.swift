import Bytes
import CLinux
import Glibc

/// What a read or write on a stream came to.
public enum TransferResult: Equatable, Sendable {
    /// Bytes moved, 1 or more.
    case transferred(Int)
    /// Nothing moved; the event loop will tell when to try again.
    case wouldBlock
    /// The peer has ended its direction (reading only).
    case ended
    /// The connection is broken; the value is `errno`.
    case failed(Int32)
}

/// A non-blocking stream socket.
///
/// Belongs to one worker's thread once it is registered.
public struct Socket: ~Copyable {
    /// The open descriptor.
    public let descriptor: Descriptor
    /// How far connecting has come when it has begun.
    public let start: ConnectStart

    /// How far connecting has come.
    public enum ConnectStart: Sendable {
        /// The event loop reports writing when it has ended.
        case underWay
        /// It has ended well.
        case connected
        /// A UNIX-domain socket could not begin to connect because the other side's queue was full. Nothing tells when
        /// it no longer is.
        case queueFull
    }

    /// Takes over a connected, non-blocking socket.
    public init(taking number: Int32) {
        descriptor = Descriptor(taking: number)
        start = .connected
    }

    /// Begins to connect. The event loop reports writing when that has ended; ``pendingError()`` tells how.
    ///
    /// - Parameter sendsAtOnce: whether nothing that is sent waits until what was sent before is acknowledged; see
    ///   ``sendAtOnce()``.
    public init(connectingTo address: SocketAddress, sendsAtOnce: Bool = true) throws(SystemError) {
        let number = clinux_socket(address.family)
        guard number >= 0 else { throw .last("socket") }
        let opened = Descriptor(taking: number)
        if sendsAtOnce, !address.isUnix { Self.setNoDelay(number) }
        start = try Self.connect(number, to: address)
        descriptor = opened
    }

    /// Whether the queue was full when connecting was to begin.
    public var isQueueFull: Bool { start == .queueFull }

    /// Begins to connect once more where the queue was full, or asks how far connecting has come.
    public func connectAgain(to address: SocketAddress) throws(SystemError) -> ConnectStart {
        try Self.connect(descriptor.number, to: address)
    }

    private static func connect(_ number: Int32, to address: SocketAddress) throws(SystemError) -> ConnectStart {
        let result = unsafe address.withPointer { pointer, length in unsafe Glibc.connect(number, pointer, length) }
        if result == 0 { return .connected }
        if errno == EINPROGRESS || errno == EALREADY { return .underWay }
        guard address.isUnix, errno == EAGAIN else { throw .last("connect") }
        return .queueFull
    }

    /// The address of this end, for instance the one that a client has connected to; `nil`: the kernel tells none.
    public var localAddress: SocketAddress? {
        let number = descriptor.number
        return unsafe SocketAddress.read { unsafe getsockname(number, $0, $1) }
    }

    /// From here on nothing that is sent waits until what was sent before is acknowledged (TCP_NODELAY). The first
    /// bytes of a connection never do.
    public func sendAtOnce() {
        Self.setNoDelay(descriptor.number)
    }

    /// The error that ended a connect, 0 when it succeeded.
    public func pendingError() -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &code, &length)
        return result == 0 ? code : errno
    }

    /// Reads what fits into the buffer's room; without room nothing is read and it is `wouldBlock`.
    public func receive(into buffer: Buffer) -> TransferResult {
        buffer.append { (output: inout OutputSpan<UInt8>) in
            unsafe output.withUnsafeMutableBufferPointer { target, initializedCount in
                // recv answers 0 to a read of no bytes, which would look like the end.
                guard let base = target.baseAddress, target.count > 0 else { return .wouldBlock }
                let count = unsafe recv(descriptor.number, base, target.count, 0)
                if count > 0 {
                    initializedCount = count
                    return .transferred(count)
                }
                return count == 0 ? .ended : Self.failure()
            }
        }
    }

    /// Copies what has come and fits into the buffer's room, and leaves it to whoever reads next (MSG_PEEK).
    public func peek(into buffer: Buffer) -> TransferResult {
        buffer.append { (output: inout OutputSpan<UInt8>) in
            unsafe output.withUnsafeMutableBufferPointer { target, initializedCount in
                guard let base = target.baseAddress, target.count > 0 else { return .wouldBlock }
                let count = unsafe recv(descriptor.number, base, target.count, Int32(MSG_PEEK))
                if count > 0 {
                    initializedCount = count
                    return .transferred(count)
                }
                return count == 0 ? .ended : Self.failure()
            }
        }
    }

    /// Takes bytes that ``peek(into:)`` has shown, and drops them.
    ///
    /// - Parameter buffer: has room for so many, and nothing is added to it.
    /// - Returns: whether they were there.
    public func skip(_ byteCount: Int, using buffer: Buffer) -> Bool {
        buffer.append { (output: inout OutputSpan<UInt8>) in
            unsafe output.withUnsafeMutableBufferPointer { target, _ in
                guard let base = target.baseAddress, target.count >= byteCount else { return false }
                return unsafe recv(descriptor.number, base, byteCount, 0) == byteCount
            }
        }
    }

    /// Takes as many bytes from the kernel as the buffer has room for, and drops them: those of TCP are not even copied
    /// (MSG_TRUNC).
    ///
    /// - Parameter buffer: empty, and empty afterwards.
    public func discard(using buffer: Buffer) -> TransferResult {
        buffer.append { (output: inout OutputSpan<UInt8>) in
            unsafe output.withUnsafeMutableBufferPointer { target, _ in
                guard let base = target.baseAddress, target.count > 0 else { return .wouldBlock }
                let count = unsafe recv(descriptor.number, base, target.count, Int32(MSG_TRUNC))
                return count > 0 ? .transferred(count) : count == 0 ? .ended : Self.failure()
            }
        }
    }

    /// Writes what the kernel takes of `bytes`.
    ///
    /// - Parameter hasMore: whether more follows at once, which goes out with it: a file behind its head (MSG_MORE).
    public func send(_ bytes: Span<UInt8>, hasMore: Bool = false) -> TransferResult {
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress, source.count > 0 else { return .wouldBlock }
            let flags = Int32(MSG_NOSIGNAL) | (hasMore ? Int32(MSG_MORE) : 0)
            let count = unsafe Glibc.send(descriptor.number, base, source.count, flags)
            return count > 0 ? .transferred(count) : Self.failure()
        }
    }

    /// Looks at an idle connection without taking anything from it.
    ///
    /// - Returns: whether the peer has neither ended it nor sent anything.
    public func isQuiet() -> Bool {
        var byte: UInt8 = 0
        let count = unsafe recv(descriptor.number, &byte, 1, Int32(MSG_PEEK))
        return count < 0 && (errno == EAGAIN || errno == EINTR)
    }

    /// Bytes that were written and that the peer's kernel has not acknowledged; behind the end as well.
    public var unacknowledgedCount: Int { max(0, Int(clinux_unacknowledged(descriptor.number))) }

    /// Tells the peer that no more will be written.
    public func endWriting() {
        _ = shutdown(descriptor.number, Int32(SHUT_WR))
    }

    /// Makes the close that follows a reset, so that the peer cannot take what it got for a whole answer.
    public func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor.number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Lets the kernel probe the connection while nothing passes (SO_KEEPALIVE), by its own times.
    public func keepAlive() {
        var one: Int32 = 1
        _ = unsafe setsockopt(
            descriptor.number, SOL_SOCKET, SO_KEEPALIVE, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    static func setNoDelay(_ number: Int32) {
        var one: Int32 = 1
        _ = unsafe setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    static func failure() -> TransferResult {
        let code = errno
        return code == EAGAIN || code == EINTR ? .wouldBlock : .failed(code)
    }
}

extension SocketAddress {
    static func read(
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, &length) }
        }
        return result == 0 ? SocketAddress(storage: storage, length: length) : nil
    }
}
