/// What a member that speaks FastCGI or AJP is told of a request beside its head: the client, the edge, and what only
/// the edge knows.
///
/// Made of arrays that are there already, so that it costs a few references and no memory.
public struct GatewayEnvironment: ~Copyable {
    /// The client's address in digits, or that which a trusted proxy speaks for; empty: unknown.
    public var clientAddress: [UInt8] = []
    /// The client's port; 0: unknown.
    public var clientPort: UInt16 = 0
    /// The address in digits at which the edge was reached; empty: unknown.
    public var localAddress: [UInt8] = []
    /// The port at which the edge was reached; 0: unknown.
    public var localPort: UInt16 = 0
    /// Whether the client came over TLS, to the edge or to a trusted proxy before it.
    public var isSecure = false
    /// The version that the client speaks.
    public var version = HTTPVersion.http11
    /// The version of TLS, as `TLSv1.3`; empty: the client speaks none to the edge.
    public var tlsVersion: StaticString = ""
    /// The cipher suite in the words of OpenSSL; empty: unknown.
    public var cipher = ""
    /// Bits of the cipher's key; 0: unknown.
    public var keyBits: UInt16 = 0
    /// The name that the client has named in its handshake; empty: none.
    public var serverName: [UInt8] = []
    /// The target of the client's request line, in origin form; empty where the written request has the same.
    public var originalTarget: [UInt8] = []
    /// What the client's path begins with in place of ``mountedTo``, without escapes and without a slash at its end.
    public var mountedAt: [UInt8] = []
    /// What the member's path begins with, as it is written, without a slash at its end; both are empty where the site
    /// maps no paths.
    public var mountedTo: [UInt8] = []
    /// The user whom the edge has authenticated; empty: none.
    public var user: [UInt8] = []
    /// How it did, as `Basic`; empty where it did not.
    public var authentication: StaticString = ""

    /// Makes one that knows nothing.
    public init() {}
}
