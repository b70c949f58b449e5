import Balancing
import Testing

@Suite("Failover: buddies, paced moves, renamed members", .tags(.balancing))
struct FailoverTests {
    private func farm(
        _ count: Int, goesToBuddy: Bool = true, rate: Int? = nil, retry: Int64 = 60_000, reversed: Bool = false
    ) -> Chooser {
        let members = specifications([Int](repeating: 100, count: count), retry: retry)
        return Chooser(
            name: "shop", members: reversed ? members.reversed() : members, sessionIdleMilliseconds: 1_800_000,
            failover: Failover(goesToBuddy: goesToBuddy, ratePerSecond: rate))
    }

    /// Who gets a session of a member, by name.
    private func heir(_ balancer: Chooser, of member: String, _ number: Int, now: Int64 = 0) -> String {
        let index = balancer.members.firstIndex { $0.name == member } ?? 0
        guard let choice = balancer.choose(preferring(index), key: key(number), now: now) else { return "-" }
        balancer.members[choice.member].state.release(sentBytes: 0, receivedBytes: 0)
        return balancer.name(of: choice.member)
    }

    // MARK: - Members without an address

    @Test("who has no address is never tried, and the others are tried again at once when all of them are in error")
    func unreachable() {
        let members = ["a", "b", "c"].map { MemberSpecification(name: $0, isReachable: $0 != "b") }
        let balancer = Chooser(name: "shop", members: members)
        let chosen = (0..<20).compactMap { _ in balancer.choose(now: 0)?.member }
        #expect(chosen.count == 20 && Set(chosen) == [0, 2])
        #expect(balancer.choose(preferring(1), now: 0)?.reason == .memberInError)
        for index in [0, 2] { balancer.members[index].fail(now: 0) }
        for _ in 0..<3 {
            let choice = balancer.choose(preferring(1), now: 0)
            #expect(choice?.reason == .recovered && choice?.member != 1)
            for index in [0, 2] { balancer.members[index].fail(now: 0) }
        }
        balancer.members[1].fail(now: 0)
        for _ in 0..<3 { #expect(balancer.chooseInError(preferring(1), now: 1, random: { 0 })?.member != 1) }
        let nobody = Chooser(name: "shop", members: [MemberSpecification(name: "a", isReachable: false)])
        #expect(nobody.choose(now: 0) == nil)
        #expect(nobody.obstacle(MemberPreferences(), excluding: MemberSet(), now: 0) == .none)
    }

    // MARK: - Buddies

    @Test("a session goes to its buddy, the same on every node, then to the next in its order, and returns")
    func buddies() {
        let (here, there) = (farm(5), farm(5, reversed: true))
        var buddies: [Int: String] = [:]
        for number in 0..<400 {
            let key = key(number)
            #expect(heir(here, of: "b", number) == "b")
            let buddy = here.buddy(of: 1, key: key, now: 0).map(here.name) ?? "-"
            #expect(there.buddy(of: 3, key: key, now: 0).map(there.name) == buddy)
            buddies[number] = buddy
        }
        here.members[1].fail(now: 0)
        for (number, buddy) in buddies { #expect(heir(here, of: "b", number) == buddy) }
        #expect(here.choose(preferring(1), key: key(1), now: 0)?.reason == .buddy)
        #expect(here.choose(preferring(1), key: key(1), now: 0)?.asked == 1)
        for name in ["a", "c", "d", "e"] { #expect((60...140).contains(buddies.count { $1 == name }), "\(name)") }
        // The buddy is lost too: only its own move on, and all who look find the same.
        there.members[3].fail(now: 0)
        for balancer in [here, there] { balancer.members.first { $0.name == "d" }?.fail(now: 0) }
        for (number, buddy) in buddies {
            let heir = heir(here, of: "b", number)
            #expect(buddy == "d" ? heir != "d" : heir == buddy)
            #expect(self.heir(there, of: "b", number) == heir)
        }
        #expect(heir(here, of: "b", 7, now: 60_000) == "b")
    }

    @Test("a buddy is somebody else; where there is nobody else there is none")
    func noBuddy() {
        let balancer = farm(2)
        #expect((0..<50).allSatisfy { balancer.buddy(of: 0, key: key($0), now: 0) == 1 })
        balancer.members[1].fail(now: 0)
        #expect(balancer.buddy(of: 0, key: 1, now: 0) == nil)
        #expect(farm(1).buddy(of: 0, key: 1, now: 0) == nil)
    }

    @Test("failover to whom the method elects, unless it is declared otherwise; without a key as well")
    func elected() {
        let balancer = farm(3, goesToBuddy: false)
        balancer.members[1].fail(now: 0)
        let heirs = (0..<4).map { heir(balancer, of: "b", $0) }
        #expect(heirs == ["a", "c", "a", "c"])
        #expect(balancer.choose(preferring(1), key: 5, now: 0)?.reason == .memberInError)
        let other = farm(3)
        other.members[1].fail(now: 0)
        #expect(other.choose(preferring(1), now: 0)?.reason == .memberInError)
        #expect(other.choose(preferring(1), key: 5, staysWithSession: true, now: 0) == nil)
    }

    @Test("a key that is not at home is told from one that is")
    func moved() {
        let balancer = farm(4)
        let owners = (0..<200).compactMap { balancer.choose(key: key($0), now: 0) }
        #expect(owners.allSatisfy { $0.reason == .hashed })
        balancer.members[2].fail(now: 0)
        for (number, owner) in owners.enumerated() {
            let choice = balancer.choose(key: key(number), now: 0)
            #expect(choice?.reason == (owner.member == 2 ? .moved : .hashed))
        }
        let choice = balancer.choose(key: key(3), excluding: members(owners[3].member), now: 0)
        #expect(choice?.reason == .moved)
        #expect((0..<200).allSatisfy { balancer.choose(key: key($0), now: 60_000)?.reason == .hashed })
    }

    // MARK: - Paced

    /// Whether a session of b may move, and how long it must wait.
    private func wait(_ balancer: Chooser, _ number: Int, now: Int64) -> Int64? {
        let isRefused = balancer.choose(preferring(1), key: key(number), now: now) == nil
        let wait = balancer.millisecondsToWait(preferring(1), key: key(number), now: now)
        #expect(isRefused == (wait != nil))
        return wait
    }

    @Test("a failed member's sessions move at their rate, each at the time that it was told, in one order on all nodes")
    func paced() {
        let balancers = [farm(4, rate: 50), farm(4, goesToBuddy: false, rate: 50)]
        for balancer in balancers {
            for number in 0..<1_000 { balancer.members[1].sessions?.see(key(number), now: 0) }
            balancer.members[1].fail(now: 10_000)
        }
        let turns = (0..<1_000).map { wait(balancers[0], $0, now: 10_000) ?? 0 }
        #expect(turns.map { $0 } == (0..<1_000).map { wait(balancers[1], $0, now: 10_000) ?? 0 })
        for second in 0..<22 {
            let now = 10_000 + Int64(second) * 1_000
            // The member fails whenever it is tried again, which is still the same outage.
            if second % 7 == 3 { balancers[0].members[1].fail(now: now) }
            let moved = (0..<1_000).count { wait(balancers[0], $0, now: now) == nil }
            let due = min(1_000, 50 * (second + 1))
            // Keys are random: four standard deviations, and what the census is wrong by.
            let share = Double(due) / 1_000
            let slack = 4 * (1_000 * share * (1 - share)).squareRoot() + 0.03 * Double(due)
            #expect(abs(Double(moved - due)) <= slack, "\(moved) of \(due)")
        }
        for number in stride(from: 0, to: 1_000, by: 37) where turns[number] > 0 {
            #expect(wait(balancers[0], number, now: 10_000 + turns[number] - 1) == 1)
            #expect(wait(balancers[0], number, now: 10_000 + turns[number]) == nil)
        }
    }

    @Test("as many as may move in a second are not held up; nor are new sessions, others', or those of no outage")
    func unpaced() {
        let balancer = farm(3, rate: 20)
        for number in 0..<20 { balancer.members[1].sessions?.see(key(number), now: 0) }
        balancer.members[1].fail(now: 0)
        #expect((0..<20).allSatisfy { wait(balancer, $0, now: 0) == nil })
        let busy = farm(3, rate: 1)
        for number in 0..<500 { busy.members[1].sessions?.see(key(number), now: 0) }
        #expect((0..<500).allSatisfy { busy.choose(preferring(1), key: key($0), now: 0)?.reason == .sticky })
        #expect(busy.choose(preferring(1), key: key(0), excluding: members(1), now: 0)?.reason == .buddy)
        busy.members[1].fail(now: 0)
        #expect((0..<500).allSatisfy { busy.choose(preferring(2), key: key($0), now: 0)?.reason == .sticky })
        #expect((0..<500).allSatisfy { _ in busy.choose(now: 0)?.reason == .elected })
        #expect((0..<500).count { busy.choose(preferring(1), key: key($0), now: 0) == nil } > 480)
        // It has answered: what follows is another outage.
        busy.members[1].state.endOutage()
        #expect(busy.choose(preferring(1), key: key(0), now: 0) != nil)
        busy.members[1].fail(now: 400_000)
        #expect((0..<500).count { busy.choose(preferring(1), key: key($0), now: 400_000) == nil } > 480)
        #expect(busy.choose(preferring(1), key: key(7), now: .max / 2_000) != nil)
    }

    @Test("keys of a hash are paced as well, those of the failed member alone")
    func pacedKeys() {
        let balancer = farm(4, rate: 1)
        let homes = (0..<400).map { balancer.choose(key: key($0), now: 0)?.member }
        for (number, home) in homes.enumerated() { balancer.members[home ?? 0].sessions?.see(key(number), now: 0) }
        balancer.members[2].fail(now: 0)
        for (number, home) in homes.enumerated() {
            let choice = balancer.choose(key: key(number), now: 0)
            let wait = balancer.millisecondsToWait(MemberPreferences(), key: key(number), now: 0)
            #expect(home == 2 ? (choice == nil) == (wait != nil) : choice?.member == home)
        }
        #expect((0..<400).count { balancer.choose(key: key($0), now: 0) == nil } > 60)
        #expect((0..<400).allSatisfy { balancer.choose(key: key($0), now: 59_000) != nil || homes[$0] == 2 })
    }

    @Test("a rehearsal tells who would be the buddy, and who is held back")
    func rehearsed() {
        let balancer = farm(4, rate: 2)
        for number in 0..<300 { balancer.members[1].sessions?.see(key(number), now: 0) }
        balancer.members[1].fail(now: 0)
        for now in [Int64(0), 30_000, 59_000] {
            for number in 0..<300 {
                let told = balancer.rehearse(preferring(1), key: key(number), now: now) { 0 }
                #expect(told == balancer.choose(preferring(1), key: key(number), now: now))
            }
        }
    }

    @Test(
        "a session whose member is full is not held back; it goes to its buddy, and a key says that it is not at home")
    func full() {
        var members = specifications([100, 100, 100])
        members[1] = MemberSpecification(name: "b", exchangesMax: 1)
        let balancer = Chooser(
            name: "shop", members: members, sessionIdleMilliseconds: 1_800_000,
            failover: Failover(goesToBuddy: true, ratePerSecond: 1))
        for number in 0..<300 { balancer.members[1].sessions?.see(key(number), now: 0) }
        let homes = (0..<100).compactMap { number -> Int? in
            let choice = balancer.choose(key: key(number), now: 0)
            choice.map { balancer.members[$0.member].state.release(sentBytes: 0, receivedBytes: 0) }
            #expect(choice?.reason == .hashed)
            return choice?.member
        }
        #expect(balancer.choose(preferring(1), key: key(0), now: 0)?.reason == .sticky)
        for number in 0..<100 {
            let buddy = balancer.buddy(of: 1, key: key(number), now: 0)
            let choice = balancer.choose(preferring(1), key: key(number), now: 0)
            #expect(choice?.reason == .buddy && choice?.member == buddy)
            #expect(balancer.choose(key: key(number), now: 0)?.reason == (homes[number] == 1 ? .moved : .hashed))
        }
    }

    // MARK: - Renamed

    @Test("a renamed member goes on with its state and sessions, and the election where it stands")
    func renamed() {
        let old = farm(3)
        #expect(old.elect(4) == "a b c a")
        old.members[1].fail(now: 0)
        for number in 0..<9 { old.members[1].sessions?.see(key(number), now: 0) }
        let new = Chooser(
            name: "shop",
            members: [
                MemberSpecification(name: "a"), MemberSpecification(name: "x", formerName: "b"),
                MemberSpecification(name: "c"),
            ], sessionIdleMilliseconds: 1_800_000, replacing: old)
        #expect(new.members[1].state === old.members[1].state)
        #expect(new.sessionCounts(now: 0) == [0, 9, 0])
        #expect(new.loadStatuses() == old.loadStatuses())
        #expect(new.choose(preferring(1), now: 0)?.reason == .memberInError)
        let again = Chooser(
            name: "shop", members: [MemberSpecification(name: "x", formerName: "b"), MemberSpecification(name: "b")],
            sessionIdleMilliseconds: 1_800_000, replacing: new)
        #expect(again.members[0].state === new.members[1].state)
        #expect(again.members[1].state.electedCount == 0, "it is another one of the old name")
    }
}
