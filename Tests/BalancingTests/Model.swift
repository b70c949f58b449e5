import Balancing

/// The rules of a balancer written a second time, for clarity alone.
struct Model {
    let method: Balancing.Method
    let members: [MemberSpecification]
    let isForcingRecovery: Bool
    var statuses: [Int64]
    var errorUntil: [Int64]
    var busy: [Int]
    var drained: Set<Int> = []
    var sent: [UInt64]
    var received: [UInt64]

    init(_ method: Balancing.Method, _ members: [MemberSpecification], isForcingRecovery: Bool) {
        self.method = method
        self.members = members
        self.isForcingRecovery = isForcingRecovery
        statuses = members.map { _ in 0 }
        errorUntil = members.map {
            $0.status.contains(.error) && !$0.status.contains(.ignoreErrors) ? $0.retryMilliseconds : 0
        }
        busy = members.map { _ in 0 }
        sent = members.map { _ in 0 }
        received = members.map { _ in 0 }
    }

    private func factor(_ member: Int) -> Int64 { Int64(members[member].loadFactor.hundredths) }

    private func isDraining(_ member: Int) -> Bool {
        members[member].status.contains(.draining) || drained.contains(member)
    }

    mutating func fail(_ member: Int, now: Int64) {
        if members[member].status.contains(.ignoreErrors) { return }
        errorUntil[member] = now + members[member].retryMilliseconds
    }

    mutating func choose(_ preferred: [Int], unknown: Bool, tried: Set<Int>, now: Int64) -> Choice? {
        var isRecovered = false
        if isForcingRecovery, errorUntil.allSatisfy({ $0 > now }) {
            for member in members.indices where !tried.contains(member) { errorUntil[member] = 0 }
            isRecovered = true
        }
        let usable = members.indices.filter { member in
            errorUntil[member] <= now && !tried.contains(member)
                && members[member].status.isDisjoint(with: [.disabled, .stopped])
        }
        if let (asked, member) = session(preferred, usable) {
            let electorate = usable.filter { !isDraining($0) }
            if electorate.contains(member) {
                for other in electorate { statuses[other] += factor(other) }
                statuses[member] -= electorate.map(factor).reduce(0, +)
            }
            busy[member] += 1
            let isAlike = members[asked].route == members[member].route
            let reason: ChoiceReason = asked == member ? .sticky : isAlike ? .sameRoute : .redirected
            return Choice(
                member: member, asked: asked, reason: isRecovered ? .recovered : reason,
                keepsRoute: isAlike && asked != member)
        }
        let candidates = candidates(usable)
        guard !candidates.isEmpty else { return nil }
        let member = elect(candidates)
        busy[member] += 1
        let isAlike = preferred.first.map { $0 != member && members[$0].route == members[member].route } ?? false
        return Choice(
            member: member, asked: preferred.first,
            reason: isRecovered ? .recovered : reason(preferred.first, unknown: unknown, tried: tried),
            keepsRoute: isAlike)
    }

    private func session(_ preferred: [Int], _ usable: [Int]) -> (Int, Int)? {
        for asked in preferred {
            var seen: Set<Int> = []
            if let member = heir(asked, usable, &seen) { return (asked, member) }
        }
        return nil
    }

    private func heir(_ asked: Int, _ usable: [Int], _ seen: inout Set<Int>) -> Int? {
        let alike = members.indices.filter { members[$0].route == members[asked].route }
        let standbys = alike.filter { members[$0].status.contains(.hotStandby) }
        for member in [asked] + alike.filter({ !standbys.contains($0) }) + standbys {
            guard seen.insert(member).inserted else { continue }
            if usable.contains(member) { return member }
            if let next = members[member].redirect, let found = heir(next, usable, &seen) { return found }
        }
        return nil
    }

    private func candidates(_ usable: [Int]) -> [Int] {
        for set in Set(members.map(\.set)).sorted() {
            let all = members.indices.filter { members[$0].set == set }
            let ready = all.filter { usable.contains($0) && !isDraining($0) }
            let spares = all.filter { members[$0].status.contains(.hotSpare) }
            let standbys = all.filter { members[$0].status.contains(.hotStandby) && !spares.contains($0) }
            let regulars = all.filter { !spares.contains($0) && !standbys.contains($0) }
            let missing = regulars.count { !ready.contains($0) }
            let found = regulars.filter(ready.contains) + spares.filter(ready.contains).prefix(missing)
            if !found.isEmpty { return found }
            let last = standbys.filter(ready.contains)
            if !last.isEmpty { return last }
        }
        return []
    }

    private mutating func elect(_ candidates: [Int]) -> Int {
        if method == .leastConnections {
            for member in candidates { statuses[member] += factor(member) }
            let loads = candidates.map { Double(busy[$0] + 1) / Double(factor($0)) }
            let least = candidates.filter { Double(busy[$0] + 1) / Double(factor($0)) == loads.min() }
            let winner = least.max { statuses[$0] < statuses[$1] || statuses[$0] == statuses[$1] && $0 > $1 }!
            // Of equal ones the first in the order of the candidates.
            let first = least.first { statuses[$0] == statuses[winner] }!
            statuses[first] -= candidates.map(factor).reduce(0, +)
            return first
        }
        if method == .bytraffic {
            func traffic(_ member: Int) -> UInt64 {
                sent[member] / UInt64(factor(member)) + received[member] / UInt64(factor(member))
            }
            let least = candidates.map(traffic).min()
            return candidates.first { traffic($0) == least }!
        }
        for member in candidates { statuses[member] += factor(member) }
        let calmest = method == .bybusyness ? candidates.map { busy[$0] }.min()! : .max
        let calm = candidates.filter { method != .bybusyness || busy[$0] == calmest }
        let highest = calm.map { statuses[$0] }.max()
        let winner = calm.first { statuses[$0] == highest }!
        statuses[winner] -= candidates.map(factor).reduce(0, +)
        return winner
    }

    private func reason(_ asked: Int?, unknown: Bool, tried: Set<Int>) -> ChoiceReason {
        guard let asked else { return unknown ? .unknownRoute : .elected }
        if tried.contains(asked) { return .memberTried }
        return members[asked].status.isDisjoint(with: [.disabled, .stopped]) ? .memberInError : .memberDisabled
    }
}
