import Forwarding
import Logging
import Reactor

/// Answers operators by the control socket: JSON over HTTP/1.1.
public enum ControlRoom {
    /// Begins to serve.
    ///
    /// - Parameters:
    ///   - socket: bound and listening.
    ///   - supervisor: what is asked.
    ///   - logger: gets what goes wrong here.
    /// - Returns: what ends it.
    public static func serve(
        _ socket: ListeningSocket, supervisor: Supervisor, logger: Logger
    ) throws -> any ServedRoom {
        try RoomServer(
            socket, ControlRoutes(supervisor: supervisor).router(), connectionsMax: ControlLimits.connectionsMax,
            logger: logger)
    }
}
