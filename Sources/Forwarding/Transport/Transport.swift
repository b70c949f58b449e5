import Bytes
import Reactor
import TLS

/// What a read or write on a transport came to.
package enum TransportOutcome {
    /// Bytes moved, 1 or more.
    case moved(Int)
    /// Nothing until the event loop reports the socket ready again.
    case wouldBlock
    /// The peer has ended its direction in good order.
    case ended
    /// The connection is broken; the words say why.
    case failed(String)
}

/// A socket with or without TLS on it.
///
/// Belongs to one connection on its worker's thread.
package final class Transport {
    /// The socket, which lives as long as this.
    package let socket: Socket
    let tls: TLSConnection?

    /// - Parameter tls: its server's end on the socket; `nil` in cleartext.
    package init(taking socket: consuming Socket, tls: TLSConnection?) {
        self.socket = socket
        self.tls = tls
    }

    var isSecure: Bool { tls != nil }

    /// Reads into the buffer's room.
    ///
    /// - Returns: the outcome, and whether the kernel has nothing more for now.
    func read(into buffer: Buffer) -> (outcome: TransportOutcome, isDrained: Bool) {
        guard let tls else {
            let room = buffer.room
            switch socket.receive(into: buffer) {
            case .transferred(let count): return (.moved(count), count < room)
            case .wouldBlock: return (.wouldBlock, true)
            case .ended: return (.ended, true)
            case .failed(let code): return (.failed(SystemError("recv", code: code).description), true)
            }
        }
        return (Self.outcome(tls.read(into: buffer)), tls.isDrained)
    }

    /// Writes some of `bytes`; with TLS one record at most.
    ///
    /// - Parameter hasMore: whether more follows at once, which in cleartext goes out with it.
    func write(_ bytes: Span<UInt8>, hasMore: Bool = false) -> TransportOutcome {
        guard let tls else {
            switch socket.send(bytes, hasMore: hasMore) {
            case .transferred(let count): return .moved(count)
            case .wouldBlock: return .wouldBlock
            case .ended: return .ended
            case .failed(let code): return .failed(SystemError("send", code: code).description)
            }
        }
        return Self.outcome(tls.write(bytes))
    }

    private static func outcome(_ outcome: TLSConnection.Outcome) -> TransportOutcome {
        switch outcome {
        case .done(let count): .moved(count)
        case .wouldBlock: .wouldBlock
        case .ended: .ended
        case .failed(let error): .failed(error.words)
        }
    }
}
