import Balancing
import TestSupport
import Testing

/// Random farms and requests against the rules written a second time.
@Suite("Chooser against its model", .tags(.balancing, .fuzz))
struct ModelTests {
    /// Members of random factors, and, half of the time, of random sets, flags, routes and redirects.
    private static func members(_ count: Int, _ generator: inout SplitMix) -> [MemberSpecification] {
        let isPlain = Bool.random(using: &generator)
        return (0..<count).map { index in
            var status: MemberStatus = []
            if !isPlain {
                for (_, flag) in MemberStatus.words where Int.random(in: 0..<6, using: &generator) == 0 {
                    status.insert(flag)
                }
            }
            let shares = !isPlain && Int.random(in: 0..<3, using: &generator) == 0
            let redirects = !isPlain && Int.random(in: 0..<3, using: &generator) == 0
            return MemberSpecification(
                name: name(index), route: shares ? name(Int.random(in: 0..<count, using: &generator)) : nil,
                loadFactor: LoadFactor(
                    hundredths: Int.random(in: Limits.loadFactorHundredths, using: &generator)) ?? .one,
                set: isPlain ? 0 : Int.random(in: 0...2, using: &generator), status: status,
                redirect: redirects ? Int.random(in: 0..<count, using: &generator) : nil, retryMilliseconds: 50)
        }
    }

    @Test("2,000 requests of a random farm", arguments: 1...90 as ClosedRange<UInt64>)
    func random(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let count = Int.random(in: 1...7, using: &generator)
        compare(2_000, members: count, seed: seed, &generator)
    }

    @Test(
        "300 requests of a random farm of more members than a word has bits",
        arguments: 91...114 as ClosedRange<UInt64>)
    func many(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let count = Int.random(in: 60...140, using: &generator)
        compare(300, members: count, seed: seed, &generator)
    }

    private func compare(_ requests: Int, members count: Int, seed: UInt64, _ generator: inout SplitMix) {
        // Lots are not drawn here.
        let methods: [Balancing.Method] = [.byrequests, .bytraffic, .bybusyness, .leastConnections]
        let method = methods[Int(seed) % methods.count]
        let members = Self.members(count, &generator)
        let isForcingRecovery = Bool.random(using: &generator)
        let balancer = Chooser(name: "shop", method: method, members: members, isForcingRecovery: isForcingRecovery)
        var model = Model(method, members, isForcingRecovery: isForcingRecovery)
        var now: Int64 = 0
        var open: [Int] = []
        for _ in 0..<requests {
            now += Int64.random(in: 0...10, using: &generator)
            let preferred = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
                Int.random(in: members.indices, using: &generator)
            }
            let unknown = Bool.random(using: &generator)
            var preferences = MemberPreferences()
            for member in preferred { preferences.append(member) }
            preferences.hasUnknownRoute = unknown
            var tried = MemberSet()
            var triedReference: Set<Int> = []
            if Int.random(in: 0..<20, using: &generator) == 0 {
                let member = Int.random(in: members.indices, using: &generator)
                let isDrained = Bool.random(using: &generator)
                let drained = balancer.members[member]
                let isChange = isDrained ? drained.beginDrain(now: now) : drained.endDrain()
                #expect(isChange == (model.drained.contains(member) != isDrained))
                if isDrained { model.drained.insert(member) } else { model.drained.remove(member) }
            }
            // What is rehearsed comes true, and has changed nothing.
            let rehearsed = balancer.rehearse(preferences, now: now) { 0 }
            #expect(balancer.loadStatuses() == model.statuses)
            while true {
                let choice = balancer.choose(preferences, excluding: tried, now: now)
                #expect(choice == model.choose(preferred, unknown: unknown, tried: triedReference, now: now))
                #expect(balancer.loadStatuses() == model.statuses)
                if tried.isEmpty { #expect(choice == rehearsed) }
                guard let choice else { break }
                open.append(choice.member)
                guard Int.random(in: 0..<4, using: &generator) == 0 else { break }
                balancer.members[choice.member].fail(now: now)
                model.fail(choice.member, now: now)
                tried.insert(choice.member)
                triedReference.insert(choice.member)
            }
            while let member = open.first, open.count > 5 || Bool.random(using: &generator) {
                open.removeFirst()
                let (sent, received) = (
                    UInt64.random(in: 0...2_000, using: &generator), UInt64.random(in: 0...50_000, using: &generator)
                )
                balancer.members[member].state.release(sentBytes: sent, receivedBytes: received)
                model.busy[member] -= 1
                model.sent[member] += sent
                model.received[member] += received
            }
        }
    }
}
