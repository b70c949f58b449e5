/// Clients of HTTP/2 that take nothing while memory is short: by the transport, or by their windows.
extension HTTP2Connection {
    var stuckOutput: StuckOutput? {
        let streams = streams.all
        guard loss == nil, sender.isWriteBlocked || streams.contains(where: \.isBlocked) else { return nil }
        return StuckOutput(
            movedBytes: sender.count, heldBytes: streams.reduce(sender.heldBytes) { $0 + $1.heldBytes })
    }

    func shed() {
        loss = .memoryShort
        bench.turnEnd.call(self)
    }
}
