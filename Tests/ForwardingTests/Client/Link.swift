import Bytes
import Forwarding
import Foundation
import Reactor

/// Two ends of a connection in this process, neither of which waits for the other.
struct Link {
    /// Martlet's end.
    let near: Transport
    /// The other one.
    let far: Transport

    /// Over a UNIX-domain socket, whose kernel has what was sent as soon as it is sent.
    init() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("link-\(UUID().uuidString)").path
        guard let address = SocketAddress(unixPath: path) else { preconditionFailure("the path is too long") }
        let listening = try ListeningSocket(address)
        near = Transport(taking: try Socket(connectingTo: address), tls: nil)
        guard let (number, _) = try listening.accept() else { preconditionFailure("nobody has connected") }
        far = Transport(taking: Socket(taking: number), tls: nil)
    }

    /// Has the other end send bytes, all of which its kernel takes.
    func send(_ bytes: [UInt8]) {
        let result = far.socket.send(bytes.span)
        precondition(result == .transferred(bytes.count), "\(result)")
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    /// What the other end has been sent since the last call.
    func received() -> [UInt8] {
        var bytes: [UInt8] = []
        let buffer = Buffer(capacity: 1 << 16)
        while case .transferred = far.socket.receive(into: buffer) {
            buffer.withReadable { for offset in $0.indices { bytes.append($0[offset]) } }
            buffer.removeAll()
        }
        return bytes
    }

    func receivedText() -> String {
        String(decoding: received(), as: UTF8.self)
    }
}
