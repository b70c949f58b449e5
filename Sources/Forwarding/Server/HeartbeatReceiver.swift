import Balancing
import Bytes
import Glibc
import Logging
import Model
import Reactor

/// Hears members' heartbeats by UDP, as mod_heartmonitor does, and tells the members' state.
///
/// Belongs to the main thread.
final class HeartbeatReceiver: EventHandler {
    /// What was declared, before port 0 was resolved.
    let declared: ListenAddress
    private let socket: DatagramSocket
    private let logger: Logger
    private let buffer = Buffer(capacity: Balancing.Limits.heartbeatBytesMax + 1)
    /// By their IP addresses.
    private var members: [UInt128: [(member: Member, port: Int)]] = [:]
    private var complaints: Set<String> = []

    /// Binds the socket.
    ///
    /// - Parameter inherited: one of another process that is bound already.
    /// - Throws: ``StartError`` when that cannot be done.
    init(
        _ declared: ListenAddress, taking inherited: consuming Descriptor?, logger: Logger
    ) throws(StartError) {
        self.declared = declared
        self.logger = logger
        if let inherited = inherited.take(), let taken = DatagramSocket(taking: inherited) {
            socket = taken
            return
        }
        guard let address = SocketAddress(declared) else {
            throw StartError(lines: ["error: heartbeat-listen: \(declared) is not an address"])
        }
        do throws(SystemError) {
            socket = try DatagramSocket(boundTo: address)
        } catch {
            // A reload binds the new address before it lets go of the old one.
            let cure =
                error.code == EADDRINUSE
                ? "; another process has it, or this one has an address that covers it: choose another port, or restart"
                : ""
            throw StartError(lines: ["error: heartbeat-listen: cannot bind \(declared) (udp): \(error)\(cure)"])
        }
    }

    /// The address that was bound.
    var address: SocketAddress { socket.address }

    /// Gives another process the socket.
    func give(to channel: borrowing ProcessChannel) throws(SystemError) {
        try channel.send(SuccessionMessage.socket(.heartbeats, declared: "\(declared)").words, with: socket.descriptor)
    }

    /// Begins to listen.
    func register(in loop: EventLoop) throws(StartError) -> Registration {
        do throws(SystemError) {
            return try loop.registerReader(socket.descriptor, handler: self)
        } catch {
            throw StartError(lines: ["error: heartbeat-listen: cannot wait for what \(declared) gets: \(error)"])
        }
    }

    /// Takes the members whose heartbeats count from now on.
    func install(_ edge: Edge) {
        members = [:]
        complaints = []
        for balancer in edge.balancers where balancer.configuration.method == .heartbeat {
            for (member, pool) in zip(balancer.chooser.members, balancer.pools) {
                for address in pool.addresses {
                    guard let bits = address.mappedBits else { continue }
                    members[bits, default: []].append((member, Int(address.port)))
                }
            }
        }
    }

    /// Reads datagrams; what is left over is told again.
    func onReady(_ readiness: Readiness) {
        let now = Int64(Clock.monotonicNanoseconds() / 1_000_000)
        for _ in 0..<HeartbeatLimits.datagramsPerTurn {
            buffer.consume(buffer.count)
            guard let sender = socket.receive(into: buffer) else { return }
            take(buffer.withReadable { HeartbeatMessage($0) }, from: sender, now: now)
        }
    }

    func onDeadline() {}

    private func take(_ message: HeartbeatMessage?, from sender: SocketAddress, now: Int64) {
        guard let message else {
            return complain("from \(sender.host) is no message such as v=1&ready=75&busy=3")
        }
        var isHeard = false
        for (member, port) in sender.mappedBits.flatMap({ members[$0] }) ?? [] where message.port ?? port == port {
            member.state.heartbeat.take(message, now: now)
            isHeard = true
        }
        guard !isHeard else { return }
        complain(
            "from \(message.port.map { "\(sender.host), port \($0)" } ?? sender.host): no member of a balancer with "
                + "method heartbeat is there")
    }

    private func complain(_ words: @autoclosure () -> String) {
        guard complaints.count < HeartbeatLimits.complaintsMax else { return }
        let words = words()
        guard complaints.insert(words).inserted else { return }
        let isLast = complaints.count == HeartbeatLimits.complaintsMax
        logger.warning("a heartbeat \(words)\(isLast ? "; no more is said of others until a reload" : "")")
    }
}
