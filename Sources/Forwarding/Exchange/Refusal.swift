import HTTP

/// Why Martlet answers a request itself: the reason, with its figures. What is answered then is an ``OwnAnswer``.
///
/// It refers to nothing, so that it is handed from step to step without a reference counted.
package struct Refusal: Sendable {
    /// Why.
    package let outcome: Outcome
    /// The limit that was passed, where one is involved; else 0.
    package let limit: Int
    /// Seconds after which the client may ask again; 0: nothing is said of that.
    package var retryAfterSeconds: Int

    /// Puts it together.
    package init(_ outcome: Outcome, limit: Int = 0, retryAfterSeconds: Int = 0) {
        self.outcome = outcome
        self.limit = limit
        self.retryAfterSeconds = retryAfterSeconds
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
