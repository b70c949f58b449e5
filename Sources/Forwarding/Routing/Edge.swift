import Balancing
import HTTP
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
    /// What is served to the clients of each listener, by its index.
    let entrances: [Entrance]
    private let entrancesByKey: [Entrance.Key: Entrance]
    /// What is served to those whose listener is no more.
    private let formerEntrance: Entrance
    /// What holds where no site has the request; `nil`: nothing.
    let outermostRules: Rules?
    /// Who is trusted with what.
    let trust: Trust
    /// By which fields these tell of clients, and members are told.
    let forwarding: ForwardingFields
    /// The hosts of sites that control has closed for maintenance.
    package let closedSites: Set<String>
    /// Whether there are pages anywhere, so that it matters what clients read best.
    private let hasPages: Bool
    /// What its rules count in.
    let limiters: Limiters
    /// Which answers are compressed.
    let compressionPolicy: CompressionPolicy
    /// The balancers, by their index in the configuration.
    package let balancers: [Balancer]

    /// Serves a configuration.
    ///
    /// - Parameters:
    ///   - balancers: the balancers, by their index in it.
    ///   - roots: the folders of files that could be opened, by their paths.
    ///   - workers: how many workers the balancers were made for.
    ///   - pages: what is in the files of pages, by their paths.
    ///   - closedSites: the hosts of sites that control has closed for maintenance.
    ///   - lists: the addresses in files that are named by `allow` and `deny`, by their paths.
    ///   - passwordFiles: what was read of files of users, by their paths.
    ///   - predecessor: the edge before it, in whose tables rules count on.
    package init(
        _ configuration: EdgeConfiguration, balancers: [Balancer], generation: Int, installation: Int,
        workers: Int = 1, roots: [String: FileRoot] = [:], pages: [String: [UInt8]] = [:],
        closedSites: Set<String> = [],
        lists: [String: [AddressRange]] = [:], passwordFiles: [String: PasswordFile] = [:],
        replacing predecessor: Edge? = nil
    ) {
        self.workers = workers
        self.configuration = configuration
        self.generation = generation
        self.installation = installation
        self.balancers = balancers
        trust = Trust(configuration)
        forwarding = ForwardingFields(configuration.forwarded)
        compressionPolicy = CompressionPolicy(configuration.compression)
        self.closedSites = closedSites
        hasPages = configuration.allRules.contains { !$0.pages.isEmpty }
        var book = RuleBook(
            configuration.rules, files: RuleBook.Files(pages: pages, lists: lists, passwords: passwordFiles),
            closedSites: closedSites,
            limiters: LimiterBook(replacing: predecessor?.limiters, rateCount: configuration.rateCount))
        outermostRules = book.rules(book.outermost)
        var entrances = Entrances(configuration, balancers: balancers, roots: roots, book)
        let served = configuration.listeners.map { entrances.entrance(at: $0) }
        self.entrances = served
        entrancesByKey = Dictionary(uniqueKeysWithValues: served.compactMap { one in one.key.map { ($0, one) } })
        formerEntrance = entrances.formerEntrance()
        limiters = Limiters(entrances.book.limiters)
    }

    /// What a client reads best of Martlet's own answers: weighed where there are pages, else at a glance.
    ///
    /// - Parameter bytes: what was parsed.
    func pageKind(of head: borrowing RequestHead, in bytes: Span<UInt8>) -> PageKind {
        guard head.fields.contains(.accept) else { return .text }
        return hasPages ? PageKind(head, in: bytes) : PageKind(atAGlanceAt: head, in: bytes)
    }

    /// Whether a balancer is one of these, and not an earlier edge's of that name.
    func has(_ balancer: Balancer) -> Bool {
        balancers.indices.contains(balancer.index) && balancers[balancer.index] === balancer
    }

    /// What is served to the clients of a listener.
    ///
    /// - Parameter key: the listener's when the client came; `nil`: one that was no more then.
    func entrance(of key: Entrance.Key?) -> Entrance {
        key.flatMap { entrancesByKey[$0] } ?? formerEntrance
    }

    /// What is served to clients who were served something by an edge before.
    func entrance(after former: Entrance) -> Entrance {
        let entrance = entrance(of: former.key)
        // A listener that is no more has none of its clients let in, or served in cleartext, where it did not.
        guard entrance === formerEntrance, former.gate != nil || former.redirect != nil else { return entrance }
        return Entrance(key: former.key, sites: entrance.sites, redirect: former.redirect, gate: former.gate)
    }
}
