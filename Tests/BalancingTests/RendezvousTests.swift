import Balancing
import Testing

@Suite("Rendezvous", .tags(.balancing))
struct RendezvousTests {
    private static func key(_ number: Int) -> UInt64 {
        var hash = StableHash()
        for byte in "key \(number)".utf8 { hash.add(byte) }
        return hash.value
    }

    /// Chooses by a key, and lets go of the member at once.
    private func member(_ balancer: Balancer, _ number: Int, excluding tried: MemberSet = MemberSet()) -> String {
        guard let choice = balancer.choose(key: Self.key(number), excluding: tried, now: 0) else { return "-" }
        balancer.members[choice.member].state.release(sentBytes: 0, receivedBytes: 0)
        return balancer.name(of: choice.member)
    }

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

    @Test("a key stays with its member, on every node, whatever the order of declaration")
    func stable() {
        let here = farm("a b c d e")
        let there = farm("e c a d b")
        for number in 0..<1_000 {
            let owner = member(here, number)
            #expect(member(here, number) == owner && member(there, number) == owner)
        }
        #expect((0..<12).map { member(here, $0) }.joined() == "daabebbeaece", "a version that moves keys is a new one")
    }

    @Test("1,000,000 keys fall to the members by their factors, within four standard deviations")
    func shares() {
        let factors = [100, 100, 200, 350, 50]
        let balancer = farm(factors)
        for number in 0..<1_000_000 { _ = member(balancer, number) }
        let total = Double(factors.reduce(0, +))
        for (member, factor) in zip(balancer.members, factors) {
            let share = Double(factor) / total
            let deviation = (1_000_000 * share * (1 - share)).squareRoot()
            #expect(abs(Double(member.state.electedCount) - 1_000_000 * share) < 4 * deviation, "\(member.name)")
        }
    }

    @Test("a member that is lost moves its own keys alone, to all others, and gets them back")
    func lost() {
        let balancer = farm("a b c d")
        let owners = (0..<4_000).map { member(balancer, $0) }
        balancer.members[1].fail(now: 0)
        var heirs: Set<String> = []
        for number in owners.indices {
            let now = member(balancer, number)
            if owners[number] == "b" { heirs.insert(now) } else { #expect(now == owners[number]) }
        }
        #expect(heirs == ["a", "c", "d"])
        let whole = farm("a b c d")
        #expect((0..<4_000).allSatisfy { member(whole, $0) == owners[$0] })
    }

    @Test("who failed the request is passed over, and the second home is always the same")
    func second() {
        let balancer = farm("a b c d")
        for number in 0..<200 {
            let owner = member(balancer, number)
            let first = balancer.members.firstIndex { $0.name == owner } ?? 0
            let second = member(balancer, number, excluding: members(first))
            #expect(second != balancer.name(of: first))
            #expect(second == member(balancer, number, excluding: members(first)))
        }
    }

    @Test("keys go to the lowest set, to spares and standbys as elections do; routes go before keys")
    func sets() {
        let balancer = farm("a/1 b:d c:n d e:r f:h")
        #expect(Set((0..<100).map { member(balancer, $0) }) == ["d", "e"])
        #expect(balancer.choose(preferring(0), key: 1, now: 0)?.reason == .sticky)
        #expect(balancer.choose(key: 1, now: 0)?.reason == .hashed)
    }

    @Test("a request with a key counts in the election")
    func counting() {
        let balancer = farm("a b c")
        let owner = member(balancer, 0)
        let first = balancer.members.firstIndex { $0.name == owner } ?? 0
        #expect(balancer.loadStatuses()[first] == -200)
    }

    @Test("a bound of load: nobody has more than its share times the bound, and the next in rank is taken")
    func bound() {
        let members = specifications([100, 100, 200])
        let balancer = Balancer(name: "shop", members: members, loadBoundHundredths: 125)
        // One key alone, whose requests do not end.
        let places = (0..<400).compactMap { _ in balancer.choose(key: Self.key(7), now: 0) }
        #expect(places.first?.reason == .hashed && places.contains { $0.reason == .displaced })
        for (member, share) in zip(balancer.members, [0.25, 0.25, 0.5]) {
            #expect(member.state.inFlightCount <= Int((1.25 * share * 400).rounded(.up)), "\(member.name)")
        }
        #expect(balancer.members.map(\.state.inFlightCount).reduce(0, +) == 400)
        let unbounded = Balancer(name: "shop", members: members)
        let all = (0..<400).compactMap { _ in unbounded.choose(key: Self.key(7), now: 0)?.member }
        #expect(Set(all).count == 1)
    }
}
