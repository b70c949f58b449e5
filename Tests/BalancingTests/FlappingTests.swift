import Balancing
import Testing

/// A member that comes and goes.
@Suite("Flapping", .tags(.balancing))
struct FlappingTests {
    /// What five minutes have brought to a balancer whose second member is up 3 s and down 3 s in turn.
    private struct Outcome {
        var changes = 0
        var movesMax = 0
    }

    /// - Parameters:
    ///   - fall: the member is found to be down.
    ///   - rise: it is found to be up.
    private func fiveMinutes(
        _ balancer: Chooser, fall: (Member, Int64) -> Void, rise: (Member, Int64) -> Void
    ) -> Outcome {
        let member = balancer.members[1]
        var outcome = Outcome()
        var isUp = true
        /// By session, its member and how often it was another one.
        var sessions: [(member: Int?, moves: Int)] = []
        for second in Int64(0)..<300 {
            let now = second * 1_000
            let answers = second % 6 >= 3
            if second % 3 == 0 { answers ? rise(member, now) : fall(member, now) }
            for member in balancer.members { member.advance(now: now) }
            sessions.append((nil, 0))
            for index in sessions.indices {
                let asked = sessions[index].member.map { preferring($0) } ?? preferring()
                guard var choice = balancer.choose(asked, now: now) else { continue }
                if choice.member == 1, !answers {
                    fall(member, now)
                    guard let other = balancer.choose(asked, excluding: members(1), now: now) else { continue }
                    choice = other
                }
                if choice.member == 1 {
                    member.state.countAnswer(200, isTrial: choice.reason == .recovered, now: now)
                }
                let isMove = sessions[index].member.map { $0 != choice.member } ?? false
                sessions[index] = (choice.member, sessions[index].moves + (isMove ? 1 : 0))
            }
            if (member.standing(now: now) != .down) != isUp {
                isUp.toggle()
                outcome.changes += 1
            }
        }
        outcome.movesMax = sessions.map(\.moves).max() ?? 0
        return outcome
    }

    @Test("by checks: up 3 s, down 3 s for 5 minutes is at most 6 changes, and no session moves twice")
    func checks() {
        let outcome = fiveMinutes(farm([100, 100, 100])) { member, now in
            member.begin(.failedCheck, evidence: "refused", now: now)
        } rise: { member, now in
            member.end(.failedCheck, evidence: "200", now: now)
        }
        #expect((3...6).contains(outcome.changes))
        #expect(outcome.movesMax == 1)
    }

    @Test("by requests, where a retry finds the member up and loses it 3 s later: the same")
    func requests() {
        let outcome = fiveMinutes(farm([100, 100, 100], retry: 63_000)) { member, now in
            if member.standing(now: now) != .down { member.fail(now: now) }
        } rise: { _, _ in
        }
        #expect((3...6).contains(outcome.changes))
        #expect(outcome.movesMax == 1)
    }

    @Test("the hold doubles with each time, is bounded, and fades by one a minute that the member is up")
    func hold() {
        let balancer = farm([100])
        let member = balancer.members[0]
        func hold(from now: Int64) -> Int64 {
            member.begin(.failedCheck, evidence: "refused", now: now)
            member.end(.failedCheck, evidence: "200", now: now)
            var end = now
            while member.standing(now: end) == .down {
                end += 1_000
                member.advance(now: end)
            }
            return end - now
        }
        var (now, holds) = (Int64(0), [Int64]())
        for _ in 0..<9 {
            holds.append(hold(from: now) / 1_000)
            now += (holds.last ?? 0) * 1_000 + 1_000
        }
        #expect(holds == [0, 10, 20, 40, 80, 160, 300, 300, 300])
        now += 8 * 60_000
        #expect(hold(from: now) / 1_000 == 10)
    }

    @Test("whoever fails while it is held begins anew")
    func relapse() {
        let balancer = farm([100])
        let member = balancer.members[0]
        member.begin(.failedCheck, evidence: "refused", now: 0)
        #expect(member.end(.failedCheck, evidence: "200", now: 1_000))
        member.begin(.failedCheck, evidence: "refused", now: 2_000)
        #expect(!member.end(.failedCheck, evidence: "200", now: 3_000))
        #expect(!member.begin(.failedCheck, evidence: "refused", now: 9_000))
        #expect(!member.advance(now: 14_000))
        #expect(!member.end(.failedCheck, evidence: "200", now: 15_000))
        #expect(!member.end(.failedCheck, evidence: "200", now: 24_999), "asked again, it goes on")
        #expect(member.end(.failedCheck, evidence: "200", now: 25_000), "and ends, if nobody else looks")
        #expect(member.history.count == 4, "it was down all the time")
    }

