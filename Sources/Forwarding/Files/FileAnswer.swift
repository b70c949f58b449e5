import Bytes
import HTTP
import Reactor

/// An answer from a file: the search, the head, and the content on its way to the client.
///
/// ```
/// idle ──▶ searching ──▶ sending ──▶ idle
///  │▲          └──▶ a balancer answers ─▲
///  ▼│
/// holding, until the request is known to be a user's
/// ```
///
/// It never waits for the disk: what does not lie in memory is opened and read by threads that may, one thing at a time
/// (``FileDesk``). Kept with its exchange for the next one; belongs to one worker's thread.
final class FileAnswer {
    private let bench: Bench
    /// Whose it is; `nil`: it is idle.
    private var exchange: Exchange?
    private var place: FilePlace?
    /// Who answers for what is no file; `nil`: nobody.
    private var balancer: Balancer?
    /// The search under way.
    private var search: FileSearch?
    /// The request's head, which is looked at again when the disk has answered, or a password was checked.
    private var kept: Buffer?
    /// Whether that came over HTTP/2.
    private var keepsHTTP2 = false
    /// The path that is looked for, the answer's head, and then content that the client has not taken.
    private var slab: Buffer?
    /// What is sent.
    private var file: OpenFile?
    /// What is left of it to be read.
    private var left = 0..<0
    /// What is waited for.
    private var ticket: FileTicket?
    private var budget = TurnBudget(TurnLimits.memberBytesMax)
    /// Whether its next turn is asked for.
    private var isListed = false
    /// Whether content goes from where it lies, as far as is known.
    private var sendsDirectly = false
    /// Counts what it was used for: who is called may end an answer and begin the next one.
    private var number = 0

    /// Bytes from which content is sent from where it lies: copying fewer is less than another call.
    private static let directBytesMin = BufferPool.largeBytes

    init(bench: Bench) {
        self.bench = bench
    }

    /// What a request comes to, as far as it is known.
    private enum Verdict {
        /// The answer's head is in the slab.
        case head
        case own(OwnAnswer)
        /// The balancer is to answer.
        case balancer
        /// The disk is asked first.
        case waits
    }

    // MARK: - The search

    /// Begins to answer a request.
    ///
    /// - Parameters:
    ///   - place: where it leads.
    ///   - balancer: who answers for what is no file; `nil`: nobody.
    /// - Returns: whether it is answered, or will be; else the balancer is to answer.
    func begin(
        _ exchange: Exchange, _ head: borrowing RequestHead, source: Span<UInt8>, _ place: FilePlace,
        balancer: Balancer?
    ) -> Bool {
        let path = bench.takeSlab()
        let resolution = path.append { (output: inout OutputSpan<UInt8>) in
            place.resolve(source.extracting(head.pathRange), into: &output)
        }
        if case .refused(let refusal) = resolution {
            bench.giveBack(path)
            guard balancer == nil else { return false }
            exchange.answer(OwnAnswer(file: refusal == .hidden ? .fileHidden : .noFile))
            return true
        }
        self.exchange = exchange
        self.place = place
        self.balancer = balancer
        slab = path
        search = FileSearch(place, path, isFolder: resolution == .folder)
        exchange.body.source = self
        switch goOn(head, source: source, with: nil) {
        case .head: sendHead()
        case .own(let own): exchange.answer(own)
        case .balancer:
            exchange.body.closeSource()
            return false
        case .waits:
            keep(head, source: source)
        }
        return true
    }

    /// Keeps a request until it is known whether it is a user's.
    ///
    /// - Parameter balancer: who answers for what is no file; `nil`: nobody.
    func hold(_ exchange: Exchange, _ head: borrowing RequestHead, source: Span<UInt8>, balancer: Balancer?) {
        self.exchange = exchange
        self.balancer = balancer
        exchange.body.source = self
        keep(head, source: source)
    }

    /// Whether it keeps a request that nothing was looked for yet.
    var isHolding: Bool { kept != nil && search == nil }

