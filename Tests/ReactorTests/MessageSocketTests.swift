import Bytes
import Glibc
import Reactor
import Testing

@Suite(.tags(.reactor), .timeLimit(.minutes(10))) struct MessageSocketTests {
    private func loopback(port: UInt16 = 0) throws -> SocketAddress {
        try #require(SocketAddress(host: "127.0.0.1", port: port))
    }

    @Test func sendsDatagramsWhole() throws {
        let receiver = try DatagramSocket(boundTo: loopback())
        let socket = try MessageSocket(connectingTo: receiver.address, isStream: false)
        for bytes in [[1], [2, 3, 4]] as [[UInt8]] {
            #expect(try socket.send(bytes.span) == bytes.count)
            let buffer = Buffer(capacity: 16)
            #expect(receiver.receive(into: buffer) != nil)
            #expect(buffer.withReadable { span in span.indices.map { span[$0] } } == bytes)
        }
        try socket.checkEnd()
    }

    @Test func aPathThatIsNotThereIsAnError() throws {
        let path = try #require(SocketAddress(unixPath: "/nonexistent/log.sock"))
        #expect(throws: SystemError("connect", code: ENOENT)) {
            _ = try MessageSocket(connectingTo: path, isStream: false)
        }
    }

    @Test func aStreamThatIsRefusedFailsWhenItIsWritten() throws {
        // Bound and closed: nobody listens there now.
        let address = try ListeningSocket(loopback()).address
        do throws(SystemError) {
            let socket = try MessageSocket(connectingTo: address, isStream: true)
            let waker = try Waker()
            socket.waitForRoom(orWakeOf: waker, millis: 10_000)
            try socket.checkEnd()
            _ = try socket.send(([1] as [UInt8]).span)
            Issue.record("nobody has refused it")
        } catch {
            #expect(error.code == ECONNREFUSED || error.code == EPIPE, "\(error)")
        }
    }

    @Test func theEndOfAStreamIsSeenBeforeItIsWritten() throws {
        let listener = try ListeningSocket(loopback())
        let socket = try MessageSocket(connectingTo: listener.address, isStream: true)
        let waker = try Waker()
        socket.waitForRoom(orWakeOf: waker, millis: 10_000)
        try socket.checkEnd()
        #expect(try socket.send(([1] as [UInt8]).span) == 1)
        let accepted = try #require(try listener.accept())
        // With its one byte unread it would be a reset, which is an end as well.
        close(accepted.socket)
        var hasEnded = false
        for _ in 0..<1_000_000 where !hasEnded {
            do throws(SystemError) { try socket.checkEnd() } catch { hasEnded = true }
        }
        #expect(hasEnded)
    }
}
