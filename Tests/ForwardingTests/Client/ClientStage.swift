import Forwarding
import Model
import Reactor

/// Clients' connections beside an event loop, with scripted members behind them: a worker without listeners.
final class ClientStage: TurningStage {
    /// What one client may have of a turn is bounded.
    static let turnCount = 2

    let loop: EventLoop
    let stage: Stage
    let clients: Clients
    private let listener: ListenerConfiguration

    /// - Parameters:
    ///   - keys: of the only member, in braces.
    ///   - protocols: what clients may speak.
    ///   - address: the listener's by which they come.
    init(
        _ keys: String = "", edge: String = "", protocols: [ListenerConfiguration.ApplicationProtocol] = [.http1],
        at address: ListenAddress = .unix(path: "/run/stage.sock")
    ) throws {
        loop = try EventLoop()
        stage = try Stage(["node1": keys], edge: edge, clock: loop.clock)
        clients = Clients(loop: loop, bench: stage.bench)
        listener = ListenerConfiguration(address: address, protocols: protocols)
    }

    /// A new client, which has sent nothing.
    ///
    /// - Parameter host: its address; `nil`: it has none.
    func connect(from host: String? = "198.51.100.7") throws -> FarEnd {
        let link = try Link()
        let address = host.map { SocketAddress(host: $0, port: 40_000) } ?? SocketAddress(unixPath: "/run/stage.sock")
        guard let address else { preconditionFailure("in digits") }
        try clients.begin(link.near, from: address, by: listener, key: Entrance.Key(listener.address))
        turn()
        return link.far
    }

    /// A new client of a listener that counts connections; `nil`: it is turned away.
    func connect(at address: ListenAddress) throws -> FarEnd? {
        guard let client = SocketAddress(host: "198.51.100.7", port: 40_000) else { preconditionFailure("in digits") }
        var counted: Counted?
        guard clients.mayConnect(from: client, at: Entrance.Key(address), &counted) else { return nil }
        let link = try Link()
        try clients.begin(link.near, from: client, by: listener, key: Entrance.Key(address), counted: counted)
        turn()
        return link.far
    }

    /// The member that has a request, by its target.
    func member(_ target: String) -> ScriptedConnection? {
        stage.lent.first { $0.request.split(separator: " ")[1] == target }
    }

    /// Has the member answer the request for a target.
    func answer(_ target: String, _ text: String = Answer.empty) {
        answer(target, Array(text.utf8))
    }

    func answer(_ target: String, _ bytes: [UInt8]) {
        guard let member = member(target) else { preconditionFailure("nobody has \(target)") }
        member.answer(bytes)
        turn()
    }
}
