import Bytes
import HTTP

/// An answer's content on its way to the client: its coding, its trailers, and how it ends. Pooled with its exchange.
final class AnswerBody {
    private var encoder: (any ContentEncoder)?
    /// What the encoder has put out and the client has not taken.
    private var encoded: Buffer?
    private var hasUnflushed = false
    /// Whether the coding has ended: some encoders would begin another one.
    private var isFinished = false
    /// The trailer section as the member sent it.
    private var trailers: [UInt8] = []
    private var hasTrailers = false
    /// Whether the answer has broken off, and what came before goes out.
    private(set) var isBroken = false

    /// What the client has not taken, where its member does not wait for it; `nil`: it does.
    private(set) var spool: Spool?
    /// Whether the client has taken less than it was given, and has not said yet that it takes more.
    private var isClientBlocked = false

    /// Where the content comes from, where that is no member.
    var source: (any AnswerSource)?
    /// What answers from files; made for the first one.
    private var files: FileAnswer?

    /// How many times its bytes count in a turn (``TurnLimits``).
    private(set) var turnFactor = 1

    /// Whether content is compressed.
    var isEncoded: Bool { encoder != nil }

    /// Compresses the content.
    ///
    /// - Parameter slab: a small one; given back by ``reset(to:)``.
    func begin(_ encoder: any ContentEncoder, slab: Buffer) {
        self.encoder = encoder
        turnFactor = TurnLimits.factor(of: encoder.kind)
        encoded = slab
    }

    /// Keeps trailers until the content has gone out; a coded content loses them.
    func keep(trailers section: Span<UInt8>) {
        guard section.count > 2, encoder == nil else { return }
        hasTrailers = true
        trailers.removeAll(keepingCapacity: true)
        for offset in section.indices { trailers.append(section[offset]) }
    }

    func breakOff() {
        isBroken = true
    }

    /// Ends the client's content, with the trailers if there are some.
    ///
    /// - Parameter names: trailers that are left out; `nil`: none.
    func end(_ client: any ClientStream, omitting names: FieldNames?) {
        guard hasTrailers else { return client.endContent(trailers: Span(), omitting: nil) }
        let trailers = trailers
        client.endContent(trailers: trailers.span, omitting: names)
    }

    // MARK: - The client

    /// Keeps what the client does not take.
    ///
    /// - Parameter spool: given back by ``reset(to:)``.
    func begin(_ spool: Spool) {
        self.spool = spool
    }

    /// Forgets what waits, as it cannot be read.
    func dropSpool(to bench: Bench) {
        if let spool = spool.take() { bench.spools.giveBack(spool) }
    }

    /// Whether nothing waits for the client.
    var isSpoolEmpty: Bool { spool?.isEmpty ?? true }

    /// Sends what the client takes, and keeps the rest where it may wait.
    ///
    /// - Parameter sent: bytes that the client has taken are added to it.
    /// - Returns: how many bytes were taken; when fewer than given, more are taken when the client has taken some.
    func send(_ content: Span<UInt8>, to client: any ClientStream, sent: inout Int) -> Int {
        guard let spool else {
            let taken = client.sendContent(content)
            sent += taken
            return taken
        }
        var taken = 0
        if spool.isEmpty, !isClientBlocked {
            let number = spool.number
            taken = client.sendContent(content)
            sent += taken
            // Its client may have gone, and the exchange with it.
            guard spool.number == number else { return taken }
            isClientBlocked = taken < content.count
        }
        return taken < content.count ? taken + spool.append(content.extracting(taken..<content.count)) : taken
    }

    /// The client takes more again.
    func unblockClient() {
        isClientBlocked = false
    }

