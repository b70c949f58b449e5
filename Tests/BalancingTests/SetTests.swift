import Balancing
import Testing

/// Who may be elected: sets, spares, standbys and the flags, each alone and together, as mod_proxy_balancer's manual
/// describes them.
@Suite("Sets and flags", .tags(.balancing))
struct SetTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// See `farm(_:method:)`.
        var members: String
        /// Members that fail before the first turn.
        var failing = ""
        /// The winners of turns in a row; `-` for nobody.
        var winners: String
    }

    static let rows = [
        Row(testDescription: "a disabled member gets nothing", members: "a b:d c", winners: "a c a c"),
        Row(testDescription: "a stopped one neither", members: "a b:s c", winners: "a c a c"),
        Row(testDescription: "a draining one is not elected", members: "a b:n c", winners: "a c a c"),
        Row(testDescription: "one that is declared in error is left alone", members: "a:e b", winners: "b b"),
        Row(
            testDescription: "one that ignores errors is never in error", members: "a:i b", failing: "a b",
            winners: "a a"),
        Row(testDescription: "nobody left", members: "a:d b:s c:n", winners: "- -"),
        Row(testDescription: "the lower set first", members: "a/1 b/0 c/1", winners: "b b b"),
        Row(
            testDescription: "the next set when the lower one is out", members: "a/1 b c/1", failing: "b",
            winners: "a c a"),
        Row(testDescription: "sets with gaps", members: "a/7 b/99 c/3", failing: "c", winners: "a a"),
        Row(testDescription: "a draining set gives way", members: "a:n b:n c/1", winners: "c c"),
        Row(testDescription: "spares rest while all are well", members: "a b s:r", winners: "a b a b"),
        Row(testDescription: "one spare for one failed", members: "a b s:r t:r", failing: "a", winners: "b s b s"),
        Row(
            testDescription: "two for two, the first ones", members: "a b c s:r t:r u:r", failing: "a b",
            winners: "c s t c"),
        Row(testDescription: "no more spares than there are", members: "a b c s:r", failing: "a b c", winners: "s s"),
        Row(testDescription: "a spare stands in for a disabled one", members: "a:d b s:r", winners: "b s b"),
        Row(testDescription: "and for a draining one", members: "a:n b s:r", winners: "b s b"),
        Row(testDescription: "a failed spare is no spare", members: "a b s:r t:r", failing: "a s", winners: "b t b"),
        Row(testDescription: "a draining spare neither", members: "a b s:rn t:r", failing: "a", winners: "b t b"),
        Row(testDescription: "spares are those of their set", members: "a b s:r/1", failing: "a", winners: "b b"),
        Row(
            testDescription: "a spare of the next set replaces nobody there", members: "a s:r/1 b/1", failing: "a",
            winners: "b b"),
        Row(
            testDescription: "a set of spares alone elects nobody", members: "a s:r/1 b/2", failing: "a", winners: "b b"
        ),
        Row(testDescription: "a standby waits for the last", members: "a b h:h", failing: "a", winners: "b b"),
        Row(testDescription: "and takes over then", members: "a b h:h", failing: "a b", winners: "h h"),
        Row(testDescription: "all standbys together", members: "a h:h j:h", failing: "a", winners: "h j h"),
        Row(testDescription: "spares before standbys", members: "a s:r h:h", failing: "a", winners: "s s"),
        Row(
            testDescription: "standbys of a set before the next set", members: "a h:h b/1", failing: "a", winners: "h h"
        ),
        Row(testDescription: "a disabled standby is none", members: "a h:hd b/1", failing: "a", winners: "b b"),
        Row(testDescription: "a spare and standby is a spare", members: "a b s:rh", failing: "a", winners: "b s b"),
        Row(
            testDescription: "a regular member wins a tie with a spare before it", members: "s:r a b", failing: "a",
            winners: "b s"),
    ]

    @Test("who is elected in a row", arguments: rows)
    func winners(row: Row) {
        let balancer = farm(row.members)
        for name in row.failing.split(separator: " ") {
            balancer.members.first { $0.name == name }?.fail(now: 0)
        }
        #expect(balancer.elect(row.winners.split(separator: " ").count, now: 1) == row.winners)
    }

    @Test(
        "a session's member, whatever waits or drains",
        arguments: [
            ("a b:n c", 1, "b sticky"), ("a b:r c", 1, "b sticky"), ("a b:h", 1, "b sticky"), ("a b/9", 1, "b sticky"),
            ("a b:d c", 1, "a member-disabled"), ("a b:s c", 1, "a member-disabled"),
            ("a b:e c", 1, "a member-in-error"),
            ("a b:d>c c", 1, "c redirected"), ("a b:e>c c:d>a", 1, "a redirected"), ("a b:d>c c:n", 1, "c redirected"),
            ("a b:d>c c:d>b", 1, "a member-disabled"), ("a b>c c", 1, "b sticky"), ("a:n b:d>c c:d", 1, "-"),
        ])
    func session(_ members: String, _ asked: Int, _ expected: String) {
        let balancer = farm(members)
        let choice = balancer.choose(preferring(asked), now: 1)
        #expect(choice.map { "\(balancer.name(of: $0.member)) \($0.reason.name)" } ?? "-" == expected)
        #expect(choice.map { $0.asked == asked } ?? true)
    }

    @Test("a session's request counts among all that are usable, also those who wait, not those who are draining")
    func counting() {
        let balancer = farm("a b s:r h:h n:n d:d")
        #expect(balancer.choose(preferring(1), now: 0)?.member == 1)
        #expect(balancer.loadStatuses() == [100, -300, 100, 100, 0, 0])
        #expect(balancer.elect(1) == "a")
        #expect(
            balancer.loadStatuses() == [-100, -200, 200, 100, 0, 0], "the spare stands in for the draining member")
    }

    @Test("a session whose member is off stays away from others with no-failover, but for the redirect")
    func noFailover() {
        let balancer = farm("a b:d c:d>a")
        #expect(balancer.choose(preferring(1), staysWithSession: true, now: 0) == nil)
        #expect(balancer.choose(preferring(2), staysWithSession: true, now: 0)?.reason == .redirected)
    }

    @Test("one that is declared in error is tried after its time, and a reload does not put it there again")
    func declaredError() {
        let members = [MemberSpecification(name: "a", status: .error, retryMilliseconds: 1_000), .init(name: "b")]
        let old = Chooser(name: "shop", members: members, now: 500)
        #expect(old.choose(preferring(0), now: 1_499)?.reason == .memberInError)
        #expect(old.choose(preferring(0), now: 1_500)?.reason == .sticky)
        func reloaded(_ members: [MemberSpecification], _ old: Chooser, now: Int64) -> Chooser {
            let new = Chooser(name: "shop", members: members, replacing: old, now: now)
            new.takeOver(from: old, now: now)
            return new
        }
        let new = reloaded(members, old, now: 2_000)
        #expect(new.choose(preferring(0), now: 2_000)?.reason == .sticky)
        let both = [members[0], MemberSpecification(name: "b", status: .error, retryMilliseconds: 1_000)]
        _ = Chooser(name: "shop", members: both, replacing: new, now: 3_000)
        #expect(new.choose(preferring(1), now: 3_000)?.reason == .sticky, "one that is not served changes nothing")
        let third = reloaded(both, new, now: 3_000)
        #expect(third.choose(preferring(1), now: 3_001)?.reason == .memberInError, "declared by the reload")
        let last = reloaded([members[0], .init(name: "b", status: .ignoreErrors)], third, now: 3_002)
        #expect(last.choose(preferring(1), now: 3_003)?.reason == .sticky, "who ignores errors is in none")
    }

    @Test("recovery takes nobody in who is off, and happens only when all are in error")
    func recovery() {
        let balancer = farm("a b:d")
        balancer.members[0].fail(now: 0)
        #expect(balancer.choose(now: 1) == nil)
        balancer.members[1].fail(now: 0)
        #expect(balancer.choose(preferring(1), now: 1) == Choice(member: 0, asked: 1, reason: .recovered))
    }
}
