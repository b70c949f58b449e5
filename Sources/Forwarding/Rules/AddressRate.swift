import Limiting
import Model

/// How often an address, of IPv6 a /64, may begin something at a listener. Immutable but for its buckets; shared by all
/// workers.
struct AddressRate: Sendable {
    /// As it is declared.
    let rate: Rate
    private let buckets: BucketTable

    /// - Parameters:
    ///   - place: where it is declared, and of what: by it the buckets are known again after a reload.
    ///   - book: has the buckets.
    init(_ rate: Rate, at place: String, _ book: inout LimiterBook) {
        self.rate = rate
        var declared = RateConfiguration(rate)
        declared.place = place
        buckets = book.table(of: declared)
    }

    /// Counts one.
    ///
    /// - Parameters:
    ///   - hash: the address's (``Limiters/Secrets/hash(of:)``).
    ///   - now: nanoseconds of the monotonic clock.
    /// - Returns: whether it may begin.
    func take(_ hash: UInt64, now: Int) -> Bool {
        if case .refused = buckets.take(hash, now: Int64(now)) { return false }
        return true
    }
}
