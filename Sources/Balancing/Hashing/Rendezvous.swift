import Glibc

/// Rendezvous hashing (Thaler and Ravishankar, 1998): each member has a distance from each key, and a key belongs to
/// the nearest one. A member that comes or goes moves its own keys and no others.
///
/// With factors, the distance is an exponential variate of the factor's rate, so that each member is the nearest for
/// its factor's share of the keys. It depends on the key, the member's name and its factor alone: nodes that declare
/// the same members find the same order.
struct Rendezvous: Sendable {
    /// Hashes of the names, folded.
    private let seeds: [UInt64]
    /// In hundredths, by index.
    let factors: [Double]
    private let areFactorsEqual: Bool

    /// Derives the members' places.
    init(_ members: [MemberSpecification]) {
        seeds = members.map { StableHash.fold(StableHash.value(of: $0.name)) }
        factors = members.map { Double($0.loadFactor.hundredths) }
        areFactorsEqual = Set(members.map(\.loadFactor)).count <= 1
    }

    /// Finds the candidate that is nearest to a key, the first of equal ones; -1 where there are none.
    func nearest(to key: UInt64, among candidates: borrowing Candidates) -> Int {
        areFactorsEqual ? highest(key, candidates) : nearest(key, candidates)
    }

    /// Finds the candidate that is nearest to a key, of those that have room; -1 where there are none.
    func nearest(to key: UInt64, among candidates: borrowing Candidates, where hasRoom: (Int) -> Bool) -> Int {
        var best = -1
        var least = Double.infinity
        var position = candidates.begin
        while let member = candidates.next(&position) {
            guard hasRoom(member) else { continue }
            let distance = distance(of: member, uniform(member, key))
            if best < 0 || distance < least { (best, least) = (member, distance) }
        }
        return best
    }

    /// Of equal factors the nearest is the one with the greatest number: -log falls with it, by more than the last
    /// place of a `Double` from each number to the next.
    private func highest(_ key: UInt64, _ candidates: borrowing Candidates) -> Int {
        var best = Highest()
        look(for: StableHash.fold(key), in: candidates.regulars, &best)
        look(for: StableHash.fold(key), in: candidates.spares, &best)
        return best.member
    }

    /// The greatest number so far, and whose it is.
    private struct Highest {
        var member = -1
        var bits: Int64 = -1
        /// A number that is not multiplied to at least this is not greater.
        var least: UInt64 = 0

        @inline(never)
        mutating func take(_ member: Int, _ multiplied: UInt64) {
            let bits = Int64(StableHash.fold(multiplied) >> 12)
            guard bits > self.bits else { return }
            self = Highest(member: member, bits: bits, least: multiplied & (.max << 31))
        }
    }

    private func look(for folded: UInt64, in set: borrowing MemberSet, _ best: inout Highest) {
        var left = set.filledWords
        while left != 0 {
            let index = left.trailingZeroBitCount
            left &= left - 1
            var word = set.word(index)
            let first = index << 6
            if word == .max {
                // 1.0 ns a member in place of 1.9.
                for member in first..<first + 64 {
                    let multiplied = StableHash.multiply(seeds[member] ^ folded)
                    if multiplied >= best.least { best.take(member, multiplied) }
                }
                continue
            }
            while word != 0 {
                let member = first + word.trailingZeroBitCount
                word &= word - 1
                let multiplied = StableHash.multiply(seeds[member] ^ folded)
                if multiplied >= best.least { best.take(member, multiplied) }
            }
        }
    }

    /// Takes no logarithm for a member of which 1 - x <= -log(x) tells already that it is farther away.
    private func nearest(_ key: UInt64, _ candidates: borrowing Candidates) -> Int {
        var best = -1
        // What is rounded is less than a part in 2^50.
        var (least, reach) = (Double.infinity, Double.infinity)
        func look(at member: Int) {
            let uniform = uniform(member, key)
            guard 1 - uniform < reach * factors[member] else { return }
            let distance = distance(of: member, uniform)
            if best < 0 || distance < least { (best, least, reach) = (member, distance, distance * (1 + 0x1p-40)) }
        }
        for member in candidates.regulars { look(at: member) }
        for member in candidates.spares { look(at: member) }
        return best
    }

    /// A number in the open interval between 0 and 1 that belongs to a member and a key.
    private func uniform(_ member: Int, _ key: UInt64) -> Double {
        let bits = StableHash.fold(StableHash.multiply(seeds[member] ^ StableHash.fold(key)))
        return (Double(bits >> 12) + 0.5) / Double(UInt64(1) << 52)
    }

    private func distance(of member: Int, _ uniform: Double) -> Double {
        -log(uniform) / factors[member]
    }
}
