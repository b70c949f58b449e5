import Balancing
import Forwarding

/// Decodes what a balancer knows and does of sessions, and complains about what its affinity cannot do.
enum SessionPolicyDecoder {
    /// What is declared.
    struct Policy {
        /// `session-idle`, in milliseconds.
        let idle: Int
        /// Whether `failover` is `buddy`.
        let goesToBuddy: Bool
        /// Whether `recovery` is `return`.
        let returns: Bool
        /// `buddy-field`.
        let buddyField: String?
        /// `failover-rate`.
        let rate: Int?
    }

    /// Decodes the keys of a balancer's section.
    ///
    /// - Parameter isAffinityRight: whether nothing was found wrong with the affinity.
    static func decode(
        _ section: Section, _ method: Balancing.Method?, _ affinity: AffinityConfiguration?, isAffinityRight: Bool
    ) -> Policy {
        let policy = Policy(
            idle: section.value("session-idle"), goesToBuddy: section["failover"]?.choice() == "buddy",
            returns: section["recovery"]?.choice() == "return",
            buddyField: section["buddy-field"]?.ownField(such: "X-Buddy"),
            rate: section.declared("failover-rate"))
        guard isAffinityRight else { return policy }
        if affinity?.tellsSessionsApart != true {
            refuseWithoutSessions(section, method, cure: Cure(AffinityConfiguration.cureForCounting(affinity)))
        } else if case .hash = affinity {
            section["failover"]?.complain(
                "mode hash gives a key to the next member in its order anyway", cure: .takeAway())
        }
        if section["no-failover"]?.boolean() == true {
            if affinity?.asksForMembers != true { section["no-failover"]?.refuseUntied("no-failover") }
            for key in ["failover", "failover-rate"] {
                section[key]?.complain("no-failover leaves no session that moves", cure: .takeAway("take one away"))
            }
        }
        checkRecovery(section, policy, affinity)
        return policy
    }

    private static func refuseWithoutSessions(_ section: Section, _ method: Balancing.Method?, cure: Cure) {
        if method == .bysessions {
            section["method"]?.complain("bysessions needs an affinity that tells sessions apart", cure: cure)
        }
        for key in ["session-idle", "failover", "buddy-field", "failover-rate"] {
            section[key]?.complain("this affinity does not tell sessions apart", cure: cure)
        }
    }

    private static func checkRecovery(_ section: Section, _ policy: Policy, _ affinity: AffinityConfiguration?) {
        guard let slot = section["recovery"] else { return }
        switch affinity {
        case .learn:
            guard policy.returns, !policy.goesToBuddy else { return }
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
