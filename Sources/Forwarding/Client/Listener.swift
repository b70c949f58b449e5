import Glibc
import HTTP
import Model
import Reactor
import TLS

/// One worker's view of a listening socket that all workers wait on.
final class Listener: EventHandler {
    let socket: ListeningSocket
    /// TLS for connections accepted from now on, and by what others share it; `nil` in cleartext.
    var tls: (key: ListenerSecurity.Key, context: TLSContext)?
    /// What is declared of it, for clients that are accepted from now on.
    var configuration: ListenerConfiguration
    /// What is served to them is found by it.
    let key: Entrance.Key?
    /// Connections that it has let in; `nil` where no metrics are told.
    let counts: CounterTable?
    /// What members are told of it, in cleartext and over TLS.
    private let cleartextLines: [UInt8]
    private let secureLines: [UInt8]
    private unowned let clients: Clients
    private var registration: Registration?
    private var pause: Registration?
    private var isClosed = false

    init(
        clients: Clients, _ part: Installation.Part, tls: (key: ListenerSecurity.Key, context: TLSContext)?
    ) {
        self.clients = clients
        self.tls = tls
        socket = part.socket
        configuration = part.configuration
        key = part.key
        counts = part.counts
        let port = socket.address.isUnix ? nil : socket.address.port
        cleartextLines = RequestHead.entranceLines(isSecure: false, port: port)
        secureLines = RequestHead.entranceLines(isSecure: true, port: port)
        socket.join()
    }

    private var bench: Bench { clients.bench }

    private var loop: EventLoop { clients.loop }

    /// What members are told of where a client has come in.
    func entranceLines(isSecure: Bool) -> [UInt8] { isSecure ? secureLines : cleartextLines }

    /// Begins to wait for connections.
    func open() {
        guard registration == nil, pause == nil, !isClosed else { return }
        do throws(SystemError) {
            registration = try loop.registerListener(socket.descriptor, handler: self)
        } catch {
            bench.journal.report(
                .warning, "\(socket.address) is not watched by worker \(clients.handle.index): \(error)")
        }
    }

    /// Looks at the queue again, where another worker leaves it to this one.
    func lookAgain() {
        stopWaiting()
        endPause()
        open()
    }

    /// Takes what waits in the queue, so that nobody who was let in is reset, and waits for no more.
    ///
    /// The last worker to do so ends the listening, before it goes on to anything else.
    func close() {
        isClosed = true
        while accept() {}
        if socket.leave() {
            while accept() {}
            socket.stopListening()
        }
        stopWaiting()
        endPause()
    }

    func onReady(_ readiness: Readiness) {
        // One at a time: epoll reports what is left, and the call that finds the queue empty is saved.
        _ = accept()
    }

    func onDeadline() {
        endPause()
        open()
    }

    /// Takes one connection.
    ///
    /// - Returns: whether there may be more.
    private func accept() -> Bool {
        let limit = bench.edge.configuration.limits.connectionsMax
        // More than one is too many where a reload has lowered the limit.
        var closable = ClientLimits.closedPerTurnMax
        if clients.isShort, !isClosed, clients.connectionCount >= MemoryLimits.admittedLeast { return leaveWaiting() }
        while clients.connectionCount >= limit {
            guard closable > 0, makeRoom("limits.connections (\(limit)) is reached", .idleForConnections)
            else { return false }
            closable -= 1
        }
        do throws(SystemError) {
            guard let (number, peer) = try socket.accept() else { return false }
            let address = socket.address.isUnix ? socket.address : peer
            clients.distribute(AcceptedSocket(number: number, peer: address, listener: socket))
            return true
        } catch {
            // EMFILE, ENFILE, ENOBUFS, ENOMEM: the queue is as it was, and epoll would report it again and again.
            return bench.members.freeDescriptors() || makeRoom(error.description, .idleForDescriptors)
        }
    }

    /// Lets the client go that has been idle for the longest time, for one that waits in the queue.
    ///
    /// - Parameters:
    ///   - words: why there is no room.
    ///   - cause: what there is too little of.
    /// - Returns: whether there is room now; if not, the queue is left alone for a while.
    private func makeRoom(_ words: String, _ cause: ShedCounts.Cause) -> Bool {
        guard socket.isAwaited else { return false }
        switch clients.makeRoom(cause) {
        case .made:
            clients.reportCrowd("\(socket.address): \(words): clients are closed, the longest idle first")
            return true
        case .elsewhere:
            rest()
        case .none:
            clients.reportCrowd("\(socket.address): connections wait in the queue: \(words)")
            rest()
        }
        return false
    }

    /// Lets those wait who are in the queue, as memory is short.
    private func leaveWaiting() -> Bool {
        guard socket.isAwaited else { return false }
        clients.reportCrowd("\(socket.address): connections wait in the queue: limits.memory is reached")
        rest()
        return false
    }

    /// Leaves the queue alone for a while.
    private func rest() {
        stopWaiting()
        guard pause == nil, !isClosed else { return }
        let timer = loop.registerTimer(handler: self)
        loop.setDeadline(timer, after: ClientLimits.exhaustedPauseMillis)
        pause = timer
    }

    private func endPause() {
        if let pause { loop.deregister(pause) }
        pause = nil
    }

    private func stopWaiting() {
        guard let registration else { return }
        loop.deregister(registration, keeping: socket.descriptor)
        self.registration = nil
    }
}
