/// Which member a key belongs to, and who gets it while that one has more than its share under way.
struct Placement: Sendable {
    private let rendezvous: Rendezvous
    /// Who comes first under ``Method/consistentHash``.
    private let ring: Ring?
    /// How many times its share of what is under way a member may have, in hundredths; `nil`: any.
    let loadBoundHundredths: Int?

    /// Derives the members' places.
    ///
    /// - Parameter loadBoundHundredths: more than 100, or `nil`.
    init(_ members: [MemberSpecification], method: Method, loadBoundHundredths: Int?) {
        rendezvous = Rendezvous(members)
        ring = method == .consistentHash ? Ring(members) : nil
        self.loadBoundHundredths = loadBoundHundredths
    }

    /// Finds the candidate to which a key belongs; -1 where there are none.
    ///
    /// Candidates that have so small a part of the ring that none is met there are found by rendezvous.
    func home(of key: UInt64, among candidates: borrowing Candidates) -> Int {
        if let ring, let member = ring.nearest(to: key, among: candidates, where: { _ in true }) { return member }
        return rendezvous.nearest(to: key, among: candidates)
    }

    /// The same among those that have room.
    private func home(
        of key: UInt64, among candidates: borrowing Candidates, where hasRoom: (Int) -> Bool
    ) -> Int {
        if let ring, let member = ring.nearest(to: key, among: candidates, where: hasRoom) { return member }
        return rendezvous.nearest(to: key, among: candidates, where: hasRoom)
    }

    /// Finds the candidate that gets a key within the bound of load.
    ///
    /// - Parameters:
    ///   - candidates: one or more.
    ///   - members: all of the balancer, by index.
    ///   - nearest: the candidate to which the key belongs, where that is known.
    ///   - sum: what the candidates have under way, and the sum of their factors in hundredths; asked for only where
    ///     there is a bound.
    /// - Returns: the member, and whether the key belongs to one that has no room.
    func place(
        _ key: UInt64, among candidates: borrowing Candidates, of members: [Member], nearest: Int? = nil,
        sum: () -> (busy: Int, factors: Int)
    ) -> (member: Int, isDisplaced: Bool) {
        let first = if let nearest { nearest } else { home(of: key, among: candidates) }
        guard let loadBoundHundredths else { return (first, false) }
        let factors = rendezvous.factors
        let (busy, total) = sum()
        let perFactor = Double((busy + 1) * loadBoundHundredths) / (100 * Double(total))
        func hasRoom(_ member: Int) -> Bool {
            members[member].state.inFlightCount < Int((perFactor * factors[member]).rounded(.up))
        }
        if hasRoom(first) { return (first, false) }
        let found = home(of: key, among: candidates, where: hasRoom)
        // The bound leaves room for one more; other workers may have taken it meanwhile.
        return found < 0 ? (first, false) : (found, found != first)
    }
}
