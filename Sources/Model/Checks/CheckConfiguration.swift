/// What is said at one place of how members are asked, beside requests, whether they are well: of a balancer, of a
/// member, or of a template that both may name.
///
/// Each place holds what is declared there; ``over(_:)`` puts a member's above its balancer's, and both above the
/// template that they name.
public struct CheckConfiguration: Sendable, Hashable {
    /// The name of a template; empty where it is none.
    public var name = ""
    /// What it begins with: the name of a template, a kind, or ``off``; `nil`: nothing.
    public var base: String?
    /// What the member is asked; `nil`: the base or what the member speaks says it.
    public var kind: CheckKind?
    /// The method of a request.
    public var method: CheckMethod?
    /// The target of a request, with its query.
    public var path: String?
    /// The host that a request names, and a certificate.
    public var host: String?
    /// Further fields of a request.
    public var fields: [String: String] = [:]
    /// The statuses that prove the member; `nil`: 200 to 399.
    public var statuses: [CheckStatuses]?
    /// What an answer's fields must have in them, by their names in lower case.
    public var answerFields: [String: String] = [:]
    /// The regular expressions that an answer's fields must match, by their names in lower case.
    public var answerFieldMatches: [String: String] = [:]
    /// What an answer's content must have in it.
    public var content: String?
    /// What an answer's content must not have in it.
    public var contentWithout: String?
    /// The regular expression that an answer's content must match.
    public var contentMatches: String?
    /// The one that it must not match.
    public var contentMatchesNot: String?
    /// The service that gRPC's health is asked for; `nil`: the server as a whole.
    public var service: String?
    /// Where it is asked, an address in digits or `unix:` and a path; `nil`: where the member waits.
    public var address: String?
    /// The port; `nil`: the member's.
    public var port: Int?
    /// Whether it is asked over TLS.
    public var usesTLS: Bool?
    /// Whether its certificate is looked at.
    public var verifies: Bool?
    /// The file of certificates that may have signed it; `nil`: the system's.
    public var authoritiesPath: String?
    /// Milliseconds between two checks.
    public var intervalMilliseconds: Int?
    /// The same while a change of the verdict is being counted.
    public var fastIntervalMilliseconds: Int?
    /// The same while the member is down.
    public var downIntervalMilliseconds: Int?
    /// Milliseconds for a whole check.
    public var timeoutMilliseconds: Int?
    /// Per cent by which an interval is longer or shorter at most.
    public var jitterPercent: Int?
    /// Checks in a row that bring a member up.
    public var rise: Int?
    /// Checks in a row that take a member down.
    public var fall: Int?
    /// Whether nine of ten checks are saved while real answers prove the member.
    public var isQuiet: Bool?

    /// The base that says that there is no check.
    public static let off = "off"

    /// Nothing is said.
    public init() {}

    /// What is said here, and where nothing is, what is said at another place.
    public func over(_ other: CheckConfiguration) -> CheckConfiguration {
        var check = self
        check.base = base ?? other.base
        // Who begins with another kind asks that one.
        check.kind = kind ?? (base == nil ? other.kind : nil)
        check.method = method ?? other.method
        check.path = path ?? other.path
        check.host = host ?? other.host
        check.fields = fields.merging(other.fields) { here, _ in here }
        check.statuses = statuses ?? other.statuses
        check.answerFields = answerFields.merging(other.answerFields) { here, _ in here }
        check.content = content ?? other.content
        check.contentWithout = contentWithout ?? other.contentWithout
        check.answerFieldMatches = answerFieldMatches.merging(other.answerFieldMatches) { here, _ in here }
        check.contentMatches = contentMatches ?? other.contentMatches
        check.contentMatchesNot = contentMatchesNot ?? other.contentMatchesNot
        check.service = service ?? other.service
        check.address = address ?? other.address
        check.port = port ?? other.port
        check.usesTLS = usesTLS ?? other.usesTLS
        check.verifies = verifies ?? other.verifies
        check.authoritiesPath = authoritiesPath ?? other.authoritiesPath
        check.intervalMilliseconds = intervalMilliseconds ?? other.intervalMilliseconds
        check.fastIntervalMilliseconds = fastIntervalMilliseconds ?? other.fastIntervalMilliseconds
        check.downIntervalMilliseconds = downIntervalMilliseconds ?? other.downIntervalMilliseconds
        check.timeoutMilliseconds = timeoutMilliseconds ?? other.timeoutMilliseconds
        check.jitterPercent = jitterPercent ?? other.jitterPercent
        check.rise = rise ?? other.rise
        check.fall = fall ?? other.fall
        check.isQuiet = isQuiet ?? other.isQuiet
        return check
    }

