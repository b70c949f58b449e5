import Model

/// The JSON Schema (draft 2020-12) of a configuration, for editors.
///
/// It is made of the tables that the decoder goes by. What one place cannot tell (references, doubled names, relations)
/// is left to `martlet check`.
public enum JSONSchema {
    /// The schema as text, indented, with a line feed at its end.
    public static func text() -> String {
        var members: [(String, JSONValue)] = [
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")), ("title", .text("Martlet")),
        ]
        // What is included may have what must be there.
        let whole = object(EdgeConfiguration.schema.table)
        let required = whole.filter { $0.0 == "required" }
        members += whole.filter { $0.0 != "required" }
        members.append(("anyOf", .array([.object(required), .object([("required", .array([.text("include")]))])])))
        return JSONValue.object(members).text() + "\n"
    }

    private static func object(_ table: Table) -> [(String, JSONValue)] {
        let properties = table.keys.map { key in
            (key.name, JSONValue.object([("description", .text(key.summary))] + value(key.shape)))
        }
        var members: [(String, JSONValue)] = [
            ("description", .text(table.summary)), ("type", .text("object")), ("additionalProperties", .boolean(false)),
        ]
        let required = table.keys.filter(\.isRequired).map { JSONValue.text($0.name) }
        if !required.isEmpty { members.append(("required", .array(required))) }
        members.append(("properties", .object(properties)))
        return members
    }

    private static func value(_ shape: Shape) -> [(String, JSONValue)] {
        switch shape {
        case .quantity(let setting, let word):
            let forms = [quantity(setting)] + (word.map { [[("const", .text($0))]] } ?? [])
            return orVariable(forms, standard: setting.standard.map { written($0, setting.unit) })
        case .boolean(let standard, let kind):
            let forms: [[(String, JSONValue)]] =
                [[("type", .text("boolean"))]] + (kind.map { [value(.text($0))] } ?? [])
            return orVariable(forms, standard: standard.map { .boolean($0) })
        case .choice(let words, let standard, _):
            // YAML has numbers for words of digits.
            let numbers = words.compactMap { Int($0).map { JSONValue.number($0) } }
            let words: [(String, JSONValue)] = [("enum", .array(words.map { .text($0) } + numbers))]
            return orVariable([words], standard: standard.map { .text($0) })
        case .text(let kind):
            let type: JSONValue =
                kind.takesNumbers ? .array([.text("string"), .text("integer")]) : .text("string")
            return [("type", type), ("minLength", .number(1)), ("pattern", .text("\(kind.pattern)|\(variable)"))]
        case .list(let element, let countMin):
            return [("type", .text("array")), ("minItems", .number(countMin)), ("items", .object(value(element)))]
        case .oneOrMore(let element):
            let piece = JSONValue.object(value(element))
            let list: [(String, JSONValue)] = [
                ("type", .text("array")), ("minItems", .number(1)), ("items", piece),
            ]
            return [("anyOf", .array([piece, .object(list)]))]
        case .named(let element, let names):
            return [
                ("type", .text("object")), ("minProperties", .number(1)),
                ("propertyNames", .object([("pattern", .text(names.pattern))])),
                ("additionalProperties", .object(value(element))),
            ] + files(beside: element, names)
        case .table(let table):
            // The key says what it is for; the table's own summary would stand beside it under the same name.
            return object(table).filter { $0.0 != "description" }
        case .shorthand(let name, let table):
            return [("anyOf", .array([.object(value(table[name].shape)), .object(object(table))]))]
        }
    }

    /// In place of members, a file of them may be named.
    private static func files(beside element: Shape, _ names: TextKind) -> [(String, JSONValue)] {
        guard case .memberName = names else { return [] }
        let path = JSONValue.object(value(.text(.membersFile)))
        return [
            ("properties", .object([("file", .object([("anyOf", .array([path, .object(value(element))]))]))]))
        ]
    }

    /// How a variable of the environment begins.
    private static let variable = "\\$\\{"

    /// One of some forms, or a text with a variable in it, of which an editor cannot tell what it holds.
    private static func orVariable(
        _ forms: [[(String, JSONValue)]], standard: JSONValue?
    ) -> [(String, JSONValue)] {
        let variable: [(String, JSONValue)] = [("type", .text("string")), ("pattern", .text(variable))]
        return [("anyOf", .array((forms + [variable]).map { .object($0) }))]
            + (standard.map { [("default", $0)] } ?? [])
    }

    private static func quantity(_ setting: Setting) -> [(String, JSONValue)] {
        let (least, most) = (setting.range.lowerBound, setting.range.upperBound)
        var members: [(String, JSONValue)]
        switch setting.unit {
        case .count: members = [("type", .text("integer")), ("minimum", .number(least)), ("maximum", .number(most))]
        case .hundredths:
            members = [("type", .text("number")), ("minimum", .decimal(least)), ("maximum", .decimal(most))]
        case .milliseconds:
            members = [
                ("type", .array([.text("string"), .text("integer")])), ("pattern", .text(Quantity.durationPattern)),
            ]
            // Of numbers without a unit, only nothing needs none.
            members += [("minimum", .number(0)), ("maximum", .number(0))]
        case .bytes:
            members = [
                ("type", .array([.text("string"), .text("integer")])), ("pattern", .text(Quantity.sizePattern)),
            ]
            members += [("minimum", .number(least)), ("maximum", .number(most))]
        }
        return members
    }

    private static func written(_ value: Int, _ unit: Setting.Unit) -> JSONValue {
        switch unit {
        case .count: .number(value)
        case .hundredths: .decimal(value)
        case .milliseconds, .bytes: .text(Quantity.written(value, as: unit))
        }
    }
}
