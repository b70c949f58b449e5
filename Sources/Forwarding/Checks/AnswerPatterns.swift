import Balancing
import Model

/// The regular expressions that an answer to a check is held against.
struct AnswerPatterns {
    /// One of them.
    struct Pattern {
        /// As it is declared.
        let text: String
        let expression: RegularExpression

        /// - Returns: `nil` where none is declared: one that is cannot be wrong, or the configuration was refused.
        init?(_ text: String?) {
            guard let text, let expression = try? RegularExpression(text) else { return nil }
            self.text = text
            self.expression = expression
        }
    }

    /// What fields must match, by their names in lower case.
    let fields: [(name: String, pattern: Pattern)]
    /// What the content must match.
    let content: Pattern?
    /// What it must not match.
    let contentNot: Pattern?

    init(_ check: MemberCheck) {
        fields = check.answerFieldMatches.sorted { $0.key < $1.key }.compactMap { name, text in
            Pattern(text).map { (name, $0) }
        }
        content = Pattern(check.contentMatches)
        contentNot = Pattern(check.contentMatchesNot)
    }

    /// Whether content is looked at.
    var areOfContent: Bool { content != nil || contentNot != nil }
}
