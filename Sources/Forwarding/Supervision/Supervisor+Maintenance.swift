import Model

/// What is asked about sites that are closed for a while, and closes and opens them.
extension Supervisor {
    /// Whether a site is closed for maintenance.
    ///
    /// - Parameter host: as it is declared; `*` is the site for any host.
    public func site(_ host: String) throws(SupervisionError) -> EdgeStatus.Site {
        let edge = current.edge
        return EdgeStatus.Site(try find(host, in: edge), of: edge)
    }

    /// Closes a site for maintenance, or opens what was closed so, and all sites that have its first host at other
    /// listeners; across reloads.
    ///
    /// - Parameters:
    ///   - host: as it is declared; `*` is the site for any host.
    ///   - answer: called once, on another thread, which it must not hold up, when every worker does so.
    /// - Throws: ``SupervisionError/Kind/declared`` where the configuration says that the site is closed and it is to
    ///   be opened, ``SupervisionError/Kind/ending`` where another process takes this one's place.
    public func close(
        _ host: String, _ isClosed: Bool, _ answer: @escaping @Sendable (Result<Receipt, SupervisionError>) -> Void
    ) throws(SupervisionError) {
        let edge = current.edge
        let site = try find(host, in: edge)
        let sites = edge.configuration.sites.filter { $0.name == site.name }
        guard isClosed || !sites.contains(where: edge.declaresMaintenance) else {
            throw SupervisionError(
                .declared, "\(host): maintenance is declared for it",
                cure: "take it out of the configuration and reload")
        }
        try change { _ in tellServer(.close(site: site.name, isClosed, answer)) }
    }

    private func find(_ host: String, in edge: Edge) throws(SupervisionError) -> SiteConfiguration {
        let sites = edge.configuration.sites
        let name = host.lowercased()
        guard let site = sites.first(where: { $0.hosts.contains { $0.description == name } }) else {
            throw SupervisionError(
                .noSuchSite, "there is no site \"\(host)\"",
                cure: "the sites are \(Self.list(sites.prefix(21).map(\.name)))")
        }
        return site
    }
}

extension Edge {
    /// Whether the configuration says that a site is closed.
    fileprivate func declaresMaintenance(of site: SiteConfiguration) -> Bool {
        site.rules.inheriting(configuration.rules).maintenance?.isOn ?? false
    }
}

extension EdgeStatus.Site {
    init(_ site: SiteConfiguration, of edge: Edge) {
        host = site.name
        maintenanceBy =
            edge.closedSites.contains(host) ? .control : edge.declaresMaintenance(of: site) ? .configuration : nil
    }

    /// Those that are closed.
    static func closed(of edge: Edge) -> [EdgeStatus.Site] {
        let closed = edge.configuration.sites.lazy.map { EdgeStatus.Site($0, of: edge) }
            .filter { $0.maintenanceBy != nil }
        return Array(closed.prefix(countMax))
    }
}
