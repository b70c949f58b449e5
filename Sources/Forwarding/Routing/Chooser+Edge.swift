import Balancing
import Model

extension Chooser {
    /// The balancer that a configuration declares.
    ///
    /// - Parameters:
    ///   - unreachable: the indices of members that have no address.
    ///   - predecessor: the balancer of this name before a reload.
    ///   - workers: how many there are.
    ///   - surroundings: what members' health needs of the process.
    ///   - now: milliseconds of the monotonic clock.
    convenience init(
        _ configuration: BalancerConfiguration, unreachable: Set<Int>, replacing predecessor: Chooser?, workers: Int,
        surroundings: HealthSurroundings, now: Int64
    ) {
        let mode = configuration.affinity?.mode
        let countsSessions = mode?.tellsSessionsApart ?? false
        self.init(
            name: configuration.name, method: configuration.method,
            members: configuration.members.enumerated().map { index, member in
                MemberSpecification(
                    name: member.name, route: member.route,
                    loadFactor: LoadFactor(hundredths: member.loadFactorHundredths) ?? .one, set: member.set,
                    status: member.status, redirect: member.redirect.flatMap(configuration.member(ofRoute:)),
                    exchangesMax: member.exchangesMax, retryMilliseconds: Int64(member.retryMilliseconds),
                    formerName: member.formerName, isReachable: !unreachable.contains(index))
            },
            loadBoundHundredths: mode?.loadBoundHundredths,
            sessionIdleMilliseconds: countsSessions ? Int64(configuration.sessionIdleMilliseconds) : nil,
            isForcingRecovery: configuration.forceRecovery,
            failover: Failover(
                goesToBuddy: configuration.failsOverToBuddy, ratePerSecond: configuration.failoverRate),
            replacing: predecessor, workers: workers, health: configuration.healthRules,
            surroundings: surroundings, now: now)
    }
}
