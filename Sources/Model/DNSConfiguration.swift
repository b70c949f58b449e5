/// How members' names are looked up.
public struct DNSConfiguration: Sendable, Hashable {
    /// Whom to ask, in this order; empty: whom `/etc/resolv.conf` names.
    public var servers: [NameServer] = []
    /// Milliseconds for which an answer is used at least.
    ///
    /// Docker and Consul answer with 0 seconds: a look every 5 s is what an edge may ask for all of its names.
    public var lifeMillisecondsMin = 5_000
    /// Milliseconds for which an answer is used at most; the least, where that is more.
    ///
    /// A name that was given a day by mistake is followed within minutes.
    public var lifeMillisecondsMax = 300_000
    /// Milliseconds for which a member that an answer leaves out keeps its sessions, and gets no new ones.
    ///
    /// A server that gives a few of many addresses at a time, another few each time, moves no session in that time.
    public var holdMilliseconds = 30_000

    /// Makes what holds where nothing is declared.
    public init() {}

    /// The keys of `dns`.
    static let schema = Schema<DNSConfiguration>(
        "How members' names are looked up.", of: DNSConfiguration(), others: .dns,
        [
            Field(
                "servers", \.servers, .list(.text(.nameServer)),
                "the name servers that are asked, in this order; those of /etc/resolv.conf if left out"),
            Field(
                "ttl-min", \.lifeMillisecondsMin, .milliseconds(100...3_600_000),
                "how long an answer is used at least, whatever its TTL is"),
            Field(
                "ttl-max", \.lifeMillisecondsMax, .milliseconds(100...86_400_000),
                "how long an answer is used at most; as long as ttl-min says, where that is longer"),
            Field(
                "hold", \.holdMilliseconds, .milliseconds(0...86_400_000),
                "how long a member that an answer leaves out keeps its sessions, without new ones"),
        ])
}

/// A name server.
public struct NameServer: Sendable, Hashable, LosslessStringConvertible {
    /// The port of name servers that declare none.
    public static let standardPort = 53

    /// Its address in digits, without brackets.
    public let host: String
    /// Its port, `1 ... 65,535`, of UDP and of TCP.
    public let port: Int

    /// Makes a server of its parts.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads a server in the form of ``description``.
    public init?(_ description: String) {
        guard let (host, port) = HostPort.split(description) else { return nil }
        self.init(host: host, port: port)
    }

    /// As it is written in a configuration.
    public var description: String { HostPort.joined(host, port) }
}

/// The name of a service, whose SRV records say where it is (RFC 2782), and what is spoken there.
public struct ServiceName: Sendable, Hashable, LosslessStringConvertible {
    /// The name, lower case, such as `_http._tcp.app.internal`.
    public let name: String
    /// What it speaks.
    public let speaks: MemberConfiguration.ApplicationProtocol

    /// Makes a name.
    public init(name: String, speaks: MemberConfiguration.ApplicationProtocol) {
        self.name = name
        self.speaks = speaks
    }

    /// Reads a name in the form of ``description``.
    public init?(_ description: String) {
        for speaks in MemberConfiguration.ApplicationProtocol.allCases
        where description.hasPrefix("\(speaks.scheme)://") {
            self.init(name: String(description.dropFirst(speaks.scheme.count + 3)), speaks: speaks)
            return
        }
        self.init(name: description, speaks: .http1)
    }

    /// As it is written in a configuration.
    public var description: String { speaks == .http1 ? name : "\(speaks.scheme)://\(name)" }
}
