import Forwarding

/// Decodes how sessions stay with their member.
enum AffinityDecoder {
    private enum Mode: String {
        case route, hash, learn, insert, prefix, sealed, none
    }

    /// Which modes have a use for which keys.
    private static let uses: [(keys: [String], modes: [Mode])] = [
        (["cookie"], [.route, .hash, .learn, .insert, .prefix, .sealed]),
        (["parameter"], [.route, .hash, .learn, .sealed]), (["entries"], [.learn]),
        (["separator", "semicolon-path-delimiter"], [.route, .sealed]), (["field", "of", "load-bound"], [.hash]),
        (["follow", "idle", "forward", "no-cache"], [.insert]), (["life"] + CookieDecoder.keys, [.insert, .sealed]),
        (["key-file"], [.sealed]),
    ]

    /// Decodes an affinity.
    ///
    /// - Returns: `nil` where it is `none`, or wrong.
    static func decode(_ slot: Slot, from folder: BaseFolder) -> AffinityConfiguration? {
        if refuseForeign(slot) { return nil }
        if case .text(let text) = slot.node.meaning,
            SessionCookies.isRouteless(text) || text.utf8.contains(where: { $0 < 0x60 && $0 != 0x2D })
        {
            // No mode is written in upper case: this is meant as a cookie's name.
            let affinity = SessionCookies.affinity(for: text)
            slot.refuse(
                expected: "route, hash, learn, insert, prefix, sealed or none",
                cure: text.yaml.map { _ in .write(affinity) })
            return nil
        }
        guard let section = slot.section() else { return nil }
        let isModeGiven = section["mode"] != nil
        let mode = section["mode"]?.choice().flatMap(Mode.init)
        let cookie = section["cookie"]?.parsed(Words.cookie)
        let parameter = section["parameter"]?.parsed(Words.parameter)
        let separator = section["separator"]?.parsed(Words.separator)
        let isNamed = section["cookie"] != nil || section["parameter"] != nil
        if let mode {
            for (keys, modes) in uses where !modes.contains(mode) { refuse(keys, in: section, mode: mode.rawValue) }
        }
        switch mode {
        case .hash:
            return hash(section, cookie: cookie, parameter: parameter)
        case .learn:
            return learn(section, cookie: cookie, parameter: parameter)
        case .insert:
            return .insert(CookieDecoder.inserted(section, cookie: cookie))
        case .prefix:
            if section["cookie"] == nil {
                section.complain("mode prefix needs the session's cookie", adding: "cookie: JSESSIONID")
            }
            return cookie.map { .prefix(cookie: $0) }
        case .sealed:
            let separator = separator ?? AffinityConfiguration.separatorDefault
            return CookieDecoder.sealed(
                section, cookie: cookie, parameter: parameter, separator: separator, from: folder
            ).map { .sealed($0) }
        case .some(.none):
            return nil
        case .route:
            if !isNamed { section.complain("mode route needs the session's name", adding: "cookie: JSESSIONID") }
        case nil:
            guard !isModeGiven else { return nil }
            guard !complainOfOthers(in: section) else { return nil }
            if !isNamed {
                section.complain(
                    "neither a mode nor a session's name is given", adding: "cookie: JSESSIONID", ", or mode: insert")
            }
        }
        if let cookie, SessionCookies.isRouteless(cookie) {
            section["cookie"]?.warn(
                "applications add no route to \(cookie.shortened), and mode route finds a session's member by nothing "
                    + "else",
                cure: "write affinity: \(SessionCookies.affinity(for: cookie)), unless yours does")
        }
        return .route(
            cookie: cookie, parameter: parameter, separator: separator ?? AffinityConfiguration.separatorDefault,
            semicolonPathDelimiter: section.boolean("semicolon-path-delimiter"))
    }

