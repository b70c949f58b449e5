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

    /// Whether a cookie of this name most likely is an application's.
    static func isApplications(_ name: String) -> Bool {
        name == "JSESSIONID" || isRouteless(name)
    }

    /// Takes apart how Apache names a cookie and a parameter in one word: `JSESSIONID|jsessionid`.
    static func pair(_ text: String) -> (cookie: String, parameter: String)? {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ $0.yaml == $0 }), (try? Words.cookie(parts[0])) != nil,
            (try? Words.parameter(parts[1])) != nil
        else { return nil }
        return (parts[0], parts[1])
    }

    /// The affinity that ties the sessions of a cookie, or of such a pair, as it is to be written.
    static func affinity(for text: String) -> String {
        let pair = pair(text)
        let name = pair?.cookie ?? text
        if let pair, !isRouteless(name) { return "{ cookie: \(name), parameter: \(pair.parameter) }" }
        return name == "JSESSIONID"
            ? "{ cookie: JSESSIONID, parameter: jsessionid }" : "{ mode: insert, follow: \(name.shortened) }"
    }
}
