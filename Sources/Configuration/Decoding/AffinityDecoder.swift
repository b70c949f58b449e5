import Forwarding

/// Decodes how sessions stay with their member.
enum AffinityDecoder {
    private enum Mode: String {
        case route, hash, learn, insert, prefix, sealed, none
    }

    /// What is expected of a mode.
    private static let modes = "route, hash, learn, insert, prefix, sealed or none"

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
            SessionCookies.isRouteless(text) || text.utf8.contains(where: { $0 < 0x60 && $0 != 0x2D || $0 == 0x7C })
        {
            // No mode is written in upper case or with a bar: this is meant as a cookie's name.
            let affinity = SessionCookies.affinity(for: text)
            slot.refuse(expected: modes, cure: text.yaml.map { _ in .write(affinity) })
            return nil
        }
        guard let section = slot.section() else { return nil }
        let isModeGiven = section["mode"] != nil
        let mode = section["mode"]?.choice().flatMap(Mode.init)
        let cookie = section["cookie"]?.parsed(Words.cookie)
        let parameter = section["parameter"]?.parsed(Words.parameter)
        let separator = section["separator"]?.parsed(Words.separator)
        let isNamed = section["cookie"] != nil || section["parameter"] != nil
        for case let slot? in [section["cookie"], section["follow"]] { warnOfPair(slot) }
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
        var others: [(key: String, slot: Slot, modes: [Mode])] = []
        for (keys, modes) in uses where !modes.contains(.route) {
            for key in keys {
                if let slot = section[key] { others.append((key, slot, modes)) }
            }
        }
        guard let first = others.first else { return false }
        let mode = section["key-file"] == nil ? first.modes[0] : .sealed
        if mode == .insert, let cure = CookieDecoder.following(section) {
            // Under insert, cookie would be the name of Martlet's own.
            let keys = others.map { $0.key }.joined(separator: " and ")
            section.complain("there is no use for \(keys) where the application's cookie says the route", cure: cure)
            return true
        }
        let isKeyed = section["cookie"] != nil || section["parameter"] != nil
        for (key, slot, modes) in others {
            let words = modes.count == 1 ? "mode \(modes[0]) alone has" : "modes insert and sealed alone have"
            // A hash has one key.
            let isOneTooMany = isKeyed && (key == "field" || key == "of")
            slot.complain(
                "\(words) a use for this",
                cure: modes.contains(mode) && !isOneTooMany
                    ? .add("mode: \(mode)") : .takeAway("take it away, or write its mode and leave out the others"))
        }
        return true
    }

    /// Warns of a cookie's name that looks like those of a cookie and a parameter.
    private static func warnOfPair(_ slot: Slot) {
        guard case .text(let text) = slot.node.meaning, let (cookie, parameter) = SessionCookies.pair(text) else {
            return
        }
        slot.warn(
            "\(text.quoted) is one name here, and most likely no cookie has it",
            cure: .write(cookie, ", and parameter: \(parameter) beside cookie, if these are two names"))
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
        switch slot.node.content {
        case .scalar:
            guard let (_, word) = foreignWord(slot.node) else { return false }
            slot.refuse(expected: modes, cure: cure(word) ?? .write("insert"))
            return true
        case .mapping(let entries):
            if let cookie = entries.first(where: { $0.name == "cookie" }), let (text, word) = foreignWord(cookie.value),
                let cure = cure(word)
            {
                slot.warn("\(text.quoted) is taken for the name of a cookie", cure: cure)
            }
            let names = Set(entries.map(\.name))
            guard let mode = entries.first(where: { $0.name == "mode" }),
                names.isDisjoint(with: ["of", "field", "parameter"])
            else { return false }
            return refuseForeign(mode: mode.value, of: slot, hasCookie: names.contains("cookie"))
        default: return false
        }
    }

    private static func refuseForeign(mode node: DocumentNode, of slot: Slot, hasCookie: Bool) -> Bool {
        guard let (text, word) = foreignWord(node) else { return false }
        let value = Slot(node: node, shape: slot.shape, keys: "\(slot.keys).mode", findings: slot.findings)
        if word == "cookie", hasCookie {
            value.refuse(expected: modes, cure: "write route if its value names the member, else insert")
        } else if let cure = cure(word), !hasCookie {
            slot.complain("mode: expected \(modes), found \(text.quoted)", cure: cure)
        } else {
            value.refuse(expected: modes, cure: .write("insert"))
        }
        return true
    }

    /// A text that is a way of balancing or of stickiness elsewhere, and its letters.
    private static func foreignWord(_ node: DocumentNode) -> (text: String, word: String)? {
        guard case .text(let text) = node.meaning else { return nil }
        let word = letters(text)
        return foreign.contains(word) ? (text, word) : nil
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
