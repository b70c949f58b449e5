import Glibc
import Logging
import Model
import Reactor

/// The sockets of the process: where clients connect, the control socket, where metrics are told, and where heartbeats
/// are heard.
///
/// Belongs to the main thread. Each is opened once and kept while it is declared.
final class Listening {
    /// Sockets for a configuration that may be refused yet.
    struct Plan {
        /// By the listeners' index, and whether it was opened for this.
        fileprivate let sockets: [(socket: ListeningSocket, isNew: Bool)]
        fileprivate let addresses: [ListenAddress]
    }

    private let loop: EventLoop
    private let logger: Logger
    /// What is declared of the sockets, before port 0 was resolved.
    private var declared: [ListenAddress] = []
    /// Where clients connect, by the listeners' index.
    private(set) var sockets: [ListeningSocket] = []
    /// Sockets that no worker will wait on once all have taken over.
    private var leaving: [ListeningSocket] = []
    /// `nil` where none is declared.
    private(set) var control: ListeningSocket?
    /// `nil` where none is declared.
    private(set) var metrics: ListeningSocket?
    /// What is declared of that, before port 0 was resolved.
    private var declaredMetrics = ""
    /// What the service manager has kept of the process before, or that process has given, until the first
    /// configuration is served.
    private var inherited: [Inherited]
    /// Where the process before hears heartbeats.
    private var inheritedHeartbeats: Predecessor.Inherited?
    private var heartbeats: (receiver: HeartbeatReceiver, registration: Registration)?

    /// A socket that listened before this process did.
    private struct Inherited {
        let socket: ListeningSocket
        let purpose: SuccessionMessage.Purpose
        /// As it was declared; `nil`: only the service manager knows.
        let declared: String?
    }

    /// - Parameter predecessor: whose sockets are taken.
    init(loop: EventLoop, logger: Logger, predecessor: Predecessor?) throws(SystemError) {
        self.loop = loop
        self.logger = logger
        inherited = NotifySocket.takeListening().map { Inherited(socket: $0, purpose: .clients, declared: nil) }
        try predecessor?.takeSockets { taken in
            guard taken.purpose != .heartbeats else {
                inheritedHeartbeats = consume taken
                return
            }
            let (purpose, declared) = (taken.purpose, taken.declared)
            guard let socket = ListeningSocket(taking: taken.takeDescriptor()) else { return }
            inherited.append(Inherited(socket: socket, purpose: purpose, declared: declared))
        }
    }

    /// A socket of before that is for this, and that somebody can connect to.
    private func inherit(_ purpose: SuccessionMessage.Purpose, _ declared: String, at address: SocketAddress)
        -> ListeningSocket?
    {
        let index = inherited.firstIndex { candidate in
            guard candidate.purpose == purpose, candidate.socket.isReachable else { return false }
            return candidate.declared.map { $0 == declared } ?? (candidate.socket.address == address)
        }
        return index.map { inherited.remove(at: $0).socket }
    }

    /// Gives another process all that is open.
    func give(to channel: borrowing ProcessChannel) throws(SystemError) {
        func give(_ socket: ListeningSocket, _ purpose: SuccessionMessage.Purpose, _ declared: String)
            throws(SystemError)
        {
            try channel.send(
                SuccessionMessage.socket(purpose, declared: declared).words, with: socket.descriptor)
        }
        for (socket, address) in zip(sockets, declared) { try give(socket, .clients, "\(address)") }
        if let control { try give(control, .control, control.address.unixPath) }
        if let metrics { try give(metrics, .metrics, declaredMetrics) }
        try heartbeats?.receiver.give(to: channel)
        try channel.send(SuccessionMessage.lastSocket.words)
    }

    /// Says that another process goes on with all that is open.
    func share() {
        for socket in sockets { socket.share() }
        control?.share()
        metrics?.share()
    }

    // MARK: - Clients

    /// Opens the listening sockets that are declared, keeping those that are open already. Nothing changes yet.
    func open(_ configuration: EdgeConfiguration) throws(StartError) -> Plan {
        // Several listeners may ask for any free port of one address: each keeps its own.
        var open = Array(zip(declared, sockets))
        var result: [(socket: ListeningSocket, isNew: Bool)] = []
        for listener in configuration.listeners {
            if let index = open.firstIndex(where: { $0.0 == listener.address }) {
                result.append((open.remove(at: index).1, false))
            } else {
                result.append((try self.open(listener.address, beside: open.map(\.0)), true))
            }
        }
        return Plan(sockets: result, addresses: configuration.listeners.map(\.address))
    }

    /// - Parameter served: where it is listened on until all workers have taken over.
    private func open(
        _ declared: ListenAddress, beside served: [ListenAddress]
    ) throws(StartError) -> ListeningSocket {
        guard let address = SocketAddress(declared) else {
            throw StartError(lines: ["error: \(declared) is not an address"])
        }
        if let socket = inherit(.clients, "\(declared)", at: address) { return socket }
        do {
            return try ListeningSocket(address)
        } catch {
            var words = "\(error)"
            if error.code == EADDRINUSE, let other = served.first(where: { $0.collides(with: declared) }) {
                words = "\(other) is served until the reload is over; restart, or reload over another port"
            } else if let cure = Self.cure(of: error, at: declared) {
                words += "; \(cure)"
            }
            throw StartError(lines: ["error: cannot listen on \(declared): \(words)"])
        }
    }

