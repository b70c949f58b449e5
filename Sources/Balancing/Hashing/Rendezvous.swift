import Glibc

/// Rendezvous hashing (Thaler and Ravishankar, 1998): each member has a distance from each key, and a key belongs to
/// the nearest one. A member that comes or goes moves its own keys and no others.
///
/// With factors, the distance is an exponential variate of the factor's rate, so that each member is the nearest for
/// its factor's share of the keys. It depends on the key, the member's name and its factor alone: nodes that declare
/// the same members find the same order.
struct Rendezvous: Sendable {
    private let seeds: [UInt64]
    /// In hundredths, by index.
    let factors: [Double]

    /// Derives the members' places.
    init(_ members: [MemberSpecification]) {
        seeds = members.map { StableHash.value(of: $0.name) }
        factors = members.map { Double($0.loadFactor.hundredths) }
    }

    /// Finds the candidate that is nearest to a key, of those that have room; -1 where there are none.
    func nearest(to key: UInt64, among candidates: borrowing Candidates, where hasRoom: (Int) -> Bool) -> Int {
        var best = -1
        var least = Double.infinity
        var position = candidates.begin
        while let member = candidates.next(&position) {
            guard hasRoom(member) else { continue }
            let distance = distance(of: member, from: key)
            if best < 0 || distance < least { (best, least) = (member, distance) }
        }
        return best
    }

    private func distance(of member: Int, from key: UInt64) -> Double {
        let bits = StableHash.mix(seeds[member] ^ key)
        // In the open interval between 0 and 1.
        let uniform = (Double(bits >> 12) + 0.5) / Double(UInt64(1) << 52)
        return -log(uniform) / factors[member]
    }
}
