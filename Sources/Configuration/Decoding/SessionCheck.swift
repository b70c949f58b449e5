import Balancing
import Model

/// Complains about what a balancer's affinity cannot do.
enum SessionCheck {
    /// Looks at a balancer whose affinity was read.
    static func check(_ section: Section, _ balancer: BalancerConfiguration) {
        let mode = balancer.affinity?.mode
        if mode?.tellsSessionsApart != true {
            let cure = Cure(AffinityConfiguration.cureForCounting(balancer.affinity))
            refuseWithoutSessions(section, balancer.method, cure: cure)
        } else if let objection = mode?.objection(to: .failover) {
            section["failover"]?.complain(objection, cure: .takeAway())
        }
        if balancer.noFailover {
            if mode?.asksForMembers != true { section["no-failover"]?.refuseUntied("no-failover") }
            for key in ["failover", "failover-rate"] {
                section[key]?.complain("no-failover leaves no session that moves", cure: .takeAway("take one away"))
            }
        }
        checkRecovery(section, balancer)
    }

    private static func refuseWithoutSessions(_ section: Section, _ method: Balancing.Method, cure: Cure) {
        if method == .bysessions {
            section["method"]?.complain("bysessions needs an affinity that tells sessions apart", cure: cure)
        }
        for key in ["session-idle", "failover", "buddy-field", "failover-rate"] {
            section[key]?.complain("this affinity does not tell sessions apart", cure: cure)
        }
    }

    private static func checkRecovery(_ section: Section, _ balancer: BalancerConfiguration) {
        guard let slot = section["recovery"] else { return }
        guard let mode = balancer.affinity?.mode else {
            return slot.complain("there are no sessions that could return", cure: .takeAway())
        }
        if let objection = mode.objection(to: .recovery) {
            slot.complain(objection, cure: .takeAway())
        } else if balancer.returnsAfterRecovery, !balancer.failsOverToBuddy {
            slot.complain(
                "without failover: buddy a session that is to return is given to another member at each request",
                cure: .add("failover: buddy"))
        }
    }
}

extension Slot {
    /// Adds that a key is of use only where sessions are tied to members.
    ///
    /// - Parameter key: its name.
    func refuseUntied(_ key: String) {
        complain(
            "it is of use only where sessions are tied to members",
            cure: .takeAway("take \(key) away, or write affinity: { mode: insert, follow: JSESSIONID }"))
    }
}
