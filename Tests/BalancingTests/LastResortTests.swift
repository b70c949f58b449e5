import Balancing
import Testing

@Suite("The last resort, and what ends an error", .tags(.balancing))
struct LastResortTests {
    /// Three members of which b and c are in error, and a has failed the request.
    private func lost(isForcingRecovery: Bool = true) -> (balancer: Chooser, tried: MemberSet) {
        let balancer = farm([100, 100, 100], isForcingRecovery: isForcingRecovery)
        for index in [1, 2] { balancer.members[index].fail(now: 0) }
        var tried = MemberSet()
        tried.insert(0)
        return (balancer, tried)
    }

    @Test("who is in error is chosen where nobody else is left, each once, and stays in error for the others")
    func lastResort() {
        var (balancer, tried) = lost()
        #expect(balancer.choose(excluding: tried, now: 1, random: { 0 }) == nil)
        var found: Set<Int> = []
        for _ in 0..<2 {
            guard let choice = balancer.chooseInError(excluding: tried, now: 1, random: { 0 }) else { break }
            #expect(choice.reason == .recovered)
            #expect(balancer.members[choice.member].state.isInError(now: 1))
            #expect(balancer.members[choice.member].state.inFlightCount == 1)
            found.insert(choice.member)
            tried.insert(choice.member)
        }
        #expect(found == [1, 2])
        #expect(balancer.chooseInError(excluding: tried, now: 1, random: { 0 }) == nil)
    }

    @Test("the session's own member first, and nobody without force-recovery")
    func ownMember() {
        let (balancer, tried) = lost()
        #expect(balancer.chooseInError(MemberPreferences(2), excluding: tried, now: 1, random: { 0 })?.member == 2)
        let strict = lost(isForcingRecovery: false)
        #expect(strict.balancer.chooseInError(excluding: strict.tried, now: 1, random: { 0 }) == nil)
    }

    @Test("a member whose time has passed is due until it answers")
    func due() {
        let member = farm([100]).members[0]
        #expect(!member.state.isDue(now: 0))
        member.fail(now: 0)
        #expect(!member.state.isDue(now: 59_999) && member.state.isDue(now: 60_000))
        member.state.countAnswer(200, isTrial: false, now: 60_000)
        #expect(!member.state.isDue(now: 60_000) && member.state.serverErrorCount == 0)
    }

    @Test("what was under way says nothing of an error, and a trial ends it; 5xx are counted")
    func answers() {
        let member = farm([100]).members[0]
        member.fail(now: 0)
        member.state.countAnswer(503, isTrial: false, now: 1)
        #expect(member.state.isInError(now: 1) && member.state.serverErrorCount == 1)
        member.state.countAnswer(200, isTrial: true, now: 1)
        #expect(!member.state.isInError(now: 1))
    }

    @Test("three connections in a row that end unanswered are the member's doing; an answer between forgives them")
    func drops() {
        let state = farm([100]).members[0].state
        #expect(!state.countDrop(now: 0) && !state.countDrop(now: 0))
        state.countAnswer(200, isTrial: false, now: 0)
        #expect(!state.countDrop(now: 0) && !state.countDrop(now: 0) && state.countDrop(now: 0))
    }

    @Test("whoever fails again that was taken out of an error for want of others is doubted until it answers")
    func doubt() {
        let balancer = farm([100, 100])
        let state = balancer.members[0].state
        for member in balancer.members { member.fail(now: 0) }
        #expect(balancer.choose(now: 1, random: { 0 })?.reason == .recovered)
        #expect(!state.isDoubted, "the first time it is as good as others")
        balancer.members[0].fail(now: 2)
        #expect(state.isDoubted && !balancer.members[1].state.isDoubted)
        balancer.members[1].fail(now: 2)
        #expect(balancer.choose(now: 3, random: { 0 })?.reason == .recovered)
        #expect(state.isDoubted && !state.isInError(now: 3))
        state.countAnswer(200, isTrial: true, now: 3)
        #expect(!state.isDoubted)
        balancer.members[0].fail(now: 4)
        #expect(!state.isDoubted, "nobody has excused it")
    }
}
