/// What is known of a request and can stand in a field that rules set.
public enum FieldFact: UInt8, CaseIterable, Sendable {
    // Each is an octet that no field's value has (RFC 9110, section 5.5), so that it can mark its place in one.
    case clientAddress = 0x0E
    case clientPort, peerAddress, scheme, host, port
    case tlsVersion, tlsCipher, tlsName
    case requestID
    case balancer, member, route
    case user

    /// The fact whose place an octet marks; `nil`: it is one of the value.
    @inline(__always)
    public init?(mark: UInt8) {
        guard mark < 0x20, mark >= 0x0E else { return nil }
        self.init(rawValue: mark)
    }

    /// Its name, which stands behind a dollar in a value.
    public var name: String {
        switch self {
        case .clientAddress: "client-address"
        case .clientPort: "client-port"
        case .peerAddress: "peer-address"
        case .scheme: "scheme"
        case .host: "host"
        case .port: "port"
        case .tlsVersion: "tls-version"
        case .tlsCipher: "tls-cipher"
        case .tlsName: "tls-name"
        case .requestID: "request-id"
        case .balancer: "balancer"
        case .member: "member"
        case .route: "route"
        case .user: "user"
        }
    }

    /// Whether its place is marked in the lines of a connection, and filled for each request: the name is each one's
    /// own; the member and its route change with each member that is tried; the user's password may have to be checked
    /// first.
    public var isOpen: Bool { self == .requestID || self == .member || self == .route || self == .user }

    /// Whether it is known of a handshake.
    public var isOfTLS: Bool { self == .tlsVersion || self == .tlsCipher || self == .tlsName }

    /// Bytes that it has at most.
    public var bytesMax: Int {
        switch self {
        case .clientAddress, .peerAddress: 45
        case .clientPort, .port: 5
        case .scheme: 5
        case .host, .tlsName: 255
        case .tlsVersion: 16
        case .tlsCipher: 64
        case .requestID, .balancer, .member, .route, .user: 128
        }
    }
}