    /// The request that was held is a user's: it is taken up as if it had come now.
    func onAdmitted() {
        guard let exchange, let kept = kept.take() else { return }
        let balancer = balancer
        let verdict = withHead(in: kept) { head, source in
            exchange.body.closeSource()
            let place = exchange.ruling.place
            guard !exchange.serveFile(head, source: source, at: place, balancer: balancer), let balancer else {
                return .waits
            }
            return exchange.prepare(head, source: source, for: balancer) ? .balancer : .waits
        }
        bench.giveBack(kept)
        follow(verdict, of: exchange)
    }

    /// Reads the head of a request that was kept.
    private func withHead(
        in kept: Buffer, _ body: (borrowing RequestHead, Span<UInt8>) -> Verdict
    ) -> Verdict {
        let limits = bench.settings.requestHeadLimits
        bench.beginEdits()
        return kept.withReadable { source in
            bench.stores.keptRequestHead.lend { head -> Verdict in
                do throws(HeadError) {
                    try head.parse(source, limits: limits, isHTTP2: keepsHTTP2)
                } catch {
                    return .own(OwnAnswer(Refusal(error)))
                }
                return body(head, source)
            }
        }
    }

    /// Does what a request that was kept comes to.
    private func follow(_ verdict: Verdict, of exchange: Exchange) {
        switch verdict {
        case .head: sendHead()
        case .own(let own): exchange.answer(own)
        case .balancer: exchange.giveToBalancer()
        case .waits: break
        }
    }

    /// Goes on with the search, and decides by what was found.
    ///
    /// - Parameter opening: what was opened elsewhere; `nil`: nothing.
    private func goOn(
        _ head: borrowing RequestHead, source: Span<UInt8>, with opening: FileRoot.Opening?
    ) -> Verdict {
        guard let path = slab, let root = place?.root, var search else {
            return .own(OwnAnswer(file: .fileUnreadable))
        }
        let files = bench.files
        let finding = search.goOn(in: path, with: opening) { files.open($0, beneath: root) }
        self.search = search
        switch finding {
        case .found: return decide(head, source: source, search)
        case .folder: return moveToFolder(head, source: source)
        case .none(.noFile) where balancer != nil: return .balancer
        case .none(let outcome):
            if outcome == .fileUnreadable { report("the process has no right to it") }
            return .own(OwnAnswer(file: outcome))
        case .failed(let error):
            report(error.description)
            return .own(OwnAnswer(file: error.isExhaustion ? .noDescriptor : .fileUnreadable))
        case .waits: return ask(root, path)
        }
    }

    private func report(_ words: String) {
        bench.journal.report(.warning, "a file below \(place?.root?.path ?? "") cannot be opened: \(words)")
    }

    /// Has somebody open the path who may wait for the disk.
    private func ask(_ root: FileRoot, _ path: Buffer) -> Verdict {
        let bytes = path.withReadable { span in
            [UInt8](capacity: span.count) { (output: inout OutputSpan<UInt8>) in _ = output.append(copying: span) }
        }
        ticket = bench.files.submit(.open(root, path: bytes), for: self)
        return ticket == nil ? .own(OwnAnswer(file: .filesBusy)) : .waits
    }

    /// Keeps the request's head until the disk has answered.
    private func keep(_ head: borrowing RequestHead, source: Span<UInt8>) {
        let slab = bench.takeSlab(isLarge: source.count > BufferPool.smallBytes)
        _ = slab.append(source)
        kept = slab
        keepsHTTP2 = head.isHTTP2
    }

    /// The disk has answered the search.
    private func onOpened(_ opening: FileRoot.Opening, for exchange: Exchange) {
        guard let kept = kept.take() else { return }
        let (number, balancer) = (number, balancer)
        let verdict = withHead(in: kept) { head, source in
            let verdict = goOn(head, source: source, with: opening)
            guard case .balancer = verdict, let balancer else { return verdict }
            exchange.body.closeSource()
            return exchange.prepare(head, source: source, for: balancer) ? .balancer : .waits
        }
        if case .waits = verdict, self.number == number {
            self.kept = kept
            return
        }
        bench.giveBack(kept)
        follow(verdict, of: exchange)
    }

