import Foundation
import Reactor

/// A small backend of the demo, on a thread of its own: pages that count the requests of each session.
///
/// Made and used on its thread, but for ``start(_:on:)``.
final class DemoBackend {
    /// Connections at the same time; more are closed at once.
    private static let connectionsMax = 256

    /// What its session identifiers end in.
    let route: String
    let loop: EventLoop
    /// Changed by its connections.
    var sessions: DemoSessions
    private let socket: ListeningSocket
    private var connections: [ObjectIdentifier: DemoConnection] = [:]

    private init(route: String, socket: ListeningSocket, loop: EventLoop) {
        self.route = route
        self.socket = socket
        self.loop = loop
        sessions = DemoSessions(route: route)
    }

    /// Starts a backend, which serves until the process ends.
    ///
    /// - Parameters:
    ///   - route: its name, at most 15 ASCII characters.
    ///   - socket: where it listens.
    static func start(_ route: String, on socket: ListeningSocket) throws {
        _ = try OperatingSystemThread(name: route) {
            do throws(SystemError) {
                let backend = DemoBackend(route: route, socket: socket, loop: try EventLoop())
                _ = try backend.loop.registerReader(socket.descriptor, handler: backend)
                backend.loop.run(backend)
            } catch {
                FileHandle.standardError.write(Data("\(route): error: \(error)\n".utf8))
            }
        }
    }

    /// Forgets a connection.
    func onClosed(_ connection: DemoConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }
}

extension DemoBackend: EventHandler, EventLoopDelegate {
    func onReady(_ readiness: Readiness) {
        do throws(SystemError) {
            guard let (number, _) = try socket.accept() else { return }
            let accepted = Socket(taking: number)
            guard connections.count < Self.connectionsMax else { return }
            let connection = try DemoConnection(accepted, backend: self)
            connections[ObjectIdentifier(connection)] = connection
        } catch {
            // No descriptor is free, and the queue would be reported again at once.
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    func onDeadline() {}

    func onWake() {}

    func onTurnEnd() {}
}
