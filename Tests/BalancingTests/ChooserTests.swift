import Balancing
import Testing

@Suite("Chooser", .tags(.balancing))
struct BalancerTests {
    @Test("a session's member is given, and the request counts in the election")
    func sticky() {
        let balancer = farm([100, 100, 100])
        for _ in 0..<3 {
            #expect(balancer.choose(preferring(1), now: 0) == Choice(member: 1, asked: 1, reason: .sticky))
        }
        #expect(balancer.loadStatuses() == [300, -600, 300])
        #expect(balancer.members[1].state.electedCount == 3)
        // b has had more than its share: the others are elected until it is even.
        #expect(balancer.elect(6) == "a c a c a c")
        #expect(balancer.elect(3) == "a b c")
    }

    @Test("nothing asked for, a route nobody has: the method elects and the reason says so")
    func unasked() {
        let balancer = farm([100, 100])
        #expect(balancer.choose(now: 0) == Choice(member: 0, asked: nil, reason: .elected))
        let unknown = balancer.choose(preferring(unknown: true), now: 0)
        #expect(unknown == Choice(member: 1, asked: nil, reason: .unknownRoute))
        #expect(unknown?.isRouteChanged == true)
        #expect(balancer.choose(preferring(0, unknown: true), now: 0)?.reason == .sticky)
    }

    @Test("the session's member is in error: another is elected")
    func failover() throws {
        let balancer = farm([100, 100, 100])
        balancer.members[1].fail(now: 1_000)
        let choice = try #require(balancer.choose(preferring(1), now: 1_001))
        #expect(choice == Choice(member: 0, asked: 1, reason: .memberInError))
        #expect(choice.isRouteChanged)
        #expect(balancer.loadStatuses() == [-100, 0, 100])
    }

    @Test("the first preference that is usable wins; if none is, the first was asked for")
    func preferences() {
        let balancer = farm([100, 100, 100])
        balancer.members[1].fail(now: 0)
        #expect(balancer.choose(preferring(1, 2), now: 1) == Choice(member: 2, asked: 2, reason: .sticky))
        #expect(balancer.choose(preferring(1, 2), excluding: members(2), now: 1)?.asked == 1)
    }

    @Test("a request that stays with its session goes to nobody else, and no turn is counted")
    func noFailover() {
        let balancer = farm([100, 100, 100])
        balancer.members[1].fail(now: 0)
        #expect(balancer.choose(preferring(1), staysWithSession: true, now: 1) == nil)
        #expect(balancer.loadStatuses() == [0, 0, 0])
        #expect(balancer.members.allSatisfy { $0.state.inFlightCount == 0 })
        #expect(balancer.choose(preferring(1, 2), staysWithSession: true, now: 1)?.member == 2)
        #expect(balancer.choose(staysWithSession: true, now: 1)?.member == 0, "without a session there is an election")
    }

