import Reactor

/// Room for newcomers, at `limits.connections` and where no descriptor is free: who has been idle for the longest time
/// goes first, on whatever worker.
extension Clients {
    /// What came of making room.
    enum Room {
        /// There is some.
        case made
        /// Another worker sees to it, and to whoever waits in the queue.
        case elsewhere
        /// Nobody is idle.
        case none
    }

    /// Closes the client that has been idle for the longest time, or lets the worker do so that has it.
    ///
    /// - Parameter cause: what there is too little of.
    func makeRoom(_ cause: ShedCounts.Cause) -> Room {
        let own = loop.longestRestMillis ?? .max
        let first = siblings.min { $0.longestIdleMillis < $1.longestIdleMillis }
        if let first, first.longestIdleMillis < own - ClientLimits.idleLeadMillis { return leave(to: first) }
        if closeLongestIdle() {
            countShed(cause)
            return .made
        }
        if let first, first.longestIdleMillis < .max { return leave(to: first) }
        return .none
    }

    private func leave(to sibling: WorkerHandle) -> Room {
        sibling.mailbox.post(.accept)
        return .elsewhere
    }

    /// Closes this worker's client that has been idle for the longest time.
    ///
    /// - Returns: whether there was one.
    package func closeLongestIdle() -> Bool {
        for _ in 0..<ClientLimits.idleLooksMax {
            guard let handler = loop.takeLongestResting() else { return false }
            if let client = handler as? any Client, client.closeIfIdle() { return true }
        }
        return false
    }

    /// Frees the descriptor of who has been idle for the longest time.
    ///
    /// - Returns: whether there was somebody.
    func freeDescriptor() -> Bool {
        guard closeLongestIdle() else { return false }
        countShed(.idleForDescriptors)
        return true
    }

    /// Closes clients of this worker, those first that have been idle for the longest time.
    ///
    /// - Parameters:
    ///   - count: how many at most.
    ///   - millis: for how long they have been idle at least.
    /// - Returns: how many were closed, and whether there may be more.
    func closeIdle(_ count: Int, idleFor millis: Int) -> (closed: Int, mayHaveMore: Bool) {
        var closed = 0
        for _ in 0..<ClientLimits.idleLooksMax {
            guard closed < count else { break }
            guard let since = loop.longestRestMillis, loop.clock.nowMillis - since >= millis,
                let handler = loop.takeLongestResting()
            else { return (closed, false) }
            if let client = handler as? any Client, client.closeIfIdle() { closed += 1 }
        }
        return (closed, true)
    }

    /// Counts what was let go of.
    func countShed(_ cause: ShedCounts.Cause, _ count: Int = 1) {
        if count > 0 { bench.edge.limiters.shed.count(cause, count) }
    }

    /// Tells the other workers since when whose client has been idle.
    func tellLongestIdle() {
        handle.setLongestIdle(loop.longestRestMillis ?? .max)
    }

    /// Tells the event log that there is no room; once a second of the whole process.
    func reportCrowd(_ words: @autoclosure () -> String) {
        guard handle.mayReportCrowd(now: bench.clock.nowMillis) else { return }
        bench.journal.report(.warning, words())
    }
}
