/// Apache's request counting: each member gets its share of the requests, in the order that mod_lbmethod_byrequests
/// gives.
///
/// Each turn adds every candidate's factor to its status, takes the one with the highest status, the first of equal
/// ones, and takes the sum of the added factors from it.
extension Election {
    mutating func electByRequests(among candidates: borrowing Candidates) -> Int {
        var total: Int64 = 0
        var best = -1
        var position = candidates.begin
        while let member = candidates.next(&position) {
            total += urge(member)
            if best < 0 || statuses[member] > statuses[best] { best = member }
        }
        ease(best, by: total)
        return best
    }
}
