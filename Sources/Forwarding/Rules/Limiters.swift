import Bytes
import Limiting
import Model

/// What is counted by rules, of all workers: the buckets of rates, and what is under way. Immutable but for the tables.
///
/// Tables are known again after a reload by where their rule is declared and what it says, so that nobody gets a full
/// bucket by it.
final class Limiters: Sendable {
    /// Under which keys addresses, and values of cookies and fields, are hashed; drawn once a process. Two, as a value
    /// may be written like the bytes of somebody's address.
    struct Secrets: Sendable {
        let addresses = SipKey.random()
        let values = SipKey.random()

        /// The hash by which an address is counted.
        ///
        /// - Parameter address: 128 bits, IPv4 mapped.
        func hash(of address: UInt128) -> UInt64 {
            SipHash.hash64(address: address, prefixLength: Limiters.networkBits, key: addresses)
        }
    }

    /// Bits of an IPv6 address that count: who has one usually has the 2^64 of his subnet.
    private static let networkBits = 64

    /// What buckets are known again by.
    struct RateName: Hashable {
        let place: String
        let allowance: Allowance
        let key: RateConfiguration.Key

        init(_ rate: RateConfiguration) {
            (place, allowance, key) = (rate.place, rate.allowance, rate.key)
        }
    }

    let secrets: Secrets
    let refusals: RefusalCounts
    let shed: ShedCounts
    let buckets: [RateName: BucketTable]
    /// By where the rule is declared.
    let counts: [String: CountTable]

    /// - Parameter book: all that its rules count in.
    init(_ book: LimiterBook) {
        secrets = book.secrets
        refusals = book.refusals
        shed = book.shed
        buckets = book.buckets
        counts = book.counts
    }
}

/// Makes the tables that rules count in, while an edge is made: those of the edge before it where they go on.
struct LimiterBook {
    /// Bytes of a bucket's place.
    private static let bucketBytes = 16
    /// Bytes that the buckets of all rates take, as long as each rate has places for 512 addresses.
    private static let bytesMax = 64 << 20

    let secrets: Limiters.Secrets
    let refusals: RefusalCounts
    let shed: ShedCounts
    private let predecessor: Limiters?
    private let bucketsPerTable: Int
    private(set) var buckets: [Limiters.RateName: BucketTable] = [:]
    private(set) var counts: [String: CountTable] = [:]

    /// - Parameters:
    ///   - predecessor: what was counted before.
    ///   - rateCount: how many rates are declared.
    init(replacing predecessor: Limiters?, rateCount: Int) {
        self.predecessor = predecessor
        secrets = predecessor?.secrets ?? Limiters.Secrets()
        refusals = predecessor?.refusals ?? RefusalCounts()
        shed = predecessor?.shed ?? ShedCounts()
        let share = Self.bytesMax / Self.bucketBytes / max(1, rateCount)
        bucketsPerTable = max(Limiting.Limits.buckets.lowerBound, min(share, Limiting.Limits.bucketsDefault))
    }

    /// The buckets of a rate.
    mutating func table(of rate: RateConfiguration) -> BucketTable {
        let name = Limiters.RateName(rate)
        if let table = buckets[name] { return table }
        let table = predecessor?.buckets[name] ?? BucketTable(rate.allowance, buckets: bucketsPerTable)
        buckets[name] = table
        return table
    }

    /// What is under way by a rule. Of how many there may be nothing is said, so that a reload may change that.
    mutating func count(at place: String) -> CountTable {
        if let table = counts[place] { return table }
        let table = predecessor?.counts[place] ?? CountTable()
        counts[place] = table
        return table
    }
}

extension EdgeConfiguration {
    /// How many rates are declared.
    var rateCount: Int {
        rules.rates.count + listeners.reduce(0) { $0 + $1.rateCount }
            + sites.reduce(0) { sum, site in
                sum + site.rules.rates.count + site.paths.reduce(0) { $0 + $1.rules.rates.count }
            }
    }
}

extension ListenerConfiguration {
    /// How many rates are declared.
    fileprivate var rateCount: Int {
        rates.count + [connectionRate, streamRate].count { $0 != nil }
    }
}
