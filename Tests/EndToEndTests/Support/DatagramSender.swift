import Foundation

/// Sends datagrams from a port of its own.
final class DatagramSender {
    /// Where it sends from.
    let endpoint: Endpoint
    private let descriptor: Int32

    init(to endpoint: Endpoint) throws {
        (descriptor, self.endpoint) = try SocketAddress.datagrams(to: endpoint)
    }

    deinit { close(descriptor) }

    /// Sends one datagram; throws where the one before was refused, as nobody listens there.
    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        let count = unsafe Glibc.send(descriptor, bytes, bytes.count, 0)
        guard count == bytes.count else { throw HarnessError("send: errno \(errno)") }
    }
}
