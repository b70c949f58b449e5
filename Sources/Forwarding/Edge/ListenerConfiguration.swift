/// An address that clients connect to.
public struct ListenerConfiguration: Sendable, Equatable {
    /// Where it waits.
    public var address: ListenAddress
    /// How it speaks TLS; `nil`: it speaks cleartext.
    public var tls: TLSConfiguration?

    /// Makes a listener.
    public init(address: ListenAddress, tls: TLSConfiguration? = nil) {
        self.address = address
        self.tls = tls
    }
}
