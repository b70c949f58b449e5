import Balancing
import Testing

/// Rendezvous hashing and the ring, as far as they promise the same.
@Suite("Placement", .tags(.balancing))
struct PlacementTests {
    private static let methods = [Balancing.Method.byrequests, .consistentHash]

    @Test("a key stays with its member, on every node, whatever the order of declaration", arguments: methods)
    func stable(_ method: Balancing.Method) {
        let (here, there) = (farm("a b c d e", method: method), farm("e c a d b", method: method))
        for number in 0..<1_000 {
            let owner = here.owner(of: number)
            #expect(here.owner(of: number) == owner && there.owner(of: number) == owner)
        }
    }

    @Test("a member that fails moves its own keys alone, to all others, and gets them back", arguments: methods)
    func failed(_ method: Balancing.Method) {
        let balancer = farm("a b c d", method: method)
        let owners = (0..<4_000).map { balancer.owner(of: $0) }
        balancer.members[1].fail(now: 0)
        var heirs: Set<String> = []
        for number in owners.indices {
            let now = balancer.owner(of: number)
            if owners[number] == "b" { heirs.insert(now) } else { #expect(now == owners[number]) }
        }
        #expect(heirs == ["a", "c", "d"])
        balancer.members[1].state.recover()
        #expect(owners.indices.allSatisfy { balancer.owner(of: $0) == owners[$0] })
    }

    @Test(
        "a member that is declared anew, of whatever factor, takes keys of all others, and no others move",
        arguments: methods, [1, 50, 100, 200, 10_000])
    func added(_ method: Balancing.Method, _ factor: Int) {
        let old = farm([100, 100, 300, 100], method: method)
        let new = farm([100, 100, 300, 100, factor], method: method)
        var losers: Set<String> = []
        for number in 0..<8_000 {
            let (before, after) = (old.owner(of: number), new.owner(of: number))
            if after == "e" { losers.insert(before) } else { #expect(before == after) }
        }
        #expect(losers == ["a", "b", "c", "d"])
    }

    @Test("who failed the request is passed over, and the second home is always the same", arguments: methods)
    func second(_ method: Balancing.Method) {
        let balancer = farm("a b c d", method: method)
        for number in 0..<200 {
            let owner = balancer.owner(of: number)
            let first = balancer.members.firstIndex { $0.name == owner } ?? 0
            let second = balancer.owner(of: number, excluding: members(first))
            #expect(second != owner)
            #expect(second == balancer.owner(of: number, excluding: members(first)))
        }
    }

    @Test(
        "keys go to the lowest set, to spares and standbys as elections do; routes go before keys", arguments: methods)
    func sets(_ method: Balancing.Method) {
        let balancer = farm("a/1 b:d c:n d e:r f:h", method: method)
        #expect(Set((0..<100).map { balancer.owner(of: $0) }) == ["d", "e"])
        #expect(balancer.choose(preferring(0), key: 1, now: 0)?.reason == .sticky)
        #expect(balancer.choose(key: 1, now: 0)?.reason == .hashed)
    }

    @Test(
        "a bound of load: nobody has more than its share times the bound, and the next one is taken", arguments: methods
    )
    func bound(_ method: Balancing.Method) {
        let members = specifications([100, 100, 200])
        let balancer = Chooser(name: "shop", method: method, members: members, loadBoundHundredths: 125)
        // One key alone, whose requests do not end.
        let reasons = (0..<400).compactMap { _ in balancer.choose(key: key(7), now: 0)?.reason }
        #expect(reasons.count == 400 && reasons.first == .hashed && reasons.contains(.displaced))
        for (member, share) in zip(balancer.members, [0.25, 0.25, 0.5]) {
            #expect(member.state.inFlightCount <= Int((1.25 * share * 400).rounded(.up)), "\(member.name)")
        }
        #expect(balancer.members.map(\.state.inFlightCount).reduce(0, +) == 400)
        let unbounded = Chooser(name: "shop", method: method, members: members)
        #expect(Set((0..<400).compactMap { _ in unbounded.choose(key: key(7), now: 0)?.member }).count == 1)
    }
}
