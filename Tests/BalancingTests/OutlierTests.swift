import Balancing
import TestSupport
import Testing

/// Who errs or is slow, unlike the others, is left out for a while.
@Suite("Ejection", .tags(.balancing))
struct OutlierTests {
    /// A balancer whose members answer as a test says, a second after the other.
    private struct Stage {
        let balancer: Chooser
        var watch: OutlierWatch
        var second = 0
        /// How many requests each member gets in a second in which it is up.
        var rate = 20
        var generator = SplitMix(seed: 5)

        init(_ count: Int, _ rules: EjectionRules = EjectionRules(), sets: [Int] = []) {
            let members = (0..<count).map { index in
                MemberSpecification(name: name(index), set: sets.isEmpty ? 0 : sets[index])
            }
            balancer = Chooser(name: "shop", members: members, health: HealthRules(ejection: rules))
            watch = OutlierWatch(rules)
        }

        var now: Int64 { Int64(second) * 1_000 }

        /// Lets seconds pass.
        ///
        /// - Parameters:
        ///   - errors: a member's share of errors.
        ///   - micros: how long its answers take.
        mutating func pass(
            _ seconds: Int, errors: (Int) -> Double = { _ in 0 }, micros: (Int) -> Double = { _ in 20_000 }
        ) -> [String] {
            var words: [String] = []
            for _ in 0..<seconds {
                second += 1
                for (index, member) in balancer.members.enumerated() where member.standing(now: now) != .down {
                    for _ in 0..<rate {
                        let isError = Double.random(in: 0..<1, using: &generator) < errors(index)
                        member.state.countAnswer(isError ? 500 : 200, isTrial: false, now: now)
                        member.state.observeLatency(micros: micros(index), worker: 0, now: now)
                    }
                }
                for change in watch.look(at: balancer, now: now) {
                    let time = change.milliseconds.map { "out for \($0 / 1_000)" } ?? "back"
                    words.append("\(second) \(name(change.member)) \(time)")
                }
            }
            return words
        }

        var ejected: [Int] {
            balancer.members.indices.filter { balancer.members[$0].causes(now: now) == HealthCauses(.ejection) }
        }
    }

    @Test("a member with 20 % errors is out within 10 s, and nobody is given to it", arguments: [5, 20, 500])
    func errors(rate: Int) {
        var stage = Stage(4)
        stage.rate = rate
        let changes = stage.pass(10) { $0 == 2 ? 0.2 : 0 }
        #expect(stage.ejected == [2], "\(changes)")
        #expect(Set(stage.balancer.elect(9, now: stage.now).split(separator: " ")) == ["a", "b", "d"])
        #expect(stage.balancer.choose(preferring(2), now: stage.now)?.reason == .memberInError)
        #expect(stage.balancer.members[2].history.last?.evidence.contains("requests were errors") == true)
    }

