/// Finds the members of a balancer that err or are slow, unlike the others, and ejects them for a while.
///
/// It goes by what workers count, and is asked each second, off every request's way. Whoever is judged is compared with
/// the lower middle of the others: when all err or are slow, nobody is an outlier, and of several outliers none hides
/// the others.
public struct OutlierWatch: Sendable {
    private let rules: EjectionRules
    /// By the members' state, which outlives reloads.
    private var records: [ObjectIdentifier: Record] = [:]

    private struct Record: Sendable {
        /// Held, so that no other one gets its identity while there is a record of it.
        let state: MemberState
        var window = AnswerWindow()
        /// `nil`: it is not ejected.
        var ejectedUntil: Int64?
        /// How often it was ejected in a row.
        var times = 0
        /// Since when it is well, less the time for which it was forgiven.
        var wellSince: Int64 = 0

        init(of state: MemberState) {
            self.state = state
        }

        /// It is ejected no longer.
        mutating func comeBack(now: Int64) {
            ejectedUntil = nil
            wellSince = now
            window.clear()
        }
    }

    /// What a look has changed.
    public struct Change: Sendable, Equatable {
        /// The member's index.
        public let member: Int
        /// For how many milliseconds it is ejected; `nil`: it is ejected no longer.
        public let milliseconds: Int64?
        /// Why.
        public let evidence: String
    }

    /// Begins to watch, or goes on after a reload.
    ///
    /// - Parameter predecessor: what has watched the members before.
    public init(_ rules: EjectionRules, replacing predecessor: OutlierWatch? = nil) {
        self.rules = rules
        records = predecessor?.records ?? [:]
    }

    /// Looks at the members of a balancer, lets those return whose time is over, and ejects outliers.
    ///
    /// - Parameters:
    ///   - chooser: the balancer as it is served.
    ///   - now: milliseconds of the monotonic clock, a second after the last look.
    public mutating func look(at chooser: Chooser, now: Int64) -> [Change] {
        let members = chooser.members
        var seen: [ObjectIdentifier: Record] = [:]
        for member in members {
            let identity = ObjectIdentifier(member.state)
            var record = records[identity] ?? Record(of: member.state)
            record.window.add(member.state.answerReading)
            seen[identity] = record
        }
        records = seen
        var changes = endEjections(of: members, now: now) + endWhereNobodyIsLeft(members, now: now)
        let compared = members.indices.filter { isCompared(members[$0], now: now) }
        markSlow(compared, members)
        let outliers = complaints(compared, members)
        for (index, complaint) in outliers.sorted(by: { $0.complaint.weight > $1.complaint.weight }) {
            guard mayEject(index, of: chooser, now: now) else { continue }
            changes.append(eject(index, of: members, complaint.evidence, now: now))
        }
        return changes
    }

    // MARK: - Ejections

    private mutating func endEjections(of members: [Member], now: Int64) -> [Change] {
        var changes: [Change] = []
        for (index, member) in members.enumerated() {
            let identity = ObjectIdentifier(member.state)
            guard var record = records[identity] else { continue }
            if let until = record.ejectedUntil {
                guard until <= now else { continue }
                let evidence = "its time is over"
                member.end(.ejection, evidence: evidence, now: now)
                record.comeBack(now: now)
                changes.append(Change(member: index, milliseconds: nil, evidence: evidence))
            } else if record.times > 0, now - record.wellSince >= Int64(rules.milliseconds) {
                record.times -= 1
                record.wellSince += Int64(rules.milliseconds)
            }
            records[identity] = record
        }
        return changes
    }

    /// Lets all of a set return whose others have gone down since: who errs now and then is better than nobody.
    private mutating func endWhereNobodyIsLeft(_ members: [Member], now: Int64) -> [Change] {
        let usable = Set(members.filter { isUsable($0, now: now) }.map(\.specification.set))
        var changes: [Change] = []
        for (index, member) in members.enumerated() where !usable.contains(member.specification.set) {
            let identity = ObjectIdentifier(member.state)
            guard records[identity]?.ejectedUntil != nil else { continue }
            let evidence = "nobody else of its set can be used"
            member.end(.ejection, evidence: evidence, now: now)
            records[identity]?.comeBack(now: now)
            changes.append(Change(member: index, milliseconds: nil, evidence: evidence))
        }
        return changes
    }

    private mutating func eject(_ index: Int, of members: [Member], _ evidence: String, now: Int64) -> Change {
        let identity = ObjectIdentifier(members[index].state)
        var record = records[identity] ?? Record(of: members[index].state)
        record.times += 1
        let milliseconds = rules.milliseconds(times: record.times)
        record.ejectedUntil = now + milliseconds
        record.window.clear()
        records[identity] = record
        members[index].begin(.ejection, evidence: evidence, now: now)
        return Change(member: index, milliseconds: milliseconds, evidence: evidence)
    }

    /// Whether enough others are left: of the member's set, and of the balancer.
    private func mayEject(_ index: Int, of chooser: Chooser, now: Int64) -> Bool {
        let members = chooser.members
        let ejected = members.count { $0.state.lastingCauses.contains(HealthCauses(.ejection)) }
        guard (ejected + 1) * 100 <= rules.ejectedMaxPercent * members.count else { return false }
        let set = members[index].specification.set
        return members.indices.contains { other in
            other != index && members[other].specification.set == set && isUsable(members[other], now: now)
        }
    }

