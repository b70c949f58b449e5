import Reactor

/// What all requests of one client connection have in common. Confined to the connection's worker.
final class ClientPeer {
    let address: SocketAddress
    /// The client's address in digits, as X-Forwarded-For gives it.
    let host: [UInt8]
    /// Whether the client speaks TLS.
    let isSecure: Bool
    /// Whether the client's own X-Forwarded-* fields are appended to instead of replaced.
    let isTrusted: Bool
    /// Whether the client is told why it got its member when it asks.
    let mayExplain: Bool
    /// TLS version and cipher suite for the access log; empty in cleartext.
    var tlsVersion: StaticString = ""
    var tlsCipher = ""

    init(address: SocketAddress, isSecure: Bool, isTrusted: Bool, mayExplain: Bool) {
        self.address = address
        host = Array(address.host.utf8)
        self.isSecure = isSecure
        self.isTrusted = isTrusted
        self.mayExplain = mayExplain
    }
}
