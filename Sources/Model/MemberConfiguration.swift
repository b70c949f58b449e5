import Balancing

/// A backend of a balancer.
public struct MemberConfiguration: Sendable, Equatable {
    /// What a member speaks, always in cleartext.
    public enum ApplicationProtocol: String, Sendable, CaseIterable {
        /// HTTP/1.1, one exchange at a time on a connection.
        case http1 = "http/1.1"
        /// HTTP/2 with prior knowledge (RFC 9113, section 3.3), many exchanges at a time.
        case http2Cleartext = "h2c"
        /// FastCGI 1.0, as php-fpm does: one exchange at a time on a connection, as a responder.
        case fastCGI = "fcgi"
        /// AJP/1.3, as Tomcat's connector does: one exchange at a time on a connection.
        case ajp = "ajp/1.3"
    }

    /// Where a member waits for connections.
    public enum Address: Sendable, Hashable {
        /// A DNS name or an IP literal without brackets, lower case, and a port `1 ... 65,535`. Names are resolved at
        /// the start, and again when their answers have lived.
        case host(String, port: Int)
        /// The name of a service, lower case, whose records say where it is (RFC 2782).
        case service(String)
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
    /// Whether it stands for a member an address of its name: for several members.
    public var standsForAll = false
    /// Members that it stands for at most, where it may stand for several; `nil`: ``membersMaxDefault``.
    public var membersMax: Int?
    /// Whether the name that it is known by stands for it no more, so that it drains; never so where it is declared.
    public var isHeld = false
    /// Its share of the requests, in hundredths, `1 ... 10,000`.
    public var loadFactorHundredths = 100
    /// The set that it belongs to, `0 ... 99`.
    public var set = 0
    /// What it may be used for.
    public var status: MemberStatus = []
    /// Whether clients are tied to it that it has answered as a hot standby.
    public var tiesAsStandby = false
    /// The route of the member of its balancer that gets its sessions while it cannot be used; `nil`: any.
    public var redirect: String?
    /// Exchanges that it has under way at most; `nil`: any number.
    public var exchangesMax: Int?
    /// Milliseconds that a session's request waits for it while it has that many; `nil`: `timeouts.connect`.
    public var acquireMilliseconds: Int?
    /// Milliseconds that it is left alone after it failed.
    public var retryMilliseconds = 60_000
    /// Milliseconds that a pooled connection to it may be idle before it is closed.
    ///
    /// Shorter than what common servers wait themselves (Tomcat 20 s, nginx 75 s), so that a request seldom meets a
    /// closing connection.
    public var idleMilliseconds: Int { declaredIdleMilliseconds ?? 15_000 }
    /// What is declared of that; `nil`: nothing.
    public var declaredIdleMilliseconds: Int?

    /// Whether a connection to it serves further exchanges.
    ///
    /// Over FastCGI only where somebody has said how long one may be idle: a child of php-fpm serves the connection
    /// that it has and no other, so that one which a worker keeps is a child less for all others. Of 4,000 requests of
    /// 16 clients to two pools of three children the last came after 13 s with connections kept for 100 ms, and after
    /// 2 s with none.
    public var keepsConnections: Bool { !disablesReuse && (speaks != .fastCGI || declaredIdleMilliseconds != nil) }
    /// Milliseconds for it to accept a connection; `nil`: as `timeouts` says.
    public var connectionTimeoutMilliseconds: Int?
    /// Milliseconds for its answer's head and between two bytes of the content; `nil`: as `timeouts` says.
    public var timeoutMilliseconds: Int?
    /// Milliseconds for it to say 100 Continue before it gets a request's content, or over AJP to answer a ping before
    /// a connection that was idle is used again; `nil`: it is not asked to.
    public var pingMilliseconds: Int?
    /// What Tomcat's connector asks for as `secret`, over AJP; `nil`: nothing is sent, or it is in ``secretPath``.
    public var secret: Secret?
    /// The file that has it; `nil`: none has.
    public var secretPath: String?
    /// Bytes of the longest packet to and from it, over AJP: Tomcat's `packetSize`; `nil`: the least of
    /// ``packetRange``.
    public var packetBytes: Int?
    /// What is said of how it is asked whether it is well; `nil`: what its balancer says.
    public var check: CheckConfiguration?
    /// The program beside it that says how much it may have; `nil`: its balancer's, if that says one.
    public var agent: AgentConfiguration?
    /// Whether each connection to it serves one exchange alone.
    public var disablesReuse = false
    /// Whether the kernel probes idle connections to it (SO_KEEPALIVE).
    public var probesConnections = false

