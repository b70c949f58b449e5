import Reactor

/// Clients of HTTP/1 that take nothing while memory is short.
extension ClientConnection {
    var stuckOutput: StuckOutput? {
        guard response.isBlocked, phase != .closed else { return nil }
        return StuckOutput(
            movedBytes: response.movedBytes, heldBytes: response.heldBytes + (exchange?.heldBytes ?? 0))
    }

    func shed() {
        // What the kernel has for it is given up as well.
        transport.socket.resetOnClose()
        close(.memoryShort)
        exchange.take()?.cancel(.memoryShort)
    }
}
