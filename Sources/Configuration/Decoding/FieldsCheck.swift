import Model
import Session

/// Complains about the fields of all levels: names that stand there twice, and more than a message has room for.
struct FieldsCheck {
    /// Looks at the root, its sites and their paths.
    ///
    /// - Parameter edge: what was read of them.
    static func check(_ root: Section, _ edge: EdgeConfiguration) {
        // Of the many configurations without such rules nothing is read twice.
        guard edge.allRules.contains(where: { $0.fields != FieldsConfiguration() || $0.cookies != nil }) else { return }
        let top = fields(of: root, within: FieldsConfiguration())
        for site in root["sites"]?.items() ?? [] {
            guard let section = site.section() else { continue }
            let outer = fields(of: section, within: top)
            for path in section["paths"]?.named() ?? [] {
                guard let section = path.slot.section() else { continue }
                _ = fields(of: section, within: outer)
                check(cookies: section["cookies"])
            }
            check(cookies: section["cookies"])
        }
        check(cookies: root["cookies"])
    }

    /// Looks at a level.
    ///
    /// - Returns: what holds there.
    private static func fields(of section: Section, within outer: FieldsConfiguration) -> FieldsConfiguration {
        guard let slot = section["fields"], let table = slot.section() else { return outer }
        let all = FieldsConfiguration.schema.value(of: table.datum()).inheriting(outer)
        for (name, edits) in [("request", all.request), ("answer", all.answer)] {
            guard let side = table[name], let section = side.section() else { continue }
            checkNames(section)
            if edits.linesBytesMax > FieldEdits.bytesMax {
                side.complain(
                    "what may be said here, with what is inherited, is longer than \(FieldEdits.bytesMax) bytes")
            }
        }
        return all
    }

    private static func checkNames(_ edits: Section) {
        var seen: [String: String] = [:]
        for key in ["set", "add"] {
            let entries = entries(of: edits[key])
            if entries.count > FieldEdits.countMax {
                edits[key]?.complain("it is longer than \(FieldEdits.countMax) fields")
            }
            for entry in entries {
                guard let first = seen.updateValue(key, forKey: FieldEdits.read(entry.name)) else { continue }
                entry.complain(
                    "\(entry.name.quoted) is there already, under \(first)", cure: .takeAway("keep one of them"))
            }
        }
        guard let remove = edits["remove"], case .sequence = remove.node.content else { return }
        let items = remove.items() ?? []
        if items.count > FieldEdits.countMax { remove.complain("it is longer than \(FieldEdits.countMax) fields") }
        for item in items {
            guard case .text(let name) = item.node.meaning,
                let first = seen.updateValue("remove", forKey: FieldEdits.read(name))
            else { continue }
            item.complain("\(name.quoted) is there already, under \(first)", cure: .takeAway("keep one of them"))
        }
    }

    private static func entries(of slot: Slot?) -> [NamedSlot] {
        guard let slot, case .mapping(let entries) = slot.node.content, !entries.isEmpty else { return [] }
        return slot.named() ?? []
    }

    /// Looks at what cookies of members are to say.
    private static func check(cookies slot: Slot?) {
        guard let slot, let section = slot.section() else { return }
        let cookies = CookieRulesConfiguration.schema.value(of: section.datum())
        if cookies.secure == .never, cookies.sameSite == CookieAttributes.SameSite.none {
            section["secure"]?.complain(
                "browsers take such a cookie with Secure only", cure: .write("always", " or auto"))
        } else if cookies.isEmpty, isWhole(section, slot) {
            slot.warn("it changes no cookie", cure: .add("secure: always"))
        }
    }

    /// Whether all that is said of cookies could be read.
    private static func isWhole(_ section: Section, _ slot: Slot) -> Bool {
        guard case .mapping(let entries) = slot.node.content else { return false }
        let names = CookieRulesConfiguration.schema.table.keys.map(\.name)
        return entries.allSatisfy { names.contains($0.name) && section[$0.name]?.datum() != nil }
    }
}
