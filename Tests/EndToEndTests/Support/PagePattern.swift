import Foundation

/// An output as a page shows it: `…` stands for anything within a line, a line of nothing else for any lines, and
/// runs of blanks for one.
struct PagePattern {
    private let pattern: String

    /// - Parameter isPart: whether other lines may come before, between and behind those of the page.
    init(_ text: String, isPart: Bool = false) {
        let anyLines = "(?:[^\\n]*\\n)*?"
        let lines = Self.lines(text).map { line in
            line == "…" ? anyLines : Self.escaped(line) + "\\n"
        }
        pattern = isPart ? anyLines + lines.joined(separator: anyLines) + anyLines : lines.joined()
    }

    /// Whether what was written is what the page shows.
    func matches(_ written: String) -> Bool {
        let text = Self.lines(written).map { $0 + "\n" }.joined()
        guard let expression = try? NSRegularExpression(pattern: "\\A\(pattern)\\z") else { return false }
        return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    private static func lines(_ text: String) -> [String] {
        let lines = text.components(separatedBy: "\n").map { line in
            line.split(whereSeparator: { $0 == " " || $0 == "\r" }).joined(separator: " ")
        }
        return Array(lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed())
    }

    private static func escaped(_ line: String) -> String {
        line.components(separatedBy: "…").map(NSRegularExpression.escapedPattern).joined(separator: "[^\\n]*")
    }
}
