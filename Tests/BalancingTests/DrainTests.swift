import Balancing
import Testing

@Suite("Draining while the process runs", .tags(.balancing))
struct DrainTests {
    @Test("a drained member gets the requests of its sessions and no others", arguments: Balancing.Method.allCases)
    func sessions(_ method: Balancing.Method) {
        let balancer = farm([100, 100, 100], method: method)
        #expect(balancer.members[1].beginDrain(now: 0))
        #expect(!balancer.members[1].beginDrain(now: 0), "it is drained already")
        for turn in 0..<30 {
            #expect(balancer.choose(now: 0) { UInt64(turn) << 59 }?.member != 1)
            #expect(balancer.choose(key: UInt64(turn), now: 0)?.member != 1)
            #expect(balancer.choose(preferring(1), now: 0) == Choice(member: 1, asked: 1, reason: .sticky))
            #expect(balancer.choose(preferring(1), excluding: members(1), now: 0)?.reason == .memberTried)
        }
        #expect(balancer.members[1].endDrain())
        let winners = (0..<60).compactMap { turn in
            let member = balancer.choose(now: 0) { UInt64(turn) << 58 }?.member
            if let member { balancer.members[member].state.release(sentBytes: 100, receivedBytes: 1_000) }
            return member
        }
        #expect(winners.contains(1))
    }

    @Test(
        "where all are declared to be draining or disabled, sessions alone are served, and nobody of the latter",
        arguments: Balancing.Method.allCases, [MemberStatus.draining, .disabled])
    func everybody(_ method: Balancing.Method, _ status: MemberStatus) {
        for bound in [nil, 150] {
            let balancer = Chooser(
                name: "shop", method: method,
                members: (0..<2).map { MemberSpecification(name: name($0), status: status) },
                loadBoundHundredths: bound)
            #expect(balancer.choose(now: 0) == nil)
            #expect(balancer.choose(key: 77, now: 0) == nil)
            #expect(balancer.choose(preferring(1), now: 0)?.member == (status == .draining ? 1 : nil))
        }
    }

    @Test("however many requests a drained member's sessions make, new ones go to the others by their factors")
    func busySessions() {
        let balancer = farm([100, 300, 100, 200])
        balancer.members[1].beginDrain(now: 0)
        var tally = [0, 0, 0, 0]
        for _ in 0..<400 {
            for _ in 0..<10 { #expect(balancer.choose(preferring(1), now: 0)?.reason == .sticky) }
            if let choice = balancer.choose(now: 0) { tally[choice.member] += 1 }
        }
        #expect(tally == [100, 0, 100, 200])
        #expect(balancer.loadStatuses() == [0, 0, 0, 0])
    }

    @Test("when the last session will be gone, by the pace of those that have ended")
    func pace() throws {
        let balancer = Chooser(
            name: "shop", members: specifications([100, 100]), sessionIdleMilliseconds: 1_800_000)
        let member = balancer.members[0]
        let census = try #require(member.sessions)
        for number in 1...40 { census.see(key(number), now: 0) }
        #expect(member.drainMilliseconds(left: 10, now: 5) == nil)
        #expect(member.beginDrain(now: 1_000))
        let count = census.count(now: 1_000)
        #expect(abs(count - 40) <= 1)
        #expect(member.drainMilliseconds(left: count, now: 9_000) == nil, "none has ended")
        #expect(member.drainMilliseconds(left: count + 1, now: 9_000) == nil, "an estimate may rise")
        #expect(member.drainMilliseconds(left: count - 10, now: 11_000) == Int64(count - 10) * 1_000)
        #expect(!member.beginDrain(now: 20_000), "it goes on")
        #expect(member.drainMilliseconds(left: count - 20, now: 21_000) == Int64(count - 20) * 1_000)
        #expect(member.drainMilliseconds(left: 0, now: 21_000) == 0)
        #expect(member.endDrain())
        #expect(!member.endDrain())
        #expect(member.drainMilliseconds(left: 0, now: 21_000) == nil)
    }

    @Test("nothing is foretold from a difference that the count's own error may be")
    func noise() throws {
        let balancer = Chooser(
            name: "shop", members: specifications([100]), sessionIdleMilliseconds: 1_800_000)
        let member = balancer.members[0]
        let census = try #require(member.sessions)
        for number in 1...10_000 { census.see(key(number), now: 0) }
        member.beginDrain(now: 0)
        let count = census.count(now: 0)
        #expect(member.drainMilliseconds(left: count - count / 50, now: 10_000) == nil)
        #expect(member.drainMilliseconds(left: count - count / 50 - 1, now: 10_000) != nil)
    }

    @Test("a reload that counts anew begins to foretell anew")
    func recounted() throws {
        func balancer(idle: Int64?, replacing old: Chooser?) -> Chooser {
            Chooser(
                name: "shop", members: specifications([100]), sessionIdleMilliseconds: idle, replacing: old)
        }
        let uncounted = balancer(idle: nil, replacing: nil)
        uncounted.members[0].beginDrain(now: 0)
        #expect(uncounted.members[0].drainMilliseconds(left: 0, now: 0) == nil)
        let old = balancer(idle: 1_800_000, replacing: uncounted)
        let sessions = (1...40).map { key($0) }
        for session in sessions { try #require(old.members[0].sessions).see(session, now: 0) }
        #expect(old.members[0].drainMilliseconds(left: 40, now: 1_000) == nil)
        #expect(old.members[0].drainMilliseconds(left: 20, now: 2_000) ?? 0 > 0)
        let new = balancer(idle: 1_200_000, replacing: old)
        #expect(new.members[0].drainMilliseconds(left: 10, now: 3_000) == nil)
        #expect(new.members[0].state.isDrained)
    }

    @Test("all drained: nobody is elected; sessions go on")
    func all() {
        let balancer = farm([100, 100])
        for member in balancer.members { member.beginDrain(now: 0) }
        #expect(balancer.choose(now: 0) == nil)
        #expect(balancer.choose(preferring(0), now: 0)?.member == 0)
    }

    @Test("spares, standbys and the next set take the place of who is drained")
    func others() {
        let spares = farm("a b c:r d:r")
        spares.members[0].beginDrain(now: 0)
        #expect(spares.elect(4) == "b c b c")
        spares.members[2].beginDrain(now: 0)
        #expect(spares.elect(4) == "d b d b" || spares.elect(4) == "b d b d")
        let standby = farm("a b:h")
        standby.members[0].beginDrain(now: 0)
        #expect(standby.elect(2) == "b b")
        let sets = farm("a b/1")
        sets.members[0].beginDrain(now: 0)
        #expect(sets.elect(2) == "b b")
    }

    @Test("a member that was drained in error is not elected when its error ends, nor when all are recovered")
    func inError() {
        let balancer = farm([100, 100], retry: 50)
        balancer.members[0].beginDrain(now: 0)
        balancer.members[0].fail(now: 0)
        #expect(balancer.choose(now: 60)?.member == 1)
        for member in balancer.members { member.fail(now: 100) }
        #expect(balancer.choose(now: 101) == Choice(member: 1, asked: nil, reason: .recovered))
    }

    @Test("a reload keeps it by the member's name")
    func reload() {
        let old = farm([100, 100])
        old.members[1].beginDrain(now: 0)
        let new = Chooser(
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