    /// Sends what waits.
    ///
    /// - Parameters:
    ///   - sent: bytes that the client has taken are added to it.
    ///   - turn: of the event loop.
    /// - Returns: whether it goes on: the client and what waits for it are there.
    func sendSpooled(to client: any ClientStream, sent: inout Int, turn: Int) -> SpoolProgress {
        guard let spool else { return .goesOn }
        let number = spool.number
        while !isClientBlocked, !spool.isEmpty {
            guard spool.mayGoOn(in: turn) else { return .nextTurn }
            switch spool.front() {
            case .empty: return .goesOn
            case .lost: return .lost
            case .waits:
                client.flush()
                return spool.number == number ? .goesOn : .over
            case .piece(let slab, let range):
                let taken = slab.withReadable { client.sendContent($0.extracting(range)) }
                guard spool.number == number else { return .over }
                sent += taken
                spool.consume(taken)
                isClientBlocked = taken < range.count
            }
        }
        return .goesOn
    }

    /// What came of sending what waits.
    enum SpoolProgress {
        /// What the client takes was sent.
        case goesOn
        /// The turn's part was sent.
        case nextTurn
        /// The rest cannot be read.
        case lost
        /// The client has gone, and the exchange with it.
        case over
    }

    // MARK: - Coding

    /// Compresses content.
    ///
    /// - Parameter sent: bytes that the client has taken of what came out are added to it.
    /// - Returns: how many bytes were taken; when fewer than given, the client takes no more.
    func encode(_ content: Span<UInt8>, to client: any ClientStream, sent: inout Int) -> Int {
        guard let encoder, let encoded else { return content.count }
        var consumed = 0
        while consumed < content.count, drain(to: client, sent: &sent) {
            consumed += encoded.append { (output: inout OutputSpan<UInt8>) in
                encoder.encode(content.extracting(consumed..<content.count), flush: .none, into: &output).consumed
            }
            hasUnflushed = true
        }
        return consumed
    }

    /// Sends what the encoder has put out.
    ///
    /// - Returns: whether the client took everything.
    func drain(to client: any ClientStream, sent: inout Int) -> Bool {
        guard let encoded else { return true }
        while !encoded.isEmpty {
            let taken = encoded.withReadable { send($0, to: client, sent: &sent) }
            encoded.consume(taken)
            if taken == 0 { return false }
        }
        return true
    }

    /// Sends all that was compressed so far.
    ///
    /// - Returns: whether everything went out.
    @discardableResult
    func flush(to client: any ClientStream, sent: inout Int) -> Bool {
        guard hasUnflushed else { return true }
        hasUnflushed = !run(.sync, to: client, sent: &sent)
        return !hasUnflushed
    }

    /// Ends the coded content.
    ///
    /// - Returns: whether everything went out.
    func finish(to client: any ClientStream, sent: inout Int) -> Bool {
        isFinished ? drain(to: client, sent: &sent) : run(.finish, to: client, sent: &sent)
    }

    private func run(_ flush: EncoderFlush, to client: any ClientStream, sent: inout Int) -> Bool {
        guard let encoder, let encoded else { return true }
        while drain(to: client, sent: &sent) {
            let isDone = encoded.append { (output: inout OutputSpan<UInt8>) in
                encoder.encode(Span(), flush: flush, into: &output).isDone
            }
            guard isDone else { continue }
            if flush == .finish { isFinished = true }
            return drain(to: client, sent: &sent)
        }
        return false
    }

    // MARK: - The source

    /// What answers from files.
    func fileAnswer(of bench: Bench) -> FileAnswer {
        let files = files ?? FileAnswer(bench: bench)
        self.files = files
        return files
    }

    /// What answers from files, where the request is held before one is looked for; else `nil`.
    var heldFiles: FileAnswer? { files?.isHolding == true ? files : nil }

    /// Gives up what the content comes from, or is done with it.
    func closeSource() {
        source.take()?.close()
    }

    // MARK: - The end

    /// Gives back what it was given, and is as it was before the first answer.
    func reset(to bench: Bench) {
        closeSource()
        dropSpool(to: bench)
        isClientBlocked = false
        if let encoded = encoded.take() { bench.giveBack(encoded) }
        if let encoder = encoder.take() {
            bench.stores.giveBack(encoder)
            turnFactor = 1
        }
        hasUnflushed = false
        isFinished = false
        isBroken = false
        guard hasTrailers else { return }
        hasTrailers = false
        trailers.removeAll(keepingCapacity: true)
    }
}
