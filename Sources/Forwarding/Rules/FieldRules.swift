import HTTP
import Model

/// What is said in fields beside, or in place of, what clients or members say. Immutable; shared by all workers.
final class FieldRules: Sendable {
    /// What is left out of whatever they say; `nil`: nothing.
    let names: FieldNames?
    /// Lines that are always the same.
    let lines: [UInt8]
    /// Lines with facts that are the same for most requests of a connection.
    let template: LineTemplate
    /// Lines with open facts as well: for requests, with the name of each and its user.
    let openTemplate: LineTemplate
    /// Those of them that speak of the user.
    let userTemplate: LineTemplate
    /// Lines of requests that speak of the member: another one may be tried, and they are put behind the request line.
    let memberTemplate: LineTemplate
    /// What is declared.
    private let edits: FieldEdits

    /// - Parameter isOfRequests: whether they are said to members.
    /// - Returns: `nil` where nothing is said.
    init?(_ edits: FieldEdits, isOfRequests: Bool) {
        guard !edits.isEmpty else { return nil }
        self.edits = edits
        let omitted = edits.set.map(\.name) + edits.remove
        names = omitted.isEmpty ? nil : FieldNames(omitted)
        var lines: [UInt8] = []
        var (told, open, ofMember): ([FieldLine], [FieldLine], [FieldLine]) = ([], [], [])
        for (index, line) in (edits.set + edits.add).enumerated() {
            guard let template = line.template else { preconditionFailure("a value is read before it is served") }
            let facts = FactSet(template.facts)
            // Whoever waits for his password is told behind the request line, others are at the head's end. Beside a
            // field of the client's own it is one place for all.
            let isAdded = index >= edits.set.count
            let waits = facts.contains(.member) || facts.contains(.route) || isAdded && facts.contains(.user)
            if facts.isEmpty {
                lines += Array("\(line.name): ".utf8) + template.octets + Array("\r\n".utf8)
            } else if isOfRequests && waits {
                ofMember.append(line)
            } else if template.facts.contains(where: \.isOpen) {
                open.append(line)
            } else {
                told.append(line)
            }
        }
        self.lines = lines
        template = LineTemplate(told)
        openTemplate = LineTemplate(open)
        userTemplate = LineTemplate(open.filter { $0.template?.facts.contains(.user) == true })
        memberTemplate = LineTemplate(ofMember)
    }

    /// What is declared, a line each, behind the keys that declare it.
    ///
    /// - Parameter kind: the key of the messages.
    func words(_ kind: String) -> [String] {
        edits.set.map { "fields.\(kind).set \($0.name): \($0.value)" }
            + edits.add.map { "fields.\(kind).add \($0.name): \($0.value)" }
            + edits.remove.map { "fields.\(kind).remove \($0)" }
    }

    /// What stands in the lines.
    var facts: FactSet { template.facts.union(openTemplate.facts).union(memberTemplate.facts) }
}
