import Bytes
import CLinux
import Glibc
import Reactor
import Testing

@Suite(.tags(.reactor)) struct DatagramSocketTests {
    /// Sends one datagram over loopback, by IPv4.
    private static func send(_ bytes: [UInt8], to port: UInt16) -> Bool {
        let number = clinux_datagram_socket(AF_INET)
        defer { close(number) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let count = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(number, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return count == bytes.count
    }

    @Test func takesWholeDatagramsAndTellsTheirSenders() throws {
        let socket = try DatagramSocket(boundTo: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        #expect(socket.address.port != 0 && socket.address.host == "127.0.0.1")
        let buffer = Buffer(capacity: 4)
        #expect(socket.receive(into: buffer) == nil && buffer.isEmpty)
        for bytes in [[1, 2], [], [3, 4, 5, 6, 7]] as [[UInt8]] {
            try #require(Self.send(bytes, to: socket.address.port))
            #expect(socket.receive(into: buffer)?.host == "127.0.0.1")
            let kept = bytes.prefix(4)
            #expect(buffer.withReadable { span in span.indices.map { span[$0] } } == Array(kept))
            buffer.consume(buffer.count)
        }
        #expect(socket.receive(into: buffer) == nil)
    }

    @Test func anAddressInUseIsRefused() throws {
        let socket = try DatagramSocket(boundTo: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let address = socket.address
        #expect(throws: SystemError("bind", code: EADDRINUSE)) { _ = try DatagramSocket(boundTo: address) }
    }

    @Test func theIPv6WildcardHearsIPv4() throws {
        let socket = try DatagramSocket(boundTo: try #require(SocketAddress(host: "::", port: 0)))
        let address = try #require(SocketAddress(host: "127.0.0.1", port: socket.address.port))
        try #require(Self.send([1], to: address.port))
        let heard = socket.receive(into: Buffer(capacity: 8))
        #expect(heard?.host == "127.0.0.1" && heard?.mappedBits == address.mappedBits)
    }
}
