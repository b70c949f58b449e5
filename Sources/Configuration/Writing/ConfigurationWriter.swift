import Model

/// Writes configurations as YAML.
public enum ConfigurationWriter {
    /// The text of a configuration, with a line feed at its end: what differs from the defaults, and no comments.
    ///
    /// Reading it makes the same configuration, but for secrets, which are left out. Paths are as the process opens
    /// them.
    public static func text(of edge: EdgeConfiguration) -> String {
        lines(EdgeConfiguration.schema.datum(of: edge, .declared).entries).map { "\($0)\n" }.joined()
    }

    private static func lines(_ entries: [Datum.Entry]) -> [String] {
        entries.filter { !$0.value.isSecret }.flatMap { entry -> [String] in
            let name = entry.name.anyYAML
            switch entry.value {
            case .mapping(let inner) where !inner.isEmpty: return ["\(name):"] + lines(inner).map { "  \($0)" }
            case .list(let items) where items.contains(where: \.isMapping):
                return ["\(name):"] + items.flatMap(piece)
            default: return ["\(name): \(entry.value.flow)"]
            }
        }
    }

    private static func piece(_ item: Datum) -> [String] {
        guard case .mapping(let entries) = item, !entries.isEmpty else { return ["  - \(item.flow)"] }
        return lines(entries).enumerated().map { ($0 == 0 ? "  - " : "    ") + $1 }
    }
}

extension Datum {
    fileprivate var isMapping: Bool { if case .mapping = self { true } else { false } }

    fileprivate var isSecret: Bool { if case .secret = self { true } else { false } }

    /// As one writes it on one line.
    public var flow: String {
        switch self {
        case .number(let number, let unit): Quantity.written(number, as: unit)
        case .boolean(let value): "\(value)"
        case .text(let text): text.anyYAML
        case .secret(let secret): secret.description
        case .list(let items): "[\(items.map(\.flow).joined(separator: ", "))]"
        case .mapping([]): "{}"
        case .mapping(let entries):
            "{ \(entries.map { "\($0.name.anyYAML): \($0.value.flow)" }.joined(separator: ", ")) }"
        }
    }
}

extension Difference {
    /// As a line for people: `timeouts.tunnel: 1h -> 5s`; `none` where nothing was said, and of what is shown nowhere
    /// only that it changed.
    public var line: String {
        if case .secret? = before, case .secret? = after { return "\(keys): changed" }
        return "\(keys): \(before?.flow ?? "none") -> \(after?.flow ?? "none")"
    }
}

extension String {
    /// The text as one writes it in YAML, whatever is in it.
    fileprivate var anyYAML: String {
        if let yaml { return yaml }
        let characters = replacing("${", with: "$${").unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": return "\\\(scalar)"
            case " "..."~": return String(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return "\"\(characters.joined())\""
    }
}
