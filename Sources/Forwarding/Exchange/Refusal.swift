/// An answer that Martlet gives itself: the status, and why, for the log.
struct Refusal: Equatable {
    /// The status code (RFC 9110, section 15).
    let status: Int
    /// A stable code that the access log prints.
    let reason: StaticString
    /// The limit that was passed, where one is involved; else 0.
    let limit: Int
    /// Seconds after which the client may ask again; 0: nothing is said of that.
    let retryAfterSeconds: Int

    init(_ status: Int, _ reason: StaticString, limit: Int = 0, retryAfterSeconds: Int = 0) {
        self.retryAfterSeconds = retryAfterSeconds
        self.status = status
        self.reason = reason
        self.limit = limit
    }

    static let plainHTTP = Refusal(400, "plain-http")
    static let noSite = Refusal(404, "no-site")
    static let noPath = Refusal(404, "no-path")
    static let pathAmbiguous = Refusal(400, "path-ambiguous")
    static let destinationElsewhere = Refusal(502, "destination-elsewhere")
    static let connectMethod = Refusal(405, "connect-method")
    static let traceMethod = Refusal(405, "trace-method")
    static let noMember = Refusal(503, "no-member")
    static let sessionMemberLost = Refusal(503, "session-member-unavailable")
    static let memberBusy = Refusal(503, "member-busy")
    static let membersBusy = Refusal(503, "members-busy")
    static let noDescriptor = Refusal(503, "no-descriptor")
    static let connectTimeout = Refusal(504, "connect-timeout")
    static let answerTimeout = Refusal(504, "answer-timeout")
    static let callTimeout = Refusal(504, "grpc-timeout")
    static let answerBroken = Refusal(502, "answer-broken")
    static let answerDiscarded = Refusal(502, "answer-discarded")
    static let answerTooLarge = Refusal(502, "answer-head-too-large")
    static let answerUnsealed = Refusal(502, "answer-unsealed")
    static let switchUnasked = Refusal(502, "switch-unasked")
    static let switchRefused = Refusal(502, "switch-refused")
    static let switchUnproven = Refusal(502, "switch-unproven")
    static let switchUnsupported = Refusal(502, "switch-unsupported")
    static let misdirected = Refusal(421, "misdirected")
    static let requestTooLarge = Refusal(431, "head-too-large")

    static let contentCodingBroken = Refusal(400, "content-coding-broken")

    /// The session's member has failed, and its turn to move to another one has not come.
    static func paced(rate: Int, waitMilliseconds: Int64) -> Refusal {
        Refusal(503, "paced", limit: rate, retryAfterSeconds: Int((waitMilliseconds + 999) / 1_000))
    }
    static func contentExpands(limit: Int) -> Refusal { Refusal(413, "request-expansion", limit: limit) }
    static func contentTooLarge(limit: Int) -> Refusal { Refusal(413, "request-body", limit: limit) }

    /// What the client reads of the reason in the answer's content: all of it, where its own request is at fault.
    ///
    /// - Parameter mayExplain: whether the client may ask why it got its member (`explain-from`): those alone are told
    ///   what is the matter with members.
    func code(mayExplain: Bool) -> StaticString {
        mayExplain || status < 500 || status == 501 || status == 505 || self == .destinationElsewhere ? reason : ""
    }

    static func == (left: Refusal, right: Refusal) -> Bool {
        left.status == right.status && left.reason.description == right.reason.description
    }
}
