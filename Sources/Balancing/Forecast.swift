/// What would become of a balancer's sessions if members left or came, as far as numbers tell.
public struct Forecast: Sendable, Equatable {
    /// A member before and after.
    public struct Member: Sendable, Equatable {
        /// The declared name, or that of the one to come.
        public let name: String
        /// Its share of the work.
        public let loadFactor: LoadFactor
        /// Its sessions now.
        public let sessions: Int
        /// Its sessions then.
        public internal(set) var sessionsAfter: Int
        /// Whether it leaves.
        public let isLeaving: Bool
        /// Whether it comes.
        public let isComing: Bool

        /// Its sessions then for a load factor of 1.
        public var loadAfter: Double { Double(sessionsAfter) * 100 / Double(loadFactor.hundredths) }
    }

    /// The members in the order of their declaration, and those that come behind them.
    public fileprivate(set) var members: [Member]
    /// Sessions that go to another member.
    public fileprivate(set) var moved = 0
    /// Sessions of members that leave which nobody can take.
    public fileprivate(set) var stranded = 0

    /// The member with the most sessions for its load factor then, of those that stay; `nil`: nobody stays.
    public var peak: Member? {
        members.filter { !$0.isLeaving }.max { $0.loadAfter < $1.loadAfter }
    }
}

extension Chooser {
    /// Foretells where sessions would be if members left or came.
    ///
    /// A session of a member that leaves goes to another one of its route, or to the one that it redirects to, if that
    /// can be used; else to those who may be elected, by their factors, as elections and hashes distribute on the
    /// average, or so that all have as many for their factors. Whoever comes is taken for one of them.
    ///
    /// - Parameters:
    ///   - sessions: the members' sessions, by index.
    ///   - leaving: who leaves.
    ///   - coming: who comes.
    ///   - isHashed: whether sessions belong to members by a hash, so that some move to whoever comes; else only new
    ///     ones go there.
    ///   - isEven: whether new sessions go to whoever has the fewest for its factor.
    ///   - now: milliseconds of the monotonic clock.
    public func forecast(
        sessions: [Int], leaving: MemberSet, coming: [(name: String, loadFactor: LoadFactor)], isHashed: Bool,
        isEven: Bool, now: Int64
    ) -> Forecast {
        precondition(sessions.count == members.count, "each member has a number of sessions")
        var forecast = Forecast(
            members: members.indices.map { index in
                Forecast.Member(
                    name: members[index].name, loadFactor: members[index].specification.loadFactor,
                    sessions: sessions[index], sessionsAfter: sessions[index], isLeaving: leaving.contains(index),
                    isComing: false)
            })
        forecast.members += coming.map { name, factor in
            Forecast.Member(
                name: name, loadFactor: factor, sessions: 0, sessionsAfter: 0, isLeaving: false, isComing: true)
        }
        let (usable, electable) = survivors(leaving, now: now)
        let takers = electable + Array(members.count..<forecast.members.count)
        var homeless = 0
        for member in members.indices where leaving.contains(member) {
            let count = sessions[member]
            forecast.members[member].sessionsAfter = 0
            if let heir = heir(of: member, among: usable) {
                forecast.members[heir].sessionsAfter += count
                forecast.moved += count
            } else if takers.isEmpty {
                forecast.stranded += count
            } else {
                homeless += count
            }
        }
        if isHashed { forecast.rehash(from: electable, to: Array(members.count..<forecast.members.count)) }
        forecast.give(homeless, to: takers, isEven: isEven)
        return forecast
    }

    /// Who can be given a session's request, and who may be elected, if some leave.
    private func survivors(_ leaving: MemberSet, now: Int64) -> (usable: MemberSet, electable: [Int]) {
        let (usable, drained, _) = survey(excluding: leaving, now: now)
        let candidates = order.candidates(usable, drained: drained)
        var electable: [Int] = []
        var position = candidates.begin
        while let member = candidates.next(&position) { electable.append(member) }
        return (usable, electable)
    }
}

extension Forecast {
    /// Moves the share of hashed sessions that is nearer to a member that comes.
    fileprivate mutating func rehash(from stayers: [Int], to comers: [Int]) {
        guard !comers.isEmpty else { return }
        let all = (stayers + comers).reduce(0) { $0 + members[$1].loadFactor.hundredths }
        let coming = comers.reduce(0) { $0 + members[$1].loadFactor.hundredths }
        var moving = 0
        for member in stayers {
            let count = members[member].sessions * coming / all
            members[member].sessionsAfter -= count
            moving += count
        }
        give(moving, to: comers, isEven: false)
    }

    /// Gives sessions to members.
    fileprivate mutating func give(_ count: Int, to takers: [Int], isEven: Bool) {
        guard count > 0, !takers.isEmpty else { return }
        moved += count
        let weights =
            isEven
            ? wants(of: takers, for: count) : takers.map { Double(members[$0].loadFactor.hundredths) }
        let total = weights.reduce(0, +)
        var (given, weight) = (0, 0.0)
        for (taker, share) in zip(takers, weights) {
            weight += share
            // By what all up to this one get, so that the parts have the whole's sum.
            let upTo = taker == takers.last ? count : min(count, Int((Double(count) * weight / total).rounded()))
            members[taker].sessionsAfter += upTo - given
            given = upTo
        }
    }

    /// What each needs so that all who get some have the same number for their factors.
    private func wants(of takers: [Int], for count: Int) -> [Double] {
        let ordered = takers.sorted { members[$0].loadAfter < members[$1].loadAfter }
        var (sessions, factors, level) = (Double(count), 0.0, 0.0)
        for taker in ordered {
            // Whoever has more than the level of those before it gets none.
            if factors > 0, members[taker].loadAfter >= level { break }
            sessions += Double(members[taker].sessionsAfter)
            factors += Double(members[taker].loadFactor.hundredths) / 100
            level = sessions / factors
        }
        return takers.map { taker in
            let member = members[taker]
            return max(0, level * Double(member.loadFactor.hundredths) / 100 - Double(member.sessionsAfter))
        }
    }
}
