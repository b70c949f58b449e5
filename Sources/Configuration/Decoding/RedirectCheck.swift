import Model

/// Finds redirects that lead back to where they are, by themselves or by way of others.
struct RedirectCheck {
    /// The redirects of paths so far, with where they are written.
    private var redirects: [(slot: Slot, path: SiteConfiguration.Path)] = []

    /// Remembers what a path says.
    mutating func add(_ slot: Slot?, of path: SiteConfiguration.Path) {
        if let slot { redirects.append((slot, path)) }
    }

    /// Looks at a site whose paths were added.
    ///
    /// - Parameter isSecure: whether clients come to it by https, as far as that is known.
    func check(_ site: SiteConfiguration, _ slot: Slot?, isSecure: Bool) {
        if let redirect = site.redirect, let slot {
            if site.paths.contains(where: { $0.prefix == "/" && $0.match == .below }) {
                slot.complain(
                    "the path / answers for all that the site's redirect is for",
                    cure: .takeAway("take one of the two away"))
            }
            if let path = site.ownPath(of: redirect, isSecure: isSecure), site.place(of: path) == nil {
                Self.complain(slot)
            }
        }
        for (slot, path) in redirects where leadsBack(path, in: site, isSecure: isSecure) { Self.complain(slot) }
    }

    /// Whether who follows a path's redirect, and those that it leads to, comes to it again.
    private func leadsBack(_ path: SiteConfiguration.Path, in site: SiteConfiguration, isSecure: Bool) -> Bool {
        var seen: Set<String> = []
        var current = path
        while case .redirect(let redirect) = current.action,
            let target = site.ownPath(of: redirect, isSecure: isSecure), let next = site.place(of: target),
            seen.insert(next.declaredName).inserted
        {
            if next.declaredName == path.declaredName { return true }
            current = next
        }
        return false
    }

    private static func complain(_ slot: Slot) {
        slot.complain("it leads back to where it is, for ever", cure: "name another host or path")
    }
}

extension SiteConfiguration {
    /// The path that a redirect leads to, if that is one of this site.
    fileprivate func ownPath(of redirect: RedirectConfiguration, isSecure: Bool) -> String? {
        let target = redirect.target.prefix { $0 != "?" }
        if target.hasPrefix("/") { return String(target) }
        guard isSecure || !target.hasPrefix("https:") else { return nil }
        // By http it may be a listener that sends back; by https it is this site, if it has TLS at all.
        guard let authority = target.firstRange(of: "://").map({ target[$0.upperBound...] }),
            let host = try? Host.parse(String(authority.prefix { $0 != "/" })), hosts.contains(host)
        else { return nil }
        let path = authority.drop { $0 != "/" }
        return path.isEmpty ? "/" : String(path)
    }

    /// The path that answers for another one.
    fileprivate func place(of target: String) -> Path? {
        paths.first { path in
            let isBelow = path.prefix == "/" || target == path.prefix || target.hasPrefix(path.prefix + "/")
            return switch path.match {
            case .below: isBelow
            case .exact: target == path.prefix
            case .suffix(let suffix): isBelow && target.hasSuffix(suffix)
            }
        }
    }
}
