import Bytes
import Glibc
import Reactor
import Testing

@Suite(.tags(.reactor), .timeLimit(.minutes(10))) struct EventLoopTests {
    @Test func tellsOfBytesOnceAndOfTheEnd() throws {
        let runner = try LoopRunner()
        let (near, far) = Kernel.socketPair()
        let socket = TestSocket(taking: near)
        let probe = Probe()
        _ = try runner.loop.register(socket.socket.descriptor, handler: probe)
        #expect(runner.run { !probe.readiness.isEmpty })
        #expect(probe.readiness.first == .writable, "a fresh socket has room to write and nothing to read")
        let peer = TestSocket(taking: far)
        #expect(peer.send([1, 2, 3]) == .transferred(3))
        #expect(runner.run { probe.readiness.count == 2 })
        #expect(probe.readiness[1].contains(.readable) && !probe.readiness[1].contains(.peerEnded))
        runner.run(forMillis: 100)
        #expect(probe.readiness.count == 2, "edge-triggered: unread bytes are no news")
        peer.endWriting()
        #expect(runner.run { probe.readiness.count == 3 })
        #expect(probe.readiness[2].isSuperset(of: [.readable, .peerEnded]))
    }

    @Test func whoIsRegisteredIsVisitedInPieces() throws {
        let loop = try EventLoop()
        let probes = (0..<1_500).map { _ in Probe() }
        let registrations = probes.map { loop.registerTimer(handler: $0) }
        loop.deregister(registrations[7])
        var (visited, pieces) = ([Registration](), 0)
        var next: Int? = 0
        while let first = next {
            // Who ends meanwhile is not met again, and does not hold up the others.
            next = loop.visit(from: first, count: 100) { registration, _ in
                visited.append(registration)
                if registration == registrations[500] { loop.deregister(registrations[501]) }
            }
            pieces += 1
        }
        let expected = registrations.indices.filter { $0 != 7 && $0 != 501 }.map { registrations[$0] }
        #expect(visited == expected && pieces == 21)
        #expect(loop.handler(of: registrations[501]) == nil)
        #expect(loop.handler(of: registrations[3]) === probes[3])
    }

    @Test func tellsOfRoomAfterAWriteThatWouldHaveBlocked() throws {
        let runner = try LoopRunner()
        let (near, far) = Kernel.socketPair()
        let socket = TestSocket(taking: near)
        let peer = TestSocket(taking: far)
        let probe = Probe()
        _ = try runner.loop.register(socket.socket.descriptor, handler: probe)
        let block = [UInt8](repeating: 7, count: 65_536)
        while case .transferred = socket.send(block) {}
        runner.run(forMillis: 50)
        let before = probe.readiness.count
        while !peer.receiveAll().isEmpty {}
        #expect(runner.run { probe.readiness.count > before })
        #expect(probe.readiness.last?.contains(.writable) == true)
    }

    @Test func tellsOfRoomOnlyWhereThatIsWatched() throws {
        let runner = try LoopRunner()
        let (near, far) = Kernel.socketPair()
        let socket = TestSocket(taking: near)
        let peer = TestSocket(taking: far)
        let probe = Probe()
        let registration = try runner.loop.register(
            socket.socket.descriptor, handler: probe, watchesRoom: false)
        runner.run(forMillis: 100)
        #expect(probe.readiness.isEmpty, "a fresh socket has room, which nobody wants to hear of")
        #expect(peer.send([1]) == .transferred(1))
        #expect(runner.run { probe.readiness == [.readable] })
        runner.loop.watchRoom(registration, of: socket.socket.descriptor)
        #expect(runner.run { probe.readiness.count == 2 }, "what is there already is told")
        #expect(probe.readiness.last?.contains(.writable) == true)
        let block = [UInt8](repeating: 7, count: 65_536)
        while case .transferred = socket.send(block) {}
        runner.run(forMillis: 50)
        let before = probe.readiness.count
        while !peer.receiveAll().isEmpty {}
        #expect(runner.run { probe.readiness.count > before }, "and what comes")
        runner.loop.deregister(registration)
        runner.loop.watchRoom(registration, of: socket.socket.descriptor)
    }

    @Test func knowsWhoseNewsIsStillToBeDelivered() throws {
        let runner = try LoopRunner()
        let probes = [Probe(), Probe()]
        var registrations: [Registration] = []
        var sockets: [TestSocket] = []
        for probe in probes {
            let (near, far) = Kernel.socketPair()
            sockets += [TestSocket(taking: near), TestSocket(taking: far)]
            registrations.append(try runner.loop.register(sockets[sockets.count - 2].socket.descriptor, handler: probe))
        }
        // A fresh socket has room to write: both events come in the first turn, one after the other.
        var seen: [Bool] = []
        for probe in probes {
            probe.onReadyBody = { _ in seen += registrations.map { runner.loop.mayHaveNews($0) } }
        }
        #expect(runner.run { probes.allSatisfy { !$0.readiness.isEmpty } })
        #expect(seen.count == 4)
        #expect(seen[0] != seen[1], "the one that was called first knows, the other is still to be told")
        #expect(!seen[2] && !seen[3])
        runner.loop.deregister(registrations[0])
        #expect(runner.loop.mayHaveNews(registrations[0]), "nobody is told of an ended registration")
    }

    @Test func oneHandlerMayEndAnotherInTheSameTurn() throws {
        let runner = try LoopRunner()
        let (near1, far1) = Kernel.socketPair()
        let (near2, far2) = Kernel.socketPair()
        let probes = [Probe(), Probe()]
        let sockets = [Descriptor(taking: far1).release(), Descriptor(taking: far2).release()]
        var registrations: [Registration] = []
        registrations.append(try registerUnowned(near1, probes[0], runner.loop))
        registrations.append(try registerUnowned(near2, probes[1], runner.loop))
        // Both are ready in the first turn; whoever is called first ends the other, whose slot is taken again at once.
        let newcomer = Probe()
        for index in 0...1 {
            probes[index].onReadyBody = { _ in
                runner.loop.deregister(registrations[1 - index])
                _ = close(index == 0 ? near2 : near1)
                let again = runner.loop.registerTimer(handler: newcomer)
                runner.loop.setDeadline(again, after: 0)
            }
        }
        #expect(runner.run { newcomer.deadlineCount > 0 })
        #expect(probes[0].readiness.count + probes[1].readiness.count == 1)
        #expect(newcomer.readiness.isEmpty, "an event of the old registration must not reach the new one")
        for socket in sockets { _ = close(socket) }
        _ = close(probes[0].readiness.isEmpty ? near2 : near1)
    }

    @Test func aHandlerMayEndItself() throws {
        let runner = try LoopRunner()
        let (near, far) = Kernel.socketPair()
        let probe = Probe()
        let registration = try registerUnowned(near, probe, runner.loop)
        runner.loop.setDeadline(registration, after: 0)
        probe.onReadyBody = { _ in
            runner.loop.deregister(registration)
            runner.loop.deregister(registration)
            runner.loop.setDeadline(registration, after: 0)
            _ = close(near)
        }
        runner.run(forMillis: 100)
        #expect(probe.readiness.count == 1 && probe.deadlineCount == 0)
        _ = close(far)
    }

    @Test func keepsADescriptorOpenThatItNoLongerWatches() throws {
        let runner = try LoopRunner()
        let (near, far) = Kernel.socketPair()
        let socket = TestSocket(taking: near)
        let peer = TestSocket(taking: far)
        let first = Probe()
        let second = Probe()
        let old = try runner.loop.registerReader(socket.socket.descriptor, handler: first)
        runner.loop.deregister(old, keeping: socket.socket.descriptor)
        _ = try runner.loop.registerReader(socket.socket.descriptor, handler: second)
        runner.loop.deregister(old, keeping: socket.socket.descriptor)
        #expect(peer.send([1]) == .transferred(1))
        #expect(runner.run { !second.readiness.isEmpty }, "a stale registration must not end the new one")
        #expect(first.readiness.isEmpty)
        #expect(socket.receiveAll() == [1])
    }

    @Test func aSecondRegistrationOfADescriptorIsRefused() throws {
        let runner = try LoopRunner()
        let (near, far) = Kernel.socketPair()
        let socket = TestSocket(taking: near)
        _ = try runner.loop.register(socket.socket.descriptor, handler: Probe())
        #expect(throws: SystemError("epoll_ctl", code: EEXIST)) {
            _ = try runner.loop.register(socket.socket.descriptor, handler: Probe())
        }
        _ = close(far)
    }

    @Test func deadlinesComeInTimeAndMayBeMoved() throws {
        let runner = try LoopRunner()
        let probes = (0..<4).map { _ in Probe() }
        let registrations = probes.map { runner.loop.registerTimer(handler: $0) }
        var arrivals: [Int] = [0, 0, 0, 0]
        for (index, probe) in probes.enumerated() {
            probe.onDeadlineBody = { arrivals[index] = runner.loop.clock.nowMillis }
        }
        let start = Clock.monotonicNanoseconds() / 1_000_000
        for registration in registrations { runner.loop.setDeadline(registration, after: 100) }
        runner.loop.setDeadline(registrations[1], after: 20_000)
        runner.loop.setDeadline(registrations[1], after: 50)
        runner.loop.setDeadline(registrations[2], after: 200)
        runner.loop.clearDeadline(registrations[3])
        #expect(runner.run { probes[2].deadlineCount == 1 })
        #expect(probes.map(\.deadlineCount) == [1, 1, 1, 0])
        #expect(arrivals[0] - start >= 99 && arrivals[1] - start >= 49 && arrivals[2] - start >= 199)
        #expect(arrivals[1] < arrivals[0] && arrivals[0] < arrivals[2])
        // 20 s are far from the tick: the machine may be busy, but a wheel that forgot would come after its turn.
        #expect(arrivals[2] - start < 8000)
        #expect(runner.turnCount < 20, "the loop must not spin")
    }

    @Test func theFirstWaitIsCountedFromItsBeginning() throws {
        let runner = try LoopRunner()
        let probe = Probe()
        let registration = runner.loop.registerTimer(handler: probe)
        let start = Clock.monotonicNanoseconds()
        runner.loop.setDeadline(registration, after: 4000)
        Kernel.hold(millis: 1500)
        #expect(runner.run { probe.deadlineCount == 1 })
        let elapsed = (Clock.monotonicNanoseconds() - start) / 1_000_000
        #expect(elapsed >= 3999 && elapsed < 5400, "the time before run() must not be waited for twice")
    }

    @Test func oneDeadlineMayEndTheOthers() throws {
        let runner = try LoopRunner()
        let probes = (0..<10).map { _ in Probe() }
        let registrations = probes.map { runner.loop.registerTimer(handler: $0) }
        for (registration, probe) in zip(registrations, probes) {
            runner.loop.setDeadline(registration, after: 10)
            probe.onDeadlineBody = { for other in registrations { runner.loop.deregister(other) } }
        }
        runner.run(forMillis: 150)
        #expect(probes.map(\.deadlineCount).reduce(0, +) == 1)
    }

    @Test func aDeadlineBeyondTheClockNeverComes() throws {
        let runner = try LoopRunner()
        let probe = Probe()
        let registration = runner.loop.registerTimer(handler: probe)
        runner.loop.setDeadline(registration, after: Int.max)
        runner.run(forMillis: 60)
        #expect(probe.deadlineCount == 0)
        runner.loop.setDeadline(registration, after: 1)
        #expect(runner.run { probe.deadlineCount == 1 })
    }

    @Test func aHandlerMayUseTheLoopWhileItGoes() throws {
        let runner = try LoopRunner()
        let heir = Probe()
        let registration = runner.loop.registerTimer(handler: Testator(runner.loop, heir))
        runner.loop.deregister(registration)
        #expect(runner.run { heir.deadlineCount == 5000 })
    }

    /// Makes so many registrations when it goes that the loop's table must grow.
    private final class Testator: EventHandler {
        private let loop: EventLoop
        private let heir: Probe

        init(_ loop: EventLoop, _ heir: Probe) {
            self.loop = loop
            self.heir = heir
        }

        deinit {
            for _ in 0..<5000 { loop.setDeadline(loop.registerTimer(handler: heir), after: 0) }
        }

        func onReady(_ readiness: Readiness) {}
        func onDeadline() {}
    }

    @Test func whoAlwaysHasMoreLetsOthersRun() throws {
        let runner = try LoopRunner()
        // Four that never come to an end, each of whom does one thing in a turn.
        let greedy = (0..<4).map { _ in Probe() }
        for probe in greedy {
            let registration = runner.loop.registerTimer(handler: probe)
            probe.onTurnBody = { runner.loop.resumeNextTurn(registration) }
            runner.loop.resumeNextTurn(registration)
            runner.loop.resumeNextTurn(registration)
        }
        // Meanwhile bytes come, deadlines pass, and another thread's wake is heard.
        let (near, far) = Kernel.socketPair()
        let (socket, peer) = (TestSocket(taking: near), TestSocket(taking: far))
        let reader = Probe()
        _ = try runner.loop.register(socket.socket.descriptor, handler: reader)
        let timed = Probe()
        runner.loop.setDeadline(runner.loop.registerTimer(handler: timed), after: 1)
        #expect(peer.send([1]) == .transferred(1))
        runner.loop.waker.wake()
        #expect(
            runner.run {
                reader.readiness.contains { $0.contains(.readable) } && timed.deadlineCount == 1
                    && runner.wakeCount == 1
            })
        #expect(greedy.map(\.turnCount) == Array(repeating: runner.turnCount, count: 4), "one call a turn, not two")
        #expect(runner.loop.clock.turn == runner.turnCount)
    }

    @Test func deadlinesThatPassAtOnceAreSpreadOverTurnsThatFollowWithoutAWait() throws {
        let runner = try LoopRunner()
        let loop = runner.loop
        // Bytes that come with the first of them are not behind all of them.
        let (near, far) = Kernel.socketPair()
        let (socket, peer) = (TestSocket(taking: near), TestSocket(taking: far))
        var (turns, turnsBefore) = ([Int](), -1)
        let (probe, reader) = (Probe(), Probe())
        probe.onDeadlineBody = {
            if turns.isEmpty { #expect(peer.send([1]) == .transferred(1)) }
            turns.append(loop.clock.turn)
        }
        reader.onReadyBody = { _ in turnsBefore = turns.count }
        for _ in 0..<40 { loop.setDeadline(loop.registerTimer(handler: probe), after: 0) }
        _ = try loop.register(socket.socket.descriptor, handler: reader, watchesRoom: false)
        #expect(runner.run { turns.count == 40 })
        #expect(turnsBefore == 16)
        let first = try #require(turns.first)
        #expect(turns.map { $0 - first } == (0..<40).map { $0 / 16 }, "the turns follow one another")
        runner.run(forMillis: 100)
        #expect(turns.count == 40 && runner.turnCount < 10, "the loop sleeps again")
    }

    @Test func aTurnThatWasAskedForFollowsWithoutAWait() throws {
        let runner = try LoopRunner()
        let probe = Probe()
        let registration = runner.loop.registerTimer(handler: probe)
        var asked = 0
        let asker = Probe()
        asker.onDeadlineBody = {
            asked = runner.loop.clock.turn
            runner.loop.resumeNextTurn(registration)
        }
        runner.loop.setDeadline(runner.loop.registerTimer(handler: asker), after: 0)
        #expect(runner.run { probe.turnCount == 1 })
        #expect(runner.loop.clock.turn == asked + 1)
        runner.run(forMillis: 100)
        #expect(probe.turnCount == 1, "asked for once, called once")
        #expect(runner.turnCount < 10, "the loop sleeps again")
    }

    @Test func whoEndsLosesHisTurnAndAnHeirGetsIt() throws {
        let runner = try LoopRunner()
        let probes = (0..<3).map { _ in Probe() }
        let registrations = probes.map { runner.loop.registerTimer(handler: $0) }
        for registration in registrations { runner.loop.resumeNextTurn(registration) }
        let heir = Probe()
        runner.loop.rebind(registrations[0], to: heir)
        // The slot is taken again at once; who has it now has asked for nothing.
        runner.loop.deregister(registrations[1])
        let newcomer = Probe()
        _ = runner.loop.registerTimer(handler: newcomer)
        heir.onTurnBody = { runner.loop.deregister(registrations[2]) }
        #expect(runner.run { heir.turnCount == 1 })
        #expect(probes.map(\.turnCount) == [0, 0, 0] && newcomer.turnCount == 0)
        runner.loop.resumeNextTurn(registrations[1])
        runner.run(forMillis: 40)
        #expect(newcomer.turnCount == 0, "a stale registration asks for nobody")
    }

    @Test func whoCameToRestFirstIsTakenOutFirst() throws {
        let runner = try LoopRunner()
        let probes = (0..<4).map { _ in Probe() }
        let registrations = probes.map { runner.loop.registerTimer(handler: $0) }
        #expect(runner.loop.longestRestMillis == nil && runner.loop.takeLongestResting() == nil)
        for registration in registrations { runner.loop.rest(registration) }
        #expect(runner.loop.longestRestMillis == runner.loop.clock.nowMillis)
        // The first one comes to rest again, the last one does so twice, the second one ends.
        runner.loop.rest(registrations[0])
        runner.loop.rest(registrations[3])
        runner.loop.rest(registrations[3])
        runner.loop.deregister(registrations[1])
        runner.loop.rest(registrations[1])
        var order: [Int] = []
        while let handler = runner.loop.takeLongestResting() {
            order += probes.indices.filter { probes[$0] === handler }
        }
        #expect(order == [2, 0, 3])
        runner.loop.rest(registrations[2])
        #expect(runner.loop.takeLongestResting() === probes[2], "who was taken out may come to rest again")
    }

    @Test func anIdleLoopSleeps() throws {
        let runner = try LoopRunner()
        runner.run(forMillis: 300)
        #expect(runner.turnCount <= 4)
    }

    private func registerUnowned(_ number: Int32, _ handler: Probe, _ loop: EventLoop) throws -> Registration {
        let descriptor = Descriptor(taking: number)
        let registration: Registration
        do {
            registration = try loop.register(descriptor, handler: handler)
        }
        _ = descriptor.release()
        return registration
    }
}
