import Limiting
import Model

extension ListenAddress {
    /// Reads an address such as `127.0.0.1:8443`, `[::]:443` or `unix:/run/martlet.sock`.
    ///
    /// - Parameters:
    ///   - text: the address.
    ///   - folder: what a relative path starts from.
    ///   - examplePort: what to propose where there is no port.
    static func parse(
        _ text: String, from folder: BaseFolder, examplePort: Int
    ) throws(GrammarError) -> ListenAddress {
        if text.hasPrefix("unix:") { return .unix(path: try UnixPath.parse(text.dropFirst(5), from: folder)) }
        if let end = text.firstRange(of: "://") {
            let rest = String(text[end.upperBound...].prefix { $0 != "/" })
            let isSecure = text[..<end.lowerBound].lowercased() == "https"
            throw GrammarError("has a scheme", meant: rest, isSecure ? ", and tls: { certificates: … } beside it" : "")
        }
        let (address, port) = try parse(text, examplePort: examplePort)
        return .ip(host: address.description, port: port)
    }

    /// Reads an IP address and a port.
    ///
    /// - Parameter examplePort: what to propose where there is none.
    static func parse(
        _ text: String, examplePort: Int
    ) throws(GrammarError) -> (address: IPAddress, port: Int) {
        let (host, port) = try HostAndPort.split(text)
        guard let port else {
            if IPAddress(host) == nil, host.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
                throw GrammarError(
                    "has no address in front of its port", meant: "[::]:\(host)", " for all addresses")
            }
            throw GrammarError("has no port", meant: "\(text):\(examplePort)")
        }
        if host.isEmpty || host == "*" {
            throw GrammarError("has no address in front of its port", meant: "[::]:\(port)", " for all addresses")
        }
        guard let address = IPAddress(host) else {
            if host.lowercased() == "localhost" {
                throw GrammarError("names no IP address", meant: "127.0.0.1:\(port)")
            }
            // All addresses are more than what was meant.
            let all = (try? Port.parse(port, in: 0...65_535)).map { ", or \"[::]:\($0)\" for all addresses" } ?? ""
            throw GrammarError(
                "names no IP address", meant: withoutZeros(host).map { "\($0):\(port)" },
                cure: Cure("write one of this machine in digits\(all)"))
        }
        return (address, try Port.parse(port, in: 0...65_535))
    }

    /// Reads an address of this machine and a port for UDP.
    static func parse(datagram text: String) throws(GrammarError) -> ListenAddress {
        if text.hasPrefix("unix:") {
            throw GrammarError("is a path, which UDP does not have", meant: "127.0.0.1:27999")
        }
        if let end = text.firstRange(of: "://") {
            throw GrammarError("has a scheme", meant: String(text[end.upperBound...]))
        }
        let (address, port) = try parse(text, examplePort: 27_999)
        guard !address.isMulticast else {
            throw GrammarError(
                "is a multicast group",
                cure: "write an address of this machine, here and in the backends' HeartbeatAddress")
        }
        return .ip(host: address.description, port: port)
    }

    /// An IPv4 address whose numbers have zeros in front, which some take for octal, without these; `nil` for another.
    private static func withoutZeros(_ host: String) -> IPAddress? {
        let parts = host.split(separator: ".").map { (part: Substring) -> Substring in
            let digits = part.drop { $0 == "0" }
            return digits.isEmpty ? "0" : digits
        }
        return IPAddress(parts.joined(separator: "."))
    }
}
