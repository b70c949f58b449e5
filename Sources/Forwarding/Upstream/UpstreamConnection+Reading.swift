import Bytes
import HTTP
import Reactor

/// Reading the answer, and handing on what has come.
extension UpstreamConnection {
    private enum Delivery {
        /// Everything that arrived was handed on.
        case more
        /// The client takes no more for now.
        case blocked
        /// The exchange has ended, well or badly; nothing may be touched any more.
        case over
    }

    func resume() {
        // Whoever takes what is delivered may find that it cannot write, and ask for what there is to read.
        guard !isDelivering else { return }
        if isBlocked {
            isBlocked = false
            exchange?.setUpstreamDeadline()
        }
        while phase == .exchanging {
            isDelivering = true
            let delivery = deliver()
            isDelivering = false
            switch delivery {
            case .more:
                guard intake.mayHaveMore else {
                    exchange?.onUpstreamPause()
                    return
                }
                guard intake.budget.isLeft(in: bench.clock.turn) else {
                    if let registration { loop.resumeNextTurn(registration) }
                    return
                }
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
        let isLarge = answer.isLong && bench.settings.hasRoomForLargeReads && factor == 1
        switch intake.read(from: transport, isLarge: isLarge) {
        case .moved(let count):
            answer.byteCount += count
            intake.budget.spend(count * factor)
            if answer.isHeadComplete { exchange?.setUpstreamDeadline() }
        case .wouldBlock: break
        case .ended:
            guard answer.endsWithConnection else {
                return end(within: "the member ended the connection", hasEnded: true)
            }
            answer.endWithConnection()
            end()
        case .failed(let words):
            end(within: words, hasEnded: false)
        }
    }

    /// The member has ended the connection before its answer was whole. Where there is no whole head, there is none.
    private func end(within words: String, hasEnded: Bool) {
        fail(ended(words), isAnswered: answer.isHeadComplete, hasEnded: hasEnded)
    }

    /// Hands on what has arrived.
    private func deliver() -> Delivery {
        guard let buffer = intake.buffer else { return .more }
        while phase == .exchanging, !buffer.isEmpty {
            guard let delivery = answer.isHeadComplete ? deliverContent(buffer) : deliverHead(buffer) else { continue }
            return delivery
        }
        guard phase == .exchanging else { return .over }
        intake.close()
        return .more
    }

    /// Parses a head if it is complete and hands it on.
    ///
    /// - Returns: `nil` when there may be more to deliver.
    private func deliverHead(_ buffer: Buffer) -> Delivery? {
        guard let exchange else { return .over }
        do throws(HeadError) {
            let limits = bench.settings.answerHeadLimits
            let method = exchange.facts.method
            let taken = try buffer.withReadable { (bytes) throws(HeadError) in
                try bench.stores.answerHead.lend { (head) throws(HeadError) -> (Int, Exchange.HeadVerdict)? in
                    let count = try answer.parse(bytes, into: &head, to: method, limits: limits)
                    guard let count else { return nil }
                    if let said = head.fields.first(.keepAlive) {
                        pool.hearIdleLimit(bytes.extracting(said.value), now: bench.clock.nowMillis)
                    }
                    return (count, exchange.onHead(head, source: bytes.extracting(0..<count)))
                }
            }
            guard let (count, verdict) = taken else { return try awaitMore(buffer) }
            guard phase == .exchanging else { return .over }
            buffer.consume(count)
            return take(verdict, before: buffer)
        } catch {
            fail(.unreadable(error))
            return .over
        }
    }

    private func awaitMore(_ buffer: Buffer) throws(HeadError) -> Delivery {
        if buffer.room == 0 { try intake.makeRoom(behind: buffer, in: bench.stores) }
        return .more
    }

    /// Follows what the exchange made of a head.
    ///
    /// - Parameter rest: what has come behind the head.
    private func take(_ verdict: Exchange.HeadVerdict, before rest: Buffer) -> Delivery? {
        switch verdict {
        case .interim:
            guard answer.countInterim() else {
                return refuse("more than \(UpstreamLimits.interimAnswersMax) interim answers")
            }
            return nil
        case .final(let framing, let mayBeKept):
            answer.begin(framing, mayBeKept: mayBeKept)
            guard !answer.isComplete else { return finish() }
            return framing == .chunked ? prove(rest) : nil
        case .tunnel:
            answer.begin(.untilClose, mayBeKept: false)
            return nil
        case .refused:
            return .over
        case .discarded:
            exchange?.goOnElsewhere()
            return .over
        }
    }

    /// Looks through the chunks that have come with the head before any of their content is handed on: an answer that
    /// is malformed from the start is none, and the client gets 502 in its place.
    private func prove(_ buffer: Buffer) -> Delivery? {
        guard !buffer.isEmpty else { return nil }
        do throws(ContentError) {
            try answer.prove(buffer, in: bench.stores)
            return nil
        } catch {
            return refuse(error.code.description)
        }
    }

    private func deliverContent(_ buffer: Buffer) -> Delivery? {
        guard let exchange else { return .over }
        do throws(ContentError) {
            switch try answer.take(from: buffer, in: bench.stores, to: exchange) {
            case .more: return buffer.isEmpty ? nil : makeRoom(buffer)
            case .blocked: return .blocked
            case .ended: return finish()
            }
        } catch {
            return refuse(error.code.description)
        }
    }

    /// Makes room behind bytes that cannot be decoded yet (a chunk's trailer section).
    private func makeRoom(_ buffer: Buffer) -> Delivery {
        if buffer.room == 0 { buffer.compact() }
        return .more
    }

    private func finish() -> Delivery {
        end()
        return .over
    }

    /// What has come is no answer.
    private func refuse(_ words: String) -> Delivery {
        fail(.broken(words))
        return .over
    }
}
