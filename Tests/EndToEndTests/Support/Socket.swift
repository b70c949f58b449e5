import CLinux
import Foundation

/// A connected stream socket with a deadline on everything that may wait.
///
/// One thread reads and one writes at a time; closing is allowed from any.
final class Socket: Sendable {
    /// What a read found.
    enum Read: Equatable {
        case bytes([UInt8])
        case end
        case reset
        case nothing
    }

    private let descriptor: Int32
    private let isOpen = Monitor(true)

    init(taking descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Connects to an endpoint.
    convenience init(to endpoint: Endpoint) throws {
        self.init(taking: try SocketAddress.connect(to: endpoint))
    }

    deinit { close() }

    /// Waits for bytes, the end or a reset; `.nothing` when `seconds` pass without any.
    func read(upTo count: Int = 65536, seconds: Double = 10) -> Read {
        guard wait(for: Int16(POLLIN), seconds: seconds) else { return .nothing }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe recv(descriptor, &bytes, count, Int32(MSG_DONTWAIT))
        if got > 0 { return .bytes(Array(bytes[..<got])) }
        if got == 0 { return .end }
        return errno == EAGAIN ? .nothing : .reset
    }

    /// Writes all bytes, waiting for room as long as some is made every `seconds`.
    func write(_ bytes: [UInt8], seconds: Double = 10) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try writeSome(rest)
            rest = rest.dropFirst(count)
            if !rest.isEmpty, !wait(for: Int16(POLLOUT), seconds: seconds) {
                throw HarnessError("the peer took nothing for \(seconds) s with \(rest.count) bytes left")
            }
        }
    }

    func write(_ text: String, seconds: Double = 10) throws {
        try write(Array(text.utf8), seconds: seconds)
    }

    /// Writes what there is room for now.
    ///
    /// - Returns: bytes taken, 0 when the kernel's buffer is full.
    func writeSome(_ bytes: ArraySlice<UInt8>) throws -> Int {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        let count = unsafe bytes.withUnsafeBytes { unsafe send(descriptor, $0.baseAddress, $0.count, flags) }
        if count >= 0 { return count }
        if errno == EAGAIN { return 0 }
        throw HarnessError("send: errno \(errno)")
    }

    /// Waits until there is something to read: bytes, the end or an error.
    func waitForInput(seconds: Double) -> Bool {
        wait(for: Int16(POLLIN), seconds: seconds)
    }

    /// Waits until there is room to write.
    func waitForRoom(seconds: Double) -> Bool {
        wait(for: Int16(POLLOUT), seconds: seconds)
    }

    /// Says that nothing more will be sent.
    func finishWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Ends both directions; a thread that waits in `read` sees the end.
    func shutDown() {
        isOpen.withLock { if $0 { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }

    /// Closes with a reset instead of a FIN.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        isOpen.withLock { isOpen in
            if isOpen { Glibc.close(descriptor) }
            isOpen = false
        }
    }

    private func wait(for events: Int16, seconds: Double) -> Bool {
        let deadline = Clock.now + seconds
        while true {
            var item = pollfd(fd: descriptor, events: events, revents: 0)
            let left = max(0, deadline - Clock.now)
            let count = unsafe poll(&item, 1, Int32((left * 1000).rounded(.up)))
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }
}
