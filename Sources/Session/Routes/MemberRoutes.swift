/// The members of a balancer by what a session calls them, now or before they were renamed. Immutable.
public struct MemberRoutes: Sendable {
    private let table: RouteTable
    /// The member of each former route, which stand in the table behind the members' own.
    private let formerOwners: [Int]
    private let count: Int

    /// Makes a table.
    ///
    /// - Parameters:
    ///   - routes: the members' routes or names, in the order of their indices.
    ///   - formerRoutes: what leads to each member as well, of a session that began before it was renamed.
    public init(_ routes: [String], formerRoutes: [String?] = []) {
        let owners = formerRoutes.indices.filter { formerRoutes[$0] != nil }
        table = RouteTable(routes + owners.compactMap { formerRoutes[$0] })
        formerOwners = owners
        count = routes.count
    }

    /// Looks a route up, byte for byte, without allocating.
    ///
    /// - Returns: the index of the member that has it, and whether that is what it was called; or `nil`.
    public func member(for route: Span<UInt8>) -> (member: Int, isFormer: Bool)? {
        guard let found = table.member(for: route) else { return nil }
        return found < count ? (found, false) : (formerOwners[found - count], true)
    }
}
