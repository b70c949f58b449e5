/// A client's connection as its worker knows it, whatever protocol it speaks.
protocol Client: AnyObject {
    /// What all its requests have in common.
    var peer: ClientPeer { get }

    /// Comes to an end: a connection that stays idle is closed, the others after their next answers.
    func drain()

    /// Closes the connection if its client has nothing under way: no exchange, no head that has begun, no handshake.
    ///
    /// - Returns: whether it was closed.
    func closeIfIdle() -> Bool

    /// What it holds of answers that its client takes no more of for now; `nil`: the client takes what there is.
    var stuckOutput: StuckOutput? { get }

    /// Ends at once, as its client takes nothing and memory is short.
    func shed()

    /// Ends at once, whatever is under way; what can be told of the end has a moment more to hear it.
    func cut(_ tally: inout DrainTally)
}
