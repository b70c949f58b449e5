import HTTP
import Model
import Reactor
import TLS

/// Waiting for the client to read, and the way to the connection's end.
extension ClientConnection {
    // MARK: - Waiting for the client to read

    /// The client can take more: what is left goes out, then the exchange may go on.
    func resumeWriting() {
        flush()
        if readsTooSlowly { return endSlowReader() }
        guard !response.isBlocked else { return }
        switch phase {
        case .exchanging, .tunnelling:
            if request.isComplete || phase == .tunnelling { clearDeadline() }
            exchange?.onClientWritable()
        case .waiting, .heading:
            guard !clients.isDraining else { return closeInOrder() }
            awaitRequest()
            serve()
        case .dropping, .introducing, .handshaking, .queued, .closing, .lingering, .closed:
            break
        }
    }

    /// Looks after a client in cleartext that has ended its direction: it may be gone, or wait for its answer. Others
    /// have all the time that the member has.
    func attend() {
        guard !response.isBlocked else { return }
        guard intake.hasPeerEnded, !transport.isSecure, !response.isHTTP10, exchange?.awaitsAnswer == true else {
            return clearDeadline()
        }
        attentionMillis = ClientLimits.attentionMillis
        setDeadline(attentionMillis)
    }

    /// Sends 100 Continue to a client that has ended its direction and waits: whoever is there discards it (RFC 9110,
    /// section 15.2.1), and the kernel of one that is gone answers with a reset.
    func askWhetherThere() {
        guard intake.hasPeerEnded, exchange?.awaitsAnswer == true else { return }
        response.appendContinue()
        flush()
        guard phase == .exchanging, !response.isBlocked else { return }
        attentionMillis = min(2 * attentionMillis, ClientLimits.attentionMillisMax)
        setDeadline(attentionMillis)
    }

    // MARK: - The end

    /// Closes after everything was sent; what the client still sends is read and dropped, or the kernel would reset the
    /// connection and the client might lose the answer (RFC 9112, section 9.6).
    func beginClosing() {
        guard !phase.isEnding, phase != .closed else { return }
        phase = .closing
        // Who still reads the answer has the time for that.
        if !response.isBlocked { setDeadline(ClientLimits.lingerMillis) }
        flush()
    }

    /// Comes to an end: a connection that stays idle is closed, the others after their next answer.
    func drain() {
        switch phase {
        case .waiting where response.isEmpty:
            // A busy client's next request may be on its way: it is answered, and told of the end.
            setDeadline(ClientLimits.drainQuietMillis)
        case .exchanging where exchange?.awaitsAnswer == false, .dropping:
            // The head has gone without a word of the end: the answer to the next request says it.
            break
        case .introducing, .handshaking, .queued, .heading, .waiting, .exchanging, .tunnelling, .closing, .lingering:
            response.isLast = true
        case .closed: break
        }
    }

    func closeIfIdle() -> Bool {
        guard phase == .waiting, response.isEmpty, !isServing, let registration else { return false }
        guard intake.isAtRest, transport.socket.isQuiet() else {
            // A request may have come, or the end; if it is neither, there is a next time.
            loop.rest(registration)
            return false
        }
        _ = transport.tls?.sendCloseNotify()
        // At once: somebody waits for its descriptor.
        shut(.clientGone)
        letGo()
        return true
    }

    func cut(_ tally: inout DrainTally) {
        if phase == .tunnelling, let exchange {
            let name = exchange.memberName
            tally.countTunnel(name, isTold: exchange.endTunnel(.drainTimeout))
            // Who does not take the last words at once had the drain time for it.
            if response.isBlocked { close(.drained) }
            return
        }
        if exchange != nil || !response.isEmpty { tally.countExchange() }
        if exchange != nil { response.isBrokenOff = true }
        exchange.take()?.cancel(.drainTimeout)
        close(.drained)
    }

    /// Closes an idle connection.
    func closeInOrder() {
        if response.isBlocked { return close(.writeTimeout) }
        _ = transport.tls?.sendCloseNotify()
        close(.clientGone)
    }

    /// Ends a connection whose last answer has gone out.
    func finishClosing() {
        if response.isBrokenOff, response.isEndedByConnection { return showBreak() }
        _ = transport.tls?.sendCloseNotify()
        let hasUnread = intake.mayHaveMore || !request.isComplete || !intake.isEmpty
        guard hasUnread, !intake.hasPeerEnded else { return close(.clientGone) }
        phase = .lingering
        transport.socket.endWriting()
        setDeadline(ClientLimits.lingerMillis)
        if !isServing { serve() }
    }

    /// Ends an answer that has broken off and of which the end of the connection would tell that it is whole: over TLS
    /// by leaving out close_notify (RFC 9112, section 9.8), in cleartext by a reset, which waits until the client has
    /// what was sent before.
    private func showBreak() {
        phase = .lingering
        if transport.isSecure {
            transport.socket.endWriting()
        } else {
            transport.socket.resetOnClose()
            setDeadline(ClientLimits.resetDelayMillis)
        }
        if !isServing, !intake.hasPeerEnded { serve() }
    }

    /// Ends the connection: its exchange is given up, and everything let go of, at the end of the turn.
    func close(_ reason: CloseReason) {
        guard phase != .closed else { return }
        shut(reason)
        bench.turnEnd.call(self)
    }

    /// Takes and sends no more.
    private func shut(_ reason: CloseReason) {
        leaveHandshakes()
        phase = .closed
        response.isBlocked = true
        // Nobody is given a request whose client is gone.
        if let exchange { bench.members.requestQueue.leave(exchange) }
        let isCut = response.isBrokenOff || exchange != nil || !response.isAllSent
        if isCut, response.isEndedByConnection, !transport.isSecure { transport.socket.resetOnClose() }
        if let words = reason.words { bench.journal.report(.information, "client \(peer.address): \(words)") }
    }

    /// Gives up the exchange that is under way, and lets go of the socket and of everything that is lent.
    func letGo() {
        guard let registration = registration.take() else { return }
        exchange.take()?.cancel(.clientGone)
        loop.deregister(registration)
        intake.close()
        response.close()
        clients.onClosed(self)
    }
}
