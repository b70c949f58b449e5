import HTTP
import Model
import Reactor
import TLS

/// What all requests of one client connection have in common. Confined to the connection's worker.
package final class ClientPeer {
    /// Where the client is; over a UNIX-domain socket, whose clients have no address, the listener's.
    let address: SocketAddress
    // Behind the address there is room for flags: each open connection has one of these.

    /// Whether the client speaks TLS.
    let isSecure: Bool
    /// Whether the client's own X-Forwarded-* fields are appended to instead of replaced.
    private(set) var isTrusted = false
    /// Whether the client is told why it got its member when it asks.
    private(set) var mayExplain = false
    /// The address in digits; `unix` over a UNIX-domain socket.
    let host: [UInt8]
    /// What X-Forwarded-For gets: the address in digits; empty where there is none.
    let forwardedFor: [UInt8]
    /// What is served to the client.
    private(set) var entrance: Entrance
    /// The installation of the edge that has said so.
    private var installation = 0
    /// What members are told of where it has come in; one array for all connections of a listener.
    let entranceLines: [UInt8]
    /// What was agreed on in the client's handshake, for the access log; `nil` in cleartext, and while the log is off.
    var terms: TLSTerms?
    /// Where the client has reached the edge; `nil`: nobody has asked yet.
    private(set) var localEnd: LocalEnd?
    /// The name that the client has asked for over TLS, while the log has it; empty for none.
    private(set) var serverName: [UInt8] = []
    /// The hash that rules count its address by; 0: nobody has asked yet. Here and not in ``known``, so that each gate
    /// reads a number and counts no reference.
    private var addressHash: UInt64 = 0
    /// What rules have found out of the client; `nil`: nobody has asked.
    private(set) var known: KnownClient?
    /// When it came, and where it is counted that it has gone, where metrics are told.
    let arrival: Arrival?

    /// A client as the edge sees it.
    ///
    /// - Parameters:
    ///   - listener: by which it came; `nil`: none that is declared.
    ///   - entranceLines: what members are told of where it has come in; `nil`: the scheme alone.
    ///   - arrival: when it came; `nil` where no metrics are told.
    package init(
        address: SocketAddress, isSecure: Bool, listener: Entrance.Key? = nil, entranceLines: [UInt8]? = nil,
        arrival: Arrival? = nil, edge: Edge
    ) {
        self.address = address
        self.arrival = arrival
        host = Array(address.host.utf8)
        forwardedFor = address.isUnix ? [] : host
        self.isSecure = isSecure
        entrance = edge.entrance(of: listener)
        self.entranceLines = entranceLines ?? RequestHead.entranceLines(isSecure: isSecure, port: nil)
        heed(edge)
    }

    /// The client that a proxy names by the PROXY protocol.
    ///
    /// - Parameters:
    ///   - source: where the client is.
    ///   - destination: where it has reached the proxy.
    ///   - proxy: the connection's other end.
    package init(
        from source: ProxyHeader.Endpoint, to destination: ProxyHeader.Endpoint, by proxy: ClientPeer, edge: Edge
    ) {
        address = SocketAddress(mappedBits: source.address, port: source.port)
        host = Array(address.host.utf8)
        forwardedFor = host
        isSecure = proxy.isSecure
        arrival = proxy.arrival
        entrance = edge.entrance(after: proxy.entrance)
        localEnd = LocalEnd(SocketAddress(mappedBits: destination.address, port: destination.port), askedName: nil)
        let lines = RequestHead.entranceLines(
            isSecure: isSecure, port: destination.port == 0 ? nil : destination.port)
        entranceLines = destination.port == 0 || lines == proxy.entranceLines ? proxy.entranceLines : lines
        heed(edge)
    }

    /// Whether its connection must begin with a PROXY header.
    var isIntroducer: Bool { entrance.introducers?.contains(address) == true }

    /// The TLS version, and the cipher suite; empty without ``terms``.
    var tlsVersion: StaticString { terms?.version ?? "" }
    var tlsCipher: String { terms?.cipher ?? "" }

    /// Takes over what the edge that is served says of the client; called for each request, so that whoever is taken
    /// out of `trusted-proxies` is trusted no longer on connections that are open either.
    ///
    /// - Returns: whether the edge is another one than before, so that there may be more to note.
    @discardableResult
    func heed(_ edge: Edge) -> Bool {
        guard edge.installation != installation else { return false }
        installation = edge.installation
        known = nil
        entrance = edge.entrance(after: entrance)
        isTrusted =
            address.isIn(edge.trust.proxies)
            || address.isUnix && edge.configuration.trustedSocketPaths.contains(address.unixPath)
        mayExplain = address.isIn(edge.trust.explained)
        return true
    }

    /// The hash that its address is counted by; those without one are counted as one.
    func addressHash(_ secrets: Limiters.Secrets) -> UInt64 {
        if addressHash == 0 { addressHash = secrets.hash(of: address.mappedBits ?? 0) }
        return addressHash
    }

    /// What rules have found out of the client since the edge that is served now was installed; nothing at first.
    var acquaintance: KnownClient {
        if let known { return known }
        let client = KnownClient()
        known = client
        return client
    }

    /// Finds out what only members of FastCGI and AJP are told, and what rules tell of TLS: once a connection, when
    /// somebody is.
    func complete(from transport: Transport, in clients: Clients) {
        guard localEnd?.isWhole != true || terms == nil && transport.tls != nil else { return }
        complete(
            LocalEnd(transport.socket.localAddress, askedName: transport.tls?.askedName ?? []),
            terms: transport.tls.map { clients.terms(of: $0) })
    }

    /// Takes over what the access log says of a handshake: at its end, and again where a reload has changed that.
    func note(_ tls: TLSConnection, for needs: LogPlan.Needs, in clients: Clients) {
        if needs.contains(.terms) { terms = clients.terms(of: tls) }
        if needs.contains(.serverName) { serverName = tls.askedName }
    }

    /// Takes over what was found out, as far as it is not known.
    package func complete(_ end: LocalEnd, terms: TLSTerms?) {
        if let known = localEnd {
            localEnd = known.isWhole ? known : LocalEnd(known, askedName: end.askedName)
        } else {
            localEnd = end
        }
        if self.terms == nil { self.terms = terms }
        known?.forgetLines()
    }

    /// The beginning of a connection, for metrics.
    package struct Arrival {
        /// Nanoseconds of the clock.
        let time: Int
        /// Connections of its listener (``Measures/listener(_:)``).
        let counts: CounterTable

        /// Counts that it has come.
        func begin(worker: Int) {
            counts.add(1, to: 0, worker: worker)
        }

        /// Counts that it has gone.
        func end(worker: Int) {
            counts.add(1, to: 1, worker: worker)
        }
    }

    /// The edge's end of a connection.
    package final class LocalEnd {
        /// The address in digits; empty over a UNIX-domain socket.
        let host: [UInt8]
        /// The port; 0 over a UNIX-domain socket.
        let port: UInt16
        /// The name that the client has asked for over TLS; empty for none.
        let askedName: [UInt8]

        /// Whether ``askedName`` is known, and not only what a proxy has said.
        let isWhole: Bool

        /// - Parameters:
        ///   - address: `nil`: it is not known.
        ///   - askedName: `nil`: it is not known yet.
        package init(_ address: SocketAddress?, askedName: [UInt8]?) {
            self.askedName = askedName ?? []
            isWhole = askedName != nil
            let address = address.flatMap { $0.isUnix ? nil : $0 }
            host = address.map { Array($0.host.utf8) } ?? []
            port = address?.port ?? 0
        }

        /// The same with a name.
        init(_ other: LocalEnd, askedName: [UInt8]) {
            (host, port, self.askedName, isWhole) = (other.host, other.port, askedName, true)
        }
    }
}
