import Foundation
import Testing

/// A Swift file of the repository, line by line.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// Relative to the repository.
    let path: String
    /// As they stand in the file.
    let lines: [String]
    /// The same with comments and the insides of string literals taken out.
    let code: [String]

    var testDescription: String { path }

    /// The room that a file of `Sources` belongs to.
    var room: String {
        let parts = path.split(separator: "/")
        return parts.first == "Sources" && parts.count > 2 ? String(parts[1]) : ""
    }

    /// The file's name without its extension and without what follows a plus.
    var subject: String {
        let name = path.split(separator: "/").last ?? ""
        return String(name.prefix { $0 != "." && $0 != "+" })
    }

    init(path: String, root: URL) throws {
        self.path = path
        let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var isInString = false
        code = lines.map { SourceFile.code(of: $0, isInString: &isInString) }
    }

    /// `place:line` for every line of code that the pattern is found in.
    func places(of pattern: some RegexComponent) -> [String] {
        code.enumerated().compactMap { index, line in
            line.firstMatch(of: pattern) == nil ? nil : "\(path):\(index + 1)"
        }
    }

    /// A line without its comment and without the insides of its string literals.
    private static func code(of line: String, isInString: inout Bool) -> String {
        if line.contains("\"\"\"") {
            defer { isInString.toggle() }
            return isInString ? "" : String(line.prefix { $0 != "\"" })
        }
        if isInString { return "" }
        var result = ""
        var isQuoted = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" { isQuoted.toggle() }
            if character == "/", previous == "/", !isQuoted { return String(result.dropLast()) }
            if !isQuoted { result.append(character) }
            previous = previous == "\\" && character == "\\" ? " " : character
        }
        return result
    }
}
