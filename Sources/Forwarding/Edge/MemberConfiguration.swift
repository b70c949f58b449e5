import Balancing

/// A backend of a balancer.
public struct MemberConfiguration: Sendable, Equatable {
    /// What a member speaks, always in cleartext.
    public enum ApplicationProtocol: String, Sendable, CaseIterable {
        /// HTTP/1.1, one exchange at a time on a connection.
        case http1 = "http/1.1"
        /// HTTP/2 with prior knowledge (RFC 9113, section 3.3), many exchanges at a time.
        case http2Cleartext = "h2c"
    }

    /// Where a member waits for connections.
    public enum Address: Sendable, Hashable {
        /// A DNS name or an IP literal without brackets, lower case, and a port `1 ... 65,535`. Names are resolved at
        /// the start.
        case host(String, port: Int)
        /// The path of a UNIX-domain socket, as it is to be opened.
        case unix(path: String)
    }

    /// The declared name, `[A-Za-z0-9_.-]+`: what the member is known by across reloads.
    public var name: String
    /// What it was called before a reload; `nil`: the same.
    public var formerName: String?
    /// What a session's identifier calls it, and perhaps other members too, of octets that a cookie's value may have;
    /// the name if nothing else is declared.
    public var route: String
    /// Where it waits.
    public var address: Address
    /// What it speaks there.
    public var speaks: ApplicationProtocol
    /// Its share of the requests, in hundredths, `1 ... 10,000`.
    public var loadFactorHundredths: Int
    /// The set that it belongs to, `0 ... 99`.
    public var set: Int
    /// What it may be used for.
    public var status: MemberStatus
    /// Whether clients are tied to it that it has answered as a hot standby.
    public var tiesAsStandby: Bool
    /// The route of the member of its balancer that gets its sessions while it cannot be used; `nil`: any.
    public var redirect: String?
    /// Exchanges that it has under way at most; `nil`: any number.
    public var exchangesMax: Int?
    /// Milliseconds that a session's request waits for it while it has that many; `nil`: `timeouts.connect`.
    public var acquireMilliseconds: Int?
    /// Milliseconds that it is left alone after it failed.
    public var retryMilliseconds: Int
    /// Milliseconds that a pooled connection to it may be idle before it is closed.
    public var idleMilliseconds: Int
    /// Milliseconds for it to accept a connection; `nil`: as `timeouts` says.
    public var connectionTimeoutMilliseconds: Int?
    /// Milliseconds for its answer's head and between two bytes of the content; `nil`: as `timeouts` says.
    public var timeoutMilliseconds: Int?
    /// Milliseconds for it to say 100 Continue before it gets a request's content; `nil`: it is not asked to.
    public var pingMilliseconds: Int?
    /// Whether each connection to it serves one exchange alone.
    public var disablesReuse: Bool
    /// Whether the kernel probes idle connections to it (SO_KEEPALIVE).
    public var probesConnections: Bool

    /// Whether Martlet ties clients to it: not to whoever only stands in, or they would stay there when those have come
    /// back for whom it does.
    var ties: Bool { tiesAsStandby || !status.contains(.hotStandby) }

    /// `load-factor`.
    public static let loadFactorSetting = Setting(
        "load-factor", .hundredths, 1...10_000, standard: 100, "its share of the requests against the others' shares")
    /// `lbset`.
    public static let setSetting = Setting(
        "lbset", .count, Balancing.Limits.sets, standard: 0,
        "its set: a set is used only when nobody of the lower ones can be")
    /// `max`.
    public static let exchangesMaxSetting = Setting(
        "max", .count, 1...1_000_000, standard: nil,
        "how many exchanges it has under way at most, in the whole process; any number if left out")
    /// `acquire`.
    public static let acquireSetting = Setting(
        "acquire", .milliseconds, 0...86_400_000, standard: nil,
        "how long a session's request waits for it while it has max exchanges; timeouts.connect if left out")
    /// `retry`.
    public static let retrySetting = Setting(
        "retry", .milliseconds, 0...86_400_000, standard: 60_000, "how long it is left alone after it failed")
    /// `ttl`.
    ///
    /// Shorter than what common servers wait themselves (Tomcat 20 s, nginx 75 s), so that a request seldom meets a
    /// closing connection.
    public static let ttlSetting = Setting(
        "ttl", .milliseconds, 10...86_400_000, standard: 15_000, "how long a pooled connection to it may be idle")
    /// `connection-timeout`.
    public static let connectionTimeoutSetting = Setting(
        "connection-timeout", .milliseconds, Timeouts.Settings.connect.range, standard: nil,
        "for it to accept a connection; timeouts.connect if left out")
    /// `timeout`.
    public static let timeoutSetting = Setting(
        "timeout", .milliseconds, Timeouts.Settings.answer.range, standard: nil,
        "for its answer's head, and between two bytes of the content; timeouts.answer and timeouts.body if left out")

    /// `ping`.
    public static let pingSetting = Setting(
        "ping", .milliseconds, 1...86_400_000, standard: nil,
        "for it to say 100 Continue before it gets a request's content; it is not asked to if left out")

    /// Makes a member; what is left out has its default.
    public init(
        name: String, route: String? = nil, address: Address, speaks: ApplicationProtocol = .http1,
        loadFactorHundredths: Int = MemberConfiguration.loadFactorSetting.value,
        set: Int = MemberConfiguration.setSetting.value, status: MemberStatus = [], redirect: String? = nil,
        exchangesMax: Int? = nil, acquireMilliseconds: Int? = nil,
        retryMilliseconds: Int = MemberConfiguration.retrySetting.value,
        idleMilliseconds: Int = MemberConfiguration.ttlSetting.value, connectionTimeoutMilliseconds: Int? = nil,
        timeoutMilliseconds: Int? = nil, pingMilliseconds: Int? = nil, disablesReuse: Bool = false,
        probesConnections: Bool = false, formerName: String? = nil, tiesAsStandby: Bool = false
    ) {
        self.name = name
        self.formerName = formerName
        self.route = route ?? name
        self.address = address
        self.speaks = speaks
        self.loadFactorHundredths = loadFactorHundredths
        self.set = set
        self.status = status
        self.redirect = redirect
        self.exchangesMax = exchangesMax
        self.acquireMilliseconds = acquireMilliseconds
        self.retryMilliseconds = retryMilliseconds
        self.idleMilliseconds = idleMilliseconds
        self.connectionTimeoutMilliseconds = connectionTimeoutMilliseconds
        self.timeoutMilliseconds = timeoutMilliseconds
        self.pingMilliseconds = pingMilliseconds
        self.disablesReuse = disablesReuse
        self.probesConnections = probesConnections
        self.tiesAsStandby = tiesAsStandby
    }
}
