import Balancing
import Model
import TLS

/// What a process leaves to the one that takes its place, beside its sockets: what it has learned, counted and been
/// told. What is measured in a configuration's terms goes by the names that both have.
///
/// Older and newer versions read it too: what one of them does not know is left out, so a property that is added must
/// be optional, or all that an older process leaves is lost.
///
/// Secret, for its keys: it goes from process to process in memory alone.
public struct Legacy: Codable, Sendable {
    /// A member.
    struct HeldMember: Codable {
        /// The balancer's name.
        let balancer: String
        /// The member's.
        let name: String
        let legacy: MemberLegacy
    }

    /// The sessions that a balancer has learned.
    struct HeldSessions: Codable {
        /// The balancer's name.
        let balancer: String
        let legacy: LearnedLegacy
    }

    /// Turns it, and what is left in a file, into bytes and back; may throw for bytes of another version.
    public struct Coding: Sendable {
        let encode: @Sendable (Legacy) throws -> [UInt8]
        let decode: @Sendable ([UInt8]) throws -> Legacy
        let encodeVerdicts: @Sendable (LeftVerdicts) throws -> [UInt8]
        let decodeVerdicts: @Sendable ([UInt8]) throws -> LeftVerdicts

        /// Makes a coding of its parts.
        public init(
            encode: @escaping @Sendable (Legacy) throws -> [UInt8],
            decode: @escaping @Sendable ([UInt8]) throws -> Legacy,
            encodeVerdicts: @escaping @Sendable (LeftVerdicts) throws -> [UInt8],
            decodeVerdicts: @escaping @Sendable ([UInt8]) throws -> LeftVerdicts
        ) {
            self.encode = encode
            self.decode = decode
            self.encodeVerdicts = encodeVerdicts
            self.decodeVerdicts = decodeVerdicts
        }
    }

    /// Whether the node is drained by control.
    let isNodeDrained: Bool
    /// The hosts of sites that control has closed for maintenance.
    let closedSites: [String]
    /// What members' names were answered last; `nil`: it is of before there was such a thing.
    let names: [LeftName]?
    /// The balancers' members.
    let members: [HeldMember]
    /// The key of sessions' hashes.
    let sessionKey: [UInt64]
    /// What balancers have learned.
    let sessions: [HeldSessions]
    /// What clients' tickets are sealed with.
    let ticketKeys: TicketKeyLegacy
    /// What the process has given up, and with it whoever it starts; `nil`: it is of before there was such a thing.
    let confinement: Confinement?
    /// What is measured, by names of ``Measures/tables(of:)``.
    let counters: [String: [UInt64]]
}

extension Legacy {
    /// What is left now.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    init(
        of edge: Edge, names: [LeftName], measures: Measures?, ticketKeys: TicketKeyLegacy, confinement: Confinement,
        isNodeDrained: Bool, now: Int64
    ) {
        self.isNodeDrained = isNodeDrained
        self.names = names
        self.confinement = confinement
        self.ticketKeys = ticketKeys
        closedSites = edge.closedSites.sorted()
        members = edge.balancers.flatMap { balancer in
            balancer.chooser.members.map {
                HeldMember(balancer: balancer.configuration.name, name: $0.name, legacy: $0.legacy)
            }
        }
        sessionKey = SessionWatch.keyNumbers
        let learningCount = edge.balancers.count { $0.learned != nil }
        let countMax = min(
            SuccessionLimits.sessionsMax, SuccessionLimits.sessionsMaxOfAll / max(1, learningCount))
        sessions = edge.balancers.compactMap { balancer in
            balancer.learned.map {
                HeldSessions(
                    balancer: balancer.configuration.name, legacy: $0.legacy(countMax: countMax, now: now))
            }
        }
        counters = (measures?.tables(of: edge) ?? [:]).mapValues(\.sums)
    }

    /// Gives an edge that nobody serves yet what the process before has left of it; what is no longer declared is
    /// forgotten.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    func give(to edge: Edge, measures: Measures?, now: Int64) {
        let balancers = Dictionary(uniqueKeysWithValues: edge.balancers.map { ($0.configuration.name, $0) })
        for held in members {
            guard let balancer = balancers[held.balancer] else { continue }
            let members = balancer.chooser.members
            let index = members.firstIndex { $0.name == held.name || $0.specification.formerName == held.name }
            if let index { members[index].take(held.legacy, causes: balancer.lastingCauses(of: index), now: now) }
        }
        for held in sessions {
            guard let balancer = balancers[held.balancer], let learned = balancer.learned else { continue }
            let members = balancer.configuration.members
            learned.take(held.legacy, names: members.map(\.name), formerNames: members.map(\.formerName), now: now)
        }
        let tables = measures?.tables(of: edge) ?? [:]
        for (name, sums) in counters { tables[name]?.take(sums) }
    }
}

extension Balancer {
    /// What may hold for a member when the process begins: what an operator has said, and what those have found out
    /// who ask it still.
    fileprivate func lastingCauses(of member: Int) -> HealthCauses {
        verdictCauses(of: member).union([.init(.operatorDrain), .init(.operatorMaintenance)])
    }

    /// What those may have found out who ask a member how it is.
    func verdictCauses(of member: Int) -> HealthCauses {
        var causes: HealthCauses = []
        if checks[member] != nil { causes.insert(.init(.failedCheck)) }
        if (configuration.members[member].agent ?? configuration.agent) != nil {
            causes.formUnion([.init(.agentDrain), .init(.agentMaintenance), .init(.agentDown)])
        }
        return causes
    }
}

extension Measures {
    /// All tables by names that another process has for them too, as far as both measure the same.
    func tables(of edge: Edge) -> [String: CounterTable] {
        var tables = ["strays": strays, "outcomes": outcomes, "handshakes": handshakes]
        for (address, table) in listenerTables { tables["listener \(address)"] = table }
        for balancer in edge.balancers {
            guard let measures = balancer.measures else { continue }
            let name = balancer.configuration.name
            tables["balancer \(name)"] = measures.table
            for (index, member) in balancer.chooser.members.enumerated() {
                if let table = measures.answersTable(of: index) { tables["member \(name)/\(member.name)"] = table }
            }
        }
        return tables
    }
}
