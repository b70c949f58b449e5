import Balancing
import Model

/// Whose session is whose by what members' answers have said, where a mode learns it.
extension LearnedSessions {
    /// The table that a configuration declares; `nil` where it declares none.
    ///
    /// - Parameters:
    ///   - predecessor: the table of the balancer of this name before a reload.
    ///   - now: milliseconds of the monotonic clock.
    init?(_ configuration: BalancerConfiguration, replacing predecessor: LearnedSessions?, now: Int64) {
        guard let entries = configuration.affinity?.mode.learnedSessions else { return nil }
        self.init(
            names: configuration.members.map(\.name), formerNames: configuration.members.map(\.formerName),
            capacity: entries, idleMilliseconds: Int64(configuration.sessionIdleMilliseconds), replacing: predecessor,
            now: now)
    }

    /// Whose a request is; `nil` where that is not known, or clients are tied to that member no more.
    func member(of session: UInt64, of balancer: Balancer, now: Int64, isRehearsal: Bool) -> Int? {
        guard let member = member(of: session, now: now, isRehearsal: isRehearsal), balancer.ties[member] else {
            return nil
        }
        return member
    }

    /// A member has begun a session.
    func onBegun(_ session: UInt64, by member: Int, of balancer: Balancer, now: Int64) {
        if balancer.ties[member] { learn(session, member: member, now: now) }
    }

    /// A member has answered a request of a session: one that was moved there is tied to it, unless it is to return.
    ///
    /// - Parameter preferences: whose it was.
    func onAnswered(
        _ session: UInt64, by member: Int, preferences: MemberPreferences, of balancer: Balancer, now: Int64
    ) {
        guard preferences.count > 0, preferences[0] != member, !balancer.configuration.returnsAfterRecovery,
            balancer.ties[member]
        else { return }
        learn(session, member: member, now: now)
    }
}
