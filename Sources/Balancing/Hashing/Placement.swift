/// Which member a key belongs to, and who gets it while that one has more than its share under way.
struct Placement: Sendable {
    private let order: Order
    private let factors: [Double]
    /// How many times its share of what is under way a member may have, in hundredths; `nil`: any.
    private let loadBoundHundredths: Int?

    private enum Order {
        case rendezvous(Rendezvous)
        case ring(Ring)
    }

    init(_ members: [MemberSpecification], method: Method, loadBoundHundredths: Int?) {
        order = method == .consistentHash ? .ring(Ring(members)) : .rendezvous(Rendezvous(members))
        factors = members.map { Double($0.loadFactor.hundredths) }
        self.loadBoundHundredths = loadBoundHundredths
    }

    /// Finds the candidate to which a key belongs, of those that have room; -1 where there are none.
    func home(
        of key: UInt64, among candidates: borrowing Candidates, where hasRoom: (Int) -> Bool = { _ in true }
    ) -> Int {
        switch order {
        case .rendezvous(let rendezvous): rendezvous.nearest(to: key, among: candidates, where: hasRoom)
        case .ring(let ring): ring.nearest(to: key, among: candidates, where: hasRoom)
        }
    }

    /// Finds the candidate that gets a key within the bound of load.
    ///
    /// - Returns: the member, and whether the key belongs to one that has no room.
    func place(
        _ key: UInt64, among candidates: borrowing Candidates, of members: [Member]
    ) -> (member: Int, isDisplaced: Bool) {
        let first = home(of: key, among: candidates)
        guard let loadBoundHundredths else { return (first, false) }
        var (busy, total) = (1, 0.0)
        var position = candidates.begin
        while let member = candidates.next(&position) {
            busy += members[member].state.inFlightCount
            total += factors[member]
        }
        let perFactor = Double(busy * loadBoundHundredths) / (100 * total)
        let found = home(of: key, among: candidates) { member in
            members[member].state.inFlightCount < Int((perFactor * factors[member]).rounded(.up))
        }
        // The bound leaves room for one more; other workers may have taken it meanwhile.
        return found < 0 ? (first, false) : (found, found != first)
    }
}
