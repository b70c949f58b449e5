import Balancing
import Testing

@Suite("Draining while the process runs", .tags(.balancing))
struct DrainTests {
    @Test("a drained member gets the requests of its sessions and no others", arguments: Balancing.Method.allCases)
    func sessions(_ method: Balancing.Method) {
        let balancer = farm([100, 100, 100], method: method)
        #expect(balancer.members[1].state.beginDrain(now: 0, sessions: 0))
        #expect(!balancer.members[1].state.beginDrain(now: 0, sessions: 0), "it is drained already")
        for turn in 0..<30 {
            #expect(balancer.choose(now: 0) { UInt64(turn) << 59 }?.member != 1)
            #expect(balancer.choose(key: UInt64(turn), now: 0)?.member != 1)
            #expect(balancer.choose(preferring(1), now: 0) == Choice(member: 1, asked: 1, reason: .sticky))
            #expect(balancer.choose(preferring(1), excluding: members(1), now: 0)?.reason == .memberTried)
        }
        #expect(balancer.members[1].state.endDrain())
        let winners = (0..<60).compactMap { turn in
            let member = balancer.choose(now: 0) { UInt64(turn) << 58 }?.member
            if let member { balancer.members[member].state.release(sentBytes: 100, receivedBytes: 1_000) }
            return member
        }
        #expect(winners.contains(1))
    }

    @Test("however many requests a drained member's sessions make, new ones go to the others by their factors")
    func busySessions() {
        let balancer = farm([100, 300, 100, 200])
        balancer.members[1].state.beginDrain(now: 0, sessions: 0)
        var tally = [0, 0, 0, 0]
        for _ in 0..<400 {
            for _ in 0..<10 { #expect(balancer.choose(preferring(1), now: 0)?.reason == .sticky) }
            if let choice = balancer.choose(now: 0) { tally[choice.member] += 1 }
        }
        #expect(tally == [100, 0, 100, 200])
        #expect(balancer.loadStatuses() == [0, 0, 0, 0])
    }

    @Test("when the last session will be gone, by the pace of those that have ended")
    func pace() {
        let state = farm([100, 100]).members[0].state
        #expect(state.drainMilliseconds(left: 10, now: 5) == nil)
        state.beginDrain(now: 1_000, sessions: 40)
        #expect(state.drainMilliseconds(left: 40, now: 9_000) == nil, "none has ended")
        #expect(state.drainMilliseconds(left: 41, now: 9_000) == nil, "an estimate may rise")
        #expect(state.drainMilliseconds(left: 30, now: 11_000) == 30_000)
        #expect(!state.beginDrain(now: 20_000, sessions: 30), "it goes on")
        #expect(state.drainMilliseconds(left: 20, now: 21_000) == 20_000)
        #expect(state.drainMilliseconds(left: 0, now: 21_000) == 0)
        state.endDrain()
        #expect(state.drainMilliseconds(left: 0, now: 21_000) == nil)
    }

    @Test("all drained: nobody is elected; sessions go on")
    func all() {
        let balancer = farm([100, 100])
        for member in balancer.members { member.state.beginDrain(now: 0, sessions: 0) }
        #expect(balancer.choose(now: 0) == nil)
        #expect(balancer.choose(preferring(0), now: 0)?.member == 0)
    }

    @Test("spares, standbys and the next set take the place of who is drained")
    func others() {
        let spares = farm("a b c:r d:r")
        spares.members[0].state.beginDrain(now: 0, sessions: 0)
        #expect(spares.elect(4) == "b c b c")
        spares.members[2].state.beginDrain(now: 0, sessions: 0)
        #expect(spares.elect(4) == "d b d b" || spares.elect(4) == "b d b d")
        let standby = farm("a b:h")
        standby.members[0].state.beginDrain(now: 0, sessions: 0)
        #expect(standby.elect(2) == "b b")
        let sets = farm("a b/1")
        sets.members[0].state.beginDrain(now: 0, sessions: 0)
        #expect(sets.elect(2) == "b b")
    }

    @Test("a member that was drained in error is not elected when its error ends, nor when all are recovered")
    func inError() {
        let balancer = farm([100, 100], retry: 50)
        balancer.members[0].state.beginDrain(now: 0, sessions: 0)
        balancer.members[0].fail(now: 0)
        #expect(balancer.choose(now: 60)?.member == 1)
        for member in balancer.members { member.fail(now: 100) }
        #expect(balancer.choose(now: 101) == Choice(member: 1, asked: nil, reason: .recovered))
    }

    @Test("a reload keeps it by the member's name")
    func reload() {
        let old = farm([100, 100])
        old.members[1].state.beginDrain(now: 0, sessions: 0)
        let new = Balancer(
            name: "shop", members: Array(specifications([100, 100, 100]).reversed()), replacing: old)
        #expect(new.members.map(\.state.isDrained) == [false, true, false])
        #expect(Set(new.elect(10).split(separator: " ")) == ["a", "c"])
    }

    @Test("how long a member is in error still")
    func remaining() {
        let balancer = farm([100, 100], retry: 50)
        let state = balancer.members[0].state
        #expect(state.errorMilliseconds(now: 7) == 0)
        balancer.members[0].fail(now: 7)
        #expect([7, 8, 56, 57, 99].map { state.errorMilliseconds(now: $0) } == [50, 49, 1, 0, 0])
        let ever = farm([100], retry: .max)
        ever.members[0].fail(now: 7)
        #expect(ever.members[0].state.errorMilliseconds(now: 99) == .max)
    }
}