    private static let intervals = 100...86_400_000

    /// The keys of `check`, and of what stands behind a name under `checks`.
    public static let schema = Schema<CheckConfiguration>(
        "How members are asked, beside requests, whether they are well.", of: CheckConfiguration(), others: .check,
        askingFields + answerFields + timeFields)

    private static let askingFields: [Field<CheckConfiguration>] = [
        Field(
            "use", \.base, .text(.checkBase),
            "what it begins with: a name under checks, or a kind; off for no check where others have one"),
        Field(
            "kind", \.kind, .choice(others: .checkKinds),
            "what is asked; a request by what the member speaks, over fcgi and ajp a ping, if left out"),
        Field("method", \.method, .choice(), "http and h2: the request's method; GET if left out"),
        Field("path", \.path, .text(.checkPath), "http, h2 and fastcgi: the request's path and query; / if left out"),
        Field("host", \.host, .text(.memberHost), "the host that is asked for; the member's own if left out"),
        Field(
            "fields", \.fields, .texts(named: .field, .fieldValue) { $0 },
            "http and h2: further fields of the request"),
        Field("service", \.service, .text(.fieldValue), "grpc: the service that is asked for; all if left out"),
        Field(
            "address", \.address, .text(.checkAddress), "where it is asked, in digits or as unix:/PATH; the member's"),
        Field("port", \.port, .count(1...65_535), "the port there; the member's if left out"),
        Field("tls", \.usesTLS, .boolean(), "http, h2 and grpc: ask over TLS"),
        Field("tls-verify", \.verifies, .boolean(standard: true), "over TLS: whether the certificate must be right"),
        Field(
            "tls-ca", \.authoritiesPath, .text(.authorities),
            "over TLS: the file of certificates that may have signed it; the system's if left out"),
    ]

    private static let answerFields: [Field<CheckConfiguration>] = [
        Field(
            "expect", \.statuses, .oneOrMore(.text(.checkStatuses)),
            "the statuses that prove the member, such as 200, 2xx or 200-399, which holds if left out"),
        Field(
            "answer-fields", \.answerFields, .texts(named: .field, .fieldValue) { $0 },
            "what the answer's fields must have in them"),
        Field("content", \.content, .text(.content), "what the first 64 KiB of the answer's content must have in them"),
        Field("content-without", \.contentWithout, .text(.content), "what they must not have in them"),
        Field(
            "answer-fields-match", \.answerFieldMatches, .texts(named: .field, .regularExpression) { $0 },
            "regular expressions that the answer's fields must match"),
        Field(
            "content-matches", \.contentMatches, .text(.regularExpression),
            "a regular expression that the first 64 KiB of the answer's content must match"),
        Field(
            "content-matches-not", \.contentMatchesNot, .text(.regularExpression),
            "a regular expression that they must not match"),
    ]

    private static let timeFields: [Field<CheckConfiguration>] = [
        Field("interval", \.intervalMilliseconds, .milliseconds(intervals), "between two checks; 5s if left out"),
        Field(
            "fast-interval", \.fastIntervalMilliseconds, .milliseconds(intervals),
            "the same while rise or fall is being counted; 1s if left out, or interval where that is shorter"),
        Field(
            "down-interval", \.downIntervalMilliseconds, .milliseconds(intervals),
            "the same while the member is down; interval if left out"),
        Field("timeout", \.timeoutMilliseconds, .milliseconds(10...600_000), "for a whole check; 2s if left out"),
        Field(
            "jitter", \.jitterPercent, .count(0...50),
            "per cent by which each interval is longer or shorter at most; 10 if left out"),
        Field("rise", \.rise, .count(1...1_000), "checks in a row that bring a member up; 2 if left out"),
        Field("fall", \.fall, .count(1...1_000), "checks in a row that take a member down; 3 if left out"),
        Field(
            "quiet", \.isQuiet, .boolean(), "ask a tenth as often while answers to real requests prove the member"),
    ]
}
