import Bytes
import Forwarding
import Foundation
import Reactor

/// Two ends of a connection in this process, neither of which waits for the other.
struct Link {
    /// Martlet's end.
    let near: Transport
    let far: FarEnd

    /// Over a UNIX-domain socket, whose kernel has what was sent as soon as it is sent.
    init() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("link-\(UUID().uuidString)").path
        guard let address = SocketAddress(unixPath: path) else { preconditionFailure("the path is too long") }
        let listening = try ListeningSocket(address)
        near = Transport(taking: try Socket(connectingTo: address), tls: nil)
        guard let (number, _) = try listening.accept() else { preconditionFailure("nobody has connected") }
        far = FarEnd(taking: number)
    }
}

/// The other end of a connection than Martlet's.
final class FarEnd {
    private var socket: Socket?
    private let buffer = Buffer(capacity: 1 << 16)
    /// Whether Martlet has ended its direction, or the connection; known when all was received.
    private(set) var hasEnded = false

    init(taking number: Int32) {
        socket = Socket(taking: number)
    }

    /// Sends bytes, all of which the kernel takes.
    func send(_ bytes: some Collection<UInt8>) {
        let result = socket?.send(Array(bytes).span)
        precondition(result == .transferred(bytes.count), "\(String(describing: result))")
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    /// What has come since the last call.
    func received() -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            switch socket?.receive(into: buffer) {
            case .transferred:
                buffer.withReadable { for offset in $0.indices { bytes.append($0[offset]) } }
                buffer.removeAll()
            case .wouldBlock:
                return bytes
            case .ended, .failed, nil:
                hasEnded = true
                return bytes
            }
        }
    }

    func receivedText() -> String {
        String(decoding: received(), as: UTF8.self)
    }

    /// Sends no more.
    func endWriting() {
        socket?.endWriting()
    }

    /// Goes away.
    func close() {
        socket = nil
    }
}
