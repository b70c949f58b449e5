/// Somebody who has something left to do when the events of a turn were handled.
package protocol TurnEndHandler: AnyObject {
    /// Does it. What it asked for may have become needless meanwhile.
    func onTurnEnd()
}

/// What is left to the end of a turn, when all of its events were handled: ends that were found while somebody was in
/// the middle of something, and what is sent together. Belongs to one worker's thread.
package final class TurnEnd {
    private var waiting: [any TurnEndHandler] = []
    /// Whether there is anybody: asking the array itself, each turn, would be checked for exclusivity at run time.
    private var hasWaiting = false

    /// Nothing is left so far.
    package init() {}

    /// Calls ``TurnEndHandler/onTurnEnd()`` at the end of this turn.
    package func call(_ handler: any TurnEndHandler) {
        hasWaiting = true
        waiting.append(handler)
    }

    /// Does what was left, and what comes of it.
    package func run() {
        guard hasWaiting else { return }
        var index = 0
        while index < waiting.count {
            waiting[index].onTurnEnd()
            index += 1
        }
        waiting.removeAll(keepingCapacity: true)
        hasWaiting = false
    }
}
