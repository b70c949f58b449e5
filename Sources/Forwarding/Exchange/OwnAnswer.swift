import HTTP
import Model

/// An answer that Martlet gives itself.
package struct OwnAnswer: Sendable {
    /// Why it is given.
    package var refusal: Refusal
    /// The status code (RFC 9110, section 15).
    package let status: Int
    /// The key of the rule that says so; empty: none does.
    let rule: StaticString
    /// The content; `nil`: the status and its reason phrase.
    package var page: Page?
    /// What the client reads best.
    package var kind = PageKind.text
    /// What 405 says of the methods that are served.
    private(set) var methods = ErrorAnswer.methods
    /// Further field lines, each with its CR LF.
    package var lines: [UInt8] = []

    /// Where it sends the client; `nil`: nowhere.
    var location: String? {
        let name = "Location: "
        guard refusal.outcome == .redirected, lines.starts(with: name.utf8) else { return nil }
        return String(decoding: lines.dropFirst(name.utf8.count).prefix { $0 != 0x0D }, as: UTF8.self)
    }

    /// Why it is given.
    package var outcome: Outcome { refusal.outcome }

    /// What a refusal is answered.
    ///
    /// - Parameter rule: the key of the rule that says so; empty: none does.
    package init(_ refusal: Refusal, rule: StaticString = "") {
        self.refusal = refusal
        self.rule = rule
        status = refusal.outcome.entry.status
        page = nil
    }

    /// What a path answers itself.
    init(fixed answer: FixedAnswer) {
        refusal = Refusal(.fixedAnswer)
        status = answer.status
        rule = "answer"
        page = answer.text.map { Page(Array($0.utf8), mediaType: "text/plain; charset=utf-8") }
    }

    /// There is no file, or none that is sent.
    ///
    /// - Parameter lines: further field lines, each with its CR LF.
    init(file outcome: Outcome, lines: [UInt8] = []) {
        self.init(Refusal(outcome), rule: "files")
        self.lines = lines
        methods = FileHead.methods
    }

    /// The client is sent elsewhere.
    ///
    /// - Parameter location: where; `nil`: nowhere, as that would be too long.
    init(redirect location: [UInt8]?, status: Int) {
        rule = "redirect"
        page = nil
        if let location {
            refusal = Refusal(.redirected)
            self.status = status
            lines = Array("Location: ".utf8) + location + Array("\r\n".utf8)
        } else {
            refusal = Refusal(.redirectTooLong, limit: Redirect.locationBytesMax)
            self.status = refusal.outcome.entry.status
        }
    }
}
