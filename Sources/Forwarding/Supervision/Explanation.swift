import Bytes

/// To whom a request would be given now and why, in the words of the access log.
public struct Explanation: Codable, Sendable, Equatable {
    /// Who would answer: `member` or `martlet`.
    public var answeredBy: String
    /// The status where Martlet would answer; 0 where a member would.
    public var status: Int
    /// Why Martlet would answer; empty where a member would.
    public var reason: String
    /// The limit behind the reason; 0 where none is involved.
    public var limit: Int
    /// The path and the key of the rule that has decided; `sites` or `paths` where the request leads nowhere; empty
    /// where none has.
    public var rule: String
    /// The file that would be sent, or the folder that the client would be sent to; empty where none would.
    public var file: String
    /// The URL or the path that the client would be sent to by a redirect; `nil`: none would send it.
    public var location: String?
    /// The target that the member would get in place of the one that was asked for; `nil`: it would get that one.
    public var target: String?
    /// The balancer; empty where no site has the request.
    public var balancer: String
    /// The member that would get the request; empty for none.
    public var member: String
    /// Where the route came from: `path`, `query` or `cookie`; `key` where the request is hashed; empty for nothing.
    public var routeSource: String
    /// The route that is asked for, a letter for each of its bytes.
    public var routeAsked: String
    /// Whether another member would be given than the one asked for.
    public var routeChanged: Bool
    /// Why it would be this member; empty for none.
    public var routeReason: String
    /// The value of `X-Martlet-Route`.
    public var field: String
    /// What is said and changed in fields there, a line each, with the key that says so.
    public var fields: [String]
    /// What the request would be counted by, and what is left there; nothing was taken.
    public var limits: [Limit] = []

    /// What of the exchange waits for a slow client; `nil`: nothing.
    public var buffered: Buffered?

    /// What waits for slow clients.
    public struct Buffered: Codable, Sendable, Equatable {
        /// Where it waits.
        public struct Room: Codable, Sendable, Equatable {
            /// Bytes of memory.
            public var memory: Int
            /// Bytes of a file for what is more than that; 0 where there is none.
            public var file: Int
            /// On whose file system the file is.
            public var folder: String
        }

        /// For what the client has not taken of its answer; `nil`: it has none.
        public var answers: Room?
        /// For a request, which a member is asked when all of it is there; `nil`: it has none.
        public var requests: Room?
        /// Whether that holds for requests without a length alone.
        public var isForLengthless: Bool
    }

    /// What a rule lets through, and what is left of it.
    public struct Limit: Codable, Sendable, Equatable {
        /// The rule, and where it is declared.
        public var rule: String
        /// How many requests it lets through now.
        public var left: Int
        /// How many it would let through of who has sent none for long.
        public var of: Int
    }

    /// Puts a decision into words.
    ///
    /// - Parameters:
    ///   - answer: what Martlet would answer; `nil` where the decision's member would.
    ///   - place: where the request leads, if a rule there says so.
    ///   - rules: what holds there.
    ///   - key: what decides where no rule does.
    init(
        _ decision: Decision, answer: OwnAnswer?, at place: Place? = nil, rules: Rules? = nil, key otherKey: String = ""
    ) {
        fields = (answer == nil ? rules?.requestFields?.words("request") ?? [] : [])
        fields += rules?.answerFields?.words("answer") ?? []
        fields += (answer == nil ? rules?.cookies?.words ?? [] : []) + (rules?.transportSecurityWords ?? [])
        location = answer?.location
        answeredBy = answer == nil ? "member" : "martlet"
        status = answer?.status ?? 0
        reason = answer?.outcome.code.description ?? ""
        limit = answer?.refusal.limit ?? 0
        let key = answer?.rule.description ?? ""
        rule = key.isEmpty ? otherKey : place.map { String(decoding: $0.prefix, as: UTF8.self) + " " + key } ?? key
        file = ""
        balancer = decision.balancer
        member = decision.member
        routeSource = decision.source.description
        routeAsked = String(String.UnicodeScalarView(decision.asked.map { Unicode.Scalar($0) }))
        routeChanged = decision.isRouteChanged
        routeReason = decision.reason.description
        field = String(decoding: decision.fieldValue, as: UTF8.self)
    }

    /// Says which file would be sent.
    ///
    /// - Parameters:
    ///   - path: from the system's root.
    ///   - isFolder: whether it is a folder, to which the client is sent.
    init(file path: String, isFolder: Bool, at place: Place) {
        self.init(.none, answer: nil, rules: place.rules)
        // What members are told is of no use here.
        fields = place.rules?.answerFields?.words("answer") ?? []
        answeredBy = "martlet"
        status = isFolder ? 301 : 200
        rule = String(decoding: place.prefix, as: UTF8.self) + " files"
        file = path
    }
}

extension Explanation.Buffered {
    /// What a balancer's terms come to.
    init(_ buffering: Buffering) {
        func room(_ terms: SpoolTerms) -> Room {
            Room(memory: terms.memoryBytesMax, file: terms.fileBytesMax, folder: terms.folder)
        }
        answers = buffering.answers.map(room)
        requests = buffering.requests.map(room)
        isForLengthless = !buffering.gathersAll
    }
}
