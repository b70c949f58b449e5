/// Why a member gets no requests, or none but those of its sessions. Each begins and ends by itself, whatever the
/// others do.
public enum HealthCause: UInt8, Sendable, CaseIterable {
    /// A request has failed on it, at its connection or by an answer that counts as an error. It ends with an answer
    /// behind the member's `retry`, or with `force-recovery`.
    case requestError
    /// Checks have failed; further ones end it, and nothing else does.
    case failedCheck
    /// It errs or is slow, unlike the others of its balancer (``OutlierWatch``); it ends when its time is over.
    case ejection
    /// Its agent has said `drain`.
    case agentDrain
    /// Its agent has said `maint`.
    case agentMaintenance
    /// Its agent has said `down`, `failed`, `fail` or `stopped`.
    case agentDown
    /// An operator has said `drain`.
    case operatorDrain
    /// An operator has taken it out.
    case operatorMaintenance

    /// The word for logs, tables and JSON.
    public var name: StaticString {
        switch self {
        case .requestError: "request-error"
        case .failedCheck: "check"
        case .ejection: "ejection"
        case .agentDrain: "agent-drain"
        case .agentMaintenance: "agent-maintenance"
        case .agentDown: "agent-down"
        case .operatorDrain: "drain"
        case .operatorMaintenance: "maintenance"
        }
    }
}

/// A set of causes.
public struct HealthCauses: OptionSet, Sendable, Hashable {
    /// A bit for each cause, at the place of its number.
    public let rawValue: UInt16

    /// Makes a set of bits.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The set of one cause.
    public init(_ cause: HealthCause) {
        rawValue = 1 << UInt16(cause.rawValue)
    }

    /// What is found out by watching, and may be wrong of all at once: it is not looked at while too few are left.
    static let verdicts: HealthCauses = [.init(.failedCheck), .init(.ejection), .init(.agentDown)]
    /// What somebody has said, to be obeyed.
    static let words: HealthCauses = [.init(.agentMaintenance), .init(.operatorMaintenance)]
    /// Those for which a member gets the requests of its sessions and no others.
    static let drains: HealthCauses = [.init(.agentDrain), .init(.operatorDrain)]

    /// The causes, in the order of their declaration.
    public var all: [HealthCause] { HealthCause.allCases.filter { contains(HealthCauses($0)) } }

    /// What a member gets for which these and no others hold.
    public var standing: MemberStanding {
        let drains = Self.drains
        return isEmpty ? .usable : isSubset(of: drains) ? .sessionsOnly : .down
    }
}

/// What a member gets.
public enum MemberStanding: UInt8, Sendable {
    /// Sessions and whoever has none.
    case usable
    /// The requests of its sessions and no others.
    case sessionsOnly
    /// Nothing.
    case down

    /// The word for tables and JSON.
    public var name: StaticString {
        switch self {
        case .usable: "usable"
        case .sessionsOnly: "sessions-only"
        case .down: "down"
        }
    }
}