    /// Whether Martlet ties clients to it: not to whoever only stands in, or they would stay there when those have come
    /// back for whom it does.
    public var ties: Bool { tiesAsStandby || !status.contains(.hotStandby) }

    /// Makes a member; what is left out has its default.
    public init(name: String, route: String? = nil, address: Address, speaks: ApplicationProtocol = .http1) {
        self.name = name
        self.route = route ?? name
        self.address = address
        self.speaks = speaks
    }

    /// Members that one stands for at most where nothing is declared.
    public static let membersMaxDefault = 32

    /// Whether it stands for as many members as a name server says.
    public var isTemplate: Bool {
        if case .service = address { return true }
        return standsForAll
    }

    /// Members that it stands for at most.
    public var expansionMax: Int { isTemplate ? membersMax ?? Self.membersMaxDefault : 1 }

    /// Where it waits, and what it speaks there; `nil`: a service's records say where.
    var url: MemberURL? {
        get {
            switch address {
            case .service, .unix(path: ""): nil
            case .host, .unix: MemberURL(address: address, speaks: speaks)
            }
        }
        set { if let newValue { (address, speaks) = (newValue.address, newValue.speaks) } }
    }

    /// The service whose records say where it waits; `nil`: a URL does.
    var service: ServiceName? {
        get { if case .service(let name) = address { ServiceName(name: name, speaks: speaks) } else { nil } }
        set { if let newValue { (address, speaks) = (.service(newValue.name), newValue.speaks) } }
    }

    /// Whether it speaks in records that have heads of their own, and not HTTP: FastCGI or AJP.
    public var speaksRecords: Bool { speaks == .fastCGI || speaks == .ajp }

    /// The declared name; the route goes with it where none of its own is declared.
    var declaredName: String {
        get { name }
        set {
            if route == name { route = newValue }
            name = newValue
        }
    }

    /// The route, where it is not the name.
    var declaredRoute: String? {
        get { route == name ? nil : route }
        set { route = newValue ?? name }
    }

    /// What ``packetBytes`` may be: as in Tomcat and Apache.
    public static let packetRange = 8_192...65_536

    private static let day = 86_400_000
    private static let ofAJPAlone = "only members of AJP have a use for it"

