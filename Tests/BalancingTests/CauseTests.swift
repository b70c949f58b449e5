import Balancing
import Synchronization
import Testing

/// Causes of health begin and end by themselves.
@Suite("Causes of health", .tags(.balancing))
struct CauseTests {
    /// Those that keep all requests off until they end.
    private static let downs: [HealthCause] = [
        .failedCheck, .ejection, .agentMaintenance, .agentDown, .operatorMaintenance,
    ]

    @Test(
        "whoever is down gets nobody from the next request on, and everybody's from the one behind its end",
        arguments: downs)
    func down(_ cause: HealthCause) {
        let balancer = farm([100, 100, 100], retry: 50)
        let member = balancer.members[1]
        _ = balancer.choose(now: 0)
        #expect(member.begin(cause, evidence: "it was told to", now: 1))
        #expect(member.causes(now: 1) == HealthCauses(cause))
        #expect(member.standing(now: 1) == .down)
        for now in Int64(1)..<300 {
            #expect(balancer.choose(preferring(1), now: now)?.reason == .memberInError)
            #expect(balancer.choose(now: now)?.member != 1)
            #expect(balancer.choose(key: key(Int(now)), now: now)?.member != 1)
        }
        #expect(balancer.isDown(1, now: 300))
        #expect(member.end(cause, evidence: "it was told to", now: 300))
        #expect(balancer.choose(preferring(1), now: 300)?.reason == .sticky)
        #expect(!balancer.isDown(1, now: 300))
    }

    @Test("a drain of the agent's leaves its sessions, as an operator's does, and each ends by itself")
    func drains() {
        let balancer = farm([100, 100])
        let member = balancer.members[0]
        #expect(member.begin(.agentDrain, evidence: "drain", now: 0))
        #expect(!member.begin(.operatorDrain, evidence: "deploy", now: 0), "it is drained already")
        #expect(member.standing(now: 0) == .sessionsOnly)
        #expect(!member.end(.agentDrain, evidence: "up", now: 1), "an operator still wants it")
        #expect(balancer.choose(preferring(0), now: 1)?.member == 0)
        #expect(balancer.elect(3) == "b b b")
        #expect(member.end(.operatorDrain, evidence: "deployed", now: 1))
        #expect(Set(balancer.elect(4).split(separator: " ")) == ["a", "b"])
    }

    @Test("a member that is down by a check is not tried behind its retry, nor when all are in error")
    func recovery() {
        let balancer = farm([100, 100], retry: 50)
        let (checked, failed) = (balancer.members[0], balancer.members[1])
        checked.fail(now: 0)
        #expect(!checked.begin(.failedCheck, evidence: "refused", now: 0), "it is in error already")
        #expect(balancer.choose(preferring(0), now: 60)?.member == 1)
        failed.fail(now: 60)
        #expect(balancer.choose(preferring(0), now: 61) == Choice(member: 1, asked: 0, reason: .recovered))
        failed.fail(now: 62)
        let last = balancer.chooseInError(preferring(0), excluding: members(0), now: 63) { 0 }
        #expect(last?.member == 1)
        #expect(balancer.chooseInError(preferring(0), excluding: members(1), now: 63, random: { 0 }) == nil)
        failed.begin(.failedCheck, evidence: "refused", now: 64)
        #expect(balancer.choose(now: 64) == nil)
        #expect(balancer.obstacle(preferring(), excluding: MemberSet(), now: 200) == .inError(until: .max))
        #expect(checked.end(.failedCheck, evidence: "200", now: 200))
        #expect(balancer.choose(preferring(0), now: 200)?.reason == .sticky)
    }

