import Balancing
import TestSupport
import Testing

@Suite("Values of the balancing room", .tags(.balancing))
struct ValueTests {
    @Test(
        "load factors are 0.01 ... 100 in hundredths",
        arguments: [(0, nil), (-1, nil), (1, 1), (100, 100), (10_000, 10_000), (10_001, nil), (.max, nil)]
            as [(Int, Int?)])
    func loadFactor(hundredths: Int, expected: Int?) {
        #expect(LoadFactor(hundredths: hundredths)?.hundredths == expected)
    }

    @Test("a member set is a set", .tags(.fuzz), arguments: 1...10 as ClosedRange<UInt64>)
    func memberSet(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        var set = MemberSet()
        var reference: Set<Int> = []
        #expect(set.isEmpty && set.first(from: 0) == nil)
        for _ in 0..<100 {
            let member = Int.random(in: 0..<Limits.membersMax, using: &generator)
            set.insert(member)
            reference.insert(member)
            let from = Int.random(in: 0...Limits.membersMax, using: &generator)
            #expect(set.first(from: from) == reference.filter { $0 >= from }.min())
            #expect(set.contains(from % Limits.membersMax) == reference.contains(from % Limits.membersMax))
        }
        #expect(set.count == reference.count && !set.isEmpty)
    }

    @Test("a member set holds the lowest and the highest member")
    func memberSetBounds() {
        let set = members(0, 63, 64, Limits.membersMax - 1)
        #expect([0, 1, 64, 65, 1_023, 1_024].map { set.first(from: $0) } == [0, 63, 64, 1_023, 1_023, nil])
    }

    @Test("preferences keep their order, and no more than eight")
    func preferences() {
        var preferences = MemberPreferences()
        for member in (0..<20).reversed() { preferences.append(member) }
        #expect(preferences.count == Limits.preferencesMax)
        #expect((0..<preferences.count).map { preferences[$0] } == Array((12..<20).reversed()))
        #expect(MemberPreferences(7)[0] == 7)
    }
}
