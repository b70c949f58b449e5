import Bytes
import Glibc
import Reactor
import Synchronization
import Testing

@Suite(.tags(.reactor), .timeLimit(.minutes(10))) struct ListeningSocketTests {
    private func loopback(_ host: String = "127.0.0.1") throws -> SocketAddress {
        try #require(SocketAddress(host: host, port: 0))
    }

    /// Accepts within a time; the listener tells through a loop.
    private func accept(_ listener: ListeningSocket) throws -> (socket: Int32, peer: SocketAddress) {
        let runner = try LoopRunner()
        let probe = Probe()
        let registration = try runner.loop.registerListener(listener.descriptor, handler: probe)
        defer { runner.loop.deregister(registration, keeping: listener.descriptor) }
        try #require(runner.run { !probe.readiness.isEmpty })
        return try #require(try listener.accept())
    }

    @Test func bindsAFreePortAndSpeaks() throws {
        let listener = try ListeningSocket(loopback())
        #expect(listener.address.port != 0 && listener.address.host == "127.0.0.1")
        #expect(try listener.accept() == nil)
        let client = try TestSocket(connectingTo: listener.address)
        let accepted = try accept(listener)
        let server = TestSocket(taking: accepted.socket)
        #expect(accepted.peer.host == "127.0.0.1" && accepted.peer.port != 0)
        #expect(client.pendingError == 0)
        #expect(server.send([5]) == .transferred(1))
        let runner = try LoopRunner()
        let probe = Probe()
        _ = try runner.loop.registerReader(client.socket.descriptor, handler: probe)
        #expect(runner.run { !probe.readiness.isEmpty })
        #expect(client.receiveAll() == [5])
    }

    @Test func theKernelTakesLittleForWhoDoesNotRead() throws {
        let listener = try ListeningSocket(loopback())
        let client = try TestSocket(connectingTo: listener.address)
        let server = TestSocket(taking: try accept(listener).socket)
        let piece = [UInt8](repeating: 7, count: 65_536)
        var taken = 0
        while taken < 1 << 20, case .transferred(let count) = server.send(piece) { taken += count }
        // What the client has room for, before it has read anything, and what waits behind that.
        #expect(taken > 0 && taken < 1 << 20)
        #expect(client.pendingError == 0)
    }

    @Test func listensAgainAtAPortThatWasAskedForByNumber() throws {
        let port = try ListeningSocket(loopback()).address.port
        let listener = try ListeningSocket(#require(SocketAddress(host: "127.0.0.1", port: port)))
        listener.stopListening()
        // A connect under way may be refused at once or a moment later.
        let refused = try? TestSocket(connectingTo: listener.address)
        let runner = try LoopRunner()
        let probe = Probe()
        if let refused {
            _ = try runner.loop.register(refused.socket.descriptor, handler: probe)
            #expect(runner.run { !probe.readiness.isEmpty })
            #expect(refused.pendingError == ECONNREFUSED)
        }
        try listener.listenAgain()
        let client = try TestSocket(connectingTo: listener.address)
        let server = TestSocket(taking: try accept(listener).socket)
        #expect(client.pendingError == 0)
        #expect(server.send([5]) == .transferred(1))
    }

    @Test func anAddressInUseIsRefused() throws {
        let listener = try ListeningSocket(loopback())
        #expect(throws: SystemError("bind", code: EADDRINUSE)) { try ListeningSocket(listener.address) }
        let foreign = try #require(SocketAddress(host: "192.0.2.1", port: 0))
        #expect(throws: SystemError("bind", code: EADDRNOTAVAIL)) { try ListeningSocket(foreign) }
    }

    @Test func theIPv6WildcardServesIPv4Too() throws {
        let listener = try ListeningSocket(loopback("::"))
        let address = try #require(SocketAddress(host: "127.0.0.1", port: listener.address.port))
        let client = try TestSocket(connectingTo: address)
        let accepted = try accept(listener)
        let server = TestSocket(taking: accepted.socket)
        #expect(accepted.peer.host == "127.0.0.1", "a mapped peer is written as IPv4")
        #expect(accepted.peer.description.hasPrefix("127.0.0.1:"))
        #expect(client.isQuiet && server.isQuiet)
    }

    @Test func aUnixSocketHasItsModeWhenItIsMade() throws {
        let folder = Kernel.temporaryFolder()
        for mode in [0o600, 0o660, 0o700] as [mode_t] {
            let path = folder + "/\(mode).sock"
            let listener = try ListeningSocket(try #require(SocketAddress(unixPath: path)), mode: mode)
            #expect(Kernel.mode(of: path) == mode & ~Kernel.mask)
            let copy = Descriptor(taking: try listener.duplicate())
            #expect(copy.number != listener.descriptor.number && Kernel.isOpen(copy.number))
        }
    }

    @Test func aUnixSocketIsMadeAndTakenAway() throws {
        let folder = Kernel.temporaryFolder()
        let path = folder + "/a.sock"
        let address = try #require(SocketAddress(unixPath: path))
        do {
            let listener = try ListeningSocket(address)
            #expect(listener.address == address && listener.address.unixPath == path)
            let client = try TestSocket(connectingTo: address)
            let accepted = try accept(listener)
            let server = TestSocket(taking: accepted.socket)
            #expect(accepted.peer.description == "unix:" && accepted.peer.port == 0)
            #expect(client.send([1]) == .transferred(1) && server.receiveAll() == [1])
            #expect(throws: SystemError("bind", code: EADDRINUSE)) { try ListeningSocket(address) }
            #expect(Kernel.exists(path), "the refused one must not take the file away")
        }
        #expect(!Kernel.exists(path))
    }

    @Test func aDeadUnixSocketIsReplacedAndAFileIsNot() throws {
        let folder = Kernel.temporaryFolder()
        let stale = try #require(SocketAddress(unixPath: folder + "/stale.sock"))
        Kernel.leaveSocketFile(at: stale.unixPath)
        #expect(Kernel.exists(stale.unixPath))
        let listener = try ListeningSocket(stale)
        let client = try TestSocket(connectingTo: stale)
        _ = TestSocket(taking: try accept(listener).socket)
        #expect(client.pendingError == 0)
        let file = try #require(SocketAddress(unixPath: folder + "/file"))
        Kernel.createFile(file.unixPath)
        #expect(throws: SystemError("bind", code: EADDRINUSE)) { try ListeningSocket(file) }
        #expect(Kernel.exists(file.unixPath))
        let absent = try #require(SocketAddress(unixPath: folder + "/none/x.sock"))
        #expect(throws: SystemError("bind", code: ENOENT)) { try ListeningSocket(absent) }
    }

    @Test func aSocketFilePutInItsPlaceIsLeftAlone() throws {
        let folder = Kernel.temporaryFolder()
        let address = try #require(SocketAddress(unixPath: folder + "/a.sock"))
        do {
            let listener = try ListeningSocket(address)
            Kernel.rename(address.unixPath, to: folder + "/old.sock")
            Kernel.leaveSocketFile(at: address.unixPath)
            _ = listener
        }
        #expect(Kernel.exists(address.unixPath))
    }

    @Test func aRefusedConnectSaysSo() throws {
        var closed: SocketAddress?
        do { closed = try ListeningSocket(loopback()).address }
        let runner = try LoopRunner()
        let client = try TestSocket(connectingTo: #require(closed))
        let probe = Probe()
        _ = try runner.loop.register(client.socket.descriptor, handler: probe)
        #expect(runner.run { !probe.readiness.isEmpty })
        #expect(probe.readiness.first?.contains(.failed) == true)
        #expect(client.pendingError == ECONNREFUSED)
        let absent = try #require(SocketAddress(unixPath: Kernel.temporaryFolder() + "/none.sock"))
        #expect(throws: SystemError("connect", code: ENOENT)) { _ = try TestSocket(connectingTo: absent) }
    }

    @Test func aConnectThatNobodyAnswersMeetsItsDeadline() throws {
        let (listener, port) = Kernel.narrowListener()
        let address = try #require(SocketAddress(host: "127.0.0.1", port: port))
        let first = try TestSocket(connectingTo: address)
        let second = try TestSocket(connectingTo: address)
        let runner = try LoopRunner()
        let probe = Probe()
        let registration = try runner.loop.register(second.socket.descriptor, handler: probe)
        runner.loop.setDeadline(registration, after: 200)
        #expect(runner.run { probe.deadlineCount == 1 })
        #expect(!probe.readiness.contains { $0.contains(.writable) && !$0.contains(.hungUp) })
        #expect(first.pendingError == 0)
        _ = close(listener)
    }

    @Test func oneOfTwoLoopsIsWokenAndNoConnectionIsForgotten() throws {
        let listener = try ListeningSocket(loopback())
        let accepted = Mutex<[Int]>([0, 0])
        let wakers = Mutex<[Waker]>([])
        let threads = Threads(2) { index in
            guard let runner = try? LoopRunner() else { return }
            wakers.withLock { $0.append(runner.loop.waker) }
            let probe = Probe()
            guard (try? runner.loop.registerListener(listener.descriptor, handler: probe)) != nil else { return }
            // One at a time: level-triggered, so what is left in the queue is told again.
            probe.onReadyBody = { _ in
                guard let connection = try? listener.accept() else { return }
                _ = TestSocket(taking: connection.socket)
                let total = accepted.withLock { counts in
                    counts[index] += 1
                    return counts.reduce(0, +)
                }
                if total == 400 { for waker in wakers.withLock({ $0 }) { waker.wake() } }
            }
            _ = runner.run(within: 20_000) { accepted.withLock { $0.reduce(0, +) } >= 400 }
        }
        for _ in 0..<400 {
            let client = try TestSocket(connectingTo: listener.address)
            #expect(client.pendingError == 0)
        }
        threads.join()
        #expect(accepted.withLock { $0.reduce(0, +) } == 400)
    }

    @Test func withoutDescriptorsTheQueueWaits() async {
        await #expect(processExitsWith: .success) {
            guard let address = SocketAddress(host: "127.0.0.1", port: 0) else { exit(1) }
            let listener = try ListeningSocket(address)
            let client = try TestSocket(connectingTo: listener.address)
            let runner = try LoopRunner()
            let probe = Probe()
            let registration = try runner.loop.registerListener(listener.descriptor, handler: probe)
            guard runner.run(until: { !probe.readiness.isEmpty }) else { exit(2) }
            Kernel.forbidDescriptors()
            do throws(SystemError) {
                _ = try listener.accept()
                exit(3)
            } catch {
                guard error == SystemError("accept4", code: EMFILE) else { exit(4) }
            }
            // The listener's owner steps back for a while instead of being told again and again.
            runner.loop.deregister(registration, keeping: listener.descriptor)
            let before = (runner.turnCount, probe.readiness.count)
            runner.run(forMillis: 200)
            guard runner.turnCount - before.0 < 5, probe.readiness.count == before.1 else { exit(5) }
            Kernel.allowDescriptors()
            _ = try runner.loop.registerListener(listener.descriptor, handler: probe)
            guard runner.run(until: { probe.readiness.count > before.1 }) else { exit(6) }
            guard let accepted = try listener.accept() else { exit(7) }
            _ = TestSocket(taking: accepted.socket)
            exit(client.pendingError == 0 ? 0 : 8)
        }
    }
}
