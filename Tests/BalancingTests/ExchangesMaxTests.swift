import Balancing
import Testing

/// `max`: how many exchanges a member may have under way.
@Suite("Exchanges under way at most", .tags(.balancing))
struct ExchangesMaxTests {
    private func farm(_ limits: [Int?], status: [MemberStatus] = [], workers: Int = 1) -> Chooser {
        Chooser(
            name: "shop",
            members: limits.enumerated().map { index, limit in
                MemberSpecification(
                    name: name(index), status: index < status.count ? status[index] : [], exchangesMax: limit)
            }, workers: workers)
    }

    private func end(_ member: Int, of balancer: Chooser) {
        balancer.members[member].state.release(sentBytes: 0, receivedBytes: 0)
    }

    @Test("a full member is passed over until one of its exchanges ends")
    func passedOver() {
        let balancer = farm([1, nil])
        #expect((0..<4).map { _ in balancer.choose(now: 0)?.member } == [0, 1, 1, 1])
        end(0, of: balancer)
        #expect((0..<2).map { _ in balancer.choose(now: 0)?.member } == [1, 0])
    }

    @Test("what an agent says takes the place of the declared max, until it is taken back")
    func saidByAgent() {
        let balancer = farm([2, nil])
        balancer.members[0].setMax(1)
        #expect((0..<4).map { _ in balancer.choose(now: 0)?.member } == [0, 1, 1, 1])
        balancer.members[0].setMax(nil)
        #expect((0..<2).map { _ in balancer.choose(now: 0)?.member } == [1, 0])
        balancer.members[1].setMax(1)
        #expect(balancer.choose(now: 0)?.member == 1)
    }

    @Test("nobody is chosen when all are full, and spares and higher sets do not count that as a failure")
    func allFull() {
        let balancer = farm([1, 2, nil, nil], status: [[], [], .hotSpare, .hotStandby])
        #expect((0..<4).map { _ in balancer.choose(now: 0)?.member } == [0, 1, 1, nil])
        #expect(balancer.obstacle(MemberPreferences(), excluding: MemberSet(), now: 0) == .busy)
        balancer.members[0].fail(now: 0)
        #expect(balancer.choose(now: 0)?.member == 2)
    }

    @Test("a session waits for its member, or is given to another one with the reason")
    func session() {
        let balancer = farm([1, nil])
        let preferences = MemberPreferences(0)
        #expect(balancer.choose(preferences, now: 0)?.reason == .sticky)
        #expect(balancer.choose(preferences, awaitsSessionMember: true, now: 0) == nil)
        #expect(balancer.obstacle(preferences, excluding: MemberSet(), now: 0) == .sessionMemberBusy(0))
        #expect(balancer.choose(preferences, now: 0) == Choice(member: 1, asked: 0, reason: .memberBusy))
        #expect(balancer.choose(preferences, staysWithSession: true, now: 0) == nil)
        end(0, of: balancer)
        #expect(balancer.choose(preferences, awaitsSessionMember: true, now: 0)?.reason == .sticky)
    }

    @Test("what stands in the way is told: busy members before those in error, and when the first one recovers")
    func obstacles() {
        let balancer = Chooser(
            name: "shop",
            members: [
                MemberSpecification(name: "a", retryMilliseconds: 500),
                MemberSpecification(name: "b", retryMilliseconds: 300),
                MemberSpecification(name: "c", status: .disabled),
            ], isForcingRecovery: false)
        for member in 0..<2 { balancer.members[member].fail(now: 1_000) }
        let none = MemberPreferences()
        #expect(balancer.choose(now: 1_000) == nil)
        #expect(balancer.obstacle(none, excluding: MemberSet(), now: 1_000) == .inError(until: 1_300))
        var tried = MemberSet()
        tried.insert(1)
        #expect(balancer.obstacle(none, excluding: tried, now: 1_000) == .inError(until: 1_500))
        tried.insert(0)
        #expect(balancer.obstacle(none, excluding: tried, now: 1_000) == .none)
    }

    @Test("threads never have more exchanges under way than a member may", .timeLimit(.minutes(10)))
    func threads() async {
        let balancer = farm([3, 2, 1], workers: 4)
        await withTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var most = 0
                    for _ in 0..<20_000 {
                        guard let choice = balancer.choose(worker: worker, now: 0, random: { 0 }) else { continue }
                        let state = balancer.members[choice.member].state
                        most = max(most, state.inFlightCount - [3, 2, 1][choice.member])
                        state.release(sentBytes: 0, receivedBytes: 0, worker: worker)
                    }
                    return most
                }
            }
            for await excess in group { #expect(excess <= 0) }
        }
    }

    @Test("who is filled through the balancer before a reload is passed over, whether that was noticed or not")
    func reload() {
        let old = farm([3, nil])
        let members = (0..<2).map { MemberSpecification(name: name($0), exchangesMax: $0 == 0 ? 3 : 99) }
        for turn in 0..<6 { #expect(old.choose(preferring(turn % 2), now: 0)?.member == turn % 2) }
        let new = Chooser(name: "shop", members: members, replacing: old)
        #expect(new.choose(now: 0)?.member == 1, "it has begun full")
        for _ in 0..<3 { end(0, of: old) }
        #expect(new.elect(1) == "a", "who had room at the last election")
        for _ in 0..<2 { #expect(old.choose(preferring(0), now: 0)?.member == 0) }
        #expect(new.elect(5) == "b b b b b")
        #expect(new.members[0].state.inFlightCount == 3)
        end(0, of: old)
        #expect(new.elect(2) == "a b")
    }
}
