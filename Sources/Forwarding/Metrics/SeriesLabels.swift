import Balancing
import Model

/// What stands in the braces of balancers' and members' series: written once for an installation of the edge, at its
/// first scrape. Immutable.
package final class SeriesLabels: Sendable {
    /// Who has series of his own.
    let plan: SeriesPlan
    /// Of the balancers that have, by their index; behind them what those beyond are summed as.
    let balancers: [[UInt8]]
    /// Of the members that have, counted through all balancers.
    let members: [[UInt8]]
    /// What a balancer's members are summed as that have none; by the balancers' index, as `balancers`.
    let others: [[UInt8]]

    /// Writes those of an edge.
    init(_ edge: Edge) {
        plan = SeriesPlan(edge.configuration, workers: edge.workers)
        let names = edge.balancers.prefix(plan.balancers).map(\.configuration.name) + [Exposition.others]
        balancers = names.map { Exposition.label("balancer", $0) }
        others = names.map { Exposition.labels([("balancer", $0), ("member", Exposition.others)]) }
        var members: [[UInt8]] = []
        members.reserveCapacity(plan.members)
        for balancer in edge.balancers.prefix(plan.balancers) {
            for member in balancer.chooser.members.prefix(plan.members - members.count) {
                members.append(
                    Exposition.labels([("balancer", balancer.configuration.name), ("member", member.name)]))
            }
        }
        self.members = members
    }
}
