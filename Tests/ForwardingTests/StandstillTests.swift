import Forwarding
import Reactor
import Testing

/// When a worker that does not answer counts as one that stands still.
@Suite("Standstill")
struct StandstillTests {
    /// In which round a worker is found to stand still that does this all the time; `nil`: in none of a hundred.
    private func round(_ activity: (Int) -> ThreadActivity) -> Int? {
        var count = Standstill()
        return (1...100).first { count.onSilence(activity($0)) }
    }

    @Test("One that waits is found in the tenth round")
    func waits() {
        #expect(round { _ in .waiting } == 10)
        #expect(round { _ in .unknown } == 10)
    }

    @Test("One that is busy is found as well, once it is known that it was")
    func isBusy() {
        #expect(round { .running(nanoseconds: $0 * 1_000_000_000) } == 11)
        #expect(round { $0 % 2 == 0 ? .waiting : .running(nanoseconds: $0) } == 11)
    }

    @Test("One that no processor is free for is not, however long that takes")
    func starves() {
        #expect(round { _ in .running(nanoseconds: 5) } == nil)
    }

    @Test("One that somebody has stopped is not, and begins anew behind that")
    func isStopped() {
        #expect(round { _ in .stopped } == nil)
        #expect(round { $0 == 9 ? .stopped : .waiting } == 19)
    }

    @Test("One that turns is not: what counted before counts no more")
    func turns() {
        var count = Standstill()
        let before = (0..<9).map { _ in count.onSilence(.waiting) }
        count.onTurn()
        let after = (0..<10).map { _ in count.onSilence(.waiting) }
        #expect(!before.contains(true))
        #expect(after.firstIndex(of: true) == 9)
    }
}
