import Model

/// The reference of all keys, in Markdown.
public enum ConfigurationReference {
    /// The reference as text, with a line feed at its end.
    public static func text() -> String {
        """
        # Keys of a configuration

        What each key is for, what may stand behind it, and what holds where it is left out.

        ## Overview

        Numbers take units: `250ms`, `10s`, `2m`, `1h`, `1d`; `512`, `32KiB`, `2MiB`. NAME and PATH stand for
        names of your choice.
        `martlet check FILE` tells what is wrong with a file, and `martlet schema` prints a JSON Schema for editors.

        This page is written by the program: `MARTLET_RECORD=1 swift test --filter ReferenceTests` writes it anew.


        """ + chapters(EdgeConfiguration.schema.table, at: []).joined(separator: "\n")
    }

    /// The chapter of a table, and those of the tables in it.
    private static func chapters(_ table: Table, at path: [String]) -> [String] {
        let title = path.isEmpty ? "At the top" : "`\(path.joined(separator: "."))`"
        var lines = ["## \(title)", "", table.summary]
        lines += ["", "| Key | Value | If left out | What it is for |", "|---|---|---|---|"]
        lines += table.keys.map { key in
            let cells = ["`\(key.name)`", value(key.shape), missing(key), key.summary]
            return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        let inner = table.keys.flatMap { key in
            chapters(of: key.shape, at: path + [key.name])
        }
        return [lines.map { "\($0)\n" }.joined()] + inner
    }

    private static func chapters(of shape: Shape, at path: [String]) -> [String] {
        switch shape {
        case .table(let table), .shorthand(_, let table): chapters(table, at: path)
        case .list(let element, _), .oneOrMore(let element): chapters(of: element, at: path)
        case .named(let element, .pathPattern): chapters(of: element, at: path + ["PATH"])
        case .named(let element, _): chapters(of: element, at: path + ["NAME"])
        case .quantity, .boolean, .choice, .text: []
        }
    }

    /// What may stand behind a key.
    private static func value(_ shape: Shape) -> String {
        switch shape {
        case .quantity(let setting, let word): Quantity.expected(setting) + (word.map { ", or \($0)" } ?? "")
        case .boolean(_, let kind): kind.map { "true, false, or \($0.expected)" } ?? "true or false"
        case .choice(let words, _, _): words.alternatives
        case .text(let kind): kind.expected
        case .list(.table, _): "a list of mappings, see below"
        case .list(let element, _): "a list; each piece is \(value(element))"
        case .oneOrMore(let element): "\(value(element)), or a list of such"
        case .named(.text(let kind), let names): "a mapping from \(names.expected) to \(kind.expected)"
        case .named(_, let names): "a mapping whose keys are each \(names.expected), see below"
        case .table: "a mapping, see below"
        case .shorthand(let key, _): "a mapping, or its `\(key)` alone, see below"
        }
    }

    /// What holds where a key is left out, as far as it is one value.
    private static func missing(_ key: Table.Key) -> String {
        if key.isRequired { return "is an error" }
        switch (key.shape, key.standard) {
        case (.table, _), (.shorthand, _), (_, .list([])?), (_, .mapping([])?): return ""
        case (_, let standard?): return "`\(standard.flow)`"
        case (.boolean(let standard?, _), nil): return "`\(standard)`"
        default: return ""
        }
    }
}
