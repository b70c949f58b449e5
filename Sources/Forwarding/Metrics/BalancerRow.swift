/// The numbers of a balancer at a scrape, or the sums of several balancers.
struct BalancerRow {
    /// Written `balancer="shop"`.
    let labels: [UInt8]
    /// As the columns of ``BalancerMeasures``.
    private(set) var counts: [UInt64]
    /// Members that are declared, and those of them that may get requests; `nil`: it is none's.
    private(set) var members: (count: Int, up: Int)?

    /// What is counted in a table.
    init(_ table: CounterTable, members: (count: Int, up: Int)? = nil, labels: [UInt8]) {
        self.labels = labels
        self.members = members
        counts = (0..<BalancerMeasures.Column.count).map { table.sum($0) }
    }

    /// Adds another balancer's.
    mutating func add(_ other: BalancerRow) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        guard let (count, up) = members, let more = other.members else { return }
        members = (count + more.count, up + more.up)
    }
}
