/// Apache's weighted traffic counting (mod_lbmethod_bytraffic): the member that has moved the fewest bytes for its
/// factor, the first of equal ones.
///
/// Both directions are divided by the factor's hundredths and rounded down before they are added, as Apache does. An
/// exchange's bytes count when it ends, those since the table began.
struct ByTraffic: ~Copyable, Sendable {
    private let factors: [UInt64]
    /// Bytes sent to and received from members before the table began.
    private var bases: [(sent: UInt64, received: UInt64)]
    private var traffic: LoadStatuses

    /// Makes a table that begins now.
    init(_ members: [Member]) {
        factors = members.map { UInt64($0.specification.loadFactor.hundredths) }
        bases = members.map { ($0.state.sentBytes, $0.state.receivedBytes) }
        traffic = LoadStatuses(members, areRemembered: false)
    }

    /// Goes on where an earlier table of the same members and factors stands.
    mutating func resume(_ earlier: borrowing ByTraffic) {
        bases = earlier.bases
    }

    private init(copying other: borrowing ByTraffic) {
        (factors, bases) = (other.factors, other.bases)
        traffic = other.traffic.duplicate()
    }

    /// The same once more.
    func duplicate() -> ByTraffic { ByTraffic(copying: self) }

    /// Takes what a member has moved.
    mutating func set(_ moved: (sent: UInt64, received: UInt64), of member: Int) {
        let (factor, base) = (factors[member], bases[member])
        let load = (moved.sent &- base.sent) / factor + (moved.received &- base.received) / factor
        traffic.setLoad(Int64(clamping: load), of: member)
    }

    /// The candidate that has moved the fewest.
    mutating func elect(among candidates: borrowing Candidates) -> Int {
        traffic.admit(candidates)
        return traffic.lightest()
    }

    /// Says who usually takes part from here on.
    mutating func setUsual(_ standing: borrowing Standing) {
        traffic.setUsual(standing)
    }

    /// The same of those who usually are candidates.
    mutating func electUsually() -> Int {
        traffic.admitUsual()
        return traffic.lightest()
    }
}
