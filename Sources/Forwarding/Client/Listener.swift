import Glibc
import Reactor
import TLS

/// One worker's view of a listening socket that all workers wait on.
final class Listener: EventHandler {
    let socket: ListeningSocket
    /// TLS for connections accepted from now on; `nil` in cleartext.
    var context: TLSContext?
    /// What clients that are accepted from now on may speak.
    var protocols: [ListenerConfiguration.ApplicationProtocol]
    private unowned let worker: Worker
    private var registration: Registration?
    private var pause: Registration?

    init(
        worker: Worker, socket: ListeningSocket, context: TLSContext?,
        protocols: [ListenerConfiguration.ApplicationProtocol]
    ) {
        self.worker = worker
        self.socket = socket
        self.context = context
        self.protocols = protocols
        socket.join()
    }

    /// Begins to wait for connections.
    func open() {
        guard registration == nil, pause == nil else { return }
        do throws(SystemError) {
            registration = try worker.loop.registerListener(socket.descriptor, handler: self)
        } catch {
            worker.report(.warning, "\(socket.address) is not watched by worker \(worker.handle.index): \(error)")
        }
    }

    /// Takes what waits in the queue, so that nobody who was let in is reset, and waits for no more.
    ///
    /// The last worker to do so ends the listening, before it goes on to anything else.
    func close() {
        while registration != nil, accept() {}
        if socket.leave() {
            while registration != nil, accept() {}
            socket.stopListening()
        }
        stopWaiting()
        if let pause { worker.loop.deregister(pause) }
        pause = nil
    }

    func onReady(_ readiness: Readiness) {
        // One at a time: epoll reports what is left, and the call that finds the queue empty is saved.
        _ = accept()
    }

    func onDeadline() {
        if let pause { worker.loop.deregister(pause) }
        pause = nil
        open()
    }

    /// Takes one connection.
    ///
    /// - Returns: whether there may be more.
    private func accept() -> Bool {
        guard worker.connectionCount < worker.edge.configuration.limits.connectionsMax else {
            rest("limits.connections (\(worker.edge.configuration.limits.connectionsMax)) is reached")
            return false
        }
        do throws(SystemError) {
            guard let (number, peer) = try socket.accept() else { return false }
            worker.distribute(AcceptedSocket(number: number, peer: peer, listener: socket))
            return true
        } catch {
            // EMFILE, ENFILE, ENOBUFS, ENOMEM: the queue is as it was, and epoll would report it again and again.
            if worker.freeDescriptors() { return true }
            rest(error.description)
            return false
        }
    }

    /// Leaves the queue alone for a while.
    private func rest(_ words: String) {
        worker.report(.warning, "\(socket.address): connections wait in the queue: \(words)")
        stopWaiting()
        guard pause == nil else { return }
        let timer = worker.loop.registerTimer(handler: self)
        worker.loop.setDeadline(timer, after: ClientLimits.exhaustedPauseMillis)
        pause = timer
    }

    private func stopWaiting() {
        guard let registration else { return }
        worker.loop.deregister(registration, keeping: socket.descriptor)
        self.registration = nil
    }
}
