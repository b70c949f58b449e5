import Glibc
import Synchronization

/// How long a member's answers take, as an average that follows a rise at once and a fall slowly (Finagle's peak EWMA):
/// who becomes slow is avoided from the next request on.
///
/// Any worker may change and read it at any time; of two changes at once one may be lost.
public final class Latency: Sendable {
    /// Milliseconds after which an observation counts 1 / e: what is older than some of them is forgotten.
    static let decayMillis = 10_000.0
    /// Microseconds that an exchange under way costs on a member that has not answered yet.
    static let unknownMicros = 1_000_000.0

    private let average = Atomic<UInt64>(0)
    private let observed = Atomic<Int64>(0)

    init() {}

    /// Takes the time from the request to the answer's head.
    ///
    /// - Parameters:
    ///   - micros: 0 or more.
    ///   - now: milliseconds of the monotonic clock.
    public func observe(micros: Double, now: Int64) {
        let weight = remaining(now: now)
        let faded = last * weight
        let next = micros > faded ? micros : faded + micros * (1 - weight)
        average.store(next.bitPattern, ordering: .relaxed)
        observed.store(now, ordering: .relaxed)
    }

    /// The average in microseconds, which fades while nothing is observed, so that who was slow once is tried again; 0
    /// before the first answer.
    public func value(now: Int64) -> Double { last * remaining(now: now) }

    private var last: Double { Double(bitPattern: average.load(ordering: .relaxed)) }

    private func remaining(now: Int64) -> Double {
        exp(-Double(max(0, now - observed.load(ordering: .relaxed))) / Self.decayMillis)
    }
}
