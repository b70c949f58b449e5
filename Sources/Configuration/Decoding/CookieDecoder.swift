import Model
import Session

/// Complains about cookies that Martlet writes.
enum CookieDecoder {
    private static let keys = CookieAttributes.keys

    /// Looks at `mode: insert`.
    static func check(inserted: AffinityDeclaration, _ section: Section) {
        check(inserted.attributes, section)
        if let cookie = inserted.cookie, inserted.followed == cookie {
            section.complain("the inserted cookie cannot follow itself", cure: following(section))
        } else if let cookie = inserted.cookie, SessionCookies.isApplications(cookie) {
            section.warn(
                "under insert \(cookie.shortened) is the name of Martlet's own cookie, and members would not get the "
                    + "application's",
                cure: following(section) ?? "call it otherwise")
        }
        if let idle = inserted.idle, let life = inserted.life, idle > life {
            section["idle"]?.complain(
                "it is longer than life, and never over", cure: .takeAway("make it shorter, or take it away"))
        }
        if let cookie = inserted.cookie { checkPrefix(of: cookie, inserted.attributes, section) }
    }

    /// The affinity with the application's cookie as the one that the inserted one follows; `nil` where another one is
    /// followed already.
    static func following(_ section: Section) -> Cure? {
        guard case .text(let name) = section["cookie"]?.node.meaning,
            let cookie = (SessionCookies.pair(name)?.cookie ?? name).yaml,
            section["follow"].map({ $0.node.meaning == .text(name) }) ?? true
        else { return nil }
        let others = section.written(["idle", "life"] + keys + ["forward", "no-cache"])
        return .write("{ \((["mode: insert", "follow: \(cookie)"] + others).joined(separator: ", ")) }")
    }

    /// Looks at `mode: sealed`.
    static func check(sealed: AffinityDeclaration, _ section: Section) {
        let isNamed = section["cookie"] != nil || section["parameter"] != nil
        if !isNamed, section["key-file"] != nil {
            section.complain("mode sealed needs the session's name", adding: "cookie: JSESSIONID")
        }
        if let separator = sealed.separator, separator.byte == nil {
            section["separator"]?.complain(
                "mode sealed needs a separator", cure: .takeAway("take it away, or write the application's own"))
        }
        check(sealed.attributes, section)
        if let cookie = sealed.cookie { checkPrefix(of: cookie, sealed.attributes, section) }
        if section["cookie"] == nil, section["parameter"] != nil {
            for key in keys {
                section[key]?.complain(
                    "it is of a cookie, and none is named", cure: .takeAway("add cookie, or take it away"))
            }
        }
        if section["key-file"] == nil { complainOfNoFile(section, isNamed: isNamed) }
    }

    private static func complainOfNoFile(_ section: Section, isNamed: Bool) {
        let (file, how) = (
            "key-file: affinity.keys",
            "; make it by: echo 1 $(openssl rand -hex 32) > affinity.keys; chmod 600 affinity.keys"
        )
        guard !isNamed else { return section.complain("mode sealed needs a file of keys", adding: file, how) }
        let others = section.written(["separator", "semicolon-path-delimiter", "life"] + keys)
        let entries = ["mode: sealed", "cookie: JSESSIONID", file] + others
        section.complain(
            "mode sealed needs the session's name and a file of keys",
            cure: .write("{ \(entries.joined(separator: ", ")) }", how))
    }

    private static func check(_ attributes: CookieAttributes, _ section: Section) {
        if attributes.secure == .never,
            attributes.sameSite == CookieAttributes.SameSite.none || attributes.isPartitioned == true
        {
            section["secure"]?.complain(
                "browsers take such a cookie with Secure only", cure: .write("always", " or auto"))
        }
    }

    /// Complains about what browsers would not take under a name that promises something (RFC 6265bis, section 4.1.3).
    private static func checkPrefix(of name: String, _ attributes: CookieAttributes, _ section: Section) {
        let isHost = name.lowercased().hasPrefix("__host-")
        guard isHost || name.lowercased().hasPrefix("__secure-") else { return }
        if attributes.secure == .never {
            section["secure"]?.complain(
                "browsers take a cookie \(name) with Secure only", cure: .write("always", " or auto"))
        }
        guard isHost else { return }
        if attributes.domain != nil {
            section["domain"]?.complain("browsers take a cookie \(name) without a domain only", cure: .takeAway())
        }
        if let path = attributes.path, path != "/" {
            section["path"]?.complain("browsers take a cookie \(name) for the path / only", cure: .write("/"))
        }
    }
}
