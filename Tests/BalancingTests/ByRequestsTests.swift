import Balancing
import Testing

/// The tables of Apache's manual of mod_lbmethod_byrequests, and more that were worked out by hand.
@Suite("ByRequests", .tags(.balancing))
struct ByRequestsTests {
    /// Factors as declared (not in hundredths), which members are in error, and after each turn the winner and all
    /// statuses.
    struct Table: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var factors: [Int]
        var inError: [Int] = []
        var turns: [(winner: String, statuses: [Int64])]
    }

    static let tables = [
        Table(
            testDescription: "manual: 25 25 25 25, b in error: a c d, repeated", factors: [25, 25, 25, 25],
            inError: [1],
            turns: [
                ("a", [-50, 0, 25, 25]), ("c", [-25, 0, -25, 50]), ("d", [0, 0, 0, 0]), ("a", [-50, 0, 25, 25]),
                ("c", [-25, 0, -25, 50]), ("d", [0, 0, 0, 0]),
            ]),
        Table(
            testDescription: "manual: 70 30, ten turns, seven for a", factors: [70, 30],
            turns: [
                ("a", [-30, 30]), ("b", [40, -40]), ("a", [10, -10]), ("a", [-20, 20]), ("a", [-50, 50]),
                ("b", [20, -20]),
                ("a", [-10, 10]), ("a", [-40, 40]), ("b", [30, -30]), ("a", [0, 0]), ("a", [-30, 30]),
            ]),
        Table(
            testDescription: "manual: 1 4 1", factors: [1, 4, 1],
            turns: [
                ("b", [1, -2, 1]), ("a", [-4, 2, 2]), ("b", [-3, 0, 3]), ("b", [-2, -2, 4]), ("c", [-1, 2, -1]),
                ("b", [0, 0, 0]),
            ]),
        Table(
            testDescription: "equal factors, the first in order wins ties", factors: [1, 1, 1, 1],
            turns: [
                ("a", [-3, 1, 1, 1]), ("b", [-2, -2, 2, 2]), ("c", [-1, -1, -1, 3]), ("d", [0, 0, 0, 0]),
            ]),
        Table(
            testDescription: "comment of the source: 1 1 1 2", factors: [1, 1, 1, 2],
            turns: [
                ("d", [1, 1, 1, -3]), ("a", [-3, 2, 2, -1]), ("b", [-2, -2, 3, 1]), ("c", [-1, -1, -1, 3]),
                ("d", [0, 0, 0, 0]),
            ]),
        Table(testDescription: "one member", factors: [7], turns: [("a", [0]), ("a", [0])]),
    ]

    @Test("the winner and the load statuses after each turn", arguments: tables)
    func turns(table: Table) {
        let balancer = farm(table.factors.map { $0 * 100 })
        for member in table.inError { balancer.members[member].fail(now: 0) }
        for turn in table.turns {
            let choice = balancer.choose(now: 1)
            #expect(choice.map { balancer.name(of: $0.member) } == turn.winner)
            #expect(choice?.reason == .elected)
            #expect(balancer.loadStatuses() == turn.statuses.map { $0 * 100 })
        }
    }

    @Test("manual: 25 25 25 25 behaves exactly as 1 1 1 1, and as 0.01 each")
    func proportions() {
        #expect(farm([2_500, 2_500, 2_500, 2_500]).elect(100) == farm([100, 100, 100, 100]).elect(100))
        #expect(farm([2_500, 2_500, 2_500, 2_500]).elect(100) == farm([1, 1, 1, 1]).elect(100))
    }

    @Test(
        "in as many turns as the factors sum up to, each member gets its factor",
        arguments: [[1, 2, 3], [10_000, 1], [150, 50, 25], [1, 1, 1, 10_000], [33, 67, 100, 250, 4]])
    func shares(factors: [Int]) {
        let balancer = farm(factors)
        for round in 1...2 {
            for _ in 0..<factors.reduce(0, +) { _ = balancer.choose(now: 0) }
            #expect(balancer.members.map(\.state.electedCount) == factors.map { UInt64($0 * round) })
            #expect(balancer.loadStatuses().allSatisfy { $0 == 0 })
        }
    }

    @Test("a member that is out for a while goes on where it was")
    func pause() {
        let balancer = farm([100, 100, 100], retry: 10)
        #expect(balancer.elect(1, now: 0) == "a")
        balancer.members[1].fail(now: 0)
        #expect(balancer.elect(4, now: 5) == "c c a c")
        #expect(balancer.loadStatuses() == [0, 100, -100])
        #expect(balancer.elect(3, now: 10) == "b a c")
    }

    @Test("1,024 members take their turns in order")
    func many() {
        let balancer = farm([Int](repeating: 100, count: Limits.membersMax))
        for _ in 0..<2 {
            #expect((0..<Limits.membersMax).allSatisfy { balancer.choose(now: 0)?.member == $0 })
        }
    }
}
