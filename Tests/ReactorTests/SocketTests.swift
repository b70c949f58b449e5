import Bytes
import Glibc
import Reactor
import Testing

@Suite(.tags(.reactor), .timeLimit(.minutes(10))) struct SocketTests {
    @Test func readsWhatFitsAndNothingMore() {
        let (near, far) = Kernel.socketPair()
        let socket = TestSocket(taking: near)
        let peer = TestSocket(taking: far)
        let buffer = Buffer(capacity: 4)
        #expect(socket.receive(into: buffer) == .wouldBlock)
        #expect(peer.send([1, 2, 3, 4, 5, 6]) == .transferred(6))
        #expect(socket.receive(into: buffer) == .transferred(4))
        #expect(socket.receive(into: buffer) == .wouldBlock, "a full buffer is not the peer's end")
        buffer.consume(4)
        #expect(socket.receive(into: buffer) == .transferred(2))
        peer.endWriting()
        #expect(socket.receive(into: buffer) == .ended)
        #expect(socket.send([1]) == .transferred(1), "the other direction stays open")
    }

    @Test func writesWhatTheKernelTakes() {
        let (near, far) = Kernel.socketPair()
        let socket = TestSocket(taking: near)
        var peer: TestSocket? = TestSocket(taking: far)
        let none: [UInt8] = []
        #expect(socket.send(none) == .wouldBlock)
        let block = [UInt8](repeating: 1, count: 1 << 20)
        var last = socket.send(block)
        if case .transferred(let count) = last {
            #expect(count < block.count)
        } else {
            Issue.record("nothing was written")
        }
        while case .transferred = last { last = socket.send(block) }
        #expect(last == .wouldBlock)
        #expect(peer != nil)
        peer = nil
        #expect(socket.send(block) == .failed(EPIPE), "no SIGPIPE")
    }

    @Test func tellsAnIdleConnectionFromOneThatEndedOrSpoke() {
        let (near, far) = Kernel.socketPair()
        let socket = TestSocket(taking: near)
        let peer = TestSocket(taking: far)
        #expect(socket.isQuiet)
        _ = peer.send([1])
        #expect(!socket.isQuiet)
        #expect(socket.receiveAll() == [1], "looking takes nothing")
        #expect(socket.isQuiet)
        peer.endWriting()
        #expect(!socket.isQuiet)
    }

    @Test("whether a peer that has ended had got what was sent", arguments: [false, true])
    func unacknowledged(isSentBefore: Bool) throws {
        let listener = try ListeningSocket(try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let socket = try TestSocket(connectingTo: listener.address)
        var peer = try listener.accept().map { TestSocket(taking: $0.socket) }
        if isSentBefore { #expect(socket.send([1, 2, 3]) == .transferred(3)) }
        if isSentBefore { #expect(peer?.receiveAll() == [1, 2, 3]) }
        #expect(peer != nil)
        peer = nil
        if !isSentBefore { #expect(socket.send([1, 2, 3]) == .transferred(3)) }
        #expect(socket.receive(into: Buffer(capacity: 4)) == .ended)
        #expect(socket.unacknowledgedCount == (isSentBefore ? 0 : 3))
    }

    @Test func sendsAtOnceUnlessThatIsLeftForLater() throws {
        let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let listener = try ListeningSocket(address)
        #expect(try TestSocket(connectingTo: listener.address).sendsAtOnce)
        let later = try TestSocket(connectingTo: listener.address, sendsAtOnce: false)
        #expect(!later.sendsAtOnce)
        later.sendAtOnce()
        #expect(later.sendsAtOnce)
    }

    @Test func aConnectWithinTheMachineIsOverWhenItIsAskedFor() throws {
        let path = try #require(SocketAddress(unixPath: Kernel.temporaryFolder() + "/own.sock"))
        let own = try ListeningSocket(path)
        #expect(try TestSocket(connectingTo: own.address).start == .connected)
        let loopback = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let listener = try ListeningSocket(loopback)
        let client = try TestSocket(connectingTo: listener.address)
        #expect(client.start == .underWay, "of TCP the first call never says so")
        #expect(try client.connectAgain(to: listener.address) == .connected)
        #expect(client.send([1]) == .transferred(1))
    }

    @Test func aConnectThatGoesOnIsSaidToDoSo() throws {
        let (listener, port) = Kernel.narrowListener()
        let address = try #require(SocketAddress(host: "127.0.0.1", port: port))
        let first = try TestSocket(connectingTo: address)
        let second = try TestSocket(connectingTo: address)
        #expect(try second.connectAgain(to: address) == .underWay)
        #expect(first.pendingError == 0)
        _ = close(listener)
    }

    @Test func aConnectThatWasRefusedIsSaidToBe() throws {
        let loopback = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let gone: SocketAddress
        do { gone = try ListeningSocket(loopback).address }
        let client = try TestSocket(connectingTo: gone)
        #expect(throws: SystemError("connect", code: ECONNREFUSED)) { _ = try client.connectAgain(to: gone) }
    }

    @Test func aResetReachesThePeer() throws {
        let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let listener = try ListeningSocket(address)
        let client = try TestSocket(connectingTo: listener.address)
        let runner = try LoopRunner()
        let arrival = Probe()
        _ = try runner.loop.registerListener(listener.descriptor, handler: arrival)
        let probe = Probe()
        _ = try runner.loop.register(client.socket.descriptor, handler: probe)
        #expect(runner.run { !arrival.readiness.isEmpty })
        do {
            let server = TestSocket(taking: try #require(try listener.accept()).socket)
            server.resetOnClose()
        }
        #expect(runner.run { probe.readiness.contains { $0.contains(.failed) } })
        #expect(client.receive(into: Buffer(capacity: 8)) == .failed(ECONNRESET))
    }
}