    private func isUsable(_ member: Member, now: Int64) -> Bool {
        let specification = member.specification
        return specification.isReachable && !specification.status.isClosed && !specification.status.contains(.draining)
            && member.sharePercent > 0 && member.standing(now: now) == .usable
    }

    /// Whether it is judged, and others are by it.
    private func isCompared(_ member: Member, now: Int64) -> Bool {
        !member.specification.status.contains(.ignoreErrors) && member.standing(now: now) != .down
    }

    // MARK: - Judging

    private struct Complaint {
        let evidence: String
        /// Who has the greatest is ejected first.
        let weight: Double
    }

    private func window(_ member: Member) -> AnswerWindow {
        records[ObjectIdentifier(member.state)]?.window ?? AnswerWindow()
    }

    /// Finds who was slow in the last second.
    private mutating func markSlow(_ compared: [Int], _ members: [Member]) {
        guard let slowness = rules.slowness else { return }
        let means = compared.map { window(members[$0]).last.meanMicros }
        let ranking = Ranking(means)
        for (index, mean) in zip(compared, means) {
            guard let mean, let others = ranking.middle(without: mean) else { continue }
            guard mean >= others * Double(slowness), mean - others >= Limits.ejectionMicrosMin else { continue }
            records[ObjectIdentifier(members[index].state)]?.window.markSlow()
        }
    }

    /// What is wrong with which members, and not with the others.
    private func complaints(_ compared: [Int], _ members: [Member]) -> [(index: Int, complaint: Complaint)] {
        let windows = compared.map { window(members[$0]) }
        let sums = windows.map(\.sum)
        let (shares, means) = (Ranking(sums.map(\.tellingShare)), Ranking(sums.map(\.meanMicros)))
        return compared.indices.compactMap { place in
            let (own, sum) = (windows[place], sums[place])
            let complaint =
                errorComplaint(own, sum, others: shares.middle(without: sum.tellingShare))
                ?? slownessComplaint(own, sum, others: means.middle(without: sum.meanMicros))
            return complaint.map { (compared[place], $0) }
        }
    }

    private func errorComplaint(_ own: AnswerWindow, _ sum: AnswerWindow.Reading, others: Double?) -> Complaint? {
        guard let others, let share = sum.errorShare, share >= others * Limits.ejectionErrorsTimes,
            sum.isBeyondChance(others)
        else { return nil }
        let group = "the others' share is \(Int(others * 100)) %"
        if let inARow = rules.errorsInARow, own.errorsInARow >= UInt64(inARow) {
            return Complaint(evidence: "\(own.errorsInARow) errors in a row; \(group)", weight: 1 + share)
        }
        guard let percent = rules.errorPercent, sum.errors >= Limits.ejectionRequestsMin,
            share * 100 >= Double(percent)
        else { return nil }
        return Complaint(
            evidence: "\(sum.errors) of \(sum.requests) requests were errors, \(Int(share * 100)) %; \(group)",
            weight: 1 + share)
    }

    private func slownessComplaint(_ own: AnswerWindow, _ sum: AnswerWindow.Reading, others: Double?) -> Complaint? {
        let (slow, count) = own.slowSeconds
        guard slow >= Limits.ejectionSlowLooks, slow * 2 > count, let mean = sum.meanMicros, let others else {
            return nil
        }
        return Complaint(
            evidence: "its answers take \(Self.words(micros: mean)), the others' \(Self.words(micros: others))",
            weight: 1 - others / max(mean, 1))
    }

    private static func words(micros: Double) -> String {
        micros < 10_000 ? "\(Double(Int(micros / 100)) / 10) ms" : "\(Int(micros / 1_000)) ms"
    }
}

/// Values of members in order, so that each is compared with the others without looking at all of them.
package struct Ranking {
    private let sorted: [Double]

    /// - Parameter values: `nil` of who has none.
    package init(_ values: [Double?]) {
        sorted = values.compactMap { $0 }.sorted()
    }

    /// The lower middle one of those that there are, but for one.
    ///
    /// - Parameter own: the one that is left out, which is one of them; `nil`: none is.
    /// - Returns: `nil`: there are no others.
    package func middle(without own: Double?) -> Double? {
        let count = sorted.count - (own == nil ? 0 : 1)
        guard count > 0 else { return nil }
        let place = (count - 1) / 2
        guard let own, sorted[place] >= own else { return sorted[place] }
        return sorted[place + 1]
    }
}

extension MemberState {
    /// What workers have counted of its answers.
    fileprivate var answerReading: AnswerWindow.Reading {
        // An answer that has put it in error is an answer already.
        let (unanswered, errors) = (unansweredCount, serverErrorCount &+ refusalCount)
        let answers = (1...5).reduce(UInt64(0)) { $0 &+ answerCount($1) }
        return AnswerWindow.Reading(
            errors: errors &+ unanswered, requests: answers &+ unanswered, timed: timedCount, micros: timedMicros)
    }
}
