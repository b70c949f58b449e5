/// What a connection may still read in a turn of its worker's event loop (``TurnLimits``).
///
/// A new turn brings a new budget, so nothing is to be done for connections that never use theirs up.
struct TurnBudget {
    private let bytesMax: Int
    /// No turn's number at first, so that there is a budget in whichever it is asked for.
    private var turn = -1
    private var left = 0

    /// - Parameter bytesMax: what it may have of a turn.
    init(_ bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Whether there is anything left.
    ///
    /// - Parameter turn: ``EventLoop/turn``.
    mutating func isLeft(in turn: Int) -> Bool {
        _ = renew(in: turn)
        return left > 0
    }

    /// Begins anew in another turn.
    ///
    /// - Returns: whether it is another one than at the last call.
    mutating func renew(in turn: Int) -> Bool {
        guard turn != self.turn else { return false }
        self.turn = turn
        left = bytesMax
        return true
    }

    /// Belongs to another connection from here on.
    mutating func forget() {
        turn = -1
    }

    /// Counts bytes that were read, or what counts as much; after ``isLeft(in:)``.
    mutating func spend(_ bytes: Int) {
        left -= bytes
    }
}
