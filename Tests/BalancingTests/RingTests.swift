import Balancing
import Testing

@Suite("Ring", .tags(.balancing))
struct RingTests {
    @Test("the places are those of their definition, for ever")
    func places() {
        let balancer = farm("a b c d e", method: .consistentHash)
        let places = (0..<12).map { balancer.owner(of: $0) }.joined()
        #expect(places == "dcaeccadeabc", "a version that moves keys is a new one")
    }

    @Test(
        "1,000,000 keys: each share is its factor's within four standard deviations of its points",
        arguments: [
            [100, 100, 100, 100, 100, 100, 100, 100, 100, 100], [100, 100, 200, 350, 50], [10_000, 1_000],
            [199, 19, 1],
        ])
    func shares(factors: [Int]) {
        let balancer = farm(factors, method: .consistentHash)
        for number in 0..<1_000_000 { _ = balancer.owner(of: number) }
        let total = Double(factors.reduce(0, +))
        for (member, factor) in zip(balancer.members, factors) {
            let share = Double(factor) / total
            let points = 10 * Double(factor)
            // That of the points and that of the keys.
            let deviation = ((1 - share) / points + (1 - share) / (share * 1_000_000)).squareRoot()
            let found = Double(member.state.electedCount) / 1_000_000 / share
            #expect(abs(found - 1) < 4 * deviation, "\(member.name): \(found)")
        }
    }

    @Test("candidates that have next to nothing of the ring are found, always the same one, each its share")
    func few() {
        let ring = Chooser(
            name: "shop", method: .consistentHash,
            members: (0..<1_024).map { MemberSpecification(name: "m\($0)", set: $0 % 512 == 7 ? 0 : 1) })
        var tally: [String: Int] = [:]
        for number in 0..<4_000 {
            let owner = ring.owner(of: number)
            #expect(ring.owner(of: number) == owner)
            tally[owner, default: 0] += 1
        }
        #expect(Set(tally.keys) == ["m7", "m519"])
        #expect(tally.values.allSatisfy { $0 > 1_700 }, "\(tally)")
    }

    @Test("without a key requests are counted")
    func keyless() {
        #expect(farm([100, 200], method: .consistentHash).elect(6) == "b a b b a b")
    }
}
