/// A member's URL: where it waits, and what it speaks there.
public struct MemberURL: Sendable, Equatable {
    /// Where it waits.
    public let address: MemberConfiguration.Address
    /// What it speaks there.
    public let speaks: MemberConfiguration.ApplicationProtocol

    /// Makes a URL.
    public init(address: MemberConfiguration.Address, speaks: MemberConfiguration.ApplicationProtocol) {
        self.address = address
        self.speaks = speaks
    }
}

extension MemberURL: LosslessStringConvertible {
    /// Reads a URL in the form of ``description``.
    public init?(_ description: String) {
        for speaks in MemberConfiguration.ApplicationProtocol.allCases {
            if description.hasPrefix(speaks.socketScheme) {
                let path = description.dropFirst(speaks.socketScheme.count)
                self.init(address: .unix(path: String(path)), speaks: speaks)
                return
            }
            guard description.hasPrefix("\(speaks.scheme)://") else { continue }
            guard let (host, port) = HostPort.split(String(description.dropFirst(speaks.scheme.count + 3))) else {
                return nil
            }
            self.init(address: .host(host, port: port), speaks: speaks)
            return
        }
        return nil
    }

    /// As it is written in a configuration.
    public var description: String {
        switch address {
        case .unix(let path): "\(speaks.socketScheme)\(path)"
        case .host(let host, let port): "\(speaks.scheme)://\(HostPort.joined(host, port))"
        case .service(let name): ServiceName(name: name, speaks: speaks).description
        }
    }
}

extension MemberConfiguration.ApplicationProtocol {
    /// How the URL of a member begins that speaks it at an address, without `://`.
    public var scheme: String {
        switch self {
        case .http1: "http"
        case .http2Cleartext: "h2c"
        case .fastCGI: "fcgi"
        case .ajp: "ajp"
        }
    }

    /// How the URL of a member begins that speaks it at a UNIX-domain socket.
    var socketScheme: String { self == .http1 ? "unix:" : "\(scheme)+unix:" }

    /// The port of a URL that names none; `nil`: it must.
    public var standardPort: Int? {
        switch self {
        case .http1, .http2Cleartext: 80
        // Apache takes 8000 for it, php-fpm waits at 9000.
        case .fastCGI: nil
        case .ajp: 8_009
        }
    }
}
