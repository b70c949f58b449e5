/// Which members have one route. They answer for one another: whoever asks for the route gets the first of them that
/// can be used, and standbys come after the others, as in Apache's `find_route_worker`.
struct RouteGroups: Sendable {
    /// Members by their route, in the order in which they are tried.
    private let groups: [[Int]]
    /// By member, its group.
    private let owners: [Int]

    /// Groups members.
    init(_ specifications: [MemberSpecification]) {
        var numbers: [String: Int] = [:]
        var groups: [[Int]] = []
        owners = specifications.indices.map { member in
            let route = specifications[member].route
            let number = numbers[route] ?? groups.count
            if number == groups.count {
                numbers[route] = number
                groups.append([])
            }
            groups[number].append(member)
            return number
        }
        let isStandby = specifications.map { $0.status.contains(.hotStandby) }
        self.groups = groups.map { group in group.filter { !isStandby[$0] } + group.filter { isStandby[$0] } }
    }

    /// The members that have the route of this one, itself among them.
    func members(like member: Int) -> [Int] { groups[owners[member]] }

    /// Tells whether two members have one route.
    func areAlike(_ one: Int, _ other: Int) -> Bool { owners[one] == owners[other] }
}
