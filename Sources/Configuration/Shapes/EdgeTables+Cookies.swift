import Forwarding
import Session

/// The keys of `affinity` about cookies that Martlet writes.
extension EdgeTables {
    /// They stand in one table with the others.
    static let cookieKeys: [Table.Key] = [
        .init(
            "key-file", .text(TextShape("the path of a file of keys", pattern: "^.+$")),
            "mode sealed: the keys that tokens are sealed with, the same on every node"),
        .init(
            "follow", .text(cookieName),
            "mode insert: the application's session cookie, whose attributes are taken over where none are declared"),
        .init(AffinityConfiguration.idleSetting),
        .init(AffinityConfiguration.lifeSetting),
        .init("path", .text(cookiePath), "Path of the cookie; / if left out"),
        .init("domain", .text(cookieDomain), "Domain of the cookie; the host alone if left out"),
        .init(
            "same-site", .choice(CookieAttributes.SameSite.allCases.map(\.rawValue), standard: nil),
            "SameSite of the cookie; lax if left out"),
        .init(
            "secure", .choice(CookieAttributes.Secure.allCases.map(\.rawValue), standard: nil, foreign: .secure),
            "Secure of the cookie: over TLS (auto, if left out), always or never"),
        .init("http-only", .boolean(standard: true), "HttpOnly of the cookie"),
        .init("partitioned", .boolean(standard: false), "Partitioned of the cookie (CHIPS)"),
        .init("forward", .boolean(standard: false), "mode insert: let members see the cookie"),
        .init(
            "no-cache", .boolean(standard: false),
            "mode insert: say Cache-Control: private in answers that set the cookie"),
    ]

    /// `affinity.path`.
    static let cookiePath = TextShape("a path that starts with /", pattern: "^/[!-:<-~]*$")
    /// `affinity.domain`.
    static let cookieDomain = TextShape(
        "a domain such as example.com", pattern: "^[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$")
}
