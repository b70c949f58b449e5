import Foundation

/// An address that refuses connections, and that nobody else is given while the test runs.
final class RefusingAddress: Sendable {
    let endpoint: Endpoint
    private let descriptor: Int32

    init() throws {
        (descriptor, endpoint) = try SocketAddress.bind(at: .ipv4(port: 0))
        Belongings.keep(self)
    }

    deinit { close(descriptor) }
}
