import Model

/// Holds the keys of access of one level against one another.
enum AccessCheck {
    /// Looks at the keys of a listener, the top, a site or a path.
    static func check(_ section: Section) {
        for piece in section["deny"]?.pieces() ?? [] where piece.node.meaning == .text("all") {
            piece.complain(
                "nobody is left to ask, as who is denied is out even where he is allowed",
                cure: section["allow"] == nil
                    ? "write allow: none in place of deny to close it to all, or answer: 403 at a path"
                    : .takeAway("take it away: with an allow everybody else is out"))
        }
        for key in ["allow", "deny"] {
            let pieces = section[key]?.pieces() ?? []
            guard pieces.count > 1, let nobody = pieces.first(where: { $0.node.meaning == .text("none") }) else {
                continue
            }
            nobody.complain("none stands beside others", cure: .takeAway("take one of the two away"))
        }
        if let slot = section["rate-limit"] { check(rates: slot) }
    }

    private static func check(rates slot: Slot) {
        let pieces = slot.pieces() ?? []
        if pieces.count > RateConfiguration.countMax {
            slot.complain("expected at most \(RateConfiguration.countMax) rates, found \(pieces.count)")
        }
        for piece in pieces {
            guard let key = piece.section()?["by"]?.section() else { continue }
            let said = RateConfiguration.Key.schema.fields.map(\.name).filter { key[$0] != nil }
            guard said.count > 1, let second = key[said[1]] else { continue }
            second.complain(
                "\(said[1]) and \(said[0]) both say who is counted by himself",
                cure: .takeAway("take one of the two away, or write a list of two rates"))
        }
    }
}
