import Balancing
import Model

/// What is asked about sessions, where a balancer counts them.
extension Supervisor {
    /// How many live sessions members have. It looks at all of 64 KiB a member.
    public func sessions() -> SessionReport {
        let now = nowMillis
        return SessionReport(
            balancers: current.edge.balancers.map { balancer in
                let counts = balancer.chooser.sessionCounts(now: now)
                return SessionReport.Balancer(
                    name: balancer.configuration.name,
                    affinity: (balancer.configuration.affinity?.name ?? .none).rawValue,
                    sessions: balancer.chooser.distinctSessionCount(now: now),
                    members: balancer.chooser.members.enumerated().map { index, member in
                        SessionReport.Member(
                            name: member.name, loadFactor: member.specification.loadFactor.number,
                            sessions: counts?[index])
                    })
            })
    }

    /// Foretells where sessions would be if members left or came.
    ///
    /// - Throws: where a name is unknown or taken, and where sessions are not counted.
    public func forecast(_ request: ForecastRequest) throws(SupervisionError) -> ForecastReport {
        let coming = try additions(request)
        var reports: [ForecastReport.Balancer] = []
        for balancer in try balancers(request) { reports.append(try forecast(request, coming, balancer)) }
        return ForecastReport(balancers: reports)
    }

    private func additions(
        _ request: ForecastRequest
    ) throws(SupervisionError) -> [(name: String, loadFactor: LoadFactor)] {
        var additions: [(name: String, loadFactor: LoadFactor)] = []
        for addition in request.add {
            let hundredths = (addition.loadFactor * 100).rounded()
            guard (1...10_000).contains(hundredths), let factor = LoadFactor(hundredths: Int(hundredths)) else {
                throw SupervisionError(
                    .malformed,
                    "add: \(addition.name): expected a load factor from 0.01 to 100, found \(addition.loadFactor)",
                    cure: "leave it out for 1")
            }
            additions.append((addition.name, factor))
        }
        return additions
    }

    /// The balancers that are asked about.
    private func balancers(_ request: ForecastRequest) throws(SupervisionError) -> [Balancer] {
        let balancers = current.edge.balancers
        let leaving = request.drain + request.lose
        if let name = request.balancer {
            return [try balancer(name)]
        }
        guard !leaving.isEmpty else {
            guard balancers.count == 1 else {
                throw SupervisionError(
                    .malformed, "there are several balancers: \(Self.list(balancers.map(\.configuration.name)))",
                    cure: "say which one is meant")
            }
            return balancers
        }
        let found = balancers.filter { balancer in
            leaving.allSatisfy { name in balancer.configuration.members.contains { $0.name == name } }
        }
        guard !found.isEmpty else {
            throw SupervisionError(
                .noSuchMember, "no balancer has all the members that would leave: \(Self.list(leaving))",
                cure: "the balancers are \(Self.list(balancers.map(\.configuration.name)))")
        }
        return found
    }

    private func forecast(
        _ request: ForecastRequest, _ coming: [(name: String, loadFactor: LoadFactor)], _ balancer: Balancer
    ) throws(SupervisionError) -> ForecastReport.Balancer {
        let name = balancer.configuration.name
        var leaving = MemberSet()
        for member in request.drain + request.lose { leaving.insert(try index(of: member, in: balancer)) }
        if let taken = coming.first(where: { new in balancer.configuration.members.contains { $0.name == new.name } }) {
            throw SupervisionError(
                .malformed, "add: the balancer \"\(name)\" has a member \"\(taken.name)\"",
                cure: "give the one to come another name")
        }
        guard let sessions = balancer.chooser.sessionCounts(now: nowMillis) else {
            throw SupervisionError(
                .notCounted, "the sessions of the balancer \"\(name)\" are not counted",
                cure: AffinityConfiguration.cureForCounting(balancer.configuration.affinity))
        }
        let forecast = balancer.chooser.forecast(
            sessions: sessions, leaving: leaving, coming: coming,
            isHashed: balancer.configuration.affinity?.mode.isHashed ?? false,
            isEven: balancer.configuration.method == .bysessions, now: nowMillis)
        return ForecastReport.Balancer(forecast, name: name)
    }
}
