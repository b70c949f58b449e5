import Balancing
import Session

extension AffinityDeclaration {
    /// The keys of `affinity`.
    public static let schema = Schema<AffinityDeclaration>(
        "How sessions stay with their member.", of: AffinityDeclaration(), others: .affinity,
        fields.map(\.ofModes))

    private static let fields: [Field<AffinityDeclaration>] = [
        Field("mode", \.mode, .choice(others: .modes), AffinityConfiguration.Name.summary),
        Field(
            "cookie", \.cookie, .text(.cookie),
            "the name of the session's cookie; mode insert: of Martlet's own, MARTLET_ and the balancer's name if "
                + "left out"),
        Field(
            "parameter", \.parameter, .text(.parameter), "the name of the session's path or query parameter"),
        Field(
            "separator", \.separator, .text(.separator),
            "what stands between the session's identifier and the route; . if left out; off: the route is all"),
        Field("field", \.field, .text(.field), "the name of the field that is hashed"),
        Field("of", \.place, .choice(), "hash the target's path, or the client's address"),
        Field(
            "load-bound", \.loadBoundHundredths, .hundredths(101...10_000),
            "how many times its share of what is under way a member may have before requests go to the "
                + "next one"),
        Field(
            "entries", \.entries, .count(Balancing.Limits.learnedSessions),
            "sessions that are remembered for certain, in 24 bytes each"),
        Field(
            "semicolon-path-delimiter", \.semicolonPathDelimiter, .boolean(),
            "whether a parameter's value ends at a semicolon too, as mod_jk has it"),
        Field(
            "key-file", \.keyPath, .text(.keyFile),
            "the keys that tokens are sealed with, the same on every node"),
        Field(
            "follow", \.followed, .text(.cookie),
            "the application's session cookie, whose attributes are taken over where none are declared"),
        Field(
            "idle", \.idle, .milliseconds(1_000...31_536_000_000),
            "how long a client that has not been seen stays tied"),
        Field(
            "life", \.life, .milliseconds(1_000...31_536_000_000),
            "mode insert: how long a client stays tied; mode sealed: how long a token holds, 8h if left out"),
        Field("path", \.attributes.path, .text(.cookiePath), "Path of the cookie; / if left out"),
        Field(
            "domain", \.attributes.domain, .text(.cookieDomain),
            "Domain of the cookie; the host alone if left out"),
        Field("same-site", \.attributes.sameSite, .choice(), "SameSite of the cookie; lax if left out"),
        Field(
            "secure", \.attributes.secure, .choice(others: .secure),
            "Secure of the cookie: where the client speaks TLS (auto, if left out), always or never"),
        Field("http-only", \.attributes.isHTTPOnly, .boolean(standard: true), "HttpOnly of the cookie"),
        Field("partitioned", \.attributes.isPartitioned, .boolean(), "Partitioned of the cookie (CHIPS)"),
        Field("forward", \.isForwarded, .boolean(), "let members see the cookie"),
        Field(
            "no-cache", \.forbidsCaching, .boolean(),
            "say Cache-Control: private in answers that set the cookie"),
    ]
}

extension AffinityConfiguration.Name {
    /// What the modes tie sessions by.
    fileprivate static var summary: String {
        let modes = allCases.compactMap { name in name.type.map { "\($0.summary) (\(name.rawValue))" } }
        return modes.joined(separator: ", ") + ", or not (none); route if left out"
    }
}

extension Field where Value == AffinityDeclaration {
    /// The same key, of use in the modes that say so; where that is a single one, it is said in front.
    fileprivate var ofModes: Field {
        let modes = AffinityConfiguration.Name.allCases.filter { $0.type?.keys.contains(name) == true }
        return of(modes, saying: modes.count == 1 ? "mode \(modes[0].rawValue): \(summary)" : summary)
    }
}

extension CookieAttributes {
    /// The keys of the attributes of a cookie that Martlet writes.
    public static let keys = ["path", "domain", "same-site", "secure", "http-only", "partitioned"]
}

extension Codec where Value == AffinityConfiguration {
    /// The keys of ``AffinityDeclaration``, or its mode alone.
    static var affinity: Codec {
        let keys = Codec<AffinityDeclaration>.shorthand("mode", AffinityDeclaration.schema)
        return Codec(
            shape: { _ in keys.shape(nil) }, write: { keys.write(AffinityDeclaration($0), $1) },
            read: { keys.read($0)?.affinity })
    }
}