    /// What has an address listened on that could not be.
    private static func cure(of error: SystemError, at address: ListenAddress) -> String? {
        switch (error.code, address) {
        case (EADDRINUSE, .ip): "another process has it: choose another port, or end that"
        case (EADDRINUSE, .unix): "another process serves it: choose another path, or end that"
        case (EADDRNOTAVAIL, _): "no interface of this machine has the address: choose one of those of `ip address`"
        case (ENOENT, .unix), (ENOTDIR, .unix): "make its folder"
        case (EACCES, .ip(_, let port)) where port < 1_024:
            "ports below 1024 are for those who have CAP_NET_BIND_SERVICE (AmbientCapabilities= in systemd's unit), "
                + "or begin as root with user: NAME"
        default: nil
        }
    }

    /// Takes the sockets that were opened; those that are declared no longer stay until ``settle(_:)``.
    ///
    /// - Returns: the addresses that are new, and those that will be gone.
    func take(_ plan: Plan) -> (opened: [SocketAddress], closed: [SocketAddress]) {
        leaving = sockets.filter { socket in !plan.sockets.contains { $0.socket === socket } }
        sockets = plan.sockets.map(\.socket)
        declared = plan.addresses
        return (plan.sockets.filter(\.isNew).map(\.socket.address), leaving.map(\.address))
    }

    /// Lets go of what was declared before: every worker serves this edge now.
    func settle(_ edge: Edge) {
        leaving = []
        heartbeats?.receiver.install(edge)
        guard edge.installation == 1 else { return }
        for socket in sockets { socket.own() }
        control?.own()
        metrics?.own()
        // Nobody answers there any more; a service manager sees it end, and lets go of it.
        for other in inherited {
            other.socket.own()
            // SwiftNIO, which has those of control and metrics, traps where a socket of its own is shut by somebody
            // else; the process before lets go of them as soon as this one serves.
            if other.purpose == .clients { other.socket.stopListening() }
        }
        inherited = []
        inheritedHeartbeats = nil
    }

    /// Closes all; a UNIX-domain socket's file goes with it.
    func close() {
        sockets = []
        // The descriptors that others have of these end with the process.
        control = nil
        metrics = nil
    }

    // MARK: - Heartbeats

    /// Hears heartbeats where it is declared, and no longer at the place before.
    func hear(_ configuration: EdgeConfiguration, for edge: Edge) throws(StartError) {
        let receiver = try receiver(configuration)
        guard receiver !== heartbeats?.receiver else { return }
        // Members are the same before and after a reload; a new one may be heard of before it is served.
        receiver?.install(edge)
        let next = try receiver.map { receiver throws(StartError) in
            (receiver: receiver, registration: try receiver.register(in: loop))
        }
        if let old = heartbeats { loop.deregister(old.registration) }
        heartbeats = next
        if let receiver { logger.info("listening for heartbeats on \(receiver.address) (udp)") }
    }

    /// Opens the socket for heartbeats that is declared, or keeps the one that is open already.
    private func receiver(_ configuration: EdgeConfiguration) throws(StartError) -> HeartbeatReceiver? {
        guard let address = configuration.heartbeatAddress else { return nil }
        if let receiver = heartbeats?.receiver, receiver.declared == address { return receiver }
        let isKnown = inheritedHeartbeats?.declared == "\(address)"
        return try HeartbeatReceiver(
            address, taking: isKnown ? inheritedHeartbeats.take()?.takeDescriptor() : nil, logger: logger)
    }
}

// MARK: - Metrics and control

extension Listening {
    /// Opens the socket at which metrics are told, where one is declared.
    func openMetrics(_ configuration: EdgeConfiguration) throws(StartError) {
        guard let declared = configuration.metrics?.address else { return }
        guard let address = SocketAddress(declared) else {
            throw StartError(lines: ["error: metrics.address: \(declared) is not an address"])
        }
        declaredMetrics = "\(declared)"
        if let socket = inherit(.metrics, declaredMetrics, at: address) {
            metrics = socket
            return
        }
        do {
            metrics = try ListeningSocket(address)
        } catch {
            let cure = Self.cure(of: error, at: declared).map { "; \($0)" } ?? ""
            throw StartError(lines: ["error: metrics.address: cannot listen on \(declared): \(error)\(cure)"])
        }
    }

    /// Opens the control socket, which is its owner's alone, where one is declared.
    func openControl(_ configuration: EdgeConfiguration) throws(StartError) {
        control = try configuration.controlSocketPath.map(openControl)
    }

    private func openControl(_ path: String) throws(StartError) -> ListeningSocket {
        guard let address = SocketAddress(unixPath: path) else {
            throw StartError(lines: ["error: control.socket: the path is too long for a socket: \(path)"])
        }
        if let socket = inherit(.control, path, at: address) { return socket }
        do {
            return try ListeningSocket(address, mode: 0o600)
        } catch {
            let cure =
                error.code == EADDRINUSE
                ? "another process serves it, or a file is in its place: choose another path, or end that"
                : "its folder must be there and be writable"
            throw StartError(lines: ["error: control.socket: cannot listen on \(path) (\(error)); \(cure)"])
        }
    }
}