    /// The keys of what stands behind a name under `members`.
    public static let schema = Schema<MemberConfiguration>(
        "A backend.", of: MemberConfiguration(name: "", address: .unix(path: "")), others: .member,
        [
            Field("url", \.url, .text(.memberURL), "its address, such as http://HOST:PORT or unix:/PATH"),
            Field(
                "srv", \.service, .text(.service),
                "in place of url: a service whose SRV records say where its members are, such as "
                    + "_http._tcp.app.internal, or h2c:// and the name for what it speaks"),
            Field(
                "addresses", \.standsForAll, .either("one", "all"),
                "whether the name in its url stands for one member with several addresses, or for a member an address"),
            Field(
                "members-max", \.membersMax, .count(1...BalancerConfiguration.membersMax),
                "how many members addresses: all, or srv, may stand for; \(membersMaxDefault) if left out"
            ).needs("addresses", "only what addresses: all or srv stands for is more than one member") {
                $0.isTemplate
            },
            Field(
                "route", \.declaredRoute, .text(.route),
                "what a session's identifier calls it; its name if left out; members of one route answer for each other"
            ),
            Field(
                "was", \.formerName, .text(.name),
                "what it was called before a reload: it keeps its state and its sessions"),
            Field(
                "load-factor", \.loadFactorHundredths, .hundredths(1...10_000),
                "its share of the requests against the others' shares"),
            Field(
                "lbset", \.set, .count(Balancing.Limits.sets),
                "its set: a set is used only when nobody of the lower ones can be"),
            Field(
                "status", \.status, .status, "what it may be used for: mod_proxy_balancer's flags"),
            Field(
                "ties", \.tiesAsStandby, .boolean(),
                "whether a hot-standby keeps the clients that it was elected for when the others can be used again"),
            Field(
                "redirect", \.redirect, .text(.route),
                "the route of the member that gets its sessions while it cannot be used"),
            Field(
                "max", \.exchangesMax, .count(1...1_000_000),
                "how many exchanges it has under way at most, in the whole process; any number if left out"),
            Field(
                "acquire", \.acquireMilliseconds, .milliseconds(0...day),
                "how long a session's request waits for it while it has max exchanges; timeouts.connect if left out"
            ).needs("max", "nobody waits for a member without max", cure: "add max, or take it away") {
                $0.exchangesMax != nil
            },
            Field(
                "retry", \.retryMilliseconds, .milliseconds(0...day), "how long it is left alone after it failed"),
            Field(
                "ttl", \.declaredIdleMilliseconds, .milliseconds(10...day),
                "how long a pooled connection to it may be idle; 15s if left out, over FastCGI none is kept then"),
            Field(
                "connection-timeout", \.connectionTimeoutMilliseconds, .milliseconds(Timeouts.connects),
                "for it to accept a connection; timeouts.connect if left out"),
            Field(
                "timeout", \.timeoutMilliseconds, .milliseconds(Timeouts.answers),
                "for its answer's head, and between two bytes of the content; timeouts.answer and timeouts.body if "
                    + "left out"),
            Field(
                "ping", \.pingMilliseconds, .milliseconds(1...day),
                "for it to say 100 Continue before it gets a request's content, or over AJP to answer a ping before a "
                    + "connection is used again; it is not asked to if left out"
            ).needs("url", "only members of HTTP/1.1 and AJP can be asked whether they are there") {
                $0.speaks == .http1 || $0.speaks == .ajp
            },
            Field(
                "secret", \.secret, .secret, "over AJP: what Tomcat's connector asks for as secret; it is shown nowhere"
            )
            .needs("url", ofAJPAlone) { $0.speaks == .ajp },
            Field("secret-file", \.secretPath, .text(.secretFile), "over AJP: the file that has the secret on a line")
                .needs("url", ofAJPAlone) { $0.speaks == .ajp },
            Field(
                "packet-size", \.packetBytes, .bytes(packetRange),
                "over AJP: the longest packet, as Tomcat's connector has it for packetSize; 8KiB if left out"
            ).needs("url", ofAJPAlone) { $0.speaks == .ajp },
            Field(
                "disable-reuse", \.disablesReuse, .boolean(), "use each connection to it for one exchange alone"),
            Field(
                "keepalive", \.probesConnections, .boolean(), "let the kernel probe connections to it that are silent"),
            Field(
                "check", \.check, .shorthand("use", CheckConfiguration.schema),
                "how it is asked whether it is well; what it does not say, its balancer's check says"),
            Field(
                "agent", \.agent, .shorthand("port", AgentConfiguration.schema),
                "a program beside it that says how much it may have, as HAProxy's agents do"),
        ])
}

extension Codec where Value == MemberStatus {
    /// The flags by their words.
    static var status: Codec {
        Codec(
            shape: { _ in
                .list(.choice(MemberStatus.words.map(\.name), standard: nil, others: .statuses), countMin: 1)
            },
            write: { status, _ in
                .list(MemberStatus.words.filter { status.contains($0.flag) }.map { .text($0.name) })
            },
            read: { datum in
                guard case .list(let words) = datum else { return nil }
                return MemberStatus(MemberStatus.words.filter { words.contains(.text($0.name)) }.map(\.flag))
            })
    }
}
