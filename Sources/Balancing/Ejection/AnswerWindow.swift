/// What a member has answered in the last looks, a second apart.
struct AnswerWindow: Sendable {
    /// What is counted of a member since it began.
    struct Reading: Sendable, Equatable {
        /// Answers of 500 to 599, and requests that have failed on it.
        var errors: UInt64 = 0
        /// All answers and all requests that have failed on it.
        var requests: UInt64 = 0
        /// Answers whose time was taken.
        var timed: UInt64 = 0
        /// How long these took together, in microseconds.
        var micros: UInt64 = 0

        /// What was counted since an earlier one.
        fileprivate func since(_ earlier: Reading) -> Reading {
            Reading(
                errors: errors &- earlier.errors, requests: requests &- earlier.requests, timed: timed &- earlier.timed,
                micros: micros &- earlier.micros)
        }

        /// Whether so many errors are hardly chance where one of a share is usual.
        ///
        /// - Parameter share: `0 ... 1`; one of less than a hundredth counts as that.
        func isBeyondChance(_ share: Double) -> Bool {
            let (count, share) = (Double(requests), max(share, 0.01))
            let deviation = (count * share * (1 - share)).squareRoot()
            return Double(errors) >= count * share + deviation * Limits.ejectionDeviations
        }

        /// How long an answer takes, in microseconds; `nil`: there was none.
        var meanMicros: Double? { timed == 0 ? nil : Double(micros) / Double(timed) }

        /// The share of errors, `0 ... 1`; `nil`: nobody has asked.
        var errorShare: Double? { requests == 0 ? nil : Double(errors) / Double(requests) }

        /// The same where there were enough requests for others to be compared with it.
        var tellingShare: Double? { requests < Limits.ejectionRequestsMin ? nil : errorShare }
    }

    private var counted: Reading?
    private var seconds: [(reading: Reading, isSlow: Bool)] = []
    /// Errors without anything else between, as far as looks tell.
    private(set) var errorsInARow: UInt64 = 0

    /// Takes what is counted now.
    mutating func add(_ reading: Reading) {
        defer { counted = reading }
        guard let counted else { return }
        let second = reading.since(counted)
        if second.requests > second.errors { errorsInARow = 0 } else { errorsInARow += second.errors }
        seconds.append((second, false))
        if seconds.count > Limits.ejectionLooks { seconds.removeFirst() }
    }

    /// The last second.
    var last: Reading { seconds.last?.reading ?? Reading() }

    /// The last second was a slow one.
    mutating func markSlow() {
        guard !seconds.isEmpty else { return }
        seconds[seconds.count - 1].isSlow = true
    }

    /// All that it has.
    var sum: Reading {
        seconds.reduce(into: Reading()) { sum, second in
            sum.errors += second.reading.errors
            sum.requests += second.reading.requests
            sum.timed += second.reading.timed
            sum.micros += second.reading.micros
        }
    }

    /// How many seconds were slow, and in how many there were answers at all.
    var slowSeconds: (slow: Int, of: Int) {
        (seconds.count { $0.isSlow }, seconds.count { $0.reading.timed > 0 })
    }

    /// Forgets all but what is counted.
    mutating func clear() {
        seconds = []
        errorsInARow = 0
    }
}
