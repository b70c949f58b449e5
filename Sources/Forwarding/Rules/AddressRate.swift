import Limiting
import Model

/// How often an address, of IPv6 a /64, may begin something at a listener. Immutable but for its buckets; shared by all
/// workers.
struct AddressRate: Sendable {
    /// As it is declared.
    let rate: Rate
    private let buckets: BucketTable
    private let secrets: Limiters.Secrets

    /// - Parameters:
    ///   - place: where it is declared, and of what: by it the buckets are known again after a reload.
    ///   - book: has the buckets.
    init(_ rate: Rate, at place: String, _ book: inout LimiterBook) {
        self.rate = rate
        var declared = RateConfiguration(rate)
        declared.place = place
        buckets = book.table(of: declared)
        secrets = book.secrets
    }

    /// Counts one.
    ///
    /// - Parameters:
    ///   - address: 128 bits, IPv4 mapped.
    ///   - now: nanoseconds of the monotonic clock.
    /// - Returns: whether it may begin.
    func take(_ address: UInt128, now: Int) -> Bool {
        let hash = SipHash.hash64(
            address: address, prefixLength: RateGate.networkBits, key: secrets.addresses)
        if case .refused = buckets.take(hash, now: Int64(now)) { return false }
        return true
    }
}
