import Bytes
import HTTP
import Reactor

/// What came of handing on what has arrived.
private enum Delivery {
    /// Everything that arrived was handed on.
    case more
    /// The client takes no more for now.
    case blocked
    /// The exchange has ended, well or badly; nothing may be touched any more.
    case over
}

/// Reading the answer, and handing on what has come.
extension RecordConnection {
    func resume() {
        // Whoever takes what is delivered may find that it cannot write, and ask for what there is to read.
        guard !isDelivering else { return }
        if isBlocked {
            isBlocked = false
            exchange?.setUpstreamDeadline()
        }
        while exchange != nil {
            isDelivering = true
            let delivery = deliver()
            isDelivering = false
            switch delivery {
            case .more:
                guard intake.mayHaveMore else {
                    if phase == .exchanging { exchange?.onUpstreamPause() }
                    return
                }
                guard intake.budget.isLeft(in: bench.clock.turn) else { return socket.resumeNextTurn() }
                receive()
            case .blocked:
                isBlocked = true
                return expectNothing()
            case .over:
                return
            }
        }
    }

    private func receive() {
        let factor = exchange?.turnFactor ?? 1
        let isLarge =
            wire.togetherBytes > BufferPool.smallBytes
            || answer.isLong && bench.settings.hasRoomForLargeReads && factor == 1
        switch intake.read(from: socket.transport, isLarge: isLarge) {
        case .moved(let count):
            answer.byteCount += count
            intake.budget.spend(count * factor)
            if answer.isHeadComplete { exchange?.setUpstreamDeadline() }
        case .wouldBlock: break
        case .ended: onEnded("the member ended the connection")
        case .failed(let words): onEnded(words)
        }
    }

    /// The member has ended the connection: it has to have said all, or as much as it has declared.
    private func onEnded(_ words: String) {
        let isFinished = (try? wire.finish(unread: intake.buffer?.count ?? 0)) != nil
        guard answer.isWhole || isFinished && answer.isHeadComplete && answer.left == nil else {
            return fail(ended(words))
        }
        end()
    }

    // MARK: - Handing on

    private func deliver() -> Delivery {
        guard let buffer = intake.buffer else { return .more }
        while exchange != nil {
            guard let delivery = answer.pendingCount > 0 ? deliverPending(buffer) : deliverEvent(buffer) else {
                continue
            }
            return delivery
        }
        return .over
    }

    /// Follows what the member says next.
    ///
    /// - Returns: `nil` when there may be more to deliver.
    private func deliverEvent(_ buffer: Buffer) -> Delivery? {
        do throws(RecordError) {
            let event = try buffer.withReadable { (bytes) throws(RecordError) in try wire.next(in: bytes) }
            switch event {
            case .content(let range):
                buffer.consume(range.lowerBound)
                answer.pendingCount = range.count
                return nil
            case .head(let range):
                buffer.consume(range.lowerBound)
                answer.pendingCount = range.count
                return deliverHead(buffer)
            case .errors(let range):
                buffer.withReadable { answer.note(errors: $0.extracting(range)) }
            case .more(let next):
                buffer.consume(next)
                if buffer.isEmpty { intake.close() }
                return .more
            default: break
            }
            buffer.consume(event.next)
            return try follow(event, before: buffer)
        } catch {
            return refuse(error.code)
        }
    }

    /// Follows what carries no bytes.
    private func follow(_ event: RecordEvent, before rest: Buffer) throws(RecordError) -> Delivery? {
        switch event {
        case .flush: exchange?.onUpstreamPause()
        case .wanted(let count, _): try serve(count)
        case .refused:
            fail(.unprocessed("the member is overloaded"))
            return .over
        case .pong:
            guard rest.isEmpty else { throw .behindEnd }
            onPong()
        case .end:
            guard answer.isHeadComplete else { throw .headMissing }
            guard answer.left ?? 0 == 0 else { throw .truncated }
            end()
            return .over
        case .head, .content, .errors, .more: break
        }
        return nil
    }

    /// Hands on bytes of the answer.
    private func deliverPending(_ buffer: Buffer) -> Delivery? {
        guard answer.isHeadComplete else { return deliverHead(buffer) }
        guard let exchange else { return .over }
        let count = answer.passableCount
        guard count > 0 else {
            guard let dropped = answer.drop() else {
                end()
                return .over
            }
            buffer.consume(dropped)
            return nil
        }
        let taken = buffer.withReadable { exchange.onContent($0.extracting(0..<count)) }
        guard phase == .exchanging else { return .over }
        buffer.consume(taken)
        answer.pass(taken)
        return taken < count ? .blocked : nil
    }

    // MARK: - The head

    /// Takes what has come of a head, and hands it on when it is whole.
    private func deliverHead(_ buffer: Buffer) -> Delivery? {
        guard let exchange else { return .over }
        do throws(RecordFault) {
            let count = answer.pendingCount
            let limits = bench.settings.answerHeadLimits
            let (consumed, isWhole) = try buffer.withReadable { (bytes) throws(RecordFault) in
                try wire.takeHead(bytes.extracting(0..<count), limits: limits)
            }
            buffer.consume(consumed)
            answer.pendingCount -= consumed
            guard isWhole else { return nil }
            let verdict = try handOnHead(to: exchange, limits: limits)
            guard phase == .exchanging else { return .over }
            wire.giveBackHead()
            return follow(verdict)
        } catch {
            fail(error.failure)
            return .over
        }
    }

    private func handOnHead(to exchange: Exchange, limits: HeadLimits) throws(RecordFault) -> Exchange.HeadVerdict {
        let method = exchange.facts.method
        do throws(HeadError) {
            return try wire.withHead(to: method) { (text) throws(HeadError) in
                guard text.count <= limits.headBytesMax else {
                    throw HeadError(.headTooLarge, at: limits.headBytesMax, limit: limits.headBytesMax)
                }
                return try bench.stores.answerHead.lend { (head) throws(HeadError) in
                    try head.parse(text, to: method, limits: limits)
                    return exchange.onHead(head, source: text)
                }
            }
        } catch {
            throw .head(error)
        }
    }

    private func follow(_ verdict: Exchange.HeadVerdict) -> Delivery? {
        switch verdict {
        case .final(let framing, _):
            answer.begin(framing)
            return nil
        case .refused:
            return .over
        case .interim, .tunnel:
            // Heads of such statuses are refused where they are read.
            return refuse("status-line-malformed")
        case .discarded:
            exchange?.goOnElsewhere()
            return .over
        }
    }

    /// What has come is no answer.
    private func refuse(_ code: StaticString) -> Delivery {
        fail(.broken(code.description))
        return .over
    }
}
