/// What is declared of a member's use, by the flags of mod_proxy_balancer's `status`.
public struct MemberStatus: OptionSet, Sendable, Hashable {
    /// A bit for each flag.
    public let rawValue: UInt8

    /// Makes a set of flags.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Gets no request (`D`).
    public static let disabled = MemberStatus(rawValue: 1 << 0)
    /// Gets no request either (`S`), for a longer time.
    public static let stopped = MemberStatus(rawValue: 1 << 1)
    /// Is never put in error (`I`).
    public static let ignoreErrors = MemberStatus(rawValue: 1 << 2)
    /// Stands in for a member of its set that cannot be used, one for one (`R`).
    public static let hotSpare = MemberStatus(rawValue: 1 << 3)
    /// Is elected when nobody else of its set can be used (`H`).
    public static let hotStandby = MemberStatus(rawValue: 1 << 4)
    /// Begins in error, and is tried after its time to wait (`E`).
    public static let error = MemberStatus(rawValue: 1 << 5)
    /// Gets the requests of its sessions and no others (`N`).
    public static let draining = MemberStatus(rawValue: 1 << 6)

    /// The flags by the words that declare them.
    public static let words: [(name: String, flag: MemberStatus)] = [
        ("disabled", .disabled), ("stopped", .stopped), ("ignore-errors", .ignoreErrors), ("hot-spare", .hotSpare),
        ("hot-standby", .hotStandby), ("error", .error), ("draining", .draining),
    ]

    /// Whether it gets no request at all.
    public var isClosed: Bool { !isDisjoint(with: [.disabled, .stopped]) }

    /// Whether it is one of those who wait for others to fail.
    var isReserve: Bool { !isDisjoint(with: [.hotSpare, .hotStandby]) }
}
