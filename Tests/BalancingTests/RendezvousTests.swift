import Balancing
import Glibc
import TestSupport
import Testing

@Suite("Rendezvous", .tags(.balancing))
struct RendezvousTests {
    @Test("the hash is that of its definition, for ever")
    func hash() {
        // FNV-1a of "foobar" is 85944171f73967e8 (the test vectors of its authors).
        var hash = StableHash()
        for byte in "foobar".utf8 { hash.add(byte) }
        var mixed: UInt64 = 0x8594_4171_f739_67e8
        mixed = (mixed ^ (mixed >> 33)) &* 0xff51_afd7_ed55_8ccd
        mixed = (mixed ^ (mixed >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        #expect(hash.value == mixed ^ (mixed >> 33))
    }

    @Test("the places are those of their definition, for ever")
    func places() {
        let balancer = farm("a b c d e")
        let places = (0..<12).map { balancer.owner(of: $0) }.joined()
        #expect(places == "daabebbeaece", "a version that moves keys is a new one")
    }

    @Test("1,000,000 keys fall to the members by their factors, within four standard deviations")
    func shares() {
        let factors = [100, 100, 200, 350, 50]
        let balancer = farm(factors)
        for number in 0..<1_000_000 { _ = balancer.owner(of: number) }
        let total = Double(factors.reduce(0, +))
        for (member, factor) in zip(balancer.members, factors) {
            let share = Double(factor) / total
            let deviation = (1_000_000 * share * (1 - share)).squareRoot()
            #expect(abs(Double(member.state.electedCount) - 1_000_000 * share) < 4 * deviation, "\(member.name)")
        }
    }

    @Test("a request with a key counts in the election")
    func counting() {
        let balancer = farm("a b c")
        let owner = balancer.owner(of: 0)
        let first = balancer.members.firstIndex { $0.name == owner } ?? 0
        #expect(balancer.loadStatuses()[first] == -200)
    }

    /// Thaler and Ravishankar's definition, member by member.
    private func nearest(_ key: UInt64, _ members: [Member], among candidates: [Int]) -> Int {
        let distances = members.map { member in
            var hash = StableHash()
            for byte in member.name.utf8 { hash.add(byte) }
            var mixed = hash.value ^ key
            mixed = (mixed ^ (mixed >> 33)) &* 0xff51_afd7_ed55_8ccd
            mixed = (mixed ^ (mixed >> 33)) &* 0xc4ce_b9fe_1a85_ec53
            mixed ^= mixed >> 33
            let uniform = (Double(mixed >> 12) + 0.5) / Double(UInt64(1) << 52)
            return -log(uniform) / Double(member.specification.loadFactor.hundredths)
        }
        return candidates.min { distances[$0] < distances[$1] } ?? -1
    }

    @Test(
        "the nearest is that of the definition, whatever the factors, and whoever is in error",
        arguments: [1, 2, 63, 64, 65, 300, 1_000], [1, 3, 10_000])
    func definition(count: Int, variety: Int) {
        var generator = SplitMix(seed: UInt64(count * variety))
        let factors = (0..<count).map { _ in Int.random(in: 1...variety, using: &generator) }
        let balancer = farm(factors)
        var wrong = 0
        for turn in 0..<400 {
            if turn % 20 == 19 { balancer.members[Int.random(in: 0..<count, using: &generator)].fail(now: 0) }
            if turn % 50 == 49 { balancer.members[Int.random(in: 0..<count, using: &generator)].beginDrain(now: 0) }
            let candidates = factors.indices.filter { member in
                !balancer.members[member].state.isInError(now: 0) && !balancer.members[member].state.isDrained
            }
            guard !candidates.isEmpty else { break }
            let key = generator.next()
            let owner = balancer.choose(key: key, now: 0)
            if owner?.member != nearest(key, balancer.members, among: candidates) { wrong += 1 }
        }
        #expect(wrong == 0)
    }
}
