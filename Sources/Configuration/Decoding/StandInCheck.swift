import Model

/// Holds what balancers say of those that stand in for them against all balancers.
enum StandInCheck {
    /// Looks at a configuration in which nothing wrong was found.
    static func check(_ section: Section, _ edge: EdgeConfiguration) {
        let names = edge.balancers.map(\.name)
        for (entry, balancer) in zip(section["balancers"]?.named() ?? [], edge.balancers) {
            guard let other = balancer.allDown.balancer else { continue }
            let slot = entry.slot.section()?["all-down"]?.section()?["balancer"]
            if !names.contains(other) {
                let others = names.filter { $0 != balancer.name }
                slot?.complain(
                    "no balancer is called \(other.quoted)",
                    cure: NearestName.suggestion(for: other, among: others)
                        ?? .takeAway("take it away, or declare it under balancers"))
            } else if let way = circle(from: balancer, in: edge) {
                slot?.complain(
                    "expected a balancer that does not lead back to \(balancer.name), found \(way)",
                    cure: .takeAway("take it away, or name another one"))
            }
        }
    }

    /// The way along stand-ins from a balancer back to itself, if there is one: `a, b, a`.
    private static func circle(from balancer: BalancerConfiguration, in edge: EdgeConfiguration) -> String? {
        var way = [balancer.name]
        var next = edge.standIn(of: balancer)
        while let index = next, way.count <= edge.balancers.count {
            let other = edge.balancers[index]
            way.append(other.name)
            if other.name == balancer.name { return way.joined(separator: ", ") }
            next = edge.standIn(of: other)
        }
        return nil
    }
}
