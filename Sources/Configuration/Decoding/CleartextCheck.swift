import Model

/// Holds listeners against the sites that they serve.
enum CleartextCheck {
    /// Names of a message at most.
    private static let namesMax = 3

    /// Warns of listeners that serve in cleartext what is served over TLS as well, and of those that serve nothing.
    ///
    /// - Parameters:
    ///   - slot: the list of listeners, without errors.
    ///   - sites: all that are declared.
    ///   - certificates: knows the certificates' names.
    static func check(
        _ slot: Slot?, _ listeners: [ListenerConfiguration], sites: [SiteConfiguration],
        certificates: CertificateCheck
    ) {
        for (item, listener) in zip(slot?.items() ?? [], listeners) where listener.redirect == nil {
            let served = sites.filter { $0.isServed(at: listener.address) }
            guard !served.isEmpty else {
                item.warn(
                    "no site is served here", cure: .takeAway("name it among the listeners of a site, or take it away"))
                continue
            }
            guard listener.tls == nil, !listener.address.isLocal else { continue }
            let bare = served.filter { site in
                let folders = listeners.filter { site.isServed(at: $0.address) }.compactMap(\.tls?.certificatesPath)
                return !folders.isEmpty && site.isToBeSecret
                    && site.hosts.contains { certificates.knows($0, in: folders) }
            }
            guard !bare.isEmpty else { continue }
            item.warn(
                "what is served over TLS is served here in cleartext too, cookies included: \(names(of: bare))",
                cure: .add(
                    "redirect: https",
                    ", or say by listeners: of a site where it is served, or cleartext: true of a path that it is meant"
                ))
        }
    }

    /// Complains about a site whose clients would be sent to where it is not served.
    static func check(_ site: SiteConfiguration, at slot: Slot, _ listeners: [ListenerConfiguration]) {
        let served = listeners.filter { site.isServed(at: $0.address) }
        guard site.isToBeSecret, !served.contains(where: { $0.tls != nil }),
            let sending = served.first(where: { $0.redirect.map { $0.port == nil } ?? false })
        else { return }
        slot.complain(
            "\(sending.address) sends its clients to TLS, and there the site is not served",
            cure: "name a listener with tls as well")
    }

    private static func names(of sites: [SiteConfiguration]) -> String {
        let names = sites.flatMap(\.hosts).map { $0 == .any ? "any host" : $0.description }
        return names.prefix(namesMax).joined(separator: ", ") + (names.count > namesMax ? " …" : "")
    }
}

extension SiteConfiguration {
    /// Whether members or files answer, at paths of which it is not said that cleartext will do.
    fileprivate var isToBeSecret: Bool {
        paths.contains { ($0.balancer != nil || $0.files != nil) && !$0.isServedInCleartext }
    }
}
