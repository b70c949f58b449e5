import Limiting
import Model

extension ServiceName {
    /// Reads a name such as `_http._tcp.app.internal`, or one behind `h2c://`.
    static func parse(_ text: String) throws(GrammarError) -> ServiceName {
        guard let separator = text.firstRange(of: "://") else {
            return ServiceName(name: try service(text), speaks: .http1)
        }
        let scheme = String(text[..<separator.lowerBound])
        let rest = String(text[separator.upperBound...])
        guard
            let speaks = MemberConfiguration.ApplicationProtocol.allCases.first(where: { $0.scheme == scheme })
        else {
            throw GrammarError(
                "has the scheme \(scheme.quoted): expected http://, h2c://, fcgi:// or ajp://", meant: rest)
        }
        do throws(GrammarError) {
            return ServiceName(name: try service(rest), speaks: speaks)
        } catch {
            throw error.within { "\(scheme)://\($0)" }
        }
    }

    /// A service and its protocol begin with an underscore (RFC 2782).
    private static func service(_ text: String) throws(GrammarError) -> String {
        if let (host, port) = try? HostAndPort.split(text), port != nil {
            throw GrammarError("has a port, which the records say", meant: host)
        }
        let name = try HostName.parse(text)
        let labels = name.split(separator: ".")
        guard labels.count > 2, labels.prefix(2).allSatisfy({ $0.hasPrefix("_") }) else {
            let isName = labels.allSatisfy { !$0.hasPrefix("_") } && IPAddress(name) == nil
            throw GrammarError("is no name of a service", meant: isName ? "_http._tcp.\(name)" : nil)
        }
        return name
    }
}

extension NameServer {
    /// Reads an address such as `10.0.0.53`, `127.0.0.1:5353` or `[fd00::53]:53`; port 53 if left out.
    static func parse(_ text: String) throws(GrammarError) -> NameServer {
        if let address = IPAddress(text) {
            return NameServer(host: address.description, port: standardPort)
        }
        let (host, port) = try HostAndPort.split(text)
        guard let address = IPAddress(host) else {
            throw GrammarError("is no address in digits: a name server's own name cannot be asked for")
        }
        let number = try port.map { text throws(GrammarError) in try Port.parse(text, in: 1...65_535) }
        return NameServer(host: address.description, port: number ?? standardPort)
    }
}
