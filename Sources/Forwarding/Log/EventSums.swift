/// Sums the events of one kind, so that a fault that lasts is a line now and then and not a hundred a second.
///
/// A kind's first events are said each by itself. Further ones are counted until its window is over, and become one
/// line; while they go on, a line a window. Kinds are bounded, and what is beyond is counted alone. Knows no clock.
package struct EventSums {
    private struct Kind {
        var level: EventLevel
        /// The last event's.
        var words: String
        /// Milliseconds of the monotonic clock when its window is over.
        var end: Int
        /// Events of this kind that were said, and those that were not since the window began.
        var said = 1
        var summed = 0
    }

    private let window: Int
    private let atOnceMax: Int
    private let kindsMax: Int
    private var kinds: [String: Kind] = [:]
    private var leftOut = 0
    private var leftOutEnd = 0

    /// - Parameters:
    ///   - window: milliseconds for which events are summed.
    ///   - atOnceMax: events of a kind that are said before.
    ///   - kindsMax: kinds that are told apart; while there are as many, as many more of warnings.
    package init(window: Int, atOnceMax: Int, kindsMax: Int) {
        self.window = window
        self.atOnceMax = atOnceMax
        self.kindsMax = kindsMax
    }

    /// Takes an event.
    ///
    /// - Parameters:
    ///   - kind: what it has in common with those that it is summed with.
    ///   - now: milliseconds of the monotonic clock.
    /// - Returns: whether it is to be said by itself.
    package mutating func admit(_ words: String, kind: String, level: EventLevel, now: Int) -> Bool {
        guard var known = kinds[kind] else {
            // Room for warnings is left, whatever clients do.
            guard kinds.count < (level == .warning ? 2 * kindsMax : kindsMax) else {
                leaveOut(1, now: now)
                return false
            }
            kinds[kind] = Kind(level: level, words: words, end: now + window)
            return true
        }
        known.words = words
        let isSaid = known.said < atOnceMax
        if isSaid { known.said += 1 } else { known.summed += 1 }
        kinds[kind] = known
        return isSaid
    }

    /// Counts events that nobody has put into words.
    package mutating func leaveOut(_ count: Int, now: Int) {
        guard count > 0 else { return }
        if leftOut == 0 { leftOutEnd = now + window }
        leftOut += count
    }

    /// Milliseconds of the monotonic clock when ``takeDue(now:)`` has something to do; `nil`: never.
    package var nextEnd: Int? {
        let next = kinds.values.map(\.end).min()
        return leftOut == 0 ? next : min(next ?? leftOutEnd, leftOutEnd)
    }

    /// What is to be said of the events whose window is over. Who has gone on is summed from the first one on, who has
    /// not is forgotten.
    ///
    /// - Parameter isEnding: whether everything is to be said that was summed: the process ends.
    package mutating func takeDue(now: Int, isEnding: Bool = false) -> [(level: EventLevel, words: String)] {
        var lines: [(level: EventLevel, words: String)] = []
        let due = kinds.filter { isEnding || $0.value.end <= now }.sorted { $0.value.end < $1.value.end }
        for (name, kind) in due {
            guard kind.summed > 0 else {
                kinds[name] = nil
                continue
            }
            let seconds = max(1, (min(now, kind.end) - kind.end + window) / 1000)
            lines.append((kind.level, "\(kind.words) (and \(kind.summed) more in \(seconds) s)"))
            kinds[name]?.summed = 0
            kinds[name]?.said = atOnceMax
            kinds[name]?.end = kind.end + window
        }
        if leftOut > 0, isEnding || leftOutEnd <= now {
            lines.append((.warning, "events left out, because there were too many: \(leftOut)"))
            leftOut = 0
        }
        return lines
    }
}
