import Bytes
import Testing

@Suite struct ReserveTests {
    /// Lends some, from those that are kept as long as there are any.
    ///
    /// - Returns: how many were made for that.
    private func lend(_ count: Int, of reserve: inout Reserve) -> Int {
        var made = 0
        for _ in 0..<count {
            if reserve.keptCount > 0 {
                reserve.lendKept()
            } else {
                reserve.lendNew()
                made += 1
            }
        }
        return made
    }

    /// - Returns: how many were not kept.
    private func takeBack(_ count: Int, of reserve: inout Reserve) -> Int {
        (0..<count).count { _ in !reserve.takeBack() }
    }

    /// Lets go of what is too many.
    private func shed(_ reserve: inout Reserve) {
        while reserve.surplus > 0 { reserve.letGo() }
    }

    @Test func keepsAsManyAsWereLentTogether() {
        var reserve = Reserve(least: 16)
        #expect(lend(4_000, of: &reserve) == 4_000)
        #expect(takeBack(4_000, of: &reserve) == 0)
        #expect(reserve.keptCount == 4_000 && reserve.surplus == 0)
        for _ in 0..<10 {
            #expect(lend(4_000, of: &reserve) == 0 && takeBack(4_000, of: &reserve) == 0)
            reserve.endInterval()
            #expect(reserve.surplus == 0)
        }
    }

    @Test func givesBackAfterTwoQuietIntervals() {
        var reserve = Reserve(least: 16)
        _ = lend(4_000, of: &reserve)
        _ = takeBack(4_000, of: &reserve)
        reserve.endInterval()
        #expect(reserve.surplus == 0)
        // A little goes on.
        _ = lend(100, of: &reserve)
        _ = takeBack(100, of: &reserve)
        reserve.endInterval()
        #expect(reserve.surplus == 3_900)
        shed(&reserve)
        #expect(reserve.keptCount == 100)
        reserve.endInterval()
        shed(&reserve)
        #expect(reserve.keptCount == 16 && reserve.lentCount == 0)
        reserve.endInterval()
        #expect(reserve.surplus == 0)
    }

    @Test func whatIsLentThroughAnIntervalCountsInIt() {
        var reserve = Reserve(least: 0)
        _ = lend(10, of: &reserve)
        for _ in 0..<3 { reserve.endInterval() }
        #expect(takeBack(10, of: &reserve) == 0 && reserve.keptCount == 10)
    }

    @Test func whatComesBackAboveItsPeaksIsNotKept() {
        var reserve = Reserve(least: 0)
        _ = lend(10, of: &reserve)
        _ = takeBack(9, of: &reserve)
        for _ in 0..<2 { reserve.endInterval() }
        #expect(reserve.surplus == 9)
        // Nobody has let go of them yet.
        #expect(takeBack(1, of: &reserve) == 1)
    }

    @Test func keepsNoneAboveItsBound() {
        var reserve = Reserve(least: 16, bound: 100)
        _ = lend(300, of: &reserve)
        #expect(takeBack(300, of: &reserve) == 200 && reserve.keptCount == 100)
        reserve.bound = 10
        #expect(reserve.surplus == 90)
        shed(&reserve)
        #expect(reserve.keptCount == 10)
    }

    @Test func whatIsLostIsNotKept() {
        var reserve = Reserve(least: 0)
        _ = lend(3, of: &reserve)
        reserve.lose()
        #expect(reserve.lentCount == 2 && takeBack(2, of: &reserve) == 0 && reserve.keptCount == 2)
    }

    @Test func holdsItsRuleWhateverComes() {
        var dice: UInt64 = 20_261_130
        func roll(_ count: Int) -> Int {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((dice >> 33) % UInt64(count))
        }
        var reserve = Reserve(least: 8, bound: 50)
        // Lent at a time at most, in this interval and the one before.
        var (peak, before) = (0, 0)
        for _ in 0..<100_000 {
            switch roll(100) {
            case 0:
                reserve.endInterval()
                (before, peak) = (peak, reserve.lentCount)
                shed(&reserve)
            case 1..<(reserve.lentCount < roll(120) ? 70 : 30):
                _ = lend(1, of: &reserve)
                peak = max(peak, reserve.lentCount)
            default:
                guard reserve.lentCount > 0 else { continue }
                if roll(10) == 0 { reserve.lose() } else { _ = reserve.takeBack() }
            }
            #expect(reserve.lentCount >= 0 && (0...50).contains(reserve.keptCount))
            #expect(reserve.lentCount + reserve.keptCount <= max(peak, before, 8))
        }
    }
}
