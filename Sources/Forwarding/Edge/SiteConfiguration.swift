/// A public host and the balancers that answer for its paths.
public struct SiteConfiguration: Sendable, Equatable {
    /// Sites of an edge at most: what a table of hosts holds.
    public static let sitesMax = 65_536

    /// Which hosts a site is for.
    public enum Host: Sendable, Hashable {
        /// One name or IP literal, lower case, without a port; an IPv6 address stands in brackets.
        case exact(String)
        /// Every name that ends in `.` and this suffix, lower case: `example.com` of `*.example.com`. The longest
        /// suffix wins.
        case wildcard(suffix: String)
        /// Every host that no other site is for.
        case any
    }

    /// A path prefix and who answers for it.
    public struct Path: Sendable, Equatable {
        /// Starts with `/` and, but for `/` itself, does not end with it.
        ///
        /// It matches on segment borders: `/static` matches `/static` and
        /// `/static/x`, not `/statics`. Compared byte for byte; escapes are in upper case, none stands for an
        /// unreserved character.
        public var prefix: String
        /// Index into ``EdgeConfiguration/balancers``.
        public var balancer: Int
        /// What members get in place of the prefix, in the same form; `nil`: the path as it came.
        public var target: String?
        /// Whether members get the host that the client named; else their own (`ProxyPreserveHost`).
        public var preservesHost: Bool
        /// Whether URLs and cookies in answers that speak of the member are made to speak of the site
        /// (`ProxyPassReverse`).
        public var mapsAnswers: Bool
        /// What stands in the place of each `Domain` of cookies, by that domain in lower case
        /// (`ProxyPassReverseCookieDomain`); only where answers are mapped.
        public var cookieDomains: [String: String]

        /// Makes a path.
        public init(
            prefix: String, balancer: Int, target: String? = nil, preservesHost: Bool = true,
            mapsAnswers: Bool = false, cookieDomains: [String: String] = [:]
        ) {
            self.prefix = prefix
            self.balancer = balancer
            self.target = target
            self.preservesHost = preservesHost
            self.mapsAnswers = mapsAnswers
            self.cookieDomains = cookieDomains
        }
    }

    /// Which hosts it is for.
    public var host: Host
    /// At least one, of different prefixes, the longest first, so that the first one that matches is the one.
    public var paths: [Path]

    /// Makes a site.
    ///
    /// - Parameters:
    ///   - host: which hosts it is for.
    ///   - paths: in any order.
    public init(host: Host, paths: [Path]) {
        self.host = host
        // By bytes and not by `count`: equal lengths of different paths never match the same target.
        self.paths = paths.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }
}
