/// How a balancer's members stand at one moment.
struct Standing: ~Copyable, Sendable {
    /// Who can be given a request.
    let usable: MemberSet
    /// Who is draining.
    let drained: MemberSet
    /// Who can be used and is not draining: whose turn comes nearer with a session's request.
    let electorate: MemberSet
    /// Who may be elected.
    let candidates: Candidates
    /// Whether all were in error, and are tried at once.
    let isRecovering: Bool

    /// - Parameter order: finds the candidates.
    init(usable: MemberSet, drained: MemberSet, order: borrowing SetOrder, isRecovering: Bool) {
        self.usable = usable
        self.drained = drained
        var electorate = usable
        electorate.subtract(drained)
        self.electorate = electorate
        candidates = order.candidates(usable, drained: drained)
        self.isRecovering = isRecovering
    }
}
