import Session

/// What an exchange knows of its session where the affinity is written into cookies.
struct AffinityState {
    /// A cookie of sealed routes that is to be set in the application's place.
    enum Pending {
        case none
        /// What the client has sent does not count: it gets a token for the member that answers.
        case replacement
        /// The token of this member has less than half of its life left, or more than all of it.
        case renewal(member: UInt64)
    }

    /// Whether the exchange's balancer writes affinity, so that there is something to forget.
    var isUsed = false
    /// What the worker has of the balancer; `nil` where nothing of that is needed.
    var memory: AffinityMemory?
    /// Whether the client has sent a cookie of the name.
    var hasCookie = false

    // MARK: Inserted cookies

    /// The marks of the cookie that counts.
    var marks: InsertedMarks?
    /// Whether it is to be set anew with these marks.
    var isDue = false

    // MARK: Sealed routes

    /// What is to be set.
    var pending = Pending.none
    /// The session's identifier for that.
    var session: [UInt8] = []
    /// Whose route the application knows the session by; 0: by none.
    var named: UInt64 = 0
    /// The attributes of the application's cookie, if they were seen.
    var attributes: [UInt8]?
}
