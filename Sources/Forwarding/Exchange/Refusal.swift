import HTTP
import Model

/// An answer that Martlet gives itself.
package struct Refusal {
    /// Why.
    package let outcome: Outcome
    /// The limit that was passed, where one is involved; else 0.
    package let limit: Int
    /// Seconds after which the client may ask again; 0: nothing is said of that.
    package var retryAfterSeconds: Int
    /// The status code (RFC 9110, section 15).
    package let status: Int
    /// The key of the rule that says so; empty: none does.
    let rule: StaticString
    /// The content; `nil`: the status and its reason phrase.
    package var page: Page?
    /// What the client reads best.
    package var kind = PageKind.text
    /// Further field lines, each with its CR LF.
    package var lines: [UInt8] = []

    /// Puts it together.
    ///
    /// - Parameter rule: the key of the rule that says so; empty: none does.
    package init(_ outcome: Outcome, limit: Int = 0, retryAfterSeconds: Int = 0, rule: StaticString = "") {
        self.outcome = outcome
        self.limit = limit
        self.retryAfterSeconds = retryAfterSeconds
        self.rule = rule
        status = outcome.entry.status
        page = nil
    }

    /// What a path answers itself.
    init(fixed answer: FixedAnswer) {
        outcome = .fixedAnswer
        limit = 0
        retryAfterSeconds = 0
        status = answer.status
        rule = "answer"
        page = answer.text.map { Page(Array($0.utf8), mediaType: "text/plain; charset=utf-8") }
    }

    /// The client is sent elsewhere.
    ///
    /// - Parameter location: where; `nil`: nowhere, as that would be too long.
    init(redirect location: [UInt8]?, status: Int) {
        outcome = location == nil ? .redirectTooLong : .redirected
        limit = location == nil ? Redirect.locationBytesMax : 0
        retryAfterSeconds = 0
        self.status = location == nil ? outcome.entry.status : status
        rule = "redirect"
        page = nil
        if let location { lines = Array("Location: ".utf8) + location + Array("\r\n".utf8) }
    }

    /// What is wrong with a head.
    init(_ error: HeadError) {
        self.init(.head(error.reason), limit: error.limit)
    }

    /// What is wrong with a content.
    init(_ error: ContentError) {
        self.init(.content(error.reason), limit: error.limit)
    }

    /// The session's member has failed, and its turn to move to another one has not come.
    static func paced(rate: Int, waitMilliseconds: Int64) -> Refusal {
        Refusal(.paced, limit: rate, retryAfterSeconds: Int((waitMilliseconds + 999) / 1_000))
    }

    /// What the client reads of the reason in the answer's content: all of it, where its own request is at fault.
    ///
    /// - Parameter mayExplain: whether the client may ask why it got its member (`explain-from`): those alone are told
    ///   what is the matter with members.
    func code(mayExplain: Bool) -> StaticString {
        mayExplain || outcome.entry.source == .client ? outcome.code : ""
    }
}
