/// Apache's pending request counting (mod_lbmethod_bybusyness): the member with the fewest exchanges under way, and of
/// equal ones the one whose share of requests is most due.
extension Election {
    @inline(__always)
    func electByBusyness() -> Int { statuses.lightest() }
}
