import Model

/// Finds answers of paths and cases that say less than they should, or more than they can.
enum AnswerCheck {
    /// Statuses whose answers have no content (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5).
    private static let withoutContent: Set = [204, 205, 304]

    /// Looks at who answers, and with what.
    static func check(_ action: SiteConfiguration.Path.Action, _ section: Section) {
        guard case .answer(let answer) = action else { return }
        if RedirectConfiguration.Status(rawValue: "\(answer.status)") != nil {
            section["answer"]?.warn(
                "\(answer.status) sends clients elsewhere, and there is no place in it",
                cure: "write redirect: { to: /new, status: \(answer.status) } in place of answer")
        }
        if answer.text != nil, withoutContent.contains(answer.status) {
            section["text"]?.warn("an answer of \(answer.status) has no content", cure: .takeAway())
        }
    }
}
