/// Apache's request counting: each member gets its share of the requests, in the order that mod_lbmethod_byrequests
/// gives.
///
/// Each turn adds every candidate's factor to its status, takes the one with the highest status, the first of equal
/// ones, and takes the sum of the added factors from it (``LoadStatuses``).
extension Election {
    @inline(__always)
    func electByRequests() -> Int { statuses.highest() }
}