    @Test("a member that takes ten times as long as the others is out within 10 s", arguments: [2, 20, 200])
    func slowness(rate: Int) {
        var stage = Stage(4)
        stage.rate = rate
        _ = stage.pass(10, micros: { $0 == 1 ? 200_000 : 20_000 })
        #expect(stage.ejected == [1])
        #expect(
            stage.balancer.members[1].history.map(\.evidence) == ["its answers take 200 ms, the others' 20 ms"])
    }

    @Test("when all err or are slow, nobody is ejected; nor is who is alone")
    func everybody() {
        for share in [0.05, 0.3, 1] {
            var stage = Stage(4)
            #expect(stage.pass(60) { _ in share } == [])
        }
        var slow = Stage(4)
        _ = slow.pass(20)
        #expect(slow.pass(60, micros: { _ in 2_000_000 }) == [])
        var alone = Stage(1)
        #expect(alone.pass(60, errors: { _ in 1 }, micros: { _ in 2_000_000 }) == [])
    }

    @Test("a pause of 3 s is no reason, nor are some ms more")
    func pause() {
        var stage = Stage(3)
        _ = stage.pass(10)
        #expect(stage.pass(3, micros: { $0 == 0 ? 900_000 : 20_000 }) == [])
        #expect(stage.pass(30) == [])
        #expect(stage.pass(30, micros: { $0 == 0 ? 4_000 : 100 }) == [])
    }

    @Test("five errors in a row are enough, also where nobody counts shares")
    func inARow() {
        var stage = Stage(3, EjectionRules(errorPercent: nil, slowness: nil))
        #expect(stage.pass(20) { $0 == 0 ? 0.5 : 0 } == [])
        #expect(stage.pass(2) { $0 == 0 ? 1 : 0 } == ["21 a out for 30"])
    }

    @Test("an answer that puts its member in error is one error, of one request", arguments: [404, 503])
    func failOnStatus(status: Int) {
        let rules = EjectionRules(errorPercent: nil, slowness: nil)
        // Who is in error is not judged.
        let specifications = (0..<3).map { MemberSpecification(name: name($0), retryMilliseconds: 0) }
        let balancer = Chooser(name: "shop", members: specifications, health: HealthRules(ejection: rules))
        let members = balancer.members
        var watch = OutlierWatch(rules)
        #expect(watch.look(at: balancer, now: 0) == [])
        for second in 1...5 {
            let now = Int64(second) * 1_000
            members[0].state.countAnswer(status, isTrial: false, now: now)
            members[0].fail(status: status, evidence: "it has answered \(status)", now: now)
            for _ in 0..<20 { for member in members[1...] { member.state.countAnswer(200, isTrial: false, now: now) } }
            let ejected = watch.look(at: balancer, now: now).map(\.member)
            #expect(ejected == (second < 5 ? [] : [0]), "second \(second)")
        }
        #expect(members[0].history.last?.evidence.hasPrefix("5 errors in a row") == true)
    }

    @Test("no more are out than may be, the worst first, and never the last one of a set")
    func bounds() {
        var many = Stage(6)
        _ = many.pass(10) { $0 < 2 ? 0.3 : $0 == 2 ? 0.9 : 0 }
        #expect(many.ejected == [0, 1, 2])
        var few = Stage(4, EjectionRules(ejectedMaxPercent: 25))
        _ = few.pass(3) { $0 == 3 ? 0.9 : $0 == 0 ? 0.4 : 0 }
        #expect(few.ejected == [3])
        #expect(few.pass(10) { $0 == 0 ? 0.4 : 0 } == [])
        var sets = Stage(4, EjectionRules(ejectedMaxPercent: 100), sets: [0, 0, 0, 1])
        sets.balancer.members[1].begin(.failedCheck, evidence: "refused", now: 0)
        sets.balancer.members[2].begin(.failedCheck, evidence: "refused", now: 0)
        #expect(sets.pass(10) { $0 == 0 ? 1 : 0 } == [])
    }

    @Test("the middle of the others is that of those that are left when one is taken out")
    func ranking() {
        var generator = SplitMix(seed: 7)
        for count in 0..<40 {
            let values = (0..<count).map { _ in
                Bool.random(using: &generator) ? Double(Int.random(in: 0..<6, using: &generator)) : nil
            }
            let ranking = Ranking(values)
            for place in values.indices {
                let others = values.indices.filter { $0 != place }.compactMap { values[$0] }.sorted()
                #expect(
                    ranking.middle(without: values[place])
                        == (others.isEmpty ? nil : others[(others.count - 1) / 2]), "\(values) \(place)")
            }
        }
    }

    @Test("each time is longer, up to the most, and that fades while the member is well")
    func times() {
        var stage = Stage(3, EjectionRules(milliseconds: 10_000, millisecondsMax: 25_000, slowness: nil))
        var changes = stage.pass(80) { $0 == 0 ? 1 : 0 }
        let times = changes.filter { $0.contains("out") }.map { String($0.split(separator: " ")[4]) }
        #expect(Array(times.prefix(4)) == ["10", "20", "25", "25"])
        // It is well as soon as it is back.
        _ = stage.pass(120)
        changes = stage.pass(5) { $0 == 0 ? 1 : 0 }
        #expect(changes.first?.hasSuffix("a out for 10") == true, "\(changes)")
    }

    @Test("a reload keeps who is out and for how long; without eject all return")
    func reload() {
        var stage = Stage(3)
        _ = stage.pass(5) { $0 == 0 ? 1 : 0 }
        #expect(stage.ejected == [0])
        let new = Chooser(
            name: "shop", members: specifications([100, 100, 100]).reversed(), replacing: stage.balancer,
            health: HealthRules(ejection: EjectionRules(milliseconds: 60_000)))
        var watch = OutlierWatch(EjectionRules(milliseconds: 60_000), replacing: stage.watch)
        #expect(watch.look(at: new, now: 20_000) == [])
        #expect(new.choose(preferring(2), now: 20_000)?.reason == .memberInError)
        #expect(watch.look(at: new, now: 40_000).map(\.member) == [2])
        _ = stage.pass(5) { $0 == 1 ? 1 : 0 }
        stage.balancer.endEjections(evidence: "eject is declared no longer", now: stage.now)
        #expect(stage.ejected == [])
    }

    @Test("who is out gets requests as soon as nobody else of its set can be used, before the next look")
    func lastAtOnce() {
        var stage = Stage(3, sets: [0, 0, 1])
        _ = stage.pass(5) { $0 == 0 ? 1 : 0 }
        let balancer = stage.balancer
        #expect(stage.ejected == [0] && balancer.choose(now: stage.now)?.member == 1)
        balancer.members[1].begin(.operatorDrain, evidence: "martlet drain", now: stage.now)
        #expect(balancer.choose(now: stage.now)?.member == 0)
        balancer.members[1].end(.operatorDrain, evidence: "martlet resume", now: stage.now)
        #expect(balancer.choose(now: stage.now)?.member == 1)
        balancer.members[1].fail(now: stage.now)
        #expect(balancer.choose(now: stage.now)?.member == 0)
        #expect(balancer.choose(preferring(0), now: stage.now)?.reason == .sticky)
        #expect(stage.ejected == [0], "nobody has looked yet")
    }

    @Test("who is out returns when the others of its set have gone down since, for whatever reason")
    func nobodyLeft() {
        var stage = Stage(4, sets: [0, 0, 0, 1])
        _ = stage.pass(5) { $0 == 0 ? 1 : 0 }
        #expect(stage.ejected == [0])
        stage.balancer.members[1].begin(.failedCheck, evidence: "refused", now: stage.now)
        #expect(stage.pass(1) == [])
        stage.balancer.members[2].setShare(percent: 0)
        #expect(stage.pass(1) == ["7 a back"])
        #expect(stage.balancer.members[0].history.last?.evidence == "nobody else of its set can be used")
        #expect(stage.pass(20) { $0 == 0 ? 1 : 0 } == [], "nor is it ejected anew")
        stage.balancer.members[2].setShare(percent: 100)
        #expect(stage.pass(10) { $0 == 0 ? 1 : 0 }.first?.contains("a out for 60") == true)
    }

    @Test("whoever ignores errors, is closed or drained is not ejected, and does not count as left")
    func others() {
        let balancer = Chooser(
            name: "shop",
            members: [
                MemberSpecification(name: "a", status: .ignoreErrors), MemberSpecification(name: "b"),
                MemberSpecification(name: "c", status: .disabled),
            ])
        var watch = OutlierWatch(EjectionRules(ejectedMaxPercent: 100))
        for second in 1...20 {
            for _ in 0..<20 { balancer.members[0].state.countAnswer(500, isTrial: false, now: Int64(second)) }
            for _ in 0..<20 { balancer.members[1].state.countAnswer(200, isTrial: false, now: Int64(second)) }
            #expect(watch.look(at: balancer, now: Int64(second) * 1_000) == [])
        }
    }
}
