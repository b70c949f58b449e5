import Model

/// Warns of passwords that pass in cleartext.
enum UsersCheck {
    /// Looks at the listeners and the paths of a configuration with users. Behind trusted proxies it may be these that
    /// speak TLS, and on this machine nobody is on the way.
    ///
    /// - Parameters:
    ///   - listeners: where they are declared; what could not be read of them was said.
    ///   - sites: likewise.
    static func check(listeners: Slot?, sites: Slot?, _ edge: EdgeConfiguration) {
        guard edge.trustedProxies.isEmpty, edge.trustedSocketPaths.isEmpty, let listeners,
            case .sequence = listeners.node.content, let items = listeners.items(), items.count == edge.listeners.count
        else { return }
        let isSecure = edge.listeners.contains { $0.tls != nil }
        let open = zip(items, edge.listeners).filter {
            $1.tls == nil && !$1.address.isLocal && edge.asksForUsers(at: $1.address)
        }
        for (item, listener) in open where listener.redirect == nil {
            item.warn(
                "passwords of users pass here in cleartext, and whoever is on the way reads them",
                cure: isSecure ? .add("redirect: https") : "speak TLS here: tls: { certificates: certs/ }")
        }
        let sending = open.filter { $1.redirect != nil }.map { $1.address }
        if !sending.isEmpty { check(sites, of: edge, at: sending) }
    }

    /// Looks at paths that are served where other clients are sent to TLS.
    private static func check(_ slot: Slot?, of edge: EdgeConfiguration, at sending: [ListenAddress]) {
        guard let slot, case .sequence = slot.node.content, let items = slot.items(), items.count == edge.sites.count
        else { return }
        for (item, site) in zip(items, edge.sites) where sending.contains(where: site.isServed(at:)) {
            for entry in item.section()?["paths"]?.named() ?? [] {
                guard let cleartext = entry.slot.section()?["cleartext"], cleartext.datum() == .boolean(true),
                    let name = try? PathPattern.parse(entry.name),
                    let path = site.paths.first(where: { $0.declaredName == name }), edge.asksForUsers(path, of: site)
                else { continue }
                cleartext.warn(
                    "passwords of users pass in cleartext then, and whoever is on the way reads them",
                    cure: .takeAway("take it away"))
            }
        }
    }
}

extension SiteConfiguration.Path {
    /// Whether somebody may be asked for a password: clients that are sent elsewhere are not.
    fileprivate var mayAskForUsers: Bool {
        if case .redirect = action { !cases.isEmpty } else { true }
    }
}

extension EdgeConfiguration {
    /// Whether clients of a path may be asked for a password.
    fileprivate func asksForUsers(_ path: SiteConfiguration.Path, of site: SiteConfiguration) -> Bool {
        path.mayAskForUsers && (path.rules.users ?? site.rules.users ?? rules.users)?.path != nil
    }

    /// Whether a site that is served at a listener has such a path.
    fileprivate func asksForUsers(at listener: ListenAddress) -> Bool {
        sites.contains { site in
            site.isServed(at: listener) && site.paths.contains { asksForUsers($0, of: site) }
        }
    }
}
