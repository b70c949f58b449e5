import Forwarding

/// Decodes how sessions stay with their member.
enum AffinityDecoder {
    private enum Mode: String {
        case route, hash, learn, insert, none
    }

    /// Decodes an affinity.
    ///
    /// - Returns: `nil` where it is `none`, or wrong.
    static func decode(_ slot: Slot) -> AffinityConfiguration? {
        if case .text(let text) = slot.node.meaning, text.utf8.contains(where: { $0 < 0x60 && $0 != 0x2D }) {
            // No mode is written in upper case: this is meant as a cookie's name.
            slot.refuse(
                expected: "route, hash, learn, insert or none", cure: "write affinity: { cookie: \(text.shortened) }")
            return nil
        }
        guard let section = slot.section() else { return nil }
        let isModeGiven = section["mode"] != nil
        let mode = section["mode"]?.choice().flatMap(Mode.init)
        let cookie = section["cookie"]?.parsed(Words.cookie)
        let parameter = section["parameter"]?.parsed(Words.parameter)
        let separator = section["separator"]?.parsed(Words.separator)
        let isNamed = section["cookie"] != nil || section["parameter"] != nil
        let hashed = ["field", "of", "load-bound"]
        if let mode, mode != .hash { refuse(hashed, in: section, mode: mode.rawValue) }
        if let mode, mode != .learn { refuse(["entries"], in: section, mode: mode.rawValue) }
        switch mode {
        case .hash:
            return hash(section, cookie: cookie, parameter: parameter)
        case .learn:
            return learn(section, cookie: cookie, parameter: parameter)
        case .insert, .some(.none):
            let words = ["cookie", "parameter", "separator", "semicolon-path-delimiter"]
            refuse(words, in: section, mode: mode == .insert ? "insert" : "none")
            return mode == .insert ? .insert : nil
        case .route:
            if !isNamed { section.complain("mode route needs the session's name", cure: "add cookie: JSESSIONID") }
        case nil:
            guard !isModeGiven else { return nil }
            let others = hashed.compactMap { section[$0] }
            section["entries"]?.complain("mode learn alone has a use for this", cure: "add mode: learn")
            guard others.isEmpty else {
                for slot in others { slot.complain("mode hash alone has a use for this", cure: "add mode: hash") }
                return nil
            }
            if !isNamed {
                section.complain(
                    "neither a mode nor a session's name is given", cure: "write insert, or { cookie: JSESSIONID }")
            }
        }
        return .route(
            cookie: cookie, parameter: parameter, separator: separator ?? AffinityConfiguration.separatorDefault,
            semicolonPathDelimiter: section.boolean("semicolon-path-delimiter"))
    }

    private static func hash(
        _ section: Section, cookie: String?, parameter: String?
    ) -> AffinityConfiguration? {
        refuse(["separator", "semicolon-path-delimiter"], in: section, mode: "hash")
        let loadBound = section.declared("load-bound")
        let field = section["field"]?.parsed(Words.field)
        let place = section["of"]?.choice()
        let names = ["cookie", "parameter", "field", "of"].filter { section[$0] != nil }
        guard names.count == 1 else {
            section.complain(
                names.isEmpty
                    ? "mode hash needs what is hashed"
                    : "mode hash takes one key, found \(names.joined(separator: " and "))",
                cure: "write one of cookie: NAME, parameter: NAME, field: NAME, of: path or of: address")
            return nil
        }
        let key: AffinityConfiguration.HashKey? =
            if let cookie { .cookie(cookie) } else if let parameter { .parameter(parameter) } else if let field {
                .field(field)
            } else { place.map { $0 == "path" ? .path : .address } }
        return key.map { .hash($0, loadBoundHundredths: loadBound) }
    }

    private static func learn(_ section: Section, cookie: String?, parameter: String?) -> AffinityConfiguration? {
        refuse(["separator", "semicolon-path-delimiter"], in: section, mode: "learn")
        let entries = section.value("entries")
        if section["cookie"] == nil {
            section.complain(
                "mode learn needs the cookie by which members begin sessions", cure: "add cookie: PHPSESSID")
        }
        return cookie.map { .learn(cookie: $0, parameter: parameter, entries: entries) }
    }

    private static func refuse(_ names: [String], in section: Section, mode: String) {
        for name in names {
            section[name]?.complain("mode \(mode) has no use for this", cure: "take it away, or the mode")
        }
    }
}
