import Balancing
import Model

/// Complains about what a balancer's affinity cannot do.
enum SessionCheck {
    /// Looks at a balancer whose affinity was read.
    static func check(_ section: Section, _ balancer: BalancerConfiguration) {
        let affinity = balancer.affinity
        if affinity?.tellsSessionsApart != true {
            let cure = Cure(AffinityConfiguration.cureForCounting(affinity))
            refuseWithoutSessions(section, balancer.method, cure: cure)
        } else if case .hash = affinity {
            section["failover"]?.complain(
                "mode hash gives a key to the next member in its order anyway", cure: .takeAway())
        }
        if balancer.noFailover {
            if affinity?.asksForMembers != true { section["no-failover"]?.refuseUntied("no-failover") }
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
        switch balancer.affinity {
        case .learn:
            guard balancer.returnsAfterRecovery, !balancer.failsOverToBuddy else { return }
            slot.complain(
                "without failover: buddy a session that is to return is given to another member at each request",
                cure: .add("failover: buddy"))
        case .route: slot.complain("the application's cookie decides to whom a session returns", cure: .takeAway())
        case .hash: slot.complain("a key returns to its member under mode hash anyway", cure: .takeAway())
        case .insert:
            slot.complain("the inserted cookie names the member that a session has moved to", cure: .takeAway())
        case .prefix, .sealed:
            slot.complain("Martlet's part of the cookie says to whom a session returns", cure: .takeAway())
        case nil: slot.complain("there are no sessions that could return", cure: .takeAway())
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
