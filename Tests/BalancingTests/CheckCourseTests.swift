import Balancing
import TestSupport
import Testing

@Suite("CheckCourse", .tags(.balancing))
struct CheckCourseTests {
    private static func pace(_ change: (inout CheckPace) -> Void = { _ in }) -> CheckPace {
        var pace = CheckPace()
        change(&pace)
        return pace
    }

    /// Takes results, `+` and `-`, and tells the verdict behind each.
    private func verdicts(_ results: String, _ pace: CheckPace, isUp: Bool = true) -> String {
        var course = CheckCourse(isUp: isUp)
        return String(
            results.map { result in
                _ = course.take(result == "+", pace)
                return course.isUp ? "u" : "d"
            })
    }

    @Test(
        "rise and fall count results in a row; the first one of all decides by itself",
        arguments: [
            ("+", "u"), ("-", "d"), ("-+", "dd"), ("-++", "ddu"), ("+--", "uuu"), ("+---", "uuud"),
            ("+--+--+---", "uuuuuuuuud"), ("+---+-++", "uuudddd" + "u"), ("-+-+-++", "ddddddu"),
        ])
    func counts(results: String, expected: String) {
        #expect(verdicts(results, Self.pace()) == expected)
    }

    @Test("a member that is down stays so until a check passes, whose first one is enough")
    func downAtFirst() {
        #expect(verdicts("--+", Self.pace(), isUp: false) == "ddd")
        #expect(verdicts("+", Self.pace(), isUp: false) == "u")
    }

    @Test("a change says how many checks in a row have made it")
    func change() {
        var course = CheckCourse()
        let pace = Self.pace { ($0.rise, $0.fall) = (4, 2) }
        let changes = "+--++++".map { course.take($0 == "+", pace) }
        let told = changes.compactMap { change in change.map { "\($0.isUp) by \($0.checkCount)" } }
        #expect(told == ["false by 2", "true by 4"])
    }

    @Test("a member that comes and goes with each check changes nothing")
    func flapping() {
        let results = "+" + String(repeating: "-+", count: 100)
        #expect(!verdicts(results, Self.pace()).contains("d"))
    }

    @Test("while a change is being counted, checks are made faster; of a member that is down at its own pace")
    func waits() {
        let pace = Self.pace { pace in
            (pace.interval, pace.fastInterval, pace.downInterval, pace.jitterPercent) = (5_000, 500, 9_000, 0)
        }
        var course = CheckCourse()
        let waits = "++---+-++".map { result in
            _ = course.take(result == "+", pace)
            return course.wait(pace, dice: 7)
        }
        #expect(waits == [5_000, 5_000, 500, 500, 9_000, 500, 9_000, 500, 5_000])
    }

    @Test("waits are spread by the jitter, and never by more", arguments: [0, 1, 10, 50])
    func jitter(percent: Int) {
        let pace = Self.pace { ($0.interval, $0.jitterPercent) = (1_000, percent) }
        var dice = SplitMix(seed: 19)
        let waits = (0..<1_000).map { _ in CheckCourse().wait(pace, dice: dice.next()) }
        let (least, most) = (waits.min() ?? 0, waits.max() ?? 0)
        #expect(least >= 1_000 - 10 * percent && most <= 1_000 + 10 * percent)
        #expect(percent == 0 || most - least > 15 * percent)
    }

    @Test("quiet: real answers save nine checks of ten, and nothing else does")
    func quiet() {
        let pace = Self.pace { $0.isQuiet = true }
        var course = CheckCourse()
        func dueCount(of times: Int, isProven: Bool, _ pace: CheckPace) -> Int {
            (0..<times).count { _ in course.isDue(isProven: isProven, pace) }
        }
        #expect(dueCount(of: 1, isProven: true, pace) == 1)
        _ = course.take(true, pace)
        #expect(dueCount(of: 100, isProven: true, pace) == 10)
        #expect(dueCount(of: 10, isProven: false, pace) == 10)
        _ = course.take(false, pace)
        #expect(dueCount(of: 10, isProven: true, pace) == 10)
        _ = course.take(true, pace)
        #expect(dueCount(of: 10, isProven: true, Self.pace()) == 10)
    }
}
