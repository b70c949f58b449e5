import Balancing
import TestSupport
import Testing

@Suite("Chooser shared by workers", .tags(.balancing), .timeLimit(.minutes(10)))
struct ConcurrencyTests {
    @Test(
        "two workers elect at once: the totals are those of the factors",
        arguments: [[1, 1], [70, 30], [1, 4, 1], [5, 3, 1, 1]])
    func totals(factors: [Int]) async {
        let balancer = farm(factors, workers: 2)
        let rounds = 20_000
        let total = factors.reduce(0, +)
        let each = rounds * total / 2
        let chosen = await withTaskGroup(of: [Int].self) { group in
            for worker in 0..<2 {
                group.addTask {
                    var counts = [Int](repeating: 0, count: factors.count)
                    for _ in 0..<each {
                        guard let choice = balancer.choose(worker: worker, now: 0, random: { 0 }) else { continue }
                        counts[choice.member] += 1
                        balancer.members[choice.member].state.release(
                            sentBytes: 1, receivedBytes: 2, worker: worker)
                    }
                    return counts
                }
            }
            return await group.reduce(into: [Int](repeating: 0, count: factors.count)) { sum, counts in
                for member in counts.indices { sum[member] += counts[member] }
            }
        }
        #expect(chosen == factors.map { $0 * rounds })
        #expect(balancer.loadStatuses().allSatisfy { $0 == 0 })
        for (member, factor) in zip(balancer.members, factors) {
            #expect(member.state.inFlightCount == 0)
            #expect(member.state.electedCount == UInt64(factor * rounds))
            #expect(member.state.receivedBytes == UInt64(2 * factor * rounds))
        }
    }

    @Test("1,000,000 elections of two workers: byrequests and bytraffic are exact to one turn")
    func million() async {
        let factors = [100, 250, 50, 600]
        for method in [Balancing.Method.byrequests, .bytraffic] {
            let balancer = farm(factors, method: method, workers: 2)
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<2 {
                    group.addTask {
                        for _ in 0..<500_000 {
                            guard let choice = balancer.choose(worker: worker, now: 0, random: { 0 }) else { continue }
                            balancer.members[choice.member].state.release(
                                sentBytes: 0, receivedBytes: 60_000, worker: worker)
                        }
                    }
                }
            }
            for (member, factor) in zip(balancer.members, factors) {
                // Two workers may both elect whom the other's bytes would have ruled out.
                let slack = method == .byrequests ? 1 : 2
                #expect(abs(Int(member.state.electedCount) - 1_000 * factor) <= slack, "\(method) \(member.name)")
            }
        }
    }

    @Test("failures of both workers at once never leave a request without a member while recovery is forced")
    func failures() async {
        let balancer = farm([100, 100, 100], workers: 2)
        let refused = await withTaskGroup(of: Int.self) { group in
            for worker in 0..<2 {
                group.addTask {
                    var generator = SplitMix(seed: UInt64(worker))
                    var refused = 0
                    for turn in 0..<50_000 {
                        guard let choice = balancer.choose(worker: worker, now: Int64(turn), random: { 0 }) else {
                            refused += 1
                            continue
                        }
                        if Bool.random(using: &generator) { balancer.members[choice.member].fail(now: Int64(turn)) }
                        balancer.members[choice.member].state.release(
                            sentBytes: 0, receivedBytes: 0, worker: worker)
                    }
                    return refused
                }
            }
            return await group.reduce(0, +)
        }
        #expect(refused == 0)
        #expect(balancer.members.map(\.state.inFlightCount).reduce(0, +) == 0)
        #expect(balancer.members.map(\.state.electedCount).reduce(0, +) == 100_000)
    }
}
