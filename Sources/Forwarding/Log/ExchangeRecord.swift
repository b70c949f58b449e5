import Balancing
import HTTP

/// What the access log says of one exchange, gathered while it goes on.
struct ExchangeRecord {
    /// Nanoseconds of the monotonic clock when the head was parsed.
    var began = 0
    /// The same when the answer's head came; 0 when none did.
    var answered = 0
    /// The status sent to the client; 0 when none was.
    var status = 0
    /// What became of it.
    var outcome = Outcome.answered
    /// The limit behind the reason; 0 where none is involved.
    var limit = 0
    /// Where the route or the key was found; empty for nothing.
    var routeSource: StaticString = ""
    /// The last choice of a member.
    var choice: Choice?
    /// Whether its balancer answers in another one's place, of which no member may be given it.
    var isStandIn = false
    /// Members that were chosen.
    var attempts = 0
    /// Nanoseconds of the monotonic clock when the last one was, and from then until a connection to it was there; 0:
    /// one was kept.
    var given = 0
    var connected = 0
    /// Which of its addresses it was given the request at, while the log has that; -1: at none.
    var addressIndex = -1
    /// Times that the request was sent again on a new connection.
    var replays = 0
    /// Nanoseconds for which it waited until a member could take it.
    var waited = 0
    /// Content bytes from the client.
    var requestBytes = 0
    /// All bytes to the member.
    var sentBytes = 0
    /// Content bytes from the member.
    var receivedBytes = 0
    /// Content bytes to the client, as they were coded.
    var contentBytes = 0
    /// What waited here so that a member need not.
    var buffered = Buffered()
    /// What was done about the session's cookie in the answer.
    var affinity = AffinityAction.none
    /// Why the answer was compressed or not.
    var coding = CompressionDecision.disabled

    /// What waited here so that a member need not.
    struct Buffered: OptionSet {
        let rawValue: UInt8

        /// Some of the answer, until the client took it.
        static let answer = Buffered(rawValue: 1)
        /// The request, until all of it was there.
        static let request = Buffered(rawValue: 2)
        /// The request was more than may wait, and went to its member as it came.
        static let through = Buffered(rawValue: 4)

        /// The name in the access log.
        var name: StaticString {
            switch (contains(.answer), contains(.request), contains(.through)) {
            case (false, false, false): ""
            case (true, false, false): "answer"
            case (false, true, _): "request"
            case (true, true, _): "both"
            case (false, false, true): "through"
            case (true, false, true): "answer-through"
            }
        }
    }

    /// Whose answer the client got, or the beginning of it; empty where it left before there was one.
    var answeredBy: StaticString { answered != 0 ? "member" : status != 0 ? "martlet" : "" }

    /// The index of the member that was chosen last.
    var memberIndex: Int? { choice?.member }

    mutating func choose(_ choice: Choice, now: Int) {
        self.choice = choice
        attempts += 1
        given = now
        connected = 0
        addressIndex = -1
    }

    mutating func answer(status: Int, now: Int) {
        self.status = status
        answered = now
    }

    /// Notes why Martlet has answered itself, or broken an answer off.
    ///
    /// - Parameter isBegun: whether some of the member's answer has gone out, so that its status stands.
    // The status is handed in: looking it up here would be a call in the middle of an access to the record, and each of
    // the accesses to it be checked for exclusivity at run time.
    mutating func refuse(_ outcome: Outcome, status: Int, limit: Int, isBegun: Bool = false) {
        if !isBegun {
            self.status = status
            answered = 0
        }
        self.outcome = outcome
        self.limit = limit
    }
}
