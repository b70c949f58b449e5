import Limiting
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
        guard edge.hasUsers, edge.trustedProxies.isEmpty, edge.trustedSocketPaths.isEmpty, let listeners,
            case .sequence = listeners.node.content, let items = listeners.items(), items.count == edge.listeners.count
        else { return }
        let isSecure = edge.listeners.contains { $0.tls != nil }
        let open = zip(items, edge.listeners).filter { $1.tls == nil && !$1.address.isLocal }
        for (item, listener) in open where listener.redirect == nil {
            item.warn(
                "passwords of users pass here in cleartext, and whoever is on the way reads them",
                cure: isSecure ? .add("redirect: https") : "speak TLS here: tls: { certificates: certs/ }")
        }
        if open.contains(where: { $1.redirect != nil }) { check(sites) }
    }

    /// Looks at paths that are served where other clients are sent to TLS.
    private static func check(_ sites: Slot?) {
        guard let sites, case .sequence = sites.node.content else { return }
        for site in sites.items() ?? [] {
            for path in site.section()?["paths"]?.named() ?? [] {
                guard let section = path.slot.section(), section["users"] != nil, let cleartext = section["cleartext"],
                    cleartext.datum() == .boolean(true)
                else { continue }
                cleartext.warn(
                    "passwords of users pass in cleartext then, and whoever is on the way reads them",
                    cure: .takeAway("take it away"))
            }
        }
    }
}

extension EdgeConfiguration {
    /// Whether somebody is asked for a password.
    fileprivate var hasUsers: Bool {
        rules.users?.path != nil
            || sites.contains { site in
                site.rules.users?.path != nil || site.paths.contains { $0.rules.users?.path != nil }
            }
    }
}

extension ListenAddress {
    /// Whether nobody reaches it from another machine.
    fileprivate var isLocal: Bool {
        guard case .ip(let host, _) = self, let address = IPAddress(host) else { return true }
        return address.isIPv4 ? UInt32(truncatingIfNeeded: address.bits) >> 24 == 127 : address.bits == 1
    }
}
