import Balancing
import TestSupport
import Testing

/// Elections in few steps against doing what Apache does, one member after the other.
@Suite("LoadStatuses", .tags(.balancing, .fuzz))
struct LoadStatusesTests {
    /// Apache's table, as mod_lbmethod_byrequests keeps it.
    private struct Plain {
        let factors: [Int64]
        var statuses: [Int64]

        init(_ factors: [Int]) {
            self.factors = factors.map(Int64.init)
            statuses = factors.map { _ in 0 }
        }

        mutating func elect(among candidates: [Int]) -> Int? {
            for member in candidates { statuses[member] += factors[member] }
            guard let highest = candidates.map({ statuses[$0] }).max() else { return nil }
            let winner = candidates.first { statuses[$0] == highest } ?? -1
            statuses[winner] -= candidates.map { factors[$0] }.reduce(0, +)
            return winner
        }

        mutating func count(_ winner: Int, among electorate: [Int]) {
            for member in electorate { statuses[member] += factors[member] }
            statuses[winner] -= electorate.map { factors[$0] }.reduce(0, +)
        }
    }

    enum Factors: CaseIterable {
        case equal
        case few
        case different
    }

    private static func factors(_ kind: Factors, _ generator: inout SplitMix) -> [Int] {
        let count = Int.random(in: 1...150, using: &generator)
        return (0..<count).map { index in
            switch kind {
            case .equal: 100
            case .few: [100, 250, 50][Int.random(in: 0..<3, using: &generator)]
            case .different: Int.random(in: Limits.loadFactorHundredths, using: &generator)
            }
        }
    }

    @Test(
        "factors, failures, recoveries, drains, full members and sessions at random: the same winner and statuses",
        arguments: Factors.allCases, 1...8 as ClosedRange<UInt64>)
    func random(kind: Factors, seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let factors = Self.factors(kind, &generator)
        let limits = factors.map { _ in Bool.random(using: &generator) ? Int.random(in: 1...4, using: &generator) : nil
        }
        let balancer = Chooser(
            name: "shop",
            members: zip(specifications(factors), limits).map { member, limit in
                MemberSpecification(name: member.name, loadFactor: member.loadFactor, exchangesMax: limit)
            }, isForcingRecovery: false)
        var plain = Plain(factors)
        var open: [Int] = []
        func isFull(_ member: Int) -> Bool {
            limits[member].map { balancer.members[member].state.inFlightCount >= $0 } ?? false
        }
        var wrong = 0
        for turn in 0..<4_000 {
            let changes = Int.random(in: 0..<8, using: &generator) == 0 ? Int.random(in: 1...5, using: &generator) : 0
            for _ in 0..<changes {
                let member = balancer.members[Int.random(in: factors.indices, using: &generator)]
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: member.fail(now: 0)
                case 1: member.beginDrain(now: 0)
                case 2: member.endDrain()
                default: member.state.recover()
                }
            }
            let usable = factors.indices.filter { !balancer.members[$0].state.isInError(now: 1) }
            let electorate = usable.filter { !balancer.members[$0].state.isDrained }
            if Bool.random(using: &generator), let asked = electorate.randomElement(using: &generator), !isFull(asked) {
                if balancer.choose(preferring(asked), now: 1)?.reason != .sticky { wrong += 1 }
                plain.count(asked, among: electorate)
                open.append(asked)
            } else {
                let candidates = electorate.filter { !isFull($0) }
                let winner = plain.elect(among: candidates)
                if balancer.choose(now: 1)?.member != winner { wrong += 1 }
                winner.map { open.append($0) }
            }
            if turn % 16 == 0, balancer.loadStatuses() != plain.statuses { wrong += 1 }
            while open.count > Int.random(in: 0...200, using: &generator) {
                let member = open.remove(at: Int.random(in: open.indices, using: &generator))
                balancer.members[member].state.release(sentBytes: 0, receivedBytes: 0)
            }
        }
        #expect(wrong == 0)
        #expect(balancer.loadStatuses() == plain.statuses)
    }

    @Test("1,000,000 elections among 1,000 members of a few factors: in each round all get their factors")
    func many() {
        let factors = (0..<1_000).map { [100, 200, 700][$0 % 3] }
        let balancer = farm(factors)
        let round = factors.reduce(0, +) / 100
        let rounds = 1_000_000 / round
        for _ in 0..<rounds * round { _ = balancer.choose(now: 0) }
        #expect(balancer.members.map(\.state.electedCount) == factors.map { UInt64($0 / 100 * rounds) })
        #expect(balancer.loadStatuses().allSatisfy { $0 == 0 })
    }

    @Test("statuses go on across a reload, and a copy that is rehearsed on changes nothing")
    func reload() {
        let old = farm([100, 300, 100])
        var plain = Plain([100, 300, 100])
        for _ in 0..<7 { #expect(old.choose(now: 0)?.member == plain.elect(among: [0, 1, 2])) }
        old.members[1].fail(now: 0)
        for _ in 0..<7 { #expect(old.choose(now: 0)?.member == plain.elect(among: [0, 2])) }
        let new = Chooser(name: "shop", members: specifications([100, 300, 100]), replacing: old)
        for _ in 0..<7 {
            #expect(new.rehearse(now: 0) { 0 }?.member == new.rehearse(now: 0) { 0 }?.member)
            #expect(new.choose(now: 0)?.member == plain.elect(among: [0, 2]))
        }
        #expect(new.loadStatuses() == plain.statuses)
    }
}
