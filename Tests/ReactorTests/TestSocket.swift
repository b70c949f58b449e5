import Bytes
import Glibc
import Reactor

/// A socket that expectations can look at, which a noncopyable one they cannot.
final class TestSocket {
    let socket: Socket

    init(taking number: Int32) {
        socket = Socket(taking: number)
    }

    init(connectingTo address: SocketAddress, sendsAtOnce: Bool = true) throws(SystemError) {
        socket = try Socket(connectingTo: address, sendsAtOnce: sendsAtOnce)
    }

    /// How far connecting had come when it had begun.
    var start: Socket.ConnectStart { socket.start }

    func connectAgain(to address: SocketAddress) throws(SystemError) -> Socket.ConnectStart {
        try socket.connectAgain(to: address)
    }

    /// Whether what is sent waits for nothing, as far as the kernel says.
    var sendsAtOnce: Bool {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let number = socket.descriptor.number
        return unsafe getsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &value, &length) == 0 && value != 0
    }

    /// From here on it does.
    func sendAtOnce() {
        socket.sendAtOnce()
    }

    var unacknowledgedCount: Int { socket.unacknowledgedCount }
    var isQuiet: Bool { socket.isQuiet() }
    var pendingError: Int32 { socket.pendingError() }

    func send(_ bytes: [UInt8], hasMore: Bool = false) -> TransferResult {
        socket.send(bytes.span, hasMore: hasMore)
    }

    func send(_ file: OpenFile, _ range: Range<Int>) -> TransferResult? {
        socket.send(file, range)
    }

    func receive(into buffer: Buffer) -> TransferResult {
        socket.receive(into: buffer)
    }

    func endWriting() {
        socket.endWriting()
    }

    func resetOnClose() {
        socket.resetOnClose()
    }

    /// What can be read now, the end left out.
    func receiveAll() -> [UInt8] {
        let buffer = Buffer(capacity: 65_536)
        while case .transferred = receive(into: buffer) {}
        return buffer.withReadable { span in span.indices.map { span[$0] } }
    }
}
