import Synchronization

/// What one worker counts of a member; written by that worker alone, and summed by whoever wants to know.
struct MemberCounters: ~Copyable, Sendable {
    private let elected = Atomic<UInt64>(0)
    private let sent = Atomic<UInt64>(0)
    private let received = Atomic<UInt64>(0)
    private let informed = Atomic<UInt64>(0)
    private let succeeded = Atomic<UInt64>(0)
    private let redirected = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)
    private let serverErrors = Atomic<UInt64>(0)
    /// So that another worker's, which lie behind, are on another line: 128 bytes in all.
    private let padding = InlineArray<8, UInt64>(repeating: 0)

    /// Requests that the member was given.
    var electedCount: UInt64 { elected.load(ordering: .relaxed) }
    /// Answers of a class of statuses.
    ///
    /// - Parameter hundreds: 1 ... 5.
    func answerCount(_ hundreds: Int) -> UInt64 {
        switch hundreds {
        case 1: informed.load(ordering: .relaxed)
        case 2: succeeded.load(ordering: .relaxed)
        case 3: redirected.load(ordering: .relaxed)
        case 4: refused.load(ordering: .relaxed)
        default: serverErrors.load(ordering: .relaxed)
        }
    }
    /// Bytes sent to the member.
    var sentBytes: UInt64 { sent.load(ordering: .relaxed) }
    /// Bytes received from it.
    var receivedBytes: UInt64 { received.load(ordering: .relaxed) }

    /// Counts a request that it is given.
    func countRequest() { Self.add(1, to: elected) }

    /// Counts an answer.
    func countAnswer(_ status: Int) {
        switch status {
        case 200..<300: Self.add(1, to: succeeded)
        case 300..<400: Self.add(1, to: redirected)
        case 400..<500: Self.add(1, to: refused)
        case 500...: Self.add(1, to: serverErrors)
        default: Self.add(1, to: informed)
        }
    }

    /// Counts what has passed.
    func countBytes(sent sentBytes: UInt64, received receivedBytes: UInt64) {
        Self.add(sentBytes, to: sent)
        Self.add(receivedBytes, to: received)
    }

    /// Counts what another process has counted.
    func take(_ legacy: MemberLegacy) {
        Self.add(legacy.elected, to: elected)
        countBytes(sent: legacy.sentBytes, received: legacy.receivedBytes)
        guard legacy.answers.count == 5 else { return }
        Self.add(legacy.answers[0], to: informed)
        Self.add(legacy.answers[1], to: succeeded)
        Self.add(legacy.answers[2], to: redirected)
        Self.add(legacy.answers[3], to: refused)
        Self.add(legacy.answers[4], to: serverErrors)
    }

    /// Nobody else writes, so that nothing is lost between the two.
    private static func add(_ number: UInt64, to counter: borrowing Atomic<UInt64>) {
        counter.store(counter.load(ordering: .relaxed) &+ number, ordering: .relaxed)
    }
}
