import Model
import TestSupport

/// Makes configurations of values that nobody chose, each within its range.
struct ConfigurationGenerator {
    /// Keys that have to do with others, or whose texts are not made up here.
    private static let leftOut: Set = [
        "listeners", "sites", "balancers", "members", "affinity", "method", "session-idle", "failover", "recovery",
        "buddy-field", "failover-rate", "no-failover", "heartbeat-field", "heartbeat-listen", "trusted-proxies", "url",
        "route", "was", "ties", "redirect", "acquire", "engine", "window", "request-head", "answer-head",
        "request-line", "field", "exchange-memory", "fastcgi", "secret", "secret-file", "packet-size",
        "rate-limit",
        "request-id", "fields", "cookies", "check", "agent", "srv", "addresses", "members-max",
    ]

    private var numbers: SplitMix

    init(seed: UInt64) {
        numbers = SplitMix(seed: seed)
    }

    /// An edge of one site.
    mutating func edge() -> EdgeConfiguration {
        var edge = EdgeConfiguration.schema.value(of: mapping(EdgeConfiguration.schema.table))
        edge.listeners = [ListenerConfiguration(address: .ip(host: "127.0.0.1", port: 8_080))]
        edge.sites = [SiteConfiguration(host: .any, paths: [.init(prefix: "/", balancer: "shop")])]
        var balancer = BalancerConfiguration.schema.value(of: mapping(BalancerConfiguration.schema.table))
        balancer.name = "shop"
        balancer.members = (1...3).map { index in
            var member = MemberConfiguration.schema.value(of: mapping(MemberConfiguration.schema.table))
            (member.name, member.route) = ("node\(index)", "node\(index)")
            member.address = .host("10.0.0.\(index)", port: Int.random(in: 1...65_535, using: &self))
            return member
        }
        edge.balancers = [balancer]
        // Lines go to one of the two.
        if edge.accessLog?.syslog != nil { edge.accessLog?.destination = .standardOutput }
        return edge
    }

    private mutating func mapping(_ table: Table) -> Datum {
        .mapping(
            table.keys.compactMap { key in
                guard !Self.leftOut.contains(key.name), key.isRequired || Bool.random(using: &self),
                    let datum = datum(key.shape)
                else { return nil }
                return Datum.Entry(key.name, datum)
            })
    }

    private mutating func datum(_ shape: Shape) -> Datum? {
        switch shape {
        case .quantity(let setting, _): .number(Int.random(in: setting.range, using: &self), setting.unit)
        case .boolean: .boolean(Bool.random(using: &self))
        case .choice(let words, _, _): words.randomElement(using: &self).map { .text($0) }
        case .text(let kind): text(kind).map { .text($0) }
        case .list(let element, _), .oneOrMore(let element): list(element)
        case .named: nil
        case .table(let table), .shorthand(_, let table): mapping(table)
        }
    }

    private mutating func list(_ element: Shape) -> Datum {
        var data: [Datum] = []
        for _ in 1...3 {
            if let datum = datum(element), !data.contains(datum) { data.append(datum) }
        }
        return .list(data)
    }

    private mutating func text(_ kind: TextKind) -> String? {
        switch kind {
        case .addressRange: ["10.0.0.0/8", "fd00::/8", "192.0.2.1", "::1"].randomElement(using: &self)
        case .accessEntry: ["10.0.0.0/8", "::1", "unix", "file:/etc/office.txt"].randomElement(using: &self)
        case .mediaType: ["text/*", "application/json", "image/*+xml"].randomElement(using: &self)
        case .logFormat:
            ["json", "combined", "{client} \"{method} {target}\" {status}", "'{time}' # {\"x\":{status}}"]
                .randomElement(using: &self)
        case .logField: LogField.allCases.randomElement(using: &self)?.description
        case .metricsAddress: ["127.0.0.1:9901", "[fd00::1]:9901"].randomElement(using: &self)
        case .syslogAddress: ["/dev/log", "udp://10.0.0.9:514", "tcp://[fd00::1]:601"].randomElement(using: &self)
        case .nameServer: ["10.0.0.53:53", "[fd00::53]:5353"].randomElement(using: &self)
        case .share, .retryShare: ["100%", "10%", "0.5%", "0.05%", "33.33%"].randomElement(using: &self)
        case .user: ["martlet", "martlet:adm", "_www"].randomElement(using: &self)
        case .parameter: ["token", "hide", "a.b"].randomElement(using: &self)
        case .logFile, .socket:
            ["/run/x.log", "/run/\u{E9} \"x\"", "/run/#1: x", "/run/true"].randomElement(using: &self)
        default: nil
        }
    }
}

extension ConfigurationGenerator: RandomNumberGenerator {
    mutating func next() -> UInt64 { numbers.next() }
}
