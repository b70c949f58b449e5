/// How a client has come to the first of the proxies before Martlet, by the word of one that is trusted.
public struct Approach: Equatable, Sendable {
    /// The client as 128 bits in network order, IPv4 mapped; 0: nobody is named, and the connection's peer counts.
    public var address: UInt128 = 0
    /// Whether it speaks TLS there; `nil`: that is not said, and what the connection speaks counts.
    public var isSecure: Bool?
    /// Where the authority lies by which it knows the site; `nil`: that is not said, and the request's own counts.
    public var authority: Range<Int>?

    /// A client that speaks for itself.
    public init() {}

    /// Whether a proxy has said anything of it.
    var isTold: Bool { address != 0 || isSecure != nil || authority != nil }
}
