import Forwarding
import Model
import Reactor
import Testing

/// When names are asked for again, by a clock of the test's.
@Suite("Schedule of names")
struct NameScheduleTests {
    private let name = NameLookup.Name(host: "app.test", port: 80)
    private let other = NameLookup.Name(service: "_http._tcp.app.test")
    private let failure: NameLookup.Answer = .failure(SocketAddress.ResolutionError(words: "nobody knows it"))

    private func answer(living seconds: Int?) -> NameLookup.Answer {
        .success(NameLookup.Finding(addresses: [], seconds: seconds))
    }

    private func terms(_ least: Int, _ most: Int) -> DNSConfiguration {
        var terms = DNSConfiguration()
        (terms.lifeMillisecondsMin, terms.lifeMillisecondsMax) = (least, most)
        return terms
    }

    @Test(
        "an answer is used for its TTL, within the bounds",
        arguments: [
            (seconds: 30, due: 30_000), (seconds: 0, due: 5_000), (seconds: 4, due: 5_000), (seconds: 60, due: 60_000),
            (seconds: 61, due: 60_000), (seconds: Int.max, due: 60_000), (seconds: nil, due: 5_000),
        ] as [(seconds: Int?, due: Int64)])
    func life(seconds: Int?, due: Int64) {
        var schedule = NameSchedule()
        schedule.watch([name], at: 1_000)
        schedule.take(answer(living: seconds), for: name, terms(5_000, 60_000), release: nil, at: 1_000)
        #expect(schedule.next == 1_000 + due)
        #expect(schedule.begin(at: 999 + due).isEmpty)
        #expect(schedule.begin(at: 1_000 + due) == [name])
        #expect(schedule.next == nil && schedule.begin(at: .max).isEmpty, "somebody is asking")
    }

    @Test("a ceiling below the floor is the floor")
    func crossed() {
        var schedule = NameSchedule()
        schedule.watch([name], at: 0)
        schedule.take(answer(living: 3_600), for: name, terms(5_000, 100), release: nil, at: 0)
        #expect(schedule.next == 5_000)
    }

    @Test("who has no answer is asked for after 1 s, then more and more seldom, and at once normally when it has one")
    func backOff() {
        var schedule = NameSchedule()
        schedule.watch([name], at: 0)
        var (now, waits): (Int64, [Int64]) = (0, [])
        for _ in 0..<8 {
            schedule.take(failure, for: name, terms(5_000, 60_000), release: nil, at: now)
            waits.append((schedule.next ?? 0) - now)
            now = schedule.next ?? 0
            #expect(schedule.begin(at: now) == [name])
        }
        #expect(waits == [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
        schedule.take(answer(living: 20), for: name, terms(5_000, 60_000), release: nil, at: now)
        #expect(schedule.next == now + 20_000)
        schedule.take(failure, for: name, terms(5_000, 60_000), release: nil, at: now)
        #expect(schedule.next == now + 1_000)
    }

    @Test("what is held is let go in time, however long the answer lives")
    func held() {
        var schedule = NameSchedule()
        schedule.watch([name], at: 0)
        schedule.take(answer(living: 60), for: name, terms(5_000, 60_000), release: 30_000, at: 0)
        #expect(schedule.next == 30_000)
        schedule.take(answer(living: 20), for: name, terms(5_000, 60_000), release: 30_000, at: 0)
        #expect(schedule.next == 20_000)
    }

    @Test("names that are not there are forgotten, new ones are asked for soon, others stay as they are")
    func watched() {
        var schedule = NameSchedule()
        schedule.watch([name], at: 0)
        schedule.take(answer(living: 60), for: name, terms(5_000, 60_000), release: nil, at: 0)
        schedule.watch([name, other], at: 500)
        #expect(schedule.begin(at: 1_500) == [other])
        schedule.watch([other], at: 2_000)
        #expect(schedule.next == nil)
        schedule.take(answer(living: 1), for: name, terms(5_000, 60_000), release: nil, at: 2_000)
        #expect(schedule.next == nil, "its answer came too late")
    }
}
