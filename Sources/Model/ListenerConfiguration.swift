import Limiting

/// An address that clients connect to.
public struct ListenerConfiguration: Sendable, Equatable {
    /// A protocol that clients may speak, by its registered name.
    public enum ApplicationProtocol: String, Sendable, CaseIterable {
        /// HTTP/2 over TLS, chosen by ALPN (RFC 9113, section 3.2).
        case http2 = "h2"
        /// HTTP/1.1 and 1.0.
        case http1 = "http/1.1"
        /// HTTP/2 in cleartext, from clients that know (RFC 9113, section 3.3).
        case http2Cleartext = "h2c"
    }

    /// Where it waits.
    public var address: ListenAddress
    /// How it speaks TLS; `nil`: it speaks cleartext.
    public var tls: TLSConfiguration?
    /// What clients may speak, the preferred one first.
    public var protocols: [ApplicationProtocol]

    /// How clients in cleartext are sent to TLS; `nil`: they are served.
    public var redirect: SecureRedirectConfiguration?
    /// Who may ask here at all.
    public var access = AccessConfiguration()
    /// How many requests somebody may send here in a time.
    public var rates: [RateConfiguration] = []
    /// How many connections an address, of IPv6 a /64, may have open here; `nil`: any number.
    public var connectionsPerAddress: Int?
    /// How many connections, and with them handshakes, an address may begin here in a time; `nil`: any number.
    public var connectionRate: Rate?
    /// How many streams of HTTP/2 an address may begin here in a time; `nil`: any number.
    public var streamRate: Rate?

    /// Who names its clients by the PROXY protocol, and must; nobody else may.
    public var introducers: [Introducer] = []

    /// Makes a listener.
    ///
    /// - Parameter protocols: `nil`: what is usual, HTTP/2 and HTTP/1.1 over TLS and HTTP/1.1 in cleartext.
    public init(address: ListenAddress, tls: TLSConfiguration? = nil, protocols: [ApplicationProtocol]? = nil) {
        self.address = address
        self.tls = tls
        self.protocols = protocols ?? Self.usualProtocols(isSecure: tls != nil)
    }

    /// The keys of `limits` that count by clients' addresses, and are set.
    public var limitsByAddress: [String] {
        [
            ("connections-per-address", connectionsPerAddress != nil), ("connection-rate", connectionRate != nil),
            ("stream-rate", streamRate != nil),
        ].filter(\.1).map(\.0)
    }

    /// The same with where they are declared.
    public var placedRates: [RateConfiguration] {
        rates.map { rate in
            var rate = rate
            rate.place = "listener \(address)"
            return rate
        }
    }

    private static func usualProtocols(isSecure: Bool) -> [ApplicationProtocol] {
        isSecure ? [.http2, .http1] : [.http1]
    }

    /// What clients may speak where that is not the usual. To be set after ``tls``.
    var declaredProtocols: [ApplicationProtocol]? {
        get { protocols == Self.usualProtocols(isSecure: tls != nil) ? nil : protocols }
        set { protocols = newValue ?? Self.usualProtocols(isSecure: tls != nil) }
    }

    /// How it speaks TLS, which decides what is usual.
    var declaredTLS: TLSConfiguration? {
        get { tls }
        set {
            let declared = declaredProtocols
            tls = newValue
            declaredProtocols = declared
        }
    }

    /// The keys of a piece of `listeners`.
    public static let schema = Schema<ListenerConfiguration>(
        "An address that clients connect to.", of: ListenerConfiguration(address: .unix(path: "")),
        others: .listener,
        [
            Field(
                "address", \.address, .text(.listenAddress), "an IP address and a port, or a UNIX-domain socket",
                isRequired: true),
            Field("tls", \.declaredTLS, .table(TLSConfiguration.schema), "speak TLS; cleartext if left out"),
            Field(
                "protocols", \.declaredProtocols, .list(.choice()),
                "what clients may speak: h2 and http/1.1 over TLS, http/1.1 and h2c in cleartext; h2c only if named"),
            Field(
                "redirect", \.redirect, .shorthand("to", SecureRedirectConfiguration.schema),
                "without tls: send clients to the same URL over TLS, but for paths with cleartext: true"),
            Field(
                "proxy-protocol", \.introducers, .list(.text(.introducer), countMin: 0),
                "proxies that name their clients by the PROXY protocol, version 1 or 2, which they then must and "
                    + "others may not; trusted stands for all of trusted-proxies"),
        ] + AccessConfiguration.schema.fields(of: \.access) + [RulesConfiguration.ratesField(\.rates), limitsField])

    private static let limitsField = Field<ListenerConfiguration>(
        "limits",
        Schema(
            "How much to take here before refusing.", of: ListenerConfiguration(address: .unix(path: "")),
            others: .listenerLimits,
            [
                Field(
                    "connections-per-address", \.connectionsPerAddress, .count(1...1_000_000),
                    "connections that an address, of IPv6 a /64, may have open; more are closed without a word"),
                Field(
                    "connection-rate", \.connectionRate, .text(.rate),
                    "connections, each with its handshake, that an address may begin; more are closed without a word"),
                Field(
                    "stream-rate", \.streamRate, .text(.rate),
                    "streams of HTTP/2 that an address may begin; more are refused, and may be sent again"),
            ]), "how much to take here before refusing")
}