    // MARK: - The head

    /// Decides what the file is answered with, and writes the head.
    private func decide(_ head: borrowing RequestHead, source: Span<UInt8>, _ search: FileSearch) -> Verdict {
        guard let exchange, let slab else { return .waits }
        let coding = FileVariants.choose(search.existing, for: head, in: source)
        guard let file = search.file(coding) else { return .own(OwnAnswer(file: .noFile)) }
        let now = Clock.wallSeconds()
        let facts = FileFacts(file, coding)
        let reply = FileReply(
            to: head, in: source, of: facts,
            undoing: exchange.facts.compresses ? exchange.facts.wishes.acceptable : nil, now: now)
        guard reply != .rangeNotSatisfiable else {
            let line = [UInt8](capacity: FileLimits.lengthLineBytesMax) { (output: inout OutputSpan<UInt8>) in
                _ = FileHead.writeLength(of: facts, to: &output)
            }
            return .own(OwnAnswer(file: .range, lines: line))
        }
        let type = slab.withReadable { MediaTypes.type(of: $0) }
        slab.removeAll()
        _ = slab.append { (output: inout OutputSpan<UInt8>) in
            FileHead.write(reply, of: facts, type: type, varies: !search.existing.isEmpty, now: now, to: &output)
        }
        self.search = nil
        self.file = file
        left = head.method == .head ? 0..<0 : reply.content(of: facts)
        return .head
    }

    /// Sends the client to the folder with a slash behind it.
    private func moveToFolder(_ head: borrowing RequestHead, source: Span<UInt8>) -> Verdict {
        search = nil
        guard let slab else { return .waits }
        slab.removeAll()
        let fits = slab.append { (output: inout OutputSpan<UInt8>) in
            let path = source.extracting(head.pathRange)
            guard let query = head.queryRange else { return FileHead.writeMoved(path: path, query: nil, to: &output) }
            return FileHead.writeMoved(path: path, query: source.extracting(query), to: &output)
        }
        return fits ? .head : .own(OwnAnswer(Refusal(.redirectTooLong, limit: BufferPool.smallBytes)))
    }

    /// Answers to another method than GET and HEAD.
    func answer(_ method: Method, of exchange: Exchange) {
        guard method == .options else { return exchange.answer(OwnAnswer(file: .methodNotAllowed)) }
        self.exchange = exchange
        let slab = bench.takeSlab()
        _ = slab.append { (output: inout OutputSpan<UInt8>) in FileHead.writeMethods(to: &output) }
        self.slab = slab
        exchange.body.source = self
        sendHead()
    }

    /// Has the head go the way of each answer's, and sends the content.
    private func sendHead() {
        guard let exchange, let slab = slab.take() else { return }
        let number = number
        let verdict = slab.withReadable { bytes in
            bench.stores.fileHead.lend { head -> Exchange.HeadVerdict? in
                guard head.parseWhole(bytes, to: exchange.facts.method, limits: HeadLimits()) != nil else {
                    return nil
                }
                return exchange.onHead(head, source: bytes)
            }
        }
        slab.removeAll()
        guard self.number == number, let verdict, case .final(let framing, _) = verdict else {
            bench.giveBack(slab)
            if verdict == nil { exchange.refuse(Refusal(.redirectTooLong, limit: HeadLimits().fieldBytesMax)) }
            return
        }
        exchange.noteFile()
        if framing == .none { left = 0..<0 }
        sendsDirectly = left.count >= Self.directBytesMin && exchange.turnFactor == 1
        guard !sendsDirectly, left.count <= slab.capacity else {
            bench.giveBack(slab)
            return resume()
        }
        self.slab = slab
        resume()
    }

    // MARK: - The content

    /// Sends what the client takes, for as long as the turn lets it.
    private func send(for exchange: Exchange) {
        let number = number
        let factor = exchange.turnFactor
        while slab?.isEmpty == false || !left.isEmpty {
            guard budget.isLeft(in: bench.clock.turn) else { return goOnNextTurn(exchange) }
            let sent: Int?
            if sendsDirectly {
                sent = sendDirectly(for: exchange)
            } else {
                guard fill() else { return read(for: exchange) }
                sent = sendFilled(for: exchange)
            }
            guard self.number == number else { return }
            guard let sent else { continue }
            guard sent > 0 else { return }
            budget.spend(sent * factor)
        }
        exchange.onSourceEnd()
    }

