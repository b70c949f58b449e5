import Balancing
import TestSupport
import Testing

/// What workers count for themselves, and how elections hear of it.
@Suite("Counters of workers", .tags(.balancing))
struct CountersTests {
    @Test("each worker's counts, summed; across a reload as well")
    func sums() {
        let old = farm([100, 100], workers: 3)
        for worker in 0..<3 {
            for _ in 0...worker { _ = old.choose(preferring(1), worker: worker, now: 0, random: { 0 }) }
            old.members[1].state.countAnswer(503, isTrial: false, worker: worker, now: 0)
        }
        old.members[1].state.release(sentBytes: 5, receivedBytes: 70, worker: 2)
        let new = Chooser(name: "shop", members: specifications([100, 100]), replacing: old)
        // A worker may end what another one began.
        new.members[1].state.release(sentBytes: 1, receivedBytes: 20, worker: 0)
        let state = new.members[1].state
        #expect(state.electedCount == 6 && state.inFlightCount == 4 && state.serverErrorCount == 3)
        #expect(state.sentBytes == 6 && state.receivedBytes == 90)
        #expect(new.members[0].state.electedCount == 0)
    }

    /// The member that a method elects by its definition, of all.
    private func expected(_ balancer: Chooser, _ factors: [Int]) -> Int {
        let states = balancer.members.map(\.state)
        let statuses = zip(balancer.loadStatuses(), factors).map { $0 + Int64($1) }
        let loads: [(Int, Int)] = zip(states, factors).map { state, factor in
            switch balancer.method {
            case .bytraffic: (Int(state.sentBytes) / factor + Int(state.receivedBytes) / factor, 1)
            case .leastConnections: (state.inFlightCount + 1, factor)
            default: (state.inFlightCount, 1)
            }
        }
        func isBefore(_ one: Int, _ other: Int) -> Bool {
            let (left, right) = (loads[one].0 * loads[other].1, loads[other].0 * loads[one].1)
            return left < right || left == right && balancer.method != .bytraffic && statuses[one] > statuses[other]
        }
        return factors.indices.reduce(0) { isBefore($1, $0) ? $1 : $0 }
    }

    @Test(
        "elections by loads go by what three workers have done since the last one, however much that is",
        arguments: [Balancing.Method.bytraffic, .bybusyness, .leastConnections], [1, 40])
    func loads(method: Balancing.Method, kinds: Int) {
        var generator = SplitMix(seed: 8)
        let factors = (0..<100).map { _ in Int.random(in: 1...kinds, using: &generator) * 10 }
        let old = farm(factors, method: method, workers: 3)
        // Both elect, as while workers take over one after the other.
        let new = Chooser(name: "shop", method: method, members: specifications(factors), replacing: old)
        var open: [Int] = []
        var wrong = 0
        for _ in 0..<2_000 {
            let burst = Int.random(in: 0..<20, using: &generator) == 0 ? 700 : 3
            for _ in 0..<Int.random(in: 0...burst, using: &generator) {
                let worker = Int.random(in: 0..<3, using: &generator)
                if Bool.random(using: &generator) {
                    let asked = Int.random(in: factors.indices, using: &generator)
                    let balancer = Bool.random(using: &generator) ? old : new
                    _ = balancer.choose(preferring(asked), worker: worker, now: 0, random: { 0 })
                    open.append(asked)
                } else if !open.isEmpty {
                    let member = open.remove(at: Int.random(in: open.indices, using: &generator))
                    new.members[member].state.release(
                        sentBytes: UInt64.random(in: 0...999, using: &generator),
                        receivedBytes: UInt64.random(in: 0...9_999, using: &generator), worker: worker)
                }
            }
            let balancer = Bool.random(using: &generator) ? old : new
            let expected = expected(balancer, factors)
            let choice = balancer.choose(worker: Int.random(in: 0..<3, using: &generator), now: 0, random: { 0 })
            if choice?.member != expected { wrong += 1 }
            open.append(expected)
        }
        #expect(wrong == 0)
    }

    @Test("a member that a reload has put in another's place is elected by its own load")
    func replaced() {
        var balancer = farm([100, 100, 100], method: .bybusyness)
        for round in 0..<50 {
            let members = (0..<3).map { MemberSpecification(name: $0 == round % 3 ? "new \(round)" : name($0)) }
            balancer = Chooser(name: "shop", method: .bybusyness, members: members, replacing: balancer)
            for member in 0..<3 where balancer.members[member].state.inFlightCount == 0 {
                #expect(balancer.choose(preferring(member), now: 0)?.member == member)
            }
            balancer.members[round % 3].state.release(sentBytes: 0, receivedBytes: 0)
            #expect(balancer.choose(now: 0)?.member == round % 3)
        }
    }
}
