import Foundation
import Reactor

/// A small server of the demo, which may be stopped and started again.
///
/// Belongs to its loop's thread.
final class DemoServer {
    /// Connections at the same time; more are closed at once.
    private static let connectionsMax = 256

    let loop: EventLoop
    private let socket: ListeningSocket
    private let respond: (DemoRequest) -> DemoAnswer
    private var registration: Registration?
    private var connections: [ObjectIdentifier: DemoConnection] = [:]

    /// - Parameter respond: what it answers.
    init(on socket: ListeningSocket, loop: EventLoop, respond: @escaping (DemoRequest) -> DemoAnswer) {
        self.socket = socket
        self.loop = loop
        self.respond = respond
    }

    /// Whether it takes connections.
    var isServing: Bool { registration != nil }

    /// Begins to serve.
    func start() throws(SystemError) {
        registration = try loop.registerReader(socket.descriptor, handler: self)
    }

    /// Refuses connections and cuts those that there are, as the end of a process does.
    func stop() {
        guard let registration else { return }
        self.registration = nil
        loop.deregister(registration, keeping: socket.descriptor)
        socket.stopListening()
        for connection in connections.values { connection.close() }
    }

    /// Serves again at the same address.
    func startAgain() throws(SystemError) {
        guard !isServing else { return }
        try socket.listenAgain()
        try start()
    }

    /// Answers a request.
    func answer(_ request: DemoRequest) -> DemoAnswer {
        respond(request)
    }

    /// Forgets a connection.
    func onClosed(_ connection: DemoConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }
}

extension DemoServer: EventHandler {
    func onReady(_ readiness: Readiness) {
        do throws(SystemError) {
            guard let (number, _) = try socket.accept() else { return }
            let accepted = Socket(taking: number)
            guard connections.count < Self.connectionsMax else { return }
            let connection = try DemoConnection(accepted, server: self)
            connections[ObjectIdentifier(connection)] = connection
        } catch {
            // No descriptor is free, and the queue would be reported again at once.
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    func onDeadline() {}
}
