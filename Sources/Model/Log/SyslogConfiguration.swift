/// Where lines go as messages of syslog (RFC 5424).
public struct SyslogConfiguration: Sendable, Hashable {
    /// What it is reached by.
    public enum Address: Sendable, Hashable {
        /// The path of a socket of datagrams, as it is to be opened.
        case path(String)
        /// An IP address as a literal without brackets, and a port.
        case udp(host: String, port: Int)
        /// The same by TCP, where each message has its length in front (RFC 6587).
        case tcp(host: String, port: Int)
    }

    /// For whom the messages are (RFC 5424, section 6.2.1).
    public enum Facility: String, Sendable, CaseIterable {
        case user, daemon, local0, local1, local2, local3, local4, local5, local6, local7

        /// Its number.
        public var code: Int {
            switch self {
            case .user: 1
            case .daemon: 3
            case .local0: 16
            case .local1: 17
            case .local2: 18
            case .local3: 19
            case .local4: 20
            case .local5: 21
            case .local6: 22
            case .local7: 23
            }
        }
    }

    /// Where it is.
    public var address: Address
    /// For whom the messages are.
    public var facility = Facility.daemon
    /// What they say they are from.
    public var program = "martlet"

    /// - Parameter address: where it is.
    public init(address: Address) {
        self.address = address
    }

    /// The keys of `syslog`.
    public static let schema = Schema<SyslogConfiguration>(
        "Where lines go as messages of syslog (RFC 5424).", of: SyslogConfiguration(address: .path("/dev/log")),
        others: .syslog,
        [
            Field(
                "to", \.address, .text(.syslogAddress),
                "a socket such as /dev/log, udp://10.0.0.9:514, or tcp://10.0.0.9:601 with lengths in front (RFC 6587)",
                isRequired: true),
            Field("facility", \.facility, .choice(), "for whom the messages are"),
            Field("program", \.program, .text(.name), "what they say they are from"),
        ])
}

extension SyslogConfiguration.Address: LosslessStringConvertible {
    /// Reads an address in the form of ``description``.
    public init?(_ description: String) {
        for (scheme, isStream) in [("udp://", false), ("tcp://", true)] where description.hasPrefix(scheme) {
            guard let (host, port) = HostPort.split(String(description.dropFirst(scheme.count))) else { return nil }
            self = isStream ? .tcp(host: host, port: port) : .udp(host: host, port: port)
            return
        }
        self = .path(description)
    }

    /// As it is written in a configuration.
    public var description: String {
        switch self {
        case .path(let path): path
        case .udp(let host, let port): "udp://\(HostPort.joined(host, port))"
        case .tcp(let host, let port): "tcp://\(HostPort.joined(host, port))"
        }
    }
}
