/// How many live sessions members have.
public struct SessionReport: Codable, Sendable, Equatable {
    /// The balancers in the order of their declaration.
    public var balancers: [Balancer]

    /// A balancer and its members.
    public struct Balancer: Codable, Sendable, Equatable {
        /// The declared name.
        public var name: String
        /// How sessions stay with their member, as it is declared; `none` where they do not.
        public var affinity: String
        /// Different sessions of all members together; `nil` where they are not counted.
        public var sessions: Int?
        /// The members in the order of their declaration.
        public var members: [Member]
    }

    /// A member.
    public struct Member: Codable, Sendable, Equatable {
        /// The declared name.
        public var name: String
        /// Its share of the work.
        public var loadFactor: Double
        /// Its sessions; `nil` where they are not counted.
        public var sessions: Int?
    }
}
