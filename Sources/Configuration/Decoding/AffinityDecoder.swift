import Model

/// Decodes how sessions stay with their member.
enum AffinityDecoder {
    private typealias Mode = AffinityConfiguration.Name

    /// What is expected of a mode.
    private static let modes = Mode.allCases.map(\.rawValue).alternatives
    /// The keys that are read before the mode is looked at.
    private static let common: Set = ["mode", "cookie", "parameter", "separator"]

    /// Those that another mode than the usual one needs to be named for: first those of the mode with the fewest keys,
    /// which is proposed.
    private static let others: [Field<AffinityDeclaration>] = {
        let named = Mode.allCases.compactMap(\.type).enumerated()
        let modes = named.sorted { ($0.element.keys.count, $0.offset) < ($1.element.keys.count, $1.offset) }
            .map(\.element)
        func rank(_ field: Field<AffinityDeclaration>) -> (Int, Int) {
            (modes.firstIndex { $0.name.rawValue == field.kinds[0] } ?? 0, field.kinds.count)
        }
        let fields = AffinityDeclaration.schema.fields.filter { !$0.serves(Mode.route) }
        return fields.sorted { rank($0) < rank($1) }
    }()

    /// Decodes an affinity.
    ///
    /// - Returns: `nil` where it is `none`, or wrong.
    static func decode(_ slot: Slot) -> AffinityConfiguration? {
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
        let fields = AffinityDeclaration.schema.fields
        var declared = AffinityDeclaration()
        let wrong = section.read(AffinityDeclaration.schema, into: &declared) { common.contains($0.name) }
        for case let slot? in [section["cookie"], section["follow"]] { warnOfPair(slot) }
        guard !wrong.contains("mode") else { return nil }
        if let mode = declared.mode {
            for field in fields where !field.serves(mode) {
                section[field.name]?.complain(
                    "mode \(mode.rawValue) has no use for this", cure: .takeAway("take it away, or the mode"))
            }
        } else {
            guard !complainOfOthers(in: section) else { return nil }
        }
        let mode = declared.mode ?? .route
        section.read(AffinityDeclaration.schema, into: &declared) { !common.contains($0.name) && $0.serves(mode) }
        return isComplete(declared, section) ? declared.affinity : nil
    }

    /// Tells whether nothing is missing, and complains if something is.
    private static func isComplete(_ declared: AffinityDeclaration, _ section: Section) -> Bool {
        let isNamed = section["cookie"] != nil || section["parameter"] != nil
        switch declared.mode {
        case .hash: return hasOneKey(section)
        case .insert: CookieDecoder.check(inserted: declared, section)
        case .sealed: CookieDecoder.check(sealed: declared, section)
        case .route where !isNamed:
            section.complain("mode route needs the session's name", adding: "cookie: JSESSIONID")
        case nil where !isNamed:
            section.complain(
                "neither a mode nor a session's name is given", adding: "cookie: JSESSIONID", ", or mode: insert")
        default:
            if let need = declared.mode?.type?.need, section[need.key] == nil {
                section.complain(need.message, adding: need.example)
            }
        }
        if let cookie = declared.cookie, declared.mode ?? .route == .route, SessionCookies.isRouteless(cookie) {
            section["cookie"]?.warn(
                "applications add no route to \(cookie.shortened), and mode route finds a session's member by nothing "
                    + "else",
                cure: "write affinity: \(SessionCookies.affinity(for: cookie)), unless yours does")
        }
        return true
    }

    private static func hasOneKey(_ section: Section) -> Bool {
        let names = ["cookie", "parameter", "field", "of"].filter { section[$0] != nil }
        if names.isEmpty {
            section.complain(
                "mode hash needs what is hashed", adding: "of: address",
                ", or of: path, cookie: NAME, parameter: NAME or field: NAME")
        } else if names.count > 1 {
            let last = section[names[names.count - 1]]
            last?.complain(
                "mode hash takes one key, found \(names.joined(separator: " and "))",
                cure: .takeAway("take \(names.count == 2 ? "one" : "all but one") away"))
        }
        return names.count == 1
    }

    /// Complains of keys that need a mode.
    ///
    /// - Returns: whether there are any.
    private static func complainOfOthers(in section: Section) -> Bool {
        let others = others.filter { section[$0.name] != nil }
        guard let first = others.first else { return false }
        let mode = section["key-file"] == nil ? first.kinds[0] : Mode.sealed.rawValue
        if mode == Mode.insert.rawValue, let cure = CookieDecoder.following(section) {
            // Under insert, cookie would be the name of Martlet's own.
            let keys = others.map(\.name).joined(separator: " and ")
            section.complain("there is no use for \(keys) where the application's cookie says the route", cure: cure)
            return true
        }
        let isKeyed = section["cookie"] != nil || section["parameter"] != nil
        for field in others {
            let words =
                field.kinds.count == 1 ? "mode \(field.kinds[0]) alone has" : "modes insert and sealed alone have"
            // A hash has one key.
            let isOneTooMany = isKeyed && (field.name == "field" || field.name == "of")
            section[field.name]?.complain(
                "\(words) a use for this",
                cure: field.kinds.contains(mode) && !isOneTooMany
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
        let value = slot.place(node, slot.shape, keys: "\(slot.keys).mode")
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
