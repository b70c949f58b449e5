/// A ring (Karger and others, 1997): members have points on a circle, and a key belongs to the member of the first
/// point that follows it. A member that comes or goes, or gets another factor, moves its own keys and no others.
///
/// To find a member takes as many steps as the number of points has bits, where ``Rendezvous`` looks at each member;
/// and one more for each point on the way whose member is no candidate, ``Limits/ringSteps`` at most. The price is that
/// shares are not exact: that of a member with n points of all N has a standard deviation of sqrt((1 - n / N) / n),
/// which is 3.2 % of it for the 1,000 points of a factor of 1. Points depend on the member's name and factor alone:
/// nodes that declare the same members find the same ring.
struct Ring: Sendable {
    /// Where the points are, in order.
    private let places: [UInt64]
    /// Whose they are.
    private let owners: [UInt16]

    /// Sets the points.
    ///
    /// - Parameter members: with factors of ``Limits/ringHundredthsMax`` together at most.
    init(_ members: [MemberSpecification]) {
        precondition(
            members.reduce(0) { $0 + $1.loadFactor.hundredths } <= Limits.ringHundredthsMax,
            "factors are greater than a ring has room for")
        var points: [(place: UInt64, owner: UInt16)] = []
        for (index, member) in members.enumerated() {
            let seed = StableHash.value(of: member.name)
            for number in 0..<UInt64(Limits.ringPointsPerHundredth * member.loadFactor.hundredths) {
                points.append((StableHash.mix(seed &+ StableHash.mix(number)), UInt16(index)))
            }
        }
        points.sort { $0 < $1 }
        places = points.map(\.place)
        owners = points.map(\.owner)
    }

    /// Finds the candidate with the first point that follows a key, of those that have room.
    ///
    /// - Parameter hasRoom: asked once for a member.
    /// - Returns: `nil` where none is found within ``Limits/ringSteps``.
    func nearest(to key: UInt64, among candidates: borrowing Candidates, where hasRoom: (Int) -> Bool) -> Int? {
        var refused = MemberSet()
        let start = firstPoint(from: key)
        for step in 0..<min(owners.count, Limits.ringSteps) {
            let point = start + step
            let member = Int(owners[point < owners.count ? point : point - owners.count])
            guard candidates.contains(member), !refused.contains(member) else { continue }
            if hasRoom(member) { return member }
            refused.insert(member)
        }
        return nil
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
