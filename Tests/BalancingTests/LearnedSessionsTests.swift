import Balancing
import Foundation
import TestSupport
import Testing

@Suite("LearnedSessions", .tags(.balancing))
struct LearnedSessionsTests {
    private static let idle: Int64 = 1_800_000

    private func table(
        _ names: [String] = ["a", "b", "c"], was: [String?]? = nil, capacity: Int = 10_000,
        idle: Int64 = LearnedSessionsTests.idle, replacing old: LearnedSessions? = nil, now: Int64 = 0
    ) -> LearnedSessions {
        LearnedSessions(
            names: names, formerNames: was ?? names.map { _ in nil }, capacity: capacity, idleMilliseconds: idle,
            replacing: old, now: now)
    }

    private func sessions(_ count: Int, seed: UInt64 = 1) -> [UInt64] {
        var generator = SplitMix(seed: seed)
        return (0..<count).map { _ in generator.next() }
    }

    @Test(
        "as many as were declared are kept, whatever their hashes",
        arguments: [16, 100, 1_000, 5_000, 100_000, 1_000_000])
    func capacity(_ capacity: Int) {
        for seed in UInt64(1)...(capacity > 10_000 ? 2 : 40) {
            let table = table(capacity: capacity)
            let sessions = sessions(capacity, seed: seed)
            for (number, session) in sessions.enumerated() { table.learn(session, member: number % 3, now: 0) }
            let lost = sessions.enumerated().count { table.member(of: $1, now: 0) != $0 % 3 }
            #expect(lost == 0, "\(lost) of \(capacity), seed \(seed)")
        }
    }

    @Test("what is left to another process is learned there, by members' names; the last seen first")
    func legacy() throws {
        let old = table()
        let sessions = sessions(300)
        for (number, session) in sessions.enumerated() {
            old.learn(session, member: number % 3, now: Int64(number) * 1_000)
        }
        let legacy = old.legacy(countMax: 1_000, now: 300_000)
        let new = table(["c", "d", "a"], was: [nil, "b", nil])
        new.take(legacy, names: ["c", "d", "a"], formerNames: [nil, "b", nil], now: 301_000)
        for (number, session) in sessions.enumerated() {
            #expect(new.member(of: session, now: 301_000) == [2, 1, 0][number % 3])
        }
        let few = table()
        few.take(
            old.legacy(countMax: 10, now: 300_000), names: ["a", "b", "c"], formerNames: [nil, nil, nil], now: 300_000)
        let kept = sessions.indices.filter { few.member(of: sessions[$0], now: 300_000) != nil }
        #expect(kept == Array(290..<300))
        let aged = table()
        aged.take(legacy, names: ["a", "b"], formerNames: [nil, nil], now: Self.idle + 200_000)
        let young = sessions.indices.filter { aged.member(of: sessions[$0], now: Self.idle + 200_000) != nil }
        #expect(young == (200..<300).filter { $0 % 3 != 2 })
    }

    @Test("what is no entry of a legacy is left out")
    func malformedLegacy() throws {
        for digits in ["", "0", String(repeating: "g", count: 32), String(repeating: "0", count: 63)] {
            let text = #"{"members":["a"],"digits":"\#(digits)"}"#
            let legacy = try JSONDecoder().decode(LearnedLegacy.self, from: Data(text.utf8))
            let table = table(["a"])
            table.take(legacy, names: ["a"], formerNames: [nil], now: 0)
            #expect(table.legacy(countMax: 10, now: 0).members == ["a"])
        }
    }

    @Test("a place takes 16 bytes, a session that is kept for certain 24 and what a shard's size is rounded to")
    func memory() {
        #expect(table(capacity: 100_000).bytes <= 100_000 * 24 + 64 * 8 * 16)
        #expect(table(capacity: 1_000_000).bytes <= 1_000_000 * 24 + 64 * 8 * 16)
    }

    @Test("what overflows takes the places of those who were seen longest ago")
    func eviction() {
        let table = table(capacity: 1_000)
        let all = sessions(6_000)
        for (number, session) in all.enumerated() { table.learn(session, member: 0, now: Int64(number) * 250) }
        let recent = all[5_600...].count { table.member(of: $0, now: 1_500_000) != nil }
        let first = all[..<3_000].count { table.member(of: $0, now: 1_500_000) != nil }
        #expect(recent == 400 && first < 30, "\(recent), \(first)")
    }

    @Test("who has come back outlasts any number of those who never do, also when the table becomes smaller")
    func returned() {
        let table = table(capacity: 10_000)
        let people = sessions(8_000)
        for (number, session) in people.enumerated() { table.learn(session, member: number % 3, now: 0) }
        for session in people { _ = table.member(of: session, now: 1_000) }
        for (number, session) in sessions(240_000, seed: 2).enumerated() {
            table.learn(session, member: 0, now: 2_000 + Int64(number) * 5)
        }
        // Learned anew, as when its member has changed, a session has come back all the same.
        table.learn(people[0], member: 0, now: 3_000)
        for _ in 0..<2 { for session in sessions(20_000, seed: 3) { table.learn(session, member: 0, now: 4_000) } }
        let now: Int64 = 1_500_000
        #expect(people.enumerated().count { table.member(of: $1, now: now) != $0 % 3 } == 0)
        let smaller = self.table(capacity: 9_000, replacing: table, now: now)
        #expect(people.enumerated().count { smaller.member(of: $1, now: now) != $0 % 3 } == 0)
        for session in sessions(40_000, seed: 4) {
            smaller.learn(session, member: 1, now: now)
            _ = smaller.member(of: session, now: now)
        }
        #expect(people.count { smaller.member(of: $0, now: now) != nil } < 8_000, "who comes back makes room")
    }

