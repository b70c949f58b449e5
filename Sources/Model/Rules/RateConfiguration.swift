import Limiting

/// How many requests somebody may send in a time: a bucket that holds `burst` of them and fills at `rate`.
public struct RateConfiguration: Sendable, Hashable {
    /// Rates of one level at most.
    public static let countMax = 4

    /// How fast the bucket fills.
    public var rate: Rate
    /// How many requests a full bucket is good for; `nil`: as many as the rate names, so that 5/m lets five through at
    /// once and then one each 12 seconds.
    public var declaredBurst: Int?
    /// Who has a bucket of his own.
    public var key = Key.address
    /// Where it is declared, by which its buckets are known again after a reload: no key of the configuration.
    public var place = ""

    /// Makes a rate of each address.
    public init(_ rate: Rate) {
        self.rate = rate
    }

    /// How many requests a full bucket is good for.
    public var burst: Int { declaredBurst ?? rate.count }

    /// Both, as buckets go by them.
    public var allowance: Allowance { Allowance(rate, burst: burst) }

    /// Who has a bucket of his own.
    public enum Key: Sendable, Hashable {
        /// Each address of IPv4, and each /64 of IPv6.
        case address
        /// Each value of a cookie; who has none counts by his address.
        case cookie(String)
        /// Each value of a field, likewise.
        case field(String)

        /// What has one name alone.
        public enum Source: String, Sendable, CaseIterable {
            case address
        }

        private var source: Source? {
            get { self == .address ? .address : nil }
            set { if newValue != nil { self = .address } }
        }

        private var cookie: String? {
            get { if case .cookie(let name) = self { name } else { nil } }
            set { if let newValue { self = .cookie(newValue) } }
        }

        private var field: String? {
            get { if case .field(let name) = self { name } else { nil } }
            set { if let newValue { self = .field(newValue) } }
        }

        /// The keys of `by`, one of which it has.
        public static let schema = Schema<Key>(
            "Who has a bucket of his own.", of: .address, others: .rateKeys,
            [
                Field("of", \.source, .choice(others: .rateSources), "each address of IPv4, each /64 of IPv6"),
                Field("cookie", \.cookie, .text(.cookie), "each value of this cookie; who has none, by his address"),
                Field("field", \.field, .text(.field), "each value of this field; who has none, by his address"),
            ])
    }

    /// The keys of a piece of `rate-limit`.
    public static let schema = Schema<RateConfiguration>(
        "How many requests somebody may send in a time (429).", of: RateConfiguration(Rate(1, per: .second)),
        others: .rates,
        [
            Field(
                "rate", \.rate, .text(.rate), "how many requests come back in a second, minute, hour or day",
                isRequired: true),
            Field(
                "burst", \.declaredBurst, .count(Limiting.Limits.bursts),
                "how many are let through at once by who has sent none for long; the rate's number if left out"),
            Field("by", \.key, .shorthand("of", Key.schema), "who is counted by himself"),
        ])
}
