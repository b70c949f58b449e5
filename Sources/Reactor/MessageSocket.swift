import Bytes
import CLinux
import Glibc

/// A connected, non-blocking socket that is written to and never read: UDP, TCP, or the datagrams of a UNIX-domain
/// path.
public struct MessageSocket: ~Copyable, Sendable {
    private let descriptor: Descriptor
    /// Whether bytes follow each other, so that a message may be taken in parts; else it is taken whole or not at all.
    public let isStream: Bool

    /// Begins to connect. What is written before that has ended waits, and fails where it does.
    ///
    /// - Parameter isStream: of an IP address, TCP in place of UDP. A path has datagrams.
    public init(connectingTo address: SocketAddress, isStream: Bool) throws(SystemError) {
        precondition(!address.isUnix || !isStream, "a path of datagrams is asked for")
        let number = isStream ? clinux_socket(address.family) : clinux_datagram_socket(address.family)
        guard number >= 0 else { throw .last("socket") }
        let opened = Descriptor(taking: number)
        let result = unsafe address.withPointer { pointer, length in unsafe connect(number, pointer, length) }
        guard result == 0 || errno == EINPROGRESS else { throw .last("connect") }
        descriptor = opened
        self.isStream = isStream
    }

    /// Writes a message, or as much of one as a stream takes.
    ///
    /// - Returns: how many bytes were taken; 0: ``waitForRoom(orWakeOf:millis:)`` says when there is room.
    public func send(_ bytes: Span<UInt8>) throws(SystemError) -> Int {
        while true {
            let taken = unsafe bytes.withUnsafeBufferPointer { source in
                unsafe Glibc.send(
                    descriptor.number, source.baseAddress, source.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            if taken >= 0 { return taken }
            if errno == EAGAIN { return 0 }
            guard errno == EINTR else { throw .last("send") }
        }
    }

    /// Finds out whether the other end has ended a stream, as what is written first after that is lost without a word.
    public func checkEnd() throws(SystemError) {
        guard isStream else { return }
        var byte: UInt8 = 0
        let count = unsafe recv(descriptor.number, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK))
        if count == 0 { throw SystemError("send", code: EPIPE) }
        if count < 0, ![EAGAIN, EINTR, ENOTCONN].contains(errno) { throw .last("send") }
    }

    /// Waits until there is room, the waker is woken, or the time is over; takes the wakes away.
    ///
    /// - Parameter millis: -1: without end.
    public func waitForRoom(orWakeOf waker: Waker, millis: Int) {
        waker.wait(orRoomIn: descriptor.number, millis: millis)
    }
}

extension MessageSocket {
    /// The name of this machine; `nil` where it has none.
    public static var hostName: String? {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return nil }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
