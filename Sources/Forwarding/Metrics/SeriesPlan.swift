import Model

/// Who has time series of its own under the bound on them (`metrics.series`): the first ones in the order of their
/// declaration. Those beyond are summed as `(other)`, which no name can be.
package struct SeriesPlan: Equatable, Sendable {
    /// Series of the process, its workers left out; those of ``Outcome`` are a third of them.
    package static let processSeriesMax = 300
    /// Series of a histogram: its buckets, its sum and its count.
    static let histogramSeries = Durations.bounds.count + 3
    /// Series of a balancer: two histograms, six classes of statuses, and six more.
    static let balancerSeries = 2 * histogramSeries + 12
    /// Series of a member at most, without its histogram.
    static let memberSeries = MemberRow.Column.allCases.count

    /// How many listeners have series of their own.
    package private(set) var listeners = 0
    /// How many certificates have.
    package private(set) var certificates = 0
    /// How many balancers have.
    package private(set) var balancers = 0
    /// How many members have, counted through all balancers.
    package private(set) var members = 0
    /// How many of them have a histogram.
    package private(set) var timedMembers = 0

    /// Divides what there is; nothing where no metrics are told.
    ///
    /// - Parameter workers: how many there are.
    package init(_ configuration: EdgeConfiguration, workers: Int) {
        guard let bound = configuration.metrics?.seriesMax else { return }
        // A tenth is kept for each of those of which there are few.
        listeners = Self.taken(of: configuration.listeners.count, each: 2, in: bound / 10)
        certificates = bound / 10 - 1
        var left = bound - Self.processSeriesMax - workers - 2 * (bound / 10)
        // Each balancer may have members beyond the bound, which are summed.
        let balancerCost = Self.balancerSeries + Self.memberSeries
        balancers = Self.taken(of: configuration.balancers.count, each: balancerCost, in: left)
        left -= min(balancers + 1, configuration.balancers.count) * balancerCost
        let offered = configuration.balancers.prefix(balancers).reduce(0) { $0 + $1.members.count }
        members = min(offered, max(0, left) / Self.memberSeries)
        left -= members * Self.memberSeries
        timedMembers = members < offered ? 0 : min(members, max(0, left) / Self.histogramSeries)
    }

    /// How many of some have series of their own: all, or as many as leave room for the sum of the others.
    private static func taken(of count: Int, each: Int, in room: Int) -> Int {
        let places = room / each
        return count <= places ? count : max(0, places - 1)
    }

    /// How many of a balancer's members are among the first ones.
    ///
    /// - Parameters:
    ///   - before: members of the balancers before it.
    ///   - total: how many the first ones are.
    static func share(of count: Int, behind before: Int, in total: Int) -> Int {
        min(max(total - before, 0), count)
    }
}
