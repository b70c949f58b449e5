import Dispatch
import Forwarding
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Reactor

/// Serves what is asked beside clients: HTTP/1.1 by Hummingbird, on an event loop's thread of its own and Swift's pool
/// of threads, which nothing else of Martlet's uses.
///
/// Hummingbird's own server would bind the socket itself, with whatever rights the process's mask leaves, and take an
/// existing one away from whoever serves it. So the main thread binds it (``Reactor/ListeningSocket``), and what is
/// accepted from it goes to Hummingbird's channel and router.
final class RoomServer: ServedRoom {
    /// Made with the first use, which is after signals were blocked; ends with the process.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private let server: any Channel
    private let guests = RoomGuests()

    /// Begins to serve.
    ///
    /// - Parameters:
    ///   - socket: bound and listening.
    ///   - router: who answers what.
    ///   - connectionsMax: connections that are open at once; further ones wait in the socket's queue.
    ///   - logger: gets what goes wrong here.
    init(
        _ socket: ListeningSocket, _ router: Router<BasicRequestContext>, connectionsMax: Int, logger: Logger
    ) throws {
        let guests = guests
        let channel = HTTP1Channel(
            responder: Self.responder(router.buildResponder(), guests: guests, logger: logger),
            configuration: .init(
                idleTimeout: .seconds(ControlLimits.idleTimeoutSeconds),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: ControlLimits.headBytesMax, maxHeaderListSize: ControlLimits.headBytesMax,
                    maxHeaderFieldCount: ControlLimits.fieldsMax)))
        let bootstrap = ServerBootstrap(group: Self.group)
            .serverChannelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(
                        AvailableConnectionsChannelHandler(maxConnections: connectionsMax))
                }
            }
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { client in
                guests.add(client)
                return channel.setup(channel: client, logger: logger).map { connection in
                    _ = Task { await channel.handle(value: connection, logger: logger) }
                }
            }
        server = try bootstrap.withBoundSocket(socket.duplicate()).wait()
        Self.openTimers()
    }

    func close() {
        server.close(promise: nil)
        guests.dismiss(all: false)
    }

    func finish() {
        server.close(promise: nil)
        guests.dismiss(all: true)
        guests.wait(seconds: ControlLimits.farewellSeconds)
    }

    /// Has the descriptors opened that tasks and their timers need.
    ///
    /// Dispatch, on which Swift's tasks run, opens them with the first task and the first sleep of the process, and
    /// ends the process if there are none left: with the first scrape after clients have taken them all.
    private static func openTimers() {
        let isDone = DispatchSemaphore(value: 0)
        Task {
            try? await Task.sleep(for: .milliseconds(1))
            isDone.signal()
        }
        isDone.wait()
    }

    private static func responder(
        _ router: some HTTPResponder<BasicRequestContext>, guests: RoomGuests, logger: Logger
    ) -> HTTPChannelHandler.Responder {
        { request, writer, channel in
            guests.noteRequest(of: channel)
            let context = BasicRequestContext(source: .init(channel: channel, logger: logger))
            let response = try await router.respond(to: request, context: context)
            try await writer.write(response: response.head, body: response.body)
        }
    }
}
