import Balancing
import Testing

@Suite("Ring", .tags(.balancing))
struct RingTests {
    private func key(_ number: Int) -> UInt64 {
        var hash = StableHash()
        for byte in "key \(number)".utf8 { hash.add(byte) }
        return hash.value
    }

    /// Chooses by a key, and lets go of the member at once.
    private func member(_ balancer: Balancer, _ number: Int) -> String {
        guard let choice = balancer.choose(key: key(number), now: 0) else { return "-" }
        balancer.members[choice.member].state.release(sentBytes: 0, receivedBytes: 0)
        return balancer.name(of: choice.member)
    }

    @Test("a key stays with its member, on every node, whatever the order of declaration")
    func stable() {
        let here = farm("a b c d e", method: .consistentHash)
        let there = farm("e c a d b", method: .consistentHash)
        for number in 0..<1_000 { #expect(member(here, number) == member(there, number)) }
        let places = (0..<12).map { member(here, $0) }.joined()
        #expect(places == "dcaeccadeabc", "a version that moves keys is a new one")
    }

    @Test(
        "1,000,000 keys: each share is its factor's within four standard deviations of its points",
        arguments: [
            [100, 100, 100, 100, 100, 100, 100, 100, 100, 100], [100, 100, 200, 350, 50], [10_000, 1_000],
        ])
    func shares(factors: [Int]) {
        let balancer = farm(factors, method: .consistentHash)
        for number in 0..<1_000_000 { _ = member(balancer, number) }
        let (total, greatest) = (Double(factors.reduce(0, +)), Double(factors.max() ?? 1))
        for (member, factor) in zip(balancer.members, factors) {
            let share = Double(factor) / total
            let points = 1_024 * Double(factor) / greatest
            // That of the points and that of the keys.
            let deviation = ((1 - share) / points + (1 - share) / (share * 1_000_000)).squareRoot()
            let found = Double(member.state.electedCount) / 1_000_000 / share
            #expect(abs(found - 1) < 4 * deviation, "\(member.name): \(found)")
        }
    }

    @Test("a member that fails moves its own keys alone, to all others, and gets them back")
    func failed() {
        let balancer = farm("a b c d", method: .consistentHash)
        let owners = (0..<4_000).map { member(balancer, $0) }
        balancer.members[1].fail(now: 0)
        var heirs: Set<String> = []
        for number in owners.indices {
            let now = member(balancer, number)
            if owners[number] == "b" { heirs.insert(now) } else { #expect(now == owners[number]) }
        }
        #expect(heirs == ["a", "c", "d"])
        balancer.members[1].state.recover()
        #expect(owners.indices.allSatisfy { member(balancer, $0) == owners[$0] })
    }

    @Test("a member that is declared anew takes keys of all others, and no others move")
    func added() {
        let (old, new) = (farm("a b c d", method: .consistentHash), farm("a b c d e", method: .consistentHash))
        var losers: Set<String> = []
        for number in 0..<4_000 {
            let (before, after) = (member(old, number), member(new, number))
            if after == "e" { losers.insert(before) } else { #expect(before == after) }
        }
        #expect(losers == ["a", "b", "c", "d"])
    }

    @Test("keys go to the lowest set, to spares and standbys as elections do; one of 1,024 members is found as well")
    func sets() {
        let balancer = farm("a/1 b:d c:n d e:r f:h", method: .consistentHash)
        #expect(Set((0..<100).map { member(balancer, $0) }) == ["d", "e"])
        let large = Balancer(
            name: "shop", method: .consistentHash,
            members: (0..<1_024).map { MemberSpecification(name: "m\($0)", set: $0 == 700 ? 0 : 1) })
        #expect((0..<20).allSatisfy { member(large, $0) == "m700" })
    }

    @Test("a bound of load: nobody has more than its share times the bound, and the next on the ring is taken")
    func bound() {
        let balancer = Balancer(
            name: "shop", method: .consistentHash, members: specifications([100, 100, 200]),
            loadBoundHundredths: 125)
        // One key alone, whose requests do not end.
        let reasons = (0..<400).compactMap { _ in balancer.choose(key: key(7), now: 0)?.reason }
        #expect(reasons.count == 400 && reasons.first == .hashed && reasons.contains(.displaced))
        for (member, share) in zip(balancer.members, [0.25, 0.25, 0.5]) {
            #expect(member.state.inFlightCount <= Int((1.25 * share * 400).rounded(.up)), "\(member.name)")
        }
    }

    @Test("without a key requests are counted")
    func keyless() {
        #expect(farm([100, 200], method: .consistentHash).elect(6) == "b a b b a b")
    }
}
