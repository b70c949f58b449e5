import Balancing

/// How one member is asked whether it is well, with all that was left out.
public struct MemberCheck: Sendable, Hashable {
    /// Fields that ``fields`` may have: with what else a request says, they fit a slab of 16 KiB.
    public static let fieldCountMax = 32

    /// What is asked.
    public var kind: CheckKind
    /// The request's method.
    public var method: CheckMethod
    /// The request's target; `nil`: a ping is enough, where the kind has one, else `/`.
    public var path: String?
    /// The host that is asked for.
    public var host: String
    /// Further fields of the request, by name.
    public var fields: [String: String]
    /// The statuses that prove the member.
    public var statuses: [CheckStatuses]
    /// What the answer's fields must have in them.
    public var answerFields: [String: String]
    /// What the answer's content must have in it.
    public var content: String?
    /// What it must not have in it.
    public var contentWithout: String?
    /// The regular expressions that the answer's fields must match.
    public var answerFieldMatches: [String: String]
    /// The one that its content must match.
    public var contentMatches: String?
    /// The one that it must not match.
    public var contentMatchesNot: String?
    /// The service that gRPC's health is asked for; empty: the server as a whole.
    public var service: String
    /// Where it is asked; `nil`: where the member waits.
    public var address: String?
    /// The port; `nil`: the member's.
    public var port: Int?
    /// How the member proves over TLS who it is; `nil`: it is asked in cleartext.
    public var tls: TLS?
    /// How the results make a verdict, and when the next one is looked for.
    public var pace: CheckPace

    /// How a member proves over TLS who it is.
    public struct TLS: Sendable, Hashable {
        /// Whether it must.
        public var verifies: Bool
        /// The file of certificates that may have signed its own; `nil`: the system's.
        public var authoritiesPath: String?
    }
}

extension MemberCheck {
    /// Fills in what is left out.
    ///
    /// - Parameters:
    ///   - said: what is said of the member's check, with its template's.
    ///   - member: the member.
    init(_ said: CheckConfiguration, of member: MemberConfiguration) {
        kind = said.kind ?? CheckKind(member.speaks)
        method = said.method ?? .get
        path = said.path
        host = said.host ?? Self.host(of: member)
        fields = said.fields
        statuses = said.statuses ?? [CheckStatuses(200...399)]
        answerFields = said.answerFields
        content = said.content
        contentWithout = said.contentWithout
        answerFieldMatches = said.answerFieldMatches
        contentMatches = said.contentMatches
        contentMatchesNot = said.contentMatchesNot
        service = said.service ?? ""
        address = said.address
        port = said.port
        let usesTLS = kind == .tls || said.usesTLS == true
        tls = usesTLS ? TLS(verifies: said.verifies ?? true, authoritiesPath: said.authoritiesPath) : nil
        pace = CheckPace()
        if let interval = said.intervalMilliseconds { pace.interval = interval }
        pace.fastInterval = said.fastIntervalMilliseconds ?? min(pace.fastInterval, pace.interval)
        pace.downInterval = said.downIntervalMilliseconds ?? pace.interval
        pace.timeout = said.timeoutMilliseconds ?? pace.timeout
        pace.jitterPercent = said.jitterPercent ?? pace.jitterPercent
        pace.rise = said.rise ?? pace.rise
        pace.fall = said.fall ?? pace.fall
        pace.isQuiet = said.isQuiet ?? false
    }

    private static func host(of member: MemberConfiguration) -> String {
        switch member.address {
        case .unix: "localhost"
        case .service(let name): name
        case .host(let host, let port):
            port == member.speaks.standardPort ? host.contains(":") ? "[\(host)]" : host : HostPort.joined(host, port)
        }
    }
}

extension EdgeConfiguration {
    /// How a member is asked whether it is well; `nil`: it is not.
    public func check(of member: MemberConfiguration, in balancer: BalancerConfiguration) -> MemberCheck? {
        let said = [member.check, balancer.check].compactMap { $0 }
        guard let first = said.first else { return nil }
        let both = said.count == 2 ? first.over(said[1]) : first
        return both.base == CheckConfiguration.off ? nil : MemberCheck(whole(both), of: member)
    }

    /// What is said, above the template or the kind that it begins with.
    public func whole(_ said: CheckConfiguration) -> CheckConfiguration {
        guard let base = said.base else { return said }
        if let template = checks.first(where: { $0.name == base }) {
            var below = template
            below.base = nil
            if below.kind == nil, let kind = template.base.flatMap(CheckKind.init) { below.kind = kind }
            var whole = said.over(below)
            whole.kind = said.kind ?? below.kind
            return whole
        }
        var whole = said
        whole.kind = said.kind ?? CheckKind(rawValue: base)
        return whole
    }
}
