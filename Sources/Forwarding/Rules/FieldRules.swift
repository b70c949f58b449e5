import HTTP
import Model

/// What is said in fields beside, or in place of, what clients or members say. Immutable; shared by all workers.
final class FieldRules: Sendable {
    /// What is left out of whatever they say; `nil`: nothing.
    let names: FieldNames?
    /// Lines that are always the same.
    let lines: [UInt8]
    /// Lines with facts of the request.
    let template: LineTemplate
    /// Lines with facts of the member as well.
    let memberTemplate: LineTemplate
    /// What is declared.
    private let edits: FieldEdits

    /// - Returns: `nil` where nothing is said.
    init?(_ edits: FieldEdits) {
        guard !edits.isEmpty else { return nil }
        self.edits = edits
        let omitted = edits.set.map(\.name) + edits.remove
        names = omitted.isEmpty ? nil : FieldNames(omitted)
        var lines: [UInt8] = []
        var (told, ofMember): ([FieldLine], [FieldLine]) = ([], [])
        for line in edits.set + edits.add {
            guard let template = line.template else { preconditionFailure("a value is read before it is served") }
            if template.facts.isEmpty {
                lines += Array("\(line.name): ".utf8) + template.octets + Array("\r\n".utf8)
            } else if template.facts.contains(where: \.isLate) {
                ofMember.append(line)
            } else {
                told.append(line)
            }
        }
        self.lines = lines
        template = LineTemplate(told)
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
    var facts: Set<FieldFact> { template.facts.union(memberTemplate.facts) }
}

/// The lines that rules have made for one message: those with facts in them. Their memory is kept.
struct RuledLines {
    /// Whole ones.
    var lines: [UInt8] = []
    /// Those with facts of the member, each of which a ``FieldFact/rawValue`` stands for.
    var memberLines: [UInt8] = []

    /// Makes the lines of a rule.
    ///
    /// - Parameter put: appends a fact of the request; whether it has a value.
    mutating func make(by rules: FieldRules?, _ put: (FieldFact, inout OutputSpan<UInt8>) -> Bool) {
        guard let rules else { return }
        if !rules.template.isEmpty { rules.template.append(to: &lines, put) }
        guard !rules.memberTemplate.isEmpty else { return }
        rules.memberTemplate.append(to: &memberLines) { fact, output in
            guard fact.isLate else { return put(fact, &output) }
            output.append(fact.rawValue)
            return true
        }
    }

    mutating func removeAll() {
        if !lines.isEmpty { lines.removeAll(keepingCapacity: true) }
        if !memberLines.isEmpty { memberLines.removeAll(keepingCapacity: true) }
    }
}
