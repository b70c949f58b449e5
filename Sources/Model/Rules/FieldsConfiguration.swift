/// What rules say in fields, beside or in place of what clients and members say.
public struct FieldsConfiguration: Sendable, Hashable {
    /// In requests on their way to a member.
    public var request = FieldEdits()
    /// In answers on their way to a client, Martlet's own too.
    public var answer = FieldEdits()

    /// No fields.
    public init() {}

    /// The fields of a level within another one: of each name the inner one speaks alone, and the others are inherited.
    public func inheriting(_ outer: FieldsConfiguration) -> FieldsConfiguration {
        var fields = FieldsConfiguration()
        fields.request = request.inheriting(outer.request)
        fields.answer = answer.inheriting(outer.answer)
        return fields
    }

    /// The keys of `fields`.
    public static let schema = Schema<FieldsConfiguration>(
        "Fields that are set, added and removed.", of: FieldsConfiguration(), others: .fields,
        [
            Field("request", \.request, .table(FieldEdits.schema(.request)), "those that members get"),
            Field("answer", \.answer, .table(FieldEdits.schema(.answer)), "those that clients get"),
        ])
}

/// What is done to the fields of messages of one kind.
public struct FieldEdits: Sendable, Hashable {
    /// The messages.
    public enum Kind: Sendable {
        case request, answer
    }

    /// Fields that stand in place of whatever others say under their names.
    public var set: [FieldLine] = []
    /// Fields that stand beside what others say.
    public var add: [FieldLine] = []
    /// The names of fields that are left out.
    public var remove: [String] = []

    /// Fields of each kind that a level has at most.
    public static let countMax = 32
    /// Bytes that all of them have at most, with the names, once the facts are in them.
    public static let bytesMax = 4_096

    /// Nothing is done.
    public init() {}

    /// Whether nothing is done.
    public var isEmpty: Bool { remove.isEmpty && set.isEmpty && add.isEmpty }

    func inheriting(_ outer: FieldEdits) -> FieldEdits {
        guard !outer.isEmpty else { return self }
        let names = Set((set.map(\.name) + add.map(\.name) + remove).map(Self.read))
        var edits = FieldEdits()
        edits.set = outer.set.filter { !names.contains(Self.read($0.name)) } + set
        edits.add = outer.add.filter { !names.contains(Self.read($0.name)) } + add
        edits.remove = outer.remove.filter { !names.contains(Self.read($0)) } + remove
        return edits
    }

    /// Bytes of the lines that are set and added, at most.
    public var linesBytesMax: Int {
        (set + add).reduce(0) { $0 + $1.name.utf8.count + ($1.template?.bytesMax ?? 0) + 4 }
    }

    /// A name as members read it, who take any mark for a hyphen.
    public static func read(_ name: String) -> String {
        String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    }

    /// The keys of `request` and `answer`.
    static func schema(_ kind: Kind) -> Schema<FieldEdits> {
        Schema(
            kind == .request ? "Fields that members get." : "Fields that clients get.", of: FieldEdits(),
            others: .fieldEdits,
            [
                Field(
                    "set", \.set, .named(.fieldLine, .ruledField(kind, .set), by: \.name),
                    kind == .request
                        ? "values by names, in place of what clients say; $client-address and the like are facts"
                        : "values by names, in place of what members say; $request-id and the like are facts"),
                Field(
                    "add", \.add, .named(.fieldLine, .ruledField(kind, .add), by: \.name),
                    "values by names, beside what \(kind == .request ? "clients" : "members") say"),
                Field(
                    "remove", \.remove, .list(.text(.ruledField(kind, .remove))),
                    "names of fields of \(kind == .request ? "clients" : "members") that are left out"),
            ])
    }
}

/// A field that a rule says.
public struct FieldLine: Sendable, Hashable {
    /// The name, in the case that it is written in.
    public var name: String
    /// The value as it is declared; see ``FieldTemplate``.
    public var value: String

    /// Makes a field of its parts.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// The value with the places of its facts.
    public var template: FieldTemplate? { try? FieldTemplate(value) }
}

extension Codec where Value == FieldLine {
    /// The value of a field whose name is the key.
    static var fieldLine: Codec {
        Codec(
            shape: { _ in .text(.fieldTemplate) }, write: { line, _ in .text(line.value) },
            read: { if case .text(let text) = $0 { FieldLine(name: "", value: text) } else { nil } })
    }
}