    @Test("a cause that nobody looks for any more ends at once, however often the member has come and gone")
    func atOnce() {
        let member = farm([100]).members[0]
        for now in Int64(0)..<3 {
            member.begin(.failedCheck, evidence: "refused", now: now)
            member.end(.failedCheck, evidence: "200", now: now)
        }
        #expect(member.standing(now: 3) == .down)
        #expect(member.end(.failedCheck, atOnce: true, evidence: "it is checked no more", now: 3))
        #expect(member.standing(now: 3) == .usable)
        #expect(!member.advance(now: 400_000), "nothing is left to be ended")
    }

    @Test("whoever is well, and left alone for coming and going, gets requests where nobody else is left")
    func nobodyElse() {
        let balancer = farm([100, 100])
        let (member, other) = (balancer.members[0], balancer.members[1])
        for now in [Int64(0), 1_000] {
            member.begin(.failedCheck, evidence: "refused", now: now)
            member.end(.failedCheck, evidence: "200", now: now + 500)
        }
        #expect(member.standing(now: 2_000) == .down && balancer.choose(now: 2_000)?.member == 1)
        #expect(balancer.chooseInError(excluding: members(1), now: 2_000, random: { 0 })?.member == 0)
        other.begin(.failedCheck, evidence: "refused", now: 2_000)
        for _ in 0..<2 {
            #expect(balancer.choose(now: 2_000) == Choice(member: 0, asked: nil, reason: .recovered))
        }
        #expect(member.standing(now: 2_000) == .down, "that changes nothing for when somebody else is back")
        member.begin(.failedCheck, evidence: "refused", now: 3_000)
        #expect(balancer.choose(now: 3_000) == nil)
        member.end(.failedCheck, evidence: "200", now: 3_500)
        #expect(balancer.choose(now: 3_500)?.member == 0)
        other.end(.failedCheck, evidence: "200", now: 4_000)
        for _ in 0..<2 { #expect(balancer.choose(now: 4_000)?.member == 1) }
    }

    @Test("who was taken out by a word, of an operator or an agent, did not come and go")
    func words() {
        let member = farm([100]).members[0]
        for (now, cause) in [(Int64(0), HealthCause.operatorMaintenance), (10, .agentMaintenance)] {
            member.begin(cause, evidence: "a deploy", now: now)
            #expect(member.end(cause, evidence: "done", now: now + 5))
        }
        member.begin(.failedCheck, evidence: "refused", now: 20)
        #expect(member.end(.failedCheck, evidence: "200", now: 30) && member.standing(now: 30) == .usable)
    }

    @Test("how long it is left alone still is known where all has ended that was against it")
    func heldTime() {
        let member = farm([100]).members[0]
        for now in [Int64(0), 1_000] {
            member.begin(.failedCheck, evidence: "refused", now: now)
            #expect(member.heldMilliseconds(now: now) == nil)
            member.end(.failedCheck, evidence: "200", now: now + 500)
        }
        #expect(member.heldMilliseconds(now: 2_500) == 9_000)
        member.begin(.ejection, evidence: "errors", now: 3_000)
        #expect(member.heldMilliseconds(now: 3_000) == nil)
        member.end(.ejection, evidence: "over", now: 4_000)
        #expect(member.heldMilliseconds(now: 4_000) == 7_500)
        member.advance(now: 11_500)
        #expect(member.heldMilliseconds(now: 11_500) == nil && member.standing(now: 11_500) == .usable)
    }

    @Test("retry doubles each time that a request finds the member down, and is as declared when it was well for long")
    func retry() {
        let balancer = farm([100, 100], retry: 1_000)
        let member = balancer.members[0]
        var (now, retries) = (Int64(0), [Int64]())
        for _ in 0..<11 {
            member.fail(now: now)
            retries.append(member.state.errorMilliseconds(now: now) / 1_000)
            now += member.state.errorMilliseconds(now: now)
            member.state.countAnswer(200, isTrial: false, now: now)
        }
        #expect(retries == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        member.fail(now: now + 660_000)
        #expect(member.state.errorMilliseconds(now: now + 660_000) == 1_000)
    }
}
