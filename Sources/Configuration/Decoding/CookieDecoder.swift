import Forwarding
import Session

/// Decodes affinities that Martlet writes into cookies.
enum CookieDecoder {
    /// The keys of ``CookieAttributes``.
    static let keys = ["path", "domain", "same-site", "secure", "http-only", "partitioned"]

    /// Decodes `mode: insert`.
    static func inserted(_ section: Section, cookie: String?) -> InsertedConfiguration {
        var inserted = InsertedConfiguration()
        inserted.cookie = cookie
        inserted.attributes = attributes(section)
        inserted.followed = section["follow"]?.parsed(Words.cookie)
        if let cookie, inserted.followed == cookie {
            section["follow"]?.complain(
                "the inserted cookie cannot follow itself", cure: "name the application's cookie here")
        }
        inserted.idle = section.declared("idle")
        inserted.life = section.declared("life")
        inserted.isForwarded = section.boolean("forward")
        inserted.forbidsCaching = section.boolean("no-cache")
        return inserted
    }

    /// Decodes `mode: sealed`.
    static func sealed(
        _ section: Section, cookie: String?, parameter: String?, separator: UInt8?, from folder: BaseFolder
    ) -> SealedConfiguration? {
        if section["cookie"] == nil, section["parameter"] == nil {
            section.complain("mode sealed needs the session's name", cure: "add cookie: JSESSIONID")
        }
        if separator == nil, section["separator"] != nil {
            section["separator"]?.complain(
                "mode sealed needs a separator", cure: "take it away, or write the application's own")
        }
        let attributes = attributes(section)
        let life = section.declared("life")
        guard let path = section["key-file"]?.text() else {
            if section["key-file"] == nil {
                section.complain(
                    "mode sealed needs a file of keys",
                    cure: "add key-file: affinity.keys with a line 1 and the output of openssl rand -hex 32")
            }
            return nil
        }
        var sealed = SealedConfiguration(keyPath: folder.path(path))
        sealed.cookie = cookie
        sealed.parameter = parameter
        sealed.separator = separator ?? AffinityConfiguration.separatorDefault
        sealed.semicolonPathDelimiter = section.boolean("semicolon-path-delimiter")
        sealed.life = life ?? SealedConfiguration.lifeDefault
        sealed.attributes = attributes
        return sealed
    }

    private static func attributes(_ section: Section) -> CookieAttributes {
        var attributes = CookieAttributes()
        attributes.path = section["path"]?.parsed(Words.cookiePath)
        attributes.domain = section["domain"]?.parsed(Words.cookieDomain)
        attributes.sameSite = section["same-site"]?.choice().flatMap(CookieAttributes.SameSite.init)
        attributes.secure = section["secure"]?.choice().flatMap(CookieAttributes.Secure.init)
        attributes.isHTTPOnly = section["http-only"]?.boolean()
        attributes.isPartitioned = section["partitioned"]?.boolean()
        if attributes.secure == .never,
            attributes.sameSite == CookieAttributes.SameSite.none || attributes.isPartitioned == true
        {
            section["secure"]?.complain(
                "browsers take such a cookie with Secure only", cure: "write secure: always, or auto")
        }
        return attributes
    }
}
