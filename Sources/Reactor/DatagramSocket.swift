import Bytes
import CLinux
import Glibc

/// A bound, non-blocking UDP socket that is read from.
public struct DatagramSocket: ~Copyable {
    /// The open descriptor.
    public let descriptor: Descriptor
    /// The address that was bound, port 0 resolved.
    public let address: SocketAddress

    /// Binds a socket.
    ///
    /// - Parameter address: of this machine; not a UNIX-domain one. `::` is dual-stack.
    public init(boundTo address: SocketAddress) throws(SystemError) {
        precondition(!address.isUnix, "UDP has no paths")
        let number = clinux_datagram_socket(address.family)
        guard number >= 0 else { throw .last("socket") }
        let opened = Descriptor(taking: number)
        let bound = unsafe address.withPointer { pointer, length in unsafe bind(number, pointer, length) }
        guard bound == 0 else { throw .last("bind") }
        self.address = unsafe SocketAddress.read { unsafe getsockname(number, $0, $1) } ?? address
        descriptor = opened
    }

    /// Takes over a socket that is bound already.
    ///
    /// - Returns: `nil` when it is none.
    public init?(taking descriptor: consuming Descriptor) {
        let number = descriptor.number
        guard let address = unsafe SocketAddress.read({ unsafe getsockname(number, $0, $1) }) else { return nil }
        self.address = address
        self.descriptor = descriptor
    }

    /// Takes one datagram, the end of which is lost where it has more bytes than the buffer's room.
    ///
    /// - Returns: who sent it; `nil` when there is none, or the kernel reports an error.
    public func receive(into buffer: Buffer) -> SocketAddress? {
        buffer.append { (output: inout OutputSpan<UInt8>) in
            unsafe output.withUnsafeMutableBufferPointer { target, initializedCount in
                var count = 0
                let sender = unsafe SocketAddress.read { address, length in
                    count = unsafe recvfrom(descriptor.number, target.baseAddress, target.count, 0, address, length)
                    return count < 0 ? -1 : 0
                }
                guard let sender else { return nil }
                initializedCount = count
                return sender
            }
        }
    }
}
