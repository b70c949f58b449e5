import Reactor
import TestSupport
import Testing

@Suite(.tags(.reactor), .timeLimit(.minutes(10))) struct TimerWheelTests {
    static let turnMillis = TimerWheel.tickMillis * TimerWheel.bucketCount

    @Test func anEmptyWheelLetsTheLoopSleepForEver() {
        let model = WheelModel(now: 12_345)
        #expect(model.wheel.waitMillis(now: model.now) == -1)
        model.now += 1_000_000
        #expect(model.expired() == [])
        #expect(model.wheel.waitMillis(now: model.now) == -1)
    }

    @Test(
        "A deadline comes after its time, at most a tick late, with a wake for half a turn",
        arguments: [
            0, 1, 31, 32, 33, 63, 64, 1000, 2047, 2048, 10_000, turnMillis - 33, turnMillis - 32, turnMillis - 1,
            turnMillis,
            turnMillis + 1, 3 * turnMillis, 60_000, 3_600_000,
        ], [0, 1, 31, 32, 12_345, 16_383, 1_000_000_007])
    func comesInTime(after millis: Int, now: Int) throws {
        let model = WheelModel(now: now)
        let registration = model.take()
        model.set(registration, after: millis)
        let result = try #require(model.sleepUntilExpiry())
        #expect(result.slots == [registration.slot])
        #expect(model.now >= now + millis && model.now <= now + millis + TimerWheel.tickMillis)
        #expect(result.wakes <= 2 + millis / (Self.turnMillis / 2))
        #expect(model.expired() == [])
        #expect(model.wheel.waitMillis(now: model.now) == -1)
    }

    @Test func movedEarlierItComesEarlier() throws {
        let model = WheelModel(now: 500)
        let registration = model.take()
        for millis in [100_000, 20_000, 5000, 40] { model.set(registration, after: millis) }
        _ = try #require(model.sleepUntilExpiry())
        #expect(model.now >= 540 && model.now <= 540 + TimerWheel.tickMillis)
    }

    @Test func movedLaterItComesLaterAndOnce() throws {
        let model = WheelModel(now: 0)
        let registration = model.take()
        for second in 0..<60 {
            model.set(registration, after: 1500)
            model.now = second * 1000
            #expect(model.expired() == [])
        }
        let result = try #require(model.sleepUntilExpiry())
        #expect(result.slots == [registration.slot])
        #expect(model.now >= 58_000 + 1500 && model.now <= 59_000 + 1500 + TimerWheel.tickMillis)
        #expect(model.expired() == [])
    }

    @Test func clearedItNeverComesAndTheWheelForgetsIt() {
        let model = WheelModel(now: 77)
        let registration = model.take()
        model.set(registration, after: 100)
        model.wheel.clear(registration.slot, in: &model.slots)
        #expect(model.wheel.waitMillis(now: model.now) > 0)
        model.now += 1000
        #expect(model.expired() == [])
        #expect(model.wheel.waitMillis(now: model.now) == -1)
        model.set(registration, after: 100)
        #expect(model.sleepUntilExpiry()?.slots == [registration.slot])
    }

    @Test func oneMayTakeOthersOutWhileTheyExpire() {
        let model = WheelModel(now: 0)
        let registrations = (0..<8).map { _ in model.take() }
        for registration in registrations { model.set(registration, after: 10) }
        model.now = 100
        var come: [Int32] = []
        while let slot = model.wheel.nextExpired(now: model.now, in: &model.slots) {
            come.append(slot)
            for other in registrations where other.slot != slot && other.slot % 2 == 1 {
                model.wheel.remove(other.slot, in: &model.slots)
            }
        }
        #expect(come.count(where: { $0 % 2 == 0 }) == 4)
        #expect(come.count(where: { $0 % 2 == 1 }) <= 1)
        #expect(Set(come).count == come.count)
        #expect(model.wheel.waitMillis(now: model.now) == -1)
    }

    @Test func setAgainAtOnceItWaitsForTheNextTick() throws {
        let model = WheelModel(now: 1000)
        let registration = model.take()
        model.set(registration, after: 0)
        for _ in 0..<100 {
            let before = model.now
            let result = try #require(model.sleepUntilExpiry())
            #expect(result.slots == [registration.slot], "once a turn, or a handler could hold the loop for ever")
            #expect(model.now > before && model.now <= before + TimerWheel.tickMillis)
            model.set(registration, after: 0)
        }
    }

    @Test(
        "After a long sleep all that is due comes at once and the rest stays",
        arguments: [1, 31, 500, turnMillis - 1, turnMillis, turnMillis + 1, 10 * turnMillis + 7, 86_400_000])
    func sleptLong(millis: Int) {
        let model = WheelModel(now: 3_333)
        let registrations = (0..<2000).map { _ in model.take() }
        for (index, registration) in registrations.enumerated() { model.set(registration, after: index * 41) }
        model.now += millis
        let come = model.expired()
        let due = registrations.indices.filter { index in index * 41 + TimerWheel.tickMillis <= millis }
        let mayCome = registrations.indices.filter { index in index * 41 <= millis }
        #expect(Set(come).count == come.count)
        #expect(Set(come).isSuperset(of: due.map { registrations[$0].slot }))
        #expect(Set(come).isSubset(of: mayCome.map { registrations[$0].slot }))
        let wait = model.wheel.waitMillis(now: model.now)
        #expect(come.count == 2000 ? wait == -1 : wait > 0)
    }

    @Test(
        "A deadline set by an event after a long sleep is not taken for a passed one",
        arguments: [100, 100_000, 86_400_000])
    func setBeforeTheWheelHasCaughtUp(slept: Int) throws {
        let model = WheelModel(now: 0)
        let registration = model.take()
        model.now = slept
        model.set(registration, after: 5000)
        #expect(model.expired() == [])
        let result = try #require(model.sleepUntilExpiry())
        #expect(result.slots == [registration.slot] && result.wakes <= 3)
        #expect(model.now >= slept + 5000 && model.now <= slept + 5000 + TimerWheel.tickMillis)
    }

    @Test func aHundredThousandComeInTheirTicks() throws {
        let model = WheelModel(now: 0)
        var deadlines: [Int32: Int] = [:]
        var generator = SplitMix(seed: 106)
        for _ in 0..<100_000 {
            let registration = model.take()
            let millis = Int.random(in: 0...40_000, using: &generator)
            deadlines[registration.slot] = millis
            model.set(registration, after: millis)
        }
        while !deadlines.isEmpty {
            let result = try #require(model.sleepUntilExpiry())
            for slot in result.slots {
                let deadline = deadlines.removeValue(forKey: slot) ?? Int.max
                let isInTime = model.now >= deadline && model.now <= deadline + TimerWheel.tickMillis
                #expect(isInTime)
            }
        }
        #expect(model.wheel.waitMillis(now: model.now) == -1)
    }

    /// Random sets, clears, removals and sleeps against a table of deadlines.
    @Test(.tags(.fuzz), arguments: [2, 40, 3000]) func behavesAsATableOfDeadlines(entries: Int) throws {
        let model = WheelModel(now: 987_654)
        let registrations = (0..<entries).map { _ in model.take() }
        var deadlines: [Int32: Int] = [:]
        var generator = SplitMix(seed: 107)
        for _ in 0..<30_000 {
            let slot = registrations[Int.random(in: 0..<entries, using: &generator)].slot
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: model.wheel.clear(slot, in: &model.slots)
            case 1: model.wheel.remove(slot, in: &model.slots)
            default:
                let reach = [50, 1000, Self.turnMillis, 5 * Self.turnMillis].randomElement(using: &generator) ?? 0
                let deadline = model.now + Int.random(in: 0...reach, using: &generator)
                model.wheel.set(slot, deadline: deadline, in: &model.slots)
                deadlines[slot] = deadline
                continue
            }
            deadlines[slot] = nil
            let wait = model.wheel.waitMillis(now: model.now)
            // Mostly an event wakes the loop before its time; now and then the loop is held up.
            let isHeldUp = Int.random(in: 0..<50, using: &generator) == 0
            let sleep = Int.random(in: 0...(isHeldUp ? 3 * Self.turnMillis : 40), using: &generator)
            model.now += isHeldUp || wait < 0 ? sleep : min(sleep, Int(wait))
            for slot in model.expired() {
                let deadline = deadlines.removeValue(forKey: slot) ?? Int.max
                #expect(deadline <= model.now)
            }
            let latest = model.now - TimerWheel.tickMillis
            #expect(!deadlines.values.contains { $0 < latest }, "a deadline was passed over")
            #expect(model.wheel.waitMillis(now: model.now) != 0)
            let soonest = deadlines.values.min()
            let next = model.wheel.waitMillis(now: model.now)
            if let soonest {
                #expect(next > 0 && model.now + Int(next) <= soonest + TimerWheel.tickMillis)
            }
        }
    }
}
