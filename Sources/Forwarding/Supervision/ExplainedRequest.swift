/// The pieces of a request that somebody wants explained.
public struct ExplainedRequest: Codable, Sendable, Equatable {
    /// The method.
    public var method: String
    /// The target as a request line has it, such as `/cart;jsessionid=A.node1?x=y`.
    public var path: String
    /// The value of `Host`; `nil`: a host of the first site; empty: there is no such field.
    public var host: String?
    /// The version of HTTP/1 that it is one of, such as `1.0`.
    public var version: String
    /// The value of `Cookie`; `nil`: there is none.
    public var cookie: String?
    /// More fields, each as `Name: value`.
    public var fields: [String]
    /// The address of the connection's peer in digits, a trusted proxy's where `fields` have its `X-Forwarded-For`;
    /// `nil`: 127.0.0.1, or none where the listener is a UNIX-domain socket.
    public var address: String?
    /// The address of the listener by which it comes, as it is declared; `nil`: the first with TLS that serves the
    /// host, or else the first that does.
    public var listener: String?

    /// Makes a request of its pieces.
    public init(
        method: String = "GET", path: String = "/", host: String? = nil, version: String = "1.1", cookie: String? = nil,
        fields: [String] = [], address: String? = nil, listener: String? = nil
    ) {
        self.method = method
        self.path = path
        self.host = host
        self.version = version
        self.cookie = cookie
        self.fields = fields
        self.address = address
        self.listener = listener
    }

    /// Reads a request; what is left out has its default.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            method: try values.decodeIfPresent(String.self, forKey: .method) ?? "GET",
            path: try values.decodeIfPresent(String.self, forKey: .path) ?? "/",
            host: try values.decodeIfPresent(String.self, forKey: .host),
            version: try values.decodeIfPresent(String.self, forKey: .version) ?? "1.1",
            cookie: try values.decodeIfPresent(String.self, forKey: .cookie),
            fields: try values.decodeIfPresent([String].self, forKey: .fields) ?? [],
            address: try values.decodeIfPresent(String.self, forKey: .address),
            listener: try values.decodeIfPresent(String.self, forKey: .listener))
    }
}