    @Test("a request that failed on its member goes to the others, each once")
    func exclusion() {
        let balancer = farm([100, 100, 100])
        #expect(balancer.choose(preferring(0), now: 0)?.member == 0)
        #expect(
            balancer.choose(preferring(0), excluding: members(0), now: 0)
                == Choice(member: 1, asked: 0, reason: .memberTried))
        #expect(
            balancer.choose(preferring(0), excluding: members(0, 1), now: 0)
                == Choice(member: 2, asked: 0, reason: .memberTried))
        #expect(balancer.choose(preferring(0), excluding: members(0, 1, 2), now: 0) == nil)
        #expect(balancer.choose(now: 0)?.reason == .elected)
    }

    @Test("a member in error is left alone for its retry time, to the millisecond")
    func retry() {
        let balancer = farm([100, 100], retry: 60_000)
        balancer.members[0].fail(now: 5_000)
        #expect(balancer.choose(preferring(0), now: 5_000)?.member == 1)
        #expect(balancer.choose(preferring(0), now: 64_999)?.reason == .memberInError)
        #expect(balancer.choose(preferring(0), now: 65_000) == Choice(member: 0, asked: 0, reason: .sticky))
        #expect(balancer.members[0].state.failureCount == 1)
        balancer.members[0].fail(now: 65_001)
        #expect(balancer.choose(preferring(0), now: 65_002)?.member == 1)
        #expect(balancer.members[0].state.isInError(now: 125_000))
        #expect(!balancer.members[0].state.isInError(now: 125_001))
    }

    @Test("a retry of 0 never keeps a member out, one without end does not overflow")
    func retryBounds() {
        let never = farm([100, 100], retry: 0)
        never.members[0].fail(now: 7)
        #expect(never.choose(preferring(0), now: 7)?.reason == .sticky)
        let ever = farm([100, 100], retry: .max)
        ever.members[0].fail(now: 7)
        #expect(ever.choose(preferring(0), now: .max - 1)?.reason == .memberInError)
    }

    @Test("all in error: all are tried again at once, the session's member first")
    func recovery() {
        let balancer = farm([100, 100])
        balancer.members[0].fail(now: 0)
        balancer.members[1].fail(now: 1)
        #expect(balancer.choose(preferring(1), now: 2) == Choice(member: 1, asked: 1, reason: .recovered))
        #expect(balancer.choose(preferring(0), now: 2) == Choice(member: 0, asked: 0, reason: .sticky))
    }

    @Test("a farm of one recovers with the next request, not within the one that failed")
    func recoveryOfOne() {
        let balancer = farm([100])
        #expect(balancer.choose(now: 0)?.reason == .elected)
        balancer.members[0].fail(now: 0)
        #expect(balancer.choose(excluding: members(0), now: 0) == nil)
        #expect(balancer.members[0].state.isInError(now: 0))
        #expect(balancer.choose(now: 0)?.reason == .recovered)
        #expect(balancer.choose(now: 0)?.reason == .elected)
    }

    @Test("the last good member fails: those that were in error are tried, the one just tried stays in error")
    func recoveryWithinARequest() {
        let balancer = farm([100, 100, 100])
        balancer.members[0].fail(now: 0)
        balancer.members[2].fail(now: 0)
        #expect(balancer.choose(now: 1)?.member == 1)
        balancer.members[1].fail(now: 1)
        #expect(balancer.choose(excluding: members(1), now: 1) == Choice(member: 0, asked: nil, reason: .recovered))
        #expect(balancer.choose(excluding: members(0, 1), now: 1) == Choice(member: 2, asked: nil, reason: .elected))
        #expect(balancer.members[1].state.isInError(now: 1))
    }

    @Test("a member that was tried but is not in error keeps the others from being recovered")
    func noRecovery() {
        let balancer = farm([100, 100])
        balancer.members[0].fail(now: 0)
        #expect(balancer.choose(excluding: members(1), now: 1) == nil)
        #expect(balancer.members[0].state.isInError(now: 1))
    }

    @Test("without force-recovery all in error is nobody, until the first retry time has passed")
    func withoutRecovery() {
        let balancer = farm([100, 100], retry: 1_000, isForcingRecovery: false)
        balancer.members[0].fail(now: 0)
        balancer.members[1].fail(now: 500)
        #expect(balancer.choose(now: 999) == nil)
        #expect(balancer.choose(preferring(1), now: 1_000) == Choice(member: 0, asked: 1, reason: .memberInError))
        #expect(balancer.choose(preferring(1), now: 1_500)?.reason == .sticky)
    }

    @Test("a balancer without members chooses nobody")
    func empty() {
        #expect(farm([]).choose(now: 0) == nil)
        #expect(farm([], isForcingRecovery: false).choose(now: 0) == nil)
    }

    @Test("exchanges under way and bytes are counted")
    func counters() throws {
        let balancer = farm([100])
        let state = balancer.members[0].state
        for _ in 0..<3 { _ = balancer.choose(now: 0) }
        #expect(state.inFlightCount == 3)
        state.release(sentBytes: 10, receivedBytes: 2_000)
        state.release(sentBytes: 1, receivedBytes: 5)
        #expect(state.inFlightCount == 1)
        #expect(state.sentBytes == 11)
        #expect(state.receivedBytes == 2_005)
        #expect(state.electedCount == 3)
    }

    @Test("open tunnels are counted, and a reload does not forget them")
    func tunnels() {
        let balancer = farm([100, 100])
        for _ in 0..<3 { balancer.members[0].state.beginTunnel() }
        let reloaded = Chooser(name: "shop", members: specifications([100, 100]), replacing: balancer)
        balancer.members[0].state.endTunnel()
        #expect(reloaded.members.map(\.state.tunnelCount) == [2, 0])
    }

    @Test("every reason has its own word")
    func words() {
        #expect(Set(ChoiceReason.allCases.map { "\($0.name)" }).count == ChoiceReason.allCases.count)
    }
}
