import Model
import Reactor

/// Clients that send their content, or take their answer, a few bytes at a time.
extension ClientConnection {
    /// Whether the request's content comes too slowly.
    ///
    /// - Parameter bytes: what of it has come just now.
    func sendsTooSlowly(after bytes: Int) -> Bool {
        guard exchange?.isPaced == true else { return false }
        let (count, now) = (request.awaitedBytes + bytes, bench.clock.nowMillis)
        request.awaitedBytes = count
        var pace = request.pace
        pace.begin(at: count, now: now)
        let isTooSlow = pace.isTooSlow(at: count, now: now, bench.settings.requestPace)
        request.pace = pace
        return isTooSlow
    }

    /// Whether the answer is taken too slowly; to be asked when some of it was taken. Who is through a tunnel has all
    /// the time between two bytes.
    var readsTooSlowly: Bool {
        guard phase != .tunnelling, phase != .closed else { return false }
        let now = bench.clock.nowMillis
        var pace = response.pace
        if !response.isBlocked { pace.pause(now: now) }
        let isTooSlow = pace.isTooSlow(at: response.movedBytes, now: now, bench.settings.answerPace)
        response.pace = pace
        return isTooSlow
    }

    /// Ends a client that takes its answer too slowly: what the kernel has for it is given up as well.
    func endSlowReader() {
        transport.socket.resetOnClose()
        close(.answerTooSlow(least: bench.settings.answerPace.bytesPerSecond))
        exchange.take()?.cancel(.answerTooSlow)
    }
}
