import Balancing

/// Where sessions would be, and where the peak.
public struct ForecastReport: Codable, Sendable, Equatable {
    /// The balancers that were asked about, in the order of their declaration.
    public var balancers: [Balancer]

    /// A balancer before and after.
    public struct Balancer: Codable, Sendable, Equatable {
        /// The declared name.
        public var name: String
        /// Sessions of all members together.
        public var sessions: Int
        /// Sessions that would go to another member.
        public var moved: Int
        /// Sessions of members that leave which nobody could take.
        public var stranded: Int
        /// The member that would have the most sessions for its load factor; `nil`: nobody stays.
        public var peak: String?
        /// The members in the order of their declaration, and those that come behind them.
        public var members: [Member]
    }

    /// A member before and after.
    public struct Member: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its share of the work.
        public var loadFactor: Double
        /// Its sessions now.
        public var sessions: Int
        /// Its sessions then.
        public var sessionsAfter: Int
        /// Its sessions then for a load factor of 1.
        public var loadAfter: Double
        /// Whether it would leave.
        public var isLeaving: Bool
        /// Whether it would come.
        public var isComing: Bool
    }
}

extension ForecastReport.Balancer {
    init(_ forecast: Forecast, name: String) {
        self.name = name
        sessions = forecast.members.reduce(0) { $0 + $1.sessions }
        moved = forecast.moved
        stranded = forecast.stranded
        peak = forecast.peak?.name
        members = forecast.members.map { member in
            ForecastReport.Member(
                name: member.name, loadFactor: member.loadFactor.number, sessions: member.sessions,
                sessionsAfter: member.sessionsAfter, loadAfter: member.loadAfter, isLeaving: member.isLeaving,
                isComing: member.isComing)
        }
    }
}

extension LoadFactor {
    /// As it is declared: 1 for 100 hundredths.
    var number: Double { Double(hundredths) / 100 }
}
