import Model

/// Decodes listeners.
enum ListenerDecoder {
    /// The keys that have to do with one another.
    private static let others: Set = ["address", "tls", "protocols"]

    /// Decodes the list and refuses two on one address.
    ///
    /// - Parameter proxies: `trusted-proxies`.
    static func decode(
        _ slot: Slot?, proxies: Slot?, certificates: inout CertificateCheck
    ) -> [ListenerConfiguration] {
        var listeners: [ListenerConfiguration] = []
        var taken = TakenAddresses()
        var redirects: [Slot] = []
        var isAnySecure = false
        for item in slot?.items() ?? [] {
            guard let section = item.section() else { continue }
            let tls = section["tls"].map { self.tls($0, certificates: &certificates) }
            isAnySecure = isAnySecure || tls != nil
            let protocols = section["protocols"].flatMap { self.protocols($0, isSecure: tls != nil) }
            let address = section["address"].flatMap { self.address($0, isSecure: tls != nil) }
            var listener = ListenerConfiguration(
                address: address ?? .unix(path: ""), tls: tls ?? nil, protocols: protocols)
            section.read(ListenerConfiguration.schema, into: &listener) { !others.contains($0.name) }
            AccessCheck.check(section)
            if let redirect = section["redirect"] {
                if tls == nil {
                    redirects.append(redirect)
                } else {
                    redirect.complain(
                        "this listener speaks TLS: its clients would be sent to where they are",
                        cure: .takeAway("take it away"))
                }
            }
            guard let address, let slot = section["address"] else { continue }
            if let (other, origin) = taken.take(address, at: slot.node.origin) {
                let relation = other == address ? "listened on already" : "not to be had beside \(other)"
                slot.complain(
                    "\(address) is \(relation), at \(slot.said(origin))", cure: "take one of the two listeners away")
            }
            check(listener, section, proxies: proxies)
            listeners.append(listener)
        }
        if !isAnySecure {
            for slot in redirects {
                slot.complain(
                    "no listener has tls, to which clients could be sent",
                    cure: .takeAway("add a listener with tls, or take it away"))
            }
        }
        return listeners
    }

    private static func address(_ slot: Slot, isSecure: Bool) -> ListenAddress? {
        slot.parsed { text throws(GrammarError) in
            try ListenAddress.parse(text, from: slot.folder, examplePort: isSecure ? 443 : 8_080)
        }
    }

    /// Complains about keys that the address has no use for.
    private static func check(_ listener: ListenerConfiguration, _ section: Section, proxies: Slot?) {
        if let introducers = section["proxy-protocol"] {
            SocketCheck.check(introducers: introducers, of: listener.address, proxies: proxies)
        }
        guard case .unix = listener.address, let limits = section["limits"]?.section() else { return }
        for key in listener.limitsByAddress {
            limits[key]?.complain("the clients of a UNIX-domain listener have no address", cure: .takeAway())
        }
    }

    private static func foreignWords(isSecure: Bool) -> ForeignWords {
        ForeignWords([
            ("http2 2", .called(isSecure ? "h2" : "h2c")), ("http1 http11 http 11 1", .called("http/1.1")),
            ("http3 h3 quic", .missing("HTTP/3 has")),
        ])
    }

    private static func protocols(
        _ slot: Slot, isSecure: Bool
    ) -> [ListenerConfiguration.ApplicationProtocol]? {
        var protocols: [ListenerConfiguration.ApplicationProtocol] = []
        let foreign = foreignWords(isSecure: isSecure)
        for item in slot.items() ?? [] {
            guard let chosen = item.choice(foreign: foreign).flatMap(ListenerConfiguration.ApplicationProtocol.init)
            else { continue }
            if chosen == .http2, !isSecure {
                item.complain(
                    "h2 is HTTP/2 over TLS, and this listener has no tls", cure: .write("h2c", ", or add tls"))
            } else if chosen == .http2Cleartext, isSecure {
                item.complain("h2c is HTTP/2 in cleartext, and this listener speaks TLS", cure: .write("h2"))
            } else if protocols.contains(chosen) {
                item.complain("\(chosen.rawValue) is named twice", cure: .takeAway("take one of the two away"))
            } else {
                protocols.append(chosen)
            }
        }
        return protocols.isEmpty ? nil : protocols
    }

    private static func tls(_ slot: Slot, certificates: inout CertificateCheck) -> TLSConfiguration? {
        guard let section = slot.section() else { return nil }
        var tls = TLSConfiguration(certificatesPath: "")
        let wrong = section.read(TLSConfiguration.schema, into: &tls)
        guard let folder = section["certificates"], !wrong.contains("certificates") else { return nil }
        certificates.folder(tls.certificatesPath, at: folder)
        if let name = tls.defaultName, let slot = section["default"] {
            certificates.name(name, in: tls.certificatesPath, at: slot)
        }
        return tls
    }
}

/// The addresses of the listeners so far.
private struct TakenAddresses {
    // By port: listeners of different ports never collide, and thousands of them stay cheap.
    private var byPort: [Int: [(ListenAddress, Origin)]] = [:]

    /// Takes an address.
    ///
    /// - Returns: the listener that it collides with, and where that one is declared.
    mutating func take(_ address: ListenAddress, at origin: Origin) -> (ListenAddress, Origin)? {
        var port = -1
        if case .ip(_, let number) = address { port = number }
        defer { byPort[port, default: []].append((address, origin)) }
        return byPort[port]?.first { $0.0.collides(with: address) }
    }
}
