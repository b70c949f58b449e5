import Balancing
import Limiting
import Model
import Reactor
import TLS

/// The validated configuration as it is served: immutable, shared by all workers, swapped whole by a reload.
package final class Edge: Sendable {
    /// What is declared.
    let configuration: EdgeConfiguration
    /// Counts configurations, from 1.
    let generation: Int
    /// Counts what workers were given to serve, from 1: more than configurations, as what one stands on (certificates,
    /// keys, addresses) may change without it.
    let installation: Int
    /// How many workers serve it, as they did before it.
    let workers: Int
    /// What is served to the clients of each listener, by its address.
    private let entrances: [ListenAddress: Entrance]
    /// What is served to those whose listener is no more.
    private let formerEntrance: Entrance
    /// Whose `X-Forwarded-*` fields are appended to (`trusted-proxies`), but for those at UNIX-domain listeners.
    let proxies: AddressSet
    /// Who is told why he got his member when he asks (`explain-from`).
    let explained: AddressSet
    /// The balancers, by their index in the configuration.
    package let balancers: [Balancer]
    /// The folders of files that could be opened, by their paths.
    package let roots: [String: FileRoot]

    /// Serves a configuration.
    ///
    /// - Parameters:
    ///   - balancers: the balancers, by their index in it.
    ///   - roots: the folders of files that could be opened, by their paths.
    ///   - workers: how many workers the balancers were made for.
    package init(
        _ configuration: EdgeConfiguration, balancers: [Balancer], generation: Int, installation: Int,
        roots: [String: FileRoot] = [:], workers: Int = 1
    ) {
        self.workers = workers
        self.configuration = configuration
        self.generation = generation
        self.installation = installation
        self.balancers = balancers
        self.roots = roots
        proxies = AddressSet(configuration.trustedProxies)
        explained = AddressSet(configuration.explainFrom)
        let parameters = configuration.balancers.compactMap { $0.affinity?.mode.session.parameter }
        // That of the servlet specification, whoever's session is read.
        var book = RuleBook(configuration.rules)
        let sites = SiteTable(
            configuration.sites,
            balancers: Dictionary(
                uniqueKeysWithValues: configuration.balancers.enumerated().map { ($1.name, $0) }),
            parameters: Array(Set(parameters + ["jsessionid"])), roots: roots, &book)
        entrances = Dictionary(
            uniqueKeysWithValues: configuration.listeners.map { listener in
                let redirect = listener.redirect.map {
                    SecureRedirect($0, port: $0.port ?? configuration.securePort ?? 443)
                }
                return (listener.address, Entrance(address: listener.address, sites: sites, redirect: redirect))
            })
        formerEntrance = Entrance(address: nil, sites: sites)
    }

    /// What is served to the clients of a listener.
    ///
    /// - Parameter address: the listener's as it was declared when the client came; `nil`: one that was no more then.
    func entrance(at address: ListenAddress?) -> Entrance {
        address.flatMap { entrances[$0] } ?? formerEntrance
    }
}
