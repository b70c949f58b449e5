import BasicContainers

/// Apache's heartbeat counting (mod_lbmethod_heartbeat): drawn at random, each member as likely as it has ready places
/// by its last heartbeat, for its factor.
///
/// A member that was not heard of lately counts for one ready place, so that it is tried now and then and may say how
/// it is in its answer; Apache gives it nothing. Where nobody has a ready place, all have the same. Places are summed
/// up in a tree (Fenwick, 1994), so that a heartbeat and a draw take as many steps as the number of members has bits.
struct ByHeartbeat: ~Copyable, Sendable {
    private let factors: [UInt64]
    /// By member, its places for its factor.
    private var weights: RigidArray<UInt64>
    private var candidates = MemberSet()
    private var total: UInt64 = 0
    /// At each place from 1 the sum of those candidates' weights that end there, as many as the last bit of the place
    /// says.
    private var sums: RigidArray<UInt64>
    /// When the first heartbeat will have been too long ago.
    private var until = Int64.min

    /// Knows of no heartbeat.
    init(_ members: [Member]) {
        factors = members.map { UInt64($0.specification.loadFactor.hundredths) }
        weights = RigidArray(repeating: 0, count: members.count)
        sums = RigidArray(repeating: 0, count: members.count + 1)
    }

    private init(copying other: borrowing ByHeartbeat) {
        (factors, candidates, total, until) = (other.factors, other.candidates, other.total, other.until)
        weights = other.weights.clone()
        sums = other.sums.clone()
    }

    /// The same once more.
    func duplicate() -> ByHeartbeat { ByHeartbeat(copying: self) }

    /// Whether all are to be looked at, as some heartbeat was too long ago.
    mutating func hasExpired(now: Int64) -> Bool {
        guard until <= now else { return false }
        until = .max
        return true
    }

    /// Takes a member's ready places.
    ///
    /// - Parameter ready: the places, and until when they count.
    mutating func set(_ ready: (places: UInt64, until: Int64), of member: Int) {
        let weight = ready.places * factors[member]
        until = min(until, ready.until)
        if candidates.contains(member) { add(weight &- weights[member], at: member) }
        weights[member] = weight
    }

    /// Draws one of the candidates.
    mutating func elect(among candidates: borrowing Candidates, random: () -> UInt64) -> Int {
        if !self.candidates.isUnion(of: candidates.regulars, and: candidates.spares) { exchange(for: candidates) }
        return total > 0 ? draw(random().multipliedFullWidth(by: total).high) : drawByFactor(candidates, random)
    }

    private mutating func exchange(for others: borrowing Candidates) {
        var all = others.regulars
        all.formUnion(others.spares)
        var (gone, come) = (candidates, all)
        gone.subtract(all)
        come.subtract(candidates)
        for member in gone { add(0 &- weights[member], at: member) }
        for member in come { add(weights[member], at: member) }
        candidates = all
    }

    /// Adds a difference, which may be below 0: sums wrap.
    private mutating func add(_ difference: UInt64, at member: Int) {
        total &+= difference
        var place = member + 1
        while place < sums.count {
            sums[place] &+= difference
            place += place & -place
        }
    }

    /// The candidate to whose weight a number below the total falls, counted through from the first one.
    private func draw(_ lot: UInt64) -> Int {
        var (place, left) = (0, lot)
        var step = 1 << (Int.bitWidth - 1 - (sums.count - 1).leadingZeroBitCount)
        while step > 0 {
            if place + step < sums.count, sums[place + step] <= left {
                place += step
                left -= sums[place]
            }
            step >>= 1
        }
        return place
    }

    private func drawByFactor(_ candidates: borrowing Candidates, _ random: () -> UInt64) -> Int {
        var (total, winner) = (UInt64(0), -1)
        var position = candidates.begin
        while let member = candidates.next(&position) {
            total += factors[member]
            // Each takes the place of those before it with its share of all so far.
            if random().multipliedFullWidth(by: total).high < factors[member] { winner = member }
        }
        return winner
    }
}
