import Bytes
import HTTP
import Model
import Session

/// What heads say of the member that they are sent to: its host, and what was decided. Made once for a balancer.
///
/// A class, so that a request's way to it copies no arrays.
final class MemberLines: Sendable {
    /// Host and port of each member, and each host alone.
    private let authorities: [[UInt8]]
    private let names: [[UInt8]]
    /// `Host` of each member.
    private let hosts: [[UInt8]]
    /// What `facts` says of each member whatever was decided; empty where it is off.
    private let facts: [[UInt8]]
    /// Whether some member is probed before it gets content (`ping`).
    let probes: Bool
    /// Whether members are told who would get a session next.
    let tellsBuddy: Bool
    /// The names of these lines that nobody else may say; `nil`: there are none.
    let ownNames: FieldNames?
    /// The line that says so of each member.
    private let buddies: [[UInt8]]
    /// The member's route within a line that says what was asked for.
    private let askedRoutes: [[UInt8]]
    /// What fields that rules make call the balancer, and each member and its route.
    let balancerName: [UInt8]
    private let labels: [Label]
    /// Bytes that the lines of a member have at most.
    let bytesMax: Int

    /// What a member is called.
    private struct Label {
        let name: [UInt8]
        let route: [UInt8]
    }

    init(_ configuration: BalancerConfiguration) {
        balancerName = Array(configuration.name.utf8)
        labels = configuration.members.map { Label(name: Array($0.name.utf8), route: Array($0.route.utf8)) }
        authorities = configuration.members.map { Array($0.authority.utf8) }
        names = configuration.members.map { Array($0.hostName.utf8) }
        hosts = configuration.members.map { Self.line("Host", $0.authority) }
        probes = configuration.members.contains { $0.pingMilliseconds != nil && $0.speaks == .http1 }
        tellsBuddy = configuration.buddyField != nil
        ownNames = ProtectedFields.ofEdge(
            configuration.buddyField.map { [$0] } ?? [], tellsFacts: configuration.tellsFacts)
        buddies = configuration.members.map { member in
            configuration.buddyField.map { Self.line($0, member.route) } ?? []
        }
        let told = configuration.tellsFacts ? configuration.members : []
        let sticky = configuration.affinity?.mode.stickyName(balancer: configuration.name)
        facts = told.map { member in
            Self.line("X-Balancer-Name", configuration.name) + Self.line("X-Balancer-Worker-Name", member.name)
                + Self.line("X-Balancer-Worker-Route", member.route)
                + (sticky.map { Self.line("X-Balancer-Session-Sticky", $0) } ?? [])
        }
        askedRoutes = told.map { Self.line("X-Balancer-Session-Route", $0.route) }
        let longest = [hosts, facts, askedRoutes, buddies].map { lines in lines.map(\.count).max() ?? 0 }
        bytesMax = longest.reduce(Self.expectation.count + Self.changed.count, +)
    }

    /// Whether host and port are a member's. Port 80 may be said, also by who takes himself to be reached over TLS.
    ///
    /// - Parameter isSecure: whether the scheme beside them is `https`.
    func isAuthority(_ authority: Span<UInt8>, isSecure: Bool) -> Bool {
        let short = authority.withoutDefaultPort(isSecure: isSecure).without(":80")
        return authorities.contains { authority.equalsIgnoringCase($0.span) || short.equalsIgnoringCase($0.span) }
    }

    /// Whether a host is a member's.
    func isHost(_ host: Span<UInt8>) -> Bool {
        names.contains { host.equalsIgnoringCase($0.span) }
    }

    /// Whether heads have such lines whatever the request and the site's path are.
    var isNeeded: Bool { tellsFacts || tellsBuddy }

    /// Whether heads are told what was decided.
    var tellsFacts: Bool { !facts.isEmpty }

    /// Appends the lines for a member.
    ///
    /// - Parameters:
    ///   - asked: the member whose route was asked for; `nil`: none.
    ///   - includingHost: whether the member gets its own host.
    ///   - probing: whether it is to say 100 Continue before it gets content.
    func append(to lines: inout [UInt8], member: Int, asked: Int?, includingHost: Bool, probing: Bool) {
        if includingHost { lines += hosts[member] }
        if probing { lines += Self.expectation }
        guard tellsFacts else { return }
        lines += facts[member]
        if let asked { lines += askedRoutes[asked] }
        // As Apache says it: also where there is no route yet.
        if asked != member { lines += Self.changed }
    }

    /// Appends the line that names a session's buddy; none where there is no other member.
    func append(to lines: inout [UInt8], buddy: Int?) {
        if let buddy { lines += buddies[buddy] }
    }

    /// Appends what a member is called.
    ///
    /// - Parameter fact: ``FieldFact/member`` or ``FieldFact/route``.
    /// - Returns: whether it is appended.
    func put(_ fact: FieldFact, of member: Int, to output: inout OutputSpan<UInt8>) -> Bool {
        let value = fact == .route ? labels[member].route : labels[member].name
        return output.append(value.span, as: fact)
    }

    private static let expectation = line("Expect", "100-continue")
    private static let changed = line("X-Balancer-Route-Changed", "1")

    private static func line(_ name: String, _ value: String) -> [UInt8] {
        Array("\(name): \(value)\r\n".utf8)
    }
}

extension MemberConfiguration {
    /// The host by which the member is named in a URL.
    fileprivate var hostName: String {
        guard case .host(let host, _) = address else { return "localhost" }
        return host.contains(":") ? "[\(host)]" : host
    }

    /// The host and, where it is not 80, the port by which the member is named in its own `Host`. A port of records is
    /// none that a client could name.
    fileprivate var authority: String {
        guard case .host(_, let port) = address, port != 80, !speaksRecords else { return hostName }
        return "\(hostName):\(port)"
    }
}