    @Test("a session is kept for its idle time from when it was seen last, and a time that goes back keeps it")
    func expiry() {
        let table = table()
        table.learn(1 << 60, member: 1, now: 1_000_000)
        #expect(table.member(of: 1 << 60, now: 1_000_000 + Self.idle) == 1)
        #expect(table.member(of: 1 << 60, now: 1_000_000 + 2 * Self.idle) == 1)
        #expect(table.member(of: 1 << 60, now: 0) == 1)
        #expect(table.member(of: 1 << 60, now: Self.idle + 250) == nil)
        #expect(table.member(of: 1 << 60, now: Self.idle) == nil, "what has expired does not come back")
        #expect(table.member(of: 2 << 60, now: 0) == nil)
    }

    @Test("what is learned anew or forgotten is so at once")
    func change() {
        let table = table()
        table.learn(7, member: 1, now: 0)
        table.learn(7, member: 2, now: 0)
        #expect(table.member(of: 7, now: 0) == 2)
        table.forget(7)
        table.forget(8)
        #expect(table.member(of: 7, now: 0) == nil)
        table.learn(0, member: 0, now: 0)
        #expect(table.member(of: 0, now: 0) == 0, "0 is a hash like any other")
    }

    @Test("a reload keeps what was learned by members' names, wherever they stand; who is removed frees his sessions")
    func reload() {
        let old = table()
        let sessions = sessions(9_000)
        for (number, session) in sessions.enumerated() { old.learn(session, member: number % 3, now: 0) }
        let new = table(["c", "n", "a"], replacing: old)
        for (number, session) in sessions.enumerated() {
            #expect(new.member(of: session, now: 0) == [2, nil, 0][number % 3])
        }
        new.learn(sessions[0], member: 1, now: 0)
        #expect(old.member(of: sessions[0], now: 0) == nil, "the member is not known there")
        #expect(new.member(of: sessions[0], now: 0) == 1, "who does not know the member frees nothing")
        let back = table(["b"], replacing: new)
        #expect(sessions.allSatisfy { back.member(of: $0, now: 0) == nil }, "it is another member of the same name")
    }

    @Test("a renamed member keeps its sessions, also when the same configuration is loaded again")
    func renamed() {
        let old = table()
        for session in UInt64(0)..<300 { old.learn(session << 40, member: Int(session % 3), now: 0) }
        let new = table(["a", "x", "c"], was: [nil, "b", nil], replacing: old)
        let again = table(["a", "x", "c"], was: [nil, "b", nil], replacing: new)
        for session in UInt64(0)..<300 {
            for table in [new, again] { #expect(table.member(of: session << 40, now: 0) == Int(session % 3)) }
        }
        #expect(table(["b"], replacing: again).member(of: 1 << 40, now: 0) == nil)
    }

    @Test("another size keeps what fits of those who are there")
    func resized() {
        let old = table(capacity: 5_000)
        let sessions = sessions(5_000)
        for (number, session) in sessions.enumerated() { old.learn(session, member: number % 3, now: Int64(number)) }
        let larger = table(["b", "a", "c"], capacity: 50_000, replacing: old, now: 5_000)
        for (number, session) in sessions.enumerated() {
            #expect(larger.member(of: session, now: 5_000) == [1, 0, 2][number % 3])
        }
        #expect(larger.member(of: sessions[0], now: 5_000 + Self.idle) == 1)
        let smaller = table(capacity: 100, replacing: old, now: 5_000)
        let kept = sessions.count { smaller.member(of: $0, now: 5_000) != nil }
        #expect((100...200).contains(kept))
    }

    @Test("200 reloads with 1,000 other members each, and what is learned is of whom it was learned")
    func numbers() {
        var table = table(capacity: 16)
        for round in 1...200 {
            let names = (0..<1_000).map { "m\(round)-\($0)" }
            table = self.table(names, capacity: 16, replacing: table)
            #expect(table.member(of: 1, now: 0) == nil)
            table.learn(1, member: 999, now: 0)
            #expect(table.member(of: 1, now: 0) == 999)
        }
    }

    @Test("four workers learn and look at once: what one has learned all find")
    func threads() async {
        let table = table(capacity: 100_000)
        await withTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    let mine = sessions(20_000, seed: UInt64(worker))
                    let shared = sessions(2_000, seed: 99)
                    for session in mine { table.learn(session, member: worker % 3, now: 0) }
                    for session in shared { table.learn(session, member: 2, now: 0) }
                    return mine.count { table.member(of: $0, now: 0) != worker % 3 }
                        + shared.count { table.member(of: $0, now: 0) != 2 }
                }
            }
            for await wrong in group { #expect(wrong == 0) }
        }
    }
}
