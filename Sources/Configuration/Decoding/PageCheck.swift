/// Sees to it that statuses have a page.
enum PageCheck {
    /// Looks at the pages of a level.
    static func check(_ slot: Slot?) {
        guard let slot, case .mapping = slot.node.content else { return }
        for entry in slot.named() ?? [] {
            guard let section = entry.slot.section(), section["html"] == nil, section["json"] == nil else { continue }
            section.complain(
                "expected html or json, and the path of a page", cure: .takeAway("write one of them, or take it away"))
        }
    }
}