    private static func hash(
        _ section: Section, cookie: String?, parameter: String?
    ) -> AffinityConfiguration? {
        let loadBound = section.declared("load-bound")
        let field = section["field"]?.parsed(Words.field)
        let place = section["of"]?.choice()
        let names = ["cookie", "parameter", "field", "of"].filter { section[$0] != nil }
        guard names.count == 1 else {
            if names.isEmpty {
                section.complain(
                    "mode hash needs what is hashed", adding: "of: address",
                    ", or of: path, cookie: NAME, parameter: NAME or field: NAME")
            } else {
                let last = section[names[names.count - 1]]
                last?.complain(
                    "mode hash takes one key, found \(names.joined(separator: " and "))",
                    cure: .takeAway("take \(names.count == 2 ? "one" : "all but one") away"))
            }
            return nil
        }
        let key: AffinityConfiguration.HashKey? =
            if let cookie { .cookie(cookie) } else if let parameter { .parameter(parameter) } else if let field {
                .field(field)
            } else { place.map { $0 == "path" ? .path : .address } }
        return key.map { .hash($0, loadBoundHundredths: loadBound) }
    }

    private static func learn(_ section: Section, cookie: String?, parameter: String?) -> AffinityConfiguration? {
        let entries = section.value("entries")
        if section["cookie"] == nil {
            section.complain(
                "mode learn needs the cookie by which members begin sessions", adding: "cookie: PHPSESSID")
        }
        return cookie.map { .learn(cookie: $0, parameter: parameter, entries: entries) }
    }

    /// Complains of keys that need a mode.
    ///
    /// - Returns: whether there are any.
    private static func complainOfOthers(in section: Section) -> Bool {
        var hasOthers = false
        for (keys, modes) in uses where !modes.contains(.route) {
            for slot in keys.compactMap({ section[$0] }) {
                hasOthers = true
                let words = modes.count == 1 ? "mode \(modes[0]) alone has" : "modes insert and sealed alone have"
                slot.complain("\(words) a use for this", cure: .add("mode: \(modes[0])"))
            }
        }
        return hasOthers
    }

    private static func refuse(_ names: [String], in section: Section, mode: String) {
        for name in names {
            section[name]?.complain("mode \(mode) has no use for this", cure: .takeAway("take it away, or the mode"))
        }
    }

    /// Refuses what others call a way of balancing or of stickiness where a mode stands, and warns of such a word as a
    /// cookie's name.
    ///
    /// - Returns: whether it was refused.
    private static func refuseForeign(_ slot: Slot) -> Bool {
        let expected = "route, hash, learn, insert, prefix, sealed or none"
        switch slot.node.content {
        case .scalar:
            guard case .text(let text) = slot.node.meaning, foreign.contains(letters(text)) else { return false }
            slot.refuse(expected: expected, cure: cure(letters(text)) ?? .write("insert"))
            return true
        case .mapping(let entries):
            let names = Set(entries.map(\.name))
            for entry in entries {
                guard case .text(let text) = entry.value.meaning, foreign.contains(letters(text)) else { continue }
                let word = letters(text)
                let value = Slot(
                    node: entry.value, shape: slot.shape, keys: "\(slot.keys).\(entry.name)", findings: slot.findings)
                if entry.name == "cookie" {
                    guard let cure = cure(word) else { continue }
                    slot.warn(
                        "\(text.quoted) is taken for the name of a cookie", cure: cure)
                } else if entry.name == "mode", names.isDisjoint(with: ["of", "field", "parameter"]) {
                    if word == "cookie", names.contains("cookie") {
                        value.refuse(expected: expected, cure: "write route if its value names the member, else insert")
                    } else if let cure = cure(word), !names.contains("cookie") {
                        slot.complain("mode: expected \(expected), found \(text.quoted)", cure: cure)
                    } else {
                        value.refuse(expected: expected, cure: .write("insert"))
                    }
                    return true
                }
            }
            return false
        default: return false
        }
    }

    private static let foreign: Set<String> = [
        "iphash", "source", "sourceip", "clientip", "ip", "sticky", "cookie", "leastconn", "roundrobin", "urihash",
    ]

    private static func letters(_ word: String) -> String {
        word.lowercased().filter { $0 != "-" && $0 != "_" }
    }

    private static func cure(_ word: String) -> Cure? {
        switch word {
        case "iphash", "source", "sourceip", "clientip", "ip": .write("{ mode: hash, of: address }")
        case "urihash": .write("{ mode: hash, of: path }")
        case "leastconn": .takeAway("take it away: it is a method, method: least-connections")
        case "roundrobin": .takeAway("take it away: it is a method, method: byrequests")
        default: nil
        }
    }
}