    @Test("who is down for two reasons is up when both have ended")
    func two() {
        let balancer = farm([100, 100])
        let member = balancer.members[0]
        #expect(member.begin(.failedCheck, evidence: "refused", now: 0))
        #expect(!member.begin(.operatorMaintenance, evidence: "disks", now: 1))
        #expect(!member.begin(.failedCheck, evidence: "refused", now: 2), "it goes on")
        #expect(!member.end(.failedCheck, evidence: "200", now: 3))
        #expect(balancer.choose(preferring(0), now: 3)?.member == 1)
        #expect(!member.end(.failedCheck, evidence: "200", now: 4), "it has ended")
        #expect(member.end(.operatorMaintenance, evidence: "done", now: 5))
        #expect(
            member.history.map { "\($0.cause.name) \($0.isBegin) \($0.evidence) \($0.standing.name)" } == [
                "check true refused down", "maintenance true disks down", "check false 200 down",
                "maintenance false done usable",
            ])
    }

    @Test("what an agent has said is left to another process, where there is an agent still")
    func agentsWords() {
        let old = farm([100]).members[0]
        old.setShare(percent: 0)
        old.setMax(7)
        let legacy = old.legacy
        #expect(legacy.sharePercent == 0 && legacy.exchangesMax == 7)
        let (watched, unwatched) = (farm([100]).members[0], farm([100]).members[0])
        watched.take(legacy, causes: HealthCauses(.agentDown), now: 0)
        unwatched.take(legacy, causes: HealthCauses(.failedCheck), now: 0)
        #expect(watched.legacy == legacy && unwatched.sharePercent == 100)
        #expect(farm([100]).members[0].legacy.sharePercent == nil)
    }

    @Test("the last 20 verdicts are kept, with both times, across a reload")
    func history() {
        let old = Chooser(
            name: "shop", members: specifications([100]),
            surroundings: HealthSurroundings(wallMilliseconds: { 1_700_000_000_000 }))
        for number in 0..<30 {
            old.members[0].begin(.agentDrain, evidence: "drain \(number)", now: Int64(number))
            old.members[0].end(.agentDrain, evidence: "up \(number)", now: Int64(number))
        }
        let new = Chooser(name: "shop", members: specifications([100]), replacing: old)
        let history = new.members[0].history
        #expect(history.map(\.evidence) == (20..<30).flatMap { ["drain \($0)", "up \($0)"] })
        #expect(history.first?.monotonicMilliseconds == 20)
        #expect(history.allSatisfy { $0.wallMilliseconds == 1_700_000_000_000 })
    }

    @Test("what requests find is in the history: once for each time that the member goes down")
    func requestErrors() {
        let balancer = farm([100, 100], retry: 50)
        let member = balancer.members[0]
        for now in Int64(0)..<5 { member.fail(evidence: "refused", now: now) }
        member.fail(evidence: "refused", now: 60)
        member.state.countAnswer(200, isTrial: true, now: 70)
        #expect(member.history.map(\.evidence) == ["refused", "it has answered 200"])
        #expect(member.history.map(\.standing) == [.down, .usable])
    }

    @Test("a dead balancer that is tried again and again does not push the rest out of the history")
    func tried() {
        let balancer = farm([100])
        let member = balancer.members[0]
        member.begin(.agentDrain, evidence: "drain", now: 0)
        member.end(.agentDrain, evidence: "up", now: 0)
        for now in Int64(1)..<100 {
            member.fail(evidence: "refused", now: now)
            #expect(balancer.choose(now: now)?.reason == .recovered)
        }
        #expect(member.history.map(\.evidence) == ["drain", "up", "refused", "all are in error: all are tried"])
        #expect(member.history.map(\.count) == [1, 1, 99, 1])
        member.fail(evidence: "refused", now: 100)
        #expect(member.state.errorMilliseconds(now: 100) == 60_000, "it was up at no time")
    }

    @Test("whoever waits is told of each begin and end, of another share, and of an answer that ends an error")
    func told() {
        let (counter, member) = watched()
        for _ in 0..<2 { member.begin(.failedCheck, evidence: "", now: 0) }
        #expect(counter.count == 1, "a spare may stand in")
        for _ in 0..<2 { member.end(.failedCheck, evidence: "", now: 0) }
        #expect(counter.count == 2)
        for _ in 0..<2 { member.setShare(percent: 75) }
        #expect(counter.count == 3)
        member.fail(now: 0)
        member.state.countAnswer(200, isTrial: true, now: 1)
        member.state.countAnswer(200, isTrial: true, now: 1)
        #expect(counter.count == 4)
    }

    @Test("whoever waits is told of a check's end though the member is in error still, for whose end nobody waited")
    func toldInError() {
        let (counter, member) = watched()
        member.begin(.failedCheck, evidence: "", now: 0)
        member.fail(now: 0)
        let before = counter.count
        #expect(!member.end(.failedCheck, evidence: "", now: 1))
        #expect(counter.count == before + 1)
    }

    /// A member, and how often those who wait were told to look again.
    private func watched() -> (Counter, Member) {
        let counter = Counter()
        let balancer = Chooser(
            name: "shop", members: specifications([100]),
            surroundings: HealthSurroundings(onChange: { counter.value.add(1, ordering: .relaxed) }))
        return (counter, balancer.members[0])
    }

    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
        var count: Int { value.load(ordering: .relaxed) }
    }

    @Test("evidence is asked for only where it is kept")
    func evidence() {
        let balancer = farm([100])
        var asked = 0
        func words() -> String {
            asked += 1
            return "refused"
        }
        for _ in 0..<3 { balancer.members[0].begin(.failedCheck, evidence: words(), now: 0) }
        for _ in 0..<3 { balancer.members[0].end(.failedCheck, evidence: words(), now: 0) }
        #expect(asked == 2)
    }

    // MARK: - Where too few are left

    @Test("where checks leave nobody, nobody is served or, if so declared, everybody")
    func allDown() {
        func choice(_ rules: HealthRules) -> Choice? {
            let balancer = Chooser(name: "shop", members: specifications([100, 100]), health: rules)
            for member in balancer.members { member.begin(.failedCheck, evidence: "refused", now: 0) }
            return balancer.choose(preferring(1), now: 0)
        }
        #expect(choice(HealthRules()) == nil)
        #expect(choice(HealthRules(servesAnyway: true)) == Choice(member: 1, asked: 1, reason: .sticky))
    }

    @Test("below the share that is declared checks are not heeded; words are")
    func panic() {
        let balancer = Chooser(
            name: "shop", members: specifications([100, 100, 100, 100]), health: HealthRules(panicPercent: 50))
        let members = balancer.members
        members[0].begin(.operatorMaintenance, evidence: "disks", now: 0)
        members[1].begin(.failedCheck, evidence: "refused", now: 0)
        #expect(balancer.choose(preferring(1), now: 0)?.member != 1)
        #expect(!balancer.isIgnoringVerdicts(now: 0))
        members[2].begin(.ejection, evidence: "slow", now: 1)
        #expect(balancer.isIgnoringVerdicts(now: 1))
        #expect(balancer.choose(preferring(1), now: 1)?.member == 1)
        #expect(balancer.choose(preferring(2), now: 1)?.member == 2)
        #expect(balancer.choose(preferring(0), now: 1)?.reason == .memberInError)
        members[2].end(.ejection, evidence: "its time is over", now: 2)
        #expect(balancer.choose(preferring(1), now: 2)?.member != 1)
    }
}
