/// Applications' session cookies, by the names that their frameworks give them.
enum SessionCookies {
    /// Those of frameworks that add no route of their member.
    private static let routeless: Set = [
        ".AspNetCore.Session", "ASP.NET_SessionId", "CAKEPHP", "PHPSESSID", "_session_id", "ci_session", "connect.sid",
        "koa.sess", "rack.session", "sails.sid", "session", "sessionid",
    ]

    /// Whether a cookie of this name most likely holds no route: also Rails' and Laravel's, which are the application's
    /// name and `_session`.
    static func isRouteless(_ name: String) -> Bool {
        routeless.contains(name) || name.hasSuffix("_session") || name.hasPrefix("ASPSESSIONID")
    }

    /// The affinity that ties the sessions of a cookie, as it is to be written.
    static func affinity(for name: String) -> String {
        name == "JSESSIONID"
            ? "{ cookie: JSESSIONID, parameter: jsessionid }" : "{ mode: insert, follow: \(name.shortened) }"
    }
}
