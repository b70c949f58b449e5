import Forwarding

/// Decodes how sessions stay with their member.
enum AffinityDecoder {
    private enum Mode: String {
        case route, insert, none
    }

    /// Decodes an affinity.
    ///
    /// - Returns: `nil` where it is `none`, or wrong.
    static func decode(_ slot: Slot) -> AffinityConfiguration? {
        if case .text(let text) = slot.node.meaning, text.utf8.contains(where: { $0 < 0x60 && $0 != 0x2D }) {
            // No mode is written in upper case: this is meant as a cookie's name.
            slot.refuse(expected: "route, insert or none", cure: "write affinity: { cookie: \(text.shortened) }")
            return nil
        }
        guard let section = slot.section() else { return nil }
        let isModeGiven = section["mode"] != nil
        let mode = section["mode"]?.choice().flatMap(Mode.init)
        let cookie = section["cookie"]?.parsed(Words.cookie)
        let parameter = section["parameter"]?.parsed(Words.parameter)
        let separator = section["separator"]?.parsed(Words.separator)
        let isNamed = section["cookie"] != nil || section["parameter"] != nil
        switch mode {
        case .insert, .some(.none):
            refuseNames(in: section, mode: mode == .insert ? "insert" : "none")
            return mode == .insert ? .insert : nil
        case .route:
            if !isNamed { section.complain("mode route needs the session's name", cure: "add cookie: JSESSIONID") }
        case nil:
            guard !isModeGiven else { return nil }
            if !isNamed {
                section.complain(
                    "neither a mode nor a session's name is given", cure: "write insert, or { cookie: JSESSIONID }")
            }
        }
        return .route(
            cookie: cookie, parameter: parameter, separator: separator ?? AffinityConfiguration.separatorDefault,
            semicolonPathDelimiter: section.boolean("semicolon-path-delimiter"))
    }

    private static func refuseNames(in section: Section, mode: String) {
        for name in ["cookie", "parameter", "separator", "semicolon-path-delimiter"] {
            section[name]?.complain("mode \(mode) has no use for this", cure: "take it away, or the mode")
        }
    }
}
