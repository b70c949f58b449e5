import Balancing
import Testing

@Suite("Rehearsals", .tags(.balancing))
struct RehearsalTests {
    /// Everything of a balancer that a choice may change.
    private func standing(_ balancer: Chooser, now: Int64) -> [[Int64]] {
        let states = balancer.members.map(\.state)
        return [
            balancer.loadStatuses(), states.map { Int64($0.inFlightCount) }, states.map { Int64($0.electedCount) },
            states.map { $0.errorMilliseconds(now: now) },
        ]
    }

    @Test("an election is foretold again and again, and then comes so", arguments: Balancing.Method.allCases)
    func election(_ method: Balancing.Method) throws {
        let balancer = farm([700, 200, 100], method: method)
        for turn in 0..<50 {
            let before = standing(balancer, now: 0)
            let told = (0..<3).map { _ in balancer.rehearse(now: 0) { UInt64(turn) << 60 } }
            #expect(standing(balancer, now: 0) == before)
            let choice = try #require(balancer.choose(now: 0) { UInt64(turn) << 60 })
            #expect(told == [choice, choice, choice])
            if turn % 3 == 0 { balancer.members[choice.member].state.release(sentBytes: 1, receivedBytes: 9) }
        }
    }

    @Test("sessions, redirects, keys and strangers")
    func others() {
        let balancer = farm("a:d>c b c d")
        balancer.members[1].fail(now: 0)
        let before = standing(balancer, now: 1)
        #expect(balancer.rehearse(preferring(2), now: 1) { 0 } == Choice(member: 2, asked: 2, reason: .sticky))
        #expect(balancer.rehearse(preferring(0), now: 1) { 0 } == Choice(member: 2, asked: 0, reason: .redirected))
        #expect(balancer.rehearse(preferring(1), now: 1) { 0 } == Choice(member: 2, asked: 1, reason: .memberInError))
        #expect(balancer.rehearse(preferring(1), staysWithSession: true, now: 1) { 0 } == nil)
        #expect(balancer.rehearse(preferring(unknown: true), now: 1) { 0 }?.reason == .unknownRoute)
        let told = (0..<100).map { key in balancer.rehearse(key: key, now: 1) { 0 } }
        #expect(standing(balancer, now: 1) == before)
        for key in 0..<100 { #expect(balancer.choose(key: UInt64(key), now: 1) == told[key]) }
        #expect(Set(told.map { $0?.reason }) == [.hashed, .moved])
    }

    @Test("all in error: it is told who would be tried, and all stay in error")
    func recovery() {
        let balancer = farm([100, 100])
        for member in balancer.members { member.fail(now: 0) }
        let told = balancer.rehearse(preferring(1), now: 1) { 0 }
        #expect(told == Choice(member: 1, asked: 1, reason: .recovered))
        #expect(balancer.members.allSatisfy { $0.state.isInError(now: 1) })
        #expect(balancer.choose(preferring(1), now: 1) == told)
    }
}
