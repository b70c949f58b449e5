import Synchronization

/// What one worker counts of a member; written by that worker alone, and summed by whoever wants to know.
struct MemberCounters: ~Copyable, Sendable {
    private let elected = Atomic<UInt64>(0)
    private let serverErrors = Atomic<UInt64>(0)
    private let sent = Atomic<UInt64>(0)
    private let received = Atomic<UInt64>(0)
    /// So that another worker's, which lie behind, are on another line: 128 bytes in all.
    private let padding = InlineArray<12, UInt64>(repeating: 0)

    /// Requests that the member was given.
    var electedCount: UInt64 { elected.load(ordering: .relaxed) }
    /// Answers of a status of 500 to 599.
    var serverErrorCount: UInt64 { serverErrors.load(ordering: .relaxed) }
    /// Bytes sent to the member.
    var sentBytes: UInt64 { sent.load(ordering: .relaxed) }
    /// Bytes received from it.
    var receivedBytes: UInt64 { received.load(ordering: .relaxed) }

    /// Counts a request that it is given.
    func countRequest() { Self.add(1, to: elected) }

    /// Counts an answer that tells of its own failure.
    func countServerError() { Self.add(1, to: serverErrors) }

    /// Counts what has passed.
    func countBytes(sent sentBytes: UInt64, received receivedBytes: UInt64) {
        Self.add(sentBytes, to: sent)
        Self.add(receivedBytes, to: received)
    }

    /// Nobody else writes, so that nothing is lost between the two.
    private static func add(_ number: UInt64, to counter: borrowing Atomic<UInt64>) {
        counter.store(counter.load(ordering: .relaxed) &+ number, ordering: .relaxed)
    }
}
