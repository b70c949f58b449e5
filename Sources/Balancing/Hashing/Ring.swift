/// A ring (Karger and others, 1997): members have points on a circle, and a key belongs to the member of the first
/// point that follows it. A member that comes or goes moves its own keys and no others.
///
/// To find a member takes as many steps as the number of points has bits, where ``Rendezvous`` looks at each member.
/// The price is that shares are not exact: that of a member with n points of all N has a standard deviation of
/// sqrt((1 - n / N) / n), which is 3.1 % of it for 1,024 points. Points depend on the member's name and on its factor
/// beside the greatest one: nodes that declare the same members find the same ring.
struct Ring: Sendable {
    /// Where the points are, in order.
    private let places: [UInt64]
    /// Whose they are.
    private let owners: [UInt16]

    /// Sets the points.
    init(_ members: [MemberSpecification]) {
        let greatest = members.map(\.loadFactor.hundredths).max() ?? 1
        var points: [(place: UInt64, owner: UInt16)] = []
        for (index, member) in members.enumerated() {
            let seed = StableHash.value(of: member.name)
            let count = max(1, Limits.ringPoints * member.loadFactor.hundredths / greatest)
            for number in 0..<UInt64(count) {
                points.append((StableHash.mix(seed &+ StableHash.mix(number)), UInt16(index)))
            }
        }
        points.sort { $0 < $1 }
        places = points.map(\.place)
        owners = points.map(\.owner)
    }

    /// Finds the candidate with the first point that follows a key; -1 where there are none.
    func nearest(
        to key: UInt64, among candidates: borrowing Candidates, where hasRoom: (Int) -> Bool = { _ in true }
    ) -> Int {
        guard !candidates.isEmpty else { return -1 }
        let start = firstPoint(from: key)
        for step in owners.indices {
            let point = start + step
            let member = Int(owners[point < owners.count ? point : point - owners.count])
            if candidates.contains(member), hasRoom(member) { return member }
        }
        return -1
    }

    /// The index of the first point that is not before a key; `places.count` where all are.
    private func firstPoint(from key: UInt64) -> Int {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
