import Testing

/// A request, and what is to become of it, as a line of a ``RuleTable`` says it.
struct RuleRow: Sendable, CustomTestStringConvertible {
    /// Who answers.
    enum Verdict: Sendable, Equatable {
        case member(String)
        /// Martlet, for a reason; the rule is empty where none has decided.
        case own(status: Int, reason: String, rule: String)
    }

    /// What `martlet explain` says of it.
    enum Explained: Sendable, Equatable {
        /// What happens.
        case same
        /// Something else, as it cannot know what decides.
        case other(Verdict)
    }

    let edge: RuleEdge
    let testDescription: String
    /// What tables call the listener, and the client.
    let listener: String
    let client: String
    /// Which of so many same requests it is.
    var count = 1
    /// Whether those before it are under way still.
    var isCrowded = false
    let method: String
    /// `nil`: it names none, and is one of HTTP/1.0.
    let host: String?
    let target: String
    let fields: [String]
    let verdict: Verdict
    var explained = Explained.same
    /// What the member is told: a target, `Name: value`, or `-Name` for what it is not told.
    let told: [String]
    /// What the client is, likewise.
    let shown: [String]

    /// - Returns: `nil` for what is no row.
    init?(_ text: String, of edge: RuleEdge) {
        self.edge = edge
        testDescription = "\(edge.name): \(text)"
        let columns = text.split(separator: "|", omittingEmptySubsequences: false).map(\.trimmed)
        guard 3...5 ~= columns.count else { return nil }
        let who = columns[0].words
        let pieces = columns[1].pieces
        guard who.count == 2, var words = pieces.first?.words else { return nil }
        (listener, client) = (who[0], who[1])
        if let first = words.first, let last = first.last, last == "." || last == "&" {
            guard let count = Int(first.dropLast()) else { return nil }
            (self.count, isCrowded) = (count, last == "&")
            words.removeFirst()
        }
        guard words.count == 3 else { return nil }
        (method, host, target) = (words[0], words[1] == "-" ? nil : words[1], words[2])
        fields = Array(pieces.dropFirst())
        let verdicts = columns[2].pieces
        guard let verdict = verdicts.first.flatMap(Self.verdict) else { return nil }
        self.verdict = verdict
        if verdicts.count > 1 {
            guard verdicts[1].hasPrefix("explain: "), let other = Self.verdict(String(verdicts[1].dropFirst(9)))
            else { return nil }
            explained = .other(other)
        }
        told = columns.count > 3 && columns[3] != "-" ? columns[3].pieces : []
        shown = columns.count > 4 ? columns[4].pieces : []
    }

    /// The head as the client sends it.
    var head: String {
        let host = host.map { ["Host: \($0)"] } ?? []
        let lines = ["\(method) \(target) HTTP/1.\(host.isEmpty ? 0 : 1)"] + host + fields
        return lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    /// Bytes of content that it announces; `nil`: it has none.
    var contentLength: Int? {
        fields.first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) }
    }

    private static func verdict(_ text: String) -> Verdict? {
        let words = text.words
        guard let first = words.first else { return nil }
        guard let status = Int(first) else { return words.count == 1 ? .member(first) : nil }
        guard words.count > 1 else { return nil }
        return .own(status: status, reason: words[1], rule: words.dropFirst(2).joined(separator: " "))
    }
}

extension StringProtocol {
    /// Without the blanks around it.
    var trimmed: String {
        guard let start = firstIndex(where: { $0 != " " }), let end = lastIndex(where: { $0 != " " }) else { return "" }
        return String(self[start...end])
    }

    /// What blanks part.
    fileprivate var words: [String] { split(separator: " ").map { String($0) } }

    /// What semicolons behind a blank part.
    fileprivate var pieces: [String] { split(separator: " ;").map(\.trimmed).filter { !$0.isEmpty } }
}
