import Balancing
import Testing

/// Random farms and requests against the rules written a second time, for clarity alone.
@Suite("Balancer against its model", .tags(.balancing, .fuzz))
struct ModelTests {
    struct Model {
        var factors: [Int64]
        var statuses: [Int64]
        var errorUntil: [Int64]
        var isForcingRecovery: Bool

        mutating func choose(_ preferred: [Int], unknown: Bool, tried: Set<Int>, now: Int64) -> Choice? {
            func isUsable(_ member: Int) -> Bool { errorUntil[member] <= now && !tried.contains(member) }
            var isRecovered = false
            if isForcingRecovery, errorUntil.allSatisfy({ $0 > now }) {
                for member in factors.indices where !tried.contains(member) {
                    errorUntil[member] = 0
                    isRecovered = true
                }
            }
            let usable = factors.indices.filter(isUsable)
            guard !usable.isEmpty else { return nil }
            for member in usable { statuses[member] += factors[member] }
            let sticky = preferred.first(where: isUsable)
            let highest = usable.map { statuses[$0] }.max()
            let winner = sticky ?? usable.first { statuses[$0] == highest }!
            statuses[winner] -= usable.map { factors[$0] }.reduce(0, +)
            let reason: ChoiceReason =
                if isRecovered { .recovered } else if sticky != nil { .sticky } else if let asked = preferred.first {
                    tried.contains(asked) ? .memberTried : .memberInError
                } else { unknown ? .unknownRoute : .elected }
            return Choice(member: winner, asked: sticky ?? preferred.first, reason: reason)
        }
    }

    @Test("2,000 requests of a random farm", arguments: 1...30 as ClosedRange<UInt64>)
    func random(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let count = Int.random(in: 1...6, using: &generator)
        let factors = (0..<count).map { _ in Int.random(in: Limits.loadFactorHundredths, using: &generator) }
        let isForcingRecovery = Bool.random(using: &generator)
        let retry: Int64 = 50
        let balancer = farm(factors, retry: retry, isForcingRecovery: isForcingRecovery)
        var model = Model(
            factors: factors.map { Int64($0) }, statuses: [Int64](repeating: 0, count: count),
            errorUntil: [Int64](repeating: 0, count: count), isForcingRecovery: isForcingRecovery)
        var now: Int64 = 0
        for _ in 0..<2_000 {
            now += Int64.random(in: 0...10, using: &generator)
            let preferred = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
                Int.random(in: 0..<count, using: &generator)
            }
            let unknown = Bool.random(using: &generator)
            var preferences = MemberPreferences()
            for member in preferred { preferences.append(member) }
            preferences.hasUnknownRoute = unknown
            var tried = MemberSet()
            var triedReference: Set<Int> = []
            while true {
                let choice = balancer.choose(preferences, excluding: tried, now: now)
                #expect(choice == model.choose(preferred, unknown: unknown, tried: triedReference, now: now))
                #expect(balancer.loadStatuses() == model.statuses)
                guard let choice, Int.random(in: 0..<4, using: &generator) == 0 else { break }
                balancer.members[choice.member].fail(now: now)
                model.errorUntil[choice.member] = now + retry
                tried.insert(choice.member)
                triedReference.insert(choice.member)
            }
        }
    }
}
