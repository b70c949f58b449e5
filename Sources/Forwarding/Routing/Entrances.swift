import Model
import Reactor

/// Makes what is served at each listener of an edge. Listeners that serve the same have one table of sites.
struct Entrances {
    private let configuration: EdgeConfiguration
    private let balancers: [String: Balancer]
    private let parameters: [String]
    private let roots: [String: FileRoot]
    /// What rules are made of.
    private(set) var book: RuleBook
    private var tables: [[Presence]: SiteTable] = [:]
    private var ordinals: [ListenAddress: Int] = [:]

    /// How a site is at a listener.
    private struct Presence: Hashable {
        /// The site's index.
        let site: Int
        /// Whether it is served; else its clients are sent to where it is.
        let isServed: Bool
        /// How clients are sent to TLS, where not as the listener's others are.
        let redirect: SecureRedirectConfiguration?
    }

    /// - Parameters:
    ///   - balancers: the balancers, by their index in the configuration.
    ///   - roots: the folders of files that could be opened, by their paths.
    ///   - book: makes the rules.
    init(
        _ configuration: EdgeConfiguration, balancers: [Balancer], roots: [String: FileRoot], _ book: RuleBook
    ) {
        self.configuration = configuration
        self.roots = roots
        self.balancers = Dictionary(uniqueKeysWithValues: zip(configuration.balancers.map(\.name), balancers))
        let parameters = configuration.balancers.compactMap { $0.affinity?.mode.session.parameter }
        // That of the servlet specification, whoever's session is read.
        self.parameters = Array(Set(parameters + ["jsessionid"]))
        self.book = book
    }

    /// What is served to the clients of a listener; to be called for each, in their order.
    mutating func entrance(at listener: ListenerConfiguration) -> Entrance {
        let sites = configuration.sites
        var presences = sites.indices.filter { sites[$0].isServed(at: listener.address) }.map { site in
            Presence(site: site, isServed: true, redirect: listener.redirect.flatMap { redirect($0, of: site) })
        }
        if let redirect = listener.redirect {
            presences += sites.indices.filter { !sites[$0].isServed(at: listener.address) }.compactMap { site in
                guard configuration.isSecure(sites[site]) else { return nil }
                return Presence(site: site, isServed: false, redirect: self.redirect(redirect, of: site))
            }
        }
        let ordinal = ordinals[listener.address, default: 0]
        ordinals[listener.address] = ordinal + 1
        return Entrance(
            key: Entrance.Key(listener.address, ordinal: ordinal), sites: table(presences),
            redirect: listener.redirect.map { SecureRedirect($0, port: $0.port ?? configuration.securePort ?? 443) },
            introducers: listener.introducers.isEmpty ? nil : Introducers(listener, in: configuration),
            gate: Gate(.listener, listener.access, rates: listener.placedRates, &book),
            connections: ConnectionGate(listener, &book.limiters),
            streams: listener.streamRate.map {
                AddressRate($0, at: "listener \(listener.address) streams", &book.limiters)
            })
    }

    /// What is served to those whose listener is no more: what is served everywhere.
    mutating func formerEntrance() -> Entrance {
        let everywhere = configuration.sites.indices.filter { configuration.sites[$0].listeners == nil }
        return Entrance(
            key: nil, sites: table(everywhere.map { Presence(site: $0, isServed: true, redirect: nil) }))
    }

    /// How a site's clients are sent to TLS, where the site has another port there than what the listener says.
    private func redirect(_ redirect: SecureRedirectConfiguration, of site: Int) -> SecureRedirectConfiguration? {
        guard redirect.port == nil, let port = configuration.securePort(of: configuration.sites[site]),
            port != configuration.securePort
        else { return nil }
        var own = redirect
        own.port = port
        return own
    }

    private mutating func table(_ presences: [Presence]) -> SiteTable {
        if let table = tables[presences] { return table }
        let declared = presences.map { presence in
            SiteTable.Declared(
                configuration: configuration.sites[presence.site], isServed: presence.isServed,
                redirect: presence.redirect.map { SecureRedirect($0, port: $0.port ?? 443) })
        }
        let table = SiteTable(declared, balancers: balancers, parameters: parameters, roots: roots, &book)
        tables[presences] = table
        return table
    }
}