    /// - Returns: how many bytes the client has taken; `nil`: the file has to be read.
    private func sendDirectly(for exchange: Exchange) -> Int? {
        guard let file else { return 0 }
        let number = number
        switch exchange.sendFile(file, left.prefix(FileLimits.windowBytes)) {
        case .unable:
            sendsDirectly = false
            return nil
        case .shortened:
            exchange.answer(OwnAnswer(file: .fileBroken))
            return 0
        case .sent(let count):
            if self.number == number { left.removeFirst(count) }
            return count
        }
    }

    /// Reads what lies in memory, unless there is something left of what was read.
    ///
    /// - Returns: whether there is something to send.
    private func fill() -> Bool {
        if let slab, !slab.isEmpty { return true }
        guard let file else { return false }
        let slab = slab ?? bench.takeSlab(isLarge: left.count > BufferPool.smallBytes)
        self.slab = slab
        slab.removeAll()
        guard case .transferred(let count) = file.readCached(at: left.lowerBound, upTo: left.count, into: slab) else {
            return false
        }
        left.removeFirst(count)
        return true
    }

    /// - Returns: how many bytes the client has taken; 0: not all, and it will say when it takes more.
    private func sendFilled(for exchange: Exchange) -> Int {
        guard let slab = slab.take() else { return 0 }
        let number = number
        let taken = slab.withReadable { exchange.onContent($0) }
        slab.consume(taken)
        guard self.number == number else {
            bench.giveBack(slab)
            return 0
        }
        self.slab = slab
        return slab.isEmpty ? taken : 0
    }

    /// Has somebody read who may wait for the disk; what was sent so far goes out.
    private func read(for exchange: Exchange) {
        guard let file, let slab = slab.take() else { return }
        let work = FileJob.Work.read(file, at: left.lowerBound, count: min(left.count, slab.room), into: slab)
        guard let ticket = bench.files.submit(work, for: self) else {
            self.slab = slab
            return exchange.answer(OwnAnswer(file: .filesBusy))
        }
        self.ticket = ticket
        exchange.onUpstreamPause()
    }

    private func onRead(_ transfer: FileTransfer, _ slab: Buffer, for exchange: Exchange) {
        self.slab = slab
        guard case .transferred(let count) = transfer else {
            // It has become shorter, or the disk fails.
            return exchange.answer(OwnAnswer(file: .fileBroken))
        }
        left.removeFirst(count)
        send(for: exchange)
    }

    /// Leaves the rest to the next turn; what was sent so far goes out.
    private func goOnNextTurn(_ exchange: Exchange) {
        if !isListed {
            isListed = true
            bench.nextTurn.call(self)
        }
        exchange.onUpstreamPause()
    }
}

extension FileAnswer: AnswerSource {
    func resume() {
        guard let exchange, search == nil, ticket == nil, kept == nil else { return }
        send(for: exchange)
    }

    func close() {
        number += 1
        if let ticket = ticket.take() { bench.files.cancel(ticket) }
        if let slab = slab.take() { bench.giveBack(slab) }
        if let kept = kept.take() { bench.giveBack(kept) }
        exchange = nil
        place = nil
        balancer = nil
        search = nil
        var file = file.take()
        bench.files.letGo(&file)
        left = 0..<0
        sendsDirectly = false
    }
}

extension FileAnswer: FileOwner, NextTurnHandler {
    func onFile(_ answer: FileJob.Answer) {
        ticket = nil
        guard let exchange else { return }
        switch answer {
        case .opened(let opening): onOpened(opening, for: exchange)
        case .read(let transfer, let slab): onRead(transfer, slab, for: exchange)
        default: exchange.answer(OwnAnswer(file: .filesBusy))
        }
    }

    func onNextTurn() {
        isListed = false
        resume()
    }
}
