/// Holds the rules of one level against one another, and sees to it that statuses have a page.
enum RulesCheck {
    /// Looks at the keys of the top, a site or a path.
    static func check(_ section: Section) {
        AccessCheck.check(section)
        guard let slot = section["pages"], case .mapping = slot.node.content else { return }
        for entry in slot.named() ?? [] {
            guard let section = entry.slot.section(), section["html"] == nil, section["json"] == nil else { continue }
            section.complain(
                "expected html or json, and the path of a page", cure: .takeAway("write one of them, or take it away"))
        }
    }
}
