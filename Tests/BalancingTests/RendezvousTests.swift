import Balancing
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

}
