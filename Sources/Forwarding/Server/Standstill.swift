import Reactor

/// Whether a worker stands still that has not said for some rounds of the watch that it turns.
///
/// Rounds are counted, and not time: whoever watches stands still with it while the process, the container or the
/// machine does. A round counts in which the worker had every chance: it waited for something, or had a processor. One
/// that a debugger holds, or that no processor is free for, does not.
package struct Standstill {
    /// Rounds of ``TurnWatch/roundMillis`` that count, after which it stands still: a turn takes some milliseconds, and
    /// one that waits for a page from a busy disk a second or two.
    package static let roundsMax = 10

    private var rounds = 0
    /// The processor time that the thread had at the last round in which it was running.
    private var nanoseconds: Int?

    /// Makes the count of a worker that turns.
    package init() {}

    /// It turns.
    package mutating func onTurn() {
        self = Standstill()
    }

    /// A round is over without a word of it.
    ///
    /// - Parameter activity: what its thread does.
    /// - Returns: whether it stands still.
    package mutating func onSilence(_ activity: ThreadActivity) -> Bool {
        switch activity {
        case .stopped: self = Standstill()
        case .waiting, .unknown: rounds += 1
        case .running(let nanoseconds):
            if let before = self.nanoseconds, nanoseconds > before { rounds += 1 }
            self.nanoseconds = nanoseconds
        }
        return rounds >= Self.roundsMax
    }
}
