import Bytes
import HTTP

/// Writing the request in records.
extension RecordConnection {
    func write(_ buffer: Buffer, _ range: Range<Int>) -> Int {
        guard let exchange, phase == .exchanging, !outgoing.isBroken, !outgoing.isSocketBlocked else {
            block()
            return 0
        }
        let taken = buffer.withReadable { send($0.extracting(range), of: exchange) }
        // Of a request of which not a byte has gone out nothing was taken: it can be sent elsewhere.
        let counted = outgoing.isBroken && !outgoing.hasWritten ? 0 : taken
        if counted == 0 { block() }
        return counted
    }

    /// Writes the head, if it was not written yet, and what follows it.
    ///
    /// - Returns: how many bytes were taken.
    private func send(_ bytes: Span<UInt8>, of exchange: Exchange) -> Int {
        var taken = 0
        if !outgoing.isBegun {
            guard let request = sendHead(bytes, of: exchange) else {
                // The exchange is told when nobody is in the middle of it.
                if exchange.course.verdict == nil { exchange.refuseLater(Refusal(.memberHeadTooLarge)) }
                return 0
            }
            outgoing.begin(request.framing)
            taken = request.headBytes
        }
        taken += sendContent(bytes.extracting(taken..<bytes.count))
        sendEnd()
        flush()
        return taken
    }

    /// - Returns: where its parts lie; `nil`: it is more than the member can be sent.
    private func sendHead(_ bytes: Span<UInt8>, of exchange: Exchange) -> WrittenRequest? {
        let isLarge = bytes.count > BufferPool.smallBytes / 2
        let output = outgoing.open(in: bench.stores, isLarge: isLarge)
        if let request = wire.begin(bytes, for: exchange, to: output) { return request }
        guard exchange.course.verdict == nil, let larger = outgoing.enlarge(in: bench.stores) else { return nil }
        return wire.begin(bytes, for: exchange, to: larger)
    }

    private func sendContent(_ bytes: Span<UInt8>) -> Int {
        var taken = 0
        while true {
            let rest = bytes.extracting(taken..<bytes.count)
            let output = outgoing.open(in: bench.stores, isLarge: rest.count > BufferPool.smallBytes / 2)
            let (consumed, isBlocked) = outgoing.feed(rest) { wire.send($0, to: output) }
            taken += consumed
            // Where nothing was written the member has not asked for it.
            guard isBlocked, !output.isEmpty, flush() else { return taken }
        }
    }

    /// Says that the content has ended, once it has.
    func sendEnd() {
        guard outgoing.isEndOwed else { return }
        if wire.end(to: outgoing.open(in: bench.stores, isLarge: false)) {
            outgoing.isEndOwed = false
        } else if flush(), wire.end(to: outgoing.open(in: bench.stores, isLarge: false)) {
            outgoing.isEndOwed = false
        }
    }

    /// Writes what there is of records.
    ///
    /// - Returns: whether the socket has taken all of it.
    @discardableResult
    func flush() -> Bool {
        if outgoing.slab != nil { socket.willWrite() }
        guard !outgoing.flush(to: socket.transport, in: bench.stores) else { return true }
        if outgoing.isBroken {
            // What the member said before it closed is read first; the reading side finds the end.
            block()
            bench.turnEnd.call(self)
        } else {
            socket.awaitRoom()
        }
        return false
    }

    /// The socket takes more.
    func onWritable() {
        outgoing.isSocketBlocked = false
        guard flush() else { return }
        sendEnd()
        guard flush() else { return }
        unblock()
    }

    /// The member asks for content.
    func serve(_ count: Int) throws(RecordError) {
        try wire.want(count)
        if outgoing.isWhole {
            outgoing.isEndOwed = true
            sendEnd()
            flush()
        } else if !outgoing.isSocketBlocked {
            unblock()
        }
    }
}
