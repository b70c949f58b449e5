import Foundation

/// The page of all verbs, made from what the program says of itself (`--experimental-dump-help`).
struct VerbPage {
    private struct Help: Decodable {
        let command: Command
    }

    private struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let arguments: [Argument]?
        let subcommands: [Command]?
        let shouldDisplay: Bool
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let abstract: String?
        let defaultValue: String?
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let shouldDisplay: Bool

        /// As it is typed.
        var text: String {
            let value = "<\(valueName ?? "value")>"
            guard kind != "positional", let name = names?.first(where: { $0.kind == "long" })?.name else {
                return value
            }
            return kind == "flag" ? "--\(name)" : "--\(name) \(value)"
        }

        /// As the line of usage has it.
        var usage: String {
            let text = isRepeating ? "\(text) …" : text
            return isOptional ? "[\(text)]" : text
        }

        /// Whether it is a verb's own: all have the others.
        var isOwn: Bool { shouldDisplay && !["help", "version"].contains(valueName ?? "") }
    }

    /// The page, with a line feed at its end.
    let text: String

    /// - Parameter dump: what `martlet --experimental-dump-help` prints.
    init(dump: Data) throws {
        let program = try JSONDecoder().decode(Help.self, from: dump).command
        var lines = [
            "# Verbs", "", "What each verb of `\(program.commandName)` does, its options, and how it ends.", "",
            "## Overview", "", program.abstract ?? "", "",
        ]
        lines += Self.paragraphs(program.discussion ?? "")
        lines += [
            "A verb or option that there is none of is told with the nearest one.",
            "`\(program.commandName) --version` prints the version, `\(program.commandName) VERB --help` what is here.",
            "",
        ]
        for verb in program.subcommands ?? [] where verb.shouldDisplay && verb.commandName != "help" {
            lines += Self.chapter(verb, of: program.commandName)
        }
        text = lines.dropLast().joined(separator: "\n") + "\n"
    }

    private static func chapter(_ verb: Command, of program: String) -> [String] {
        let own = (verb.arguments ?? []).filter(\.isOwn)
        let usage = ([program, verb.commandName] + own.map(\.usage)).joined(separator: " ")
        var lines = ["## \(verb.commandName)", "", verb.abstract ?? "", "", "```", usage, "```", ""]
        lines += paragraphs(verb.discussion ?? "")
        guard !own.isEmpty else { return lines }
        lines += ["| option | if left out | what it is for |", "|---|---|---|"]
        lines += own.map { argument in
            let missing = argument.defaultValue.map { "`\($0)`" } ?? (argument.isOptional ? "" : "is an error")
            return "| `\(argument.text)` | \(missing) | \(argument.abstract ?? "") |"
        }
        return lines + [""]
    }

    /// A discussion's paragraphs; one of command lines, or of numbers with their meaning, keeps its lines.
    private static func paragraphs(_ discussion: String) -> [String] {
        discussion.components(separatedBy: "\n\n").filter { !$0.isEmpty }.flatMap { paragraph in
            let isListing = paragraph.hasPrefix("martlet ") || paragraph.first?.isNumber == true
            return isListing
                ? ["```", paragraph, "```", ""] : [paragraph.replacingOccurrences(of: "\n", with: " "), ""]
        }
    }
}
