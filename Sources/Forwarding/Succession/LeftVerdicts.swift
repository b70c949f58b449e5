import Balancing
import Model
import Reactor

/// What a process leaves of its members' health to one that is started after it: what checks and agents have found out,
/// and neither what operators have said nor anything that is secret.
///
/// It is asked for anew at once, so that it holds for as long as that takes: no request goes to a member of which it is
/// known that it is down.
public struct LeftVerdicts: Codable, Sendable {
    /// A member with something against it.
    struct HeldMember: Codable {
        /// The balancer's name.
        let balancer: String
        /// The member's.
        let name: String
        /// Where it is; what is known of it holds for nowhere else.
        let addresses: [String]
        /// What of `HealthCause` holds, by its name, with why.
        let causes: [String: String]
    }

    /// Says what the bytes are.
    let form: String
    /// When it was written, in seconds since 1970.
    let time: Int
    /// Those of whom something is known.
    let members: [HeldMember]

    private static let form = "martlet-verdicts-1"
}

extension LeftVerdicts {
    /// What is known now.
    ///
    /// - Parameter wallSeconds: seconds since 1970.
    package init(of edge: Edge, wallSeconds: Int) {
        form = Self.form
        time = wallSeconds
        members = edge.balancers.flatMap { balancer in
            balancer.chooser.members.indices.compactMap { index in balancer.held(index) }
        }
    }

    /// Why nothing of it holds; `nil`: it does.
    ///
    /// - Parameter wallSeconds: seconds since 1970.
    package func doubt(wallSeconds: Int) -> String? {
        guard form == Self.form else { return "they are of another form" }
        let (age, isOverflow) = wallSeconds.subtractingReportingOverflow(time)
        guard !isOverflow, age >= 0 else { return "they are of a time to come" }
        guard age <= SuccessionLimits.verdictSecondsMax else {
            return "they are older than \(SuccessionLimits.verdictSecondsMax) s"
        }
        return nil
    }

    /// Gives an edge that nobody serves yet what was known of its members. Those of other names or at other addresses,
    /// and those who are not asked any more, get nothing.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    /// - Returns: how many members have got something.
    package func give(to edge: Edge, now: Int64) -> Int {
        let held = Dictionary(members.map { ("\($0.balancer)/\($0.name)", $0) }) { first, _ in first }
        var count = 0
        for balancer in edge.balancers {
            for (index, member) in balancer.chooser.members.enumerated() {
                guard let known = held["\(balancer.configuration.name)/\(member.name)"],
                    known.addresses == balancer.pools[index].addresses.map(\.description)
                else { continue }
                let reasons = known.causes.mapValues(Self.shown)
                let allowed = balancer.verdictCauses(of: index)
                guard allowed.all.contains(where: { reasons["\($0.name)"] != nil }) else { continue }
                member.take(reasons: reasons, of: allowed, now: now)
                count += 1
            }
        }
        return count
    }

    /// A text from a file, as it may be shown anywhere, with where it is from.
    private static func shown(_ text: String) -> String {
        let note = ", before the restart"
        let scalars = text.unicodeScalars.prefix(SuccessionLimits.evidenceMax + note.count)
        let shown = String(String.UnicodeScalarView(scalars.map { 0x20...0x7E ~= $0.value ? $0 : "?" }))
        return shown.hasSuffix(note) ? shown : shown + note
    }
}

extension Balancer {
    /// What is known of a member; `nil`: nothing is against it that those have found out who ask it.
    fileprivate func held(_ index: Int) -> LeftVerdicts.HeldMember? {
        let allowed = Set(verdictCauses(of: index).all.map { "\($0.name)" })
        let member = chooser.members[index]
        guard !allowed.isEmpty else { return nil }
        let causes = member.lastingReasons.filter { allowed.contains($0.key) }
        guard !causes.isEmpty else { return nil }
        return LeftVerdicts.HeldMember(
            balancer: configuration.name, name: member.name, addresses: pools[index].addresses.map(\.description),
            causes: causes)
    }
}
