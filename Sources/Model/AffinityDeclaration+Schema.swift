import Balancing
import Session

extension AffinityDeclaration {
    /// The keys of `affinity`.
    public static let schema = Schema<AffinityDeclaration>(
        "How sessions stay with their member.", of: AffinityDeclaration(), others: .affinity,
        [
            Field(
                "mode", \.mode, .choice(others: .modes),
                "by the route in the application's session (route), by the hash of something in the request (hash), by "
                    + "what was seen of members' sessions (learn), by a cookie of Martlet's own (insert), by a route "
                    + "in front of the application's cookie (prefix), by a sealed token in place of the route "
                    + "(sealed), or not (none); route if left out"),
            Field(
                "cookie", \.cookie, .text(.cookie),
                "the name of the session's cookie; mode insert: of Martlet's own, MARTLET_ and the balancer's name if "
                    + "left out"
            )
            .of(.route, .hash, .learn, .insert, .prefix, .sealed),
            Field(
                "parameter", \.parameter, .text(.parameter), "the name of the session's path or query parameter"
            ).of(.route, .hash, .learn, .sealed),
            Field(
                "separator", \.separator, .text(.separator),
                "what stands between the session's identifier and the route; . if left out; off: the route is all"
            ).of(.route, .sealed),
            Field("field", \.field, .text(.field), "mode hash: the name of the field that is hashed").of(.hash),
            Field("of", \.place, .choice(), "mode hash: hash the target's path, or the client's address").of(.hash),
            Field(
                "load-bound", \.loadBoundHundredths, .hundredths(101...10_000),
                "mode hash: how many times its share of what is under way a member may have before requests go to the "
                    + "next one"
            ).of(.hash),
            Field(
                "entries", \.entries, .count(Balancing.Limits.learnedSessions),
                "mode learn: sessions that are remembered for certain, in 24 bytes each"
            ).of(.learn),
            Field(
                "semicolon-path-delimiter", \.semicolonPathDelimiter, .boolean(),
                "whether a parameter's value ends at a semicolon too, as mod_jk has it"
            ).of(.route, .sealed),
            Field(
                "key-file", \.keyPath, .text(.keyFile),
                "mode sealed: the keys that tokens are sealed with, the same on every node"
            ).of(.sealed),
            Field(
                "follow", \.followed, .text(.cookie),
                "mode insert: the application's session cookie, whose attributes are taken over where none are declared"
            ).of(.insert),
            Field(
                "idle", \.idle, .milliseconds(1_000...31_536_000_000),
                "mode insert: how long a client that has not been seen stays tied"
            ).of(.insert),
            Field(
                "life", \.life, .milliseconds(1_000...31_536_000_000),
                "mode insert: how long a client stays tied; mode sealed: how long a token holds, 8h if left out"
            ).of(.insert, .sealed),
            Field("path", \.attributes.path, .text(.cookiePath), "Path of the cookie; / if left out")
                .of(.insert, .sealed),
            Field(
                "domain", \.attributes.domain, .text(.cookieDomain),
                "Domain of the cookie; the host alone if left out"
            ).of(.insert, .sealed),
            Field("same-site", \.attributes.sameSite, .choice(), "SameSite of the cookie; lax if left out")
                .of(.insert, .sealed),
            Field(
                "secure", \.attributes.secure, .choice(others: .secure),
                "Secure of the cookie: over TLS (auto, if left out), always or never"
            ).of(.insert, .sealed),
            Field("http-only", \.attributes.isHTTPOnly, .boolean(standard: true), "HttpOnly of the cookie")
                .of(.insert, .sealed),
            Field("partitioned", \.attributes.isPartitioned, .boolean(), "Partitioned of the cookie (CHIPS)")
                .of(.insert, .sealed),
            Field("forward", \.isForwarded, .boolean(), "mode insert: let members see the cookie").of(.insert),
            Field(
                "no-cache", \.forbidsCaching, .boolean(),
                "mode insert: say Cache-Control: private in answers that set the cookie"
            ).of(.insert),
        ])
}

extension Field where Value == AffinityDeclaration {
    /// The same key, of use in some modes alone.
    fileprivate func of(_ modes: AffinityDeclaration.Mode...) -> Field { of(modes) }
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
