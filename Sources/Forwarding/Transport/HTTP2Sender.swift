import Bytes
import HTTP
import Reactor

/// Whom an ``HTTP2Sender`` tells how writing goes.
protocol HTTP2SenderOwner: AnyObject {
    /// The transport takes no more; ``HTTP2Sender/onWritable()`` follows.
    func onWriteBlocked()

    /// The transport is broken, and the connection is to be closed: not at once, as somebody may be sending.
    func onWriteFailed()

    /// Everything that there was to send has gone out.
    func onFlushed()
}

/// A stream that sends content through an ``HTTP2Sender``.
protocol HTTP2Sending: AnyObject {
    /// Its number on the connection.
    var number: Int32 { get }

    /// Whether it is in the sender's list of those that may go on.
    var isListed: Bool { get set }

    /// It may go on sending.
    func onWritable()
}

/// What one end of an HTTP/2 connection does with its session and its transport: feeds the one with what it has
/// received, and writes what it produces to the other.
///
/// nghttp2 may not be called while it calls: what streams have to send meanwhile waits until the call has returned
/// (``isInSession``). What they send is gathered and written at the end of the worker's turn, so that messages which
/// come together leave together. Belongs to one connection on its worker's thread.
final class HTTP2Sender: TurnEndHandler {
    /// What is fed and asked.
    let session: HTTP2Session
    private let bench: Bench
    private let transport: Transport
    /// Set by ``begin(for:)``; outlives the sender, or closes it.
    unowned private var owner: (any HTTP2SenderOwner)?
    /// Streams that may go on sending.
    private var listed: [any HTTP2Sending] = []
    /// Whether there are any: asking the array itself, each turn, would be checked for exclusivity at run time.
    private var hasListed = false
    private var output: Buffer?
    private(set) var isInSession = false
    private var isFlushing = false
    /// Whether it is in the worker's list of those that have something to send.
    private var isTouched = false
    private(set) var isWriteBlocked = false
    private var isClosed = false
    /// Bytes that the transport has taken so far.
    private(set) var count = 0
    /// How fast it takes them.
    private var pace = Pace()

    init(bench: Bench, transport: Transport, session: HTTP2Session) {
        self.bench = bench
        self.transport = transport
        self.session = session
    }

    /// Names who is told how writing goes.
    func begin(for owner: any HTTP2SenderOwner) {
        self.owner = owner
    }

    /// Gives everything back; nothing is sent any more.
    func close() {
        isClosed = true
        listed.removeAll()
        hasListed = false
        if let output = output.take() { bench.stores.buffers.giveBack(output) }
    }

    /// Hands received bytes to the session, which takes as many as its allotment is for.
    ///
    /// - Returns: `nil` while the session goes on, else what to end the connection with.
    func receive(_ buffer: Buffer) -> HTTP2ErrorCode? {
        isInSession = true
        let (taken, error) = buffer.withReadable { session.receive($0) }
        isInSession = false
        buffer.consume(taken)
        touch()
        return error
    }

    /// The transport takes more again.
    func onWritable() {
        guard isWriteBlocked else { return }
        isWriteBlocked = false
        pace.pause(now: bench.clock.nowMillis)
        touch()
    }

    /// Whether the peer takes what there is for it too slowly; to be asked when it takes no more.
    func isTooSlow(_ least: Pace.Least) -> Bool {
        var pace = pace
        let isTooSlow = pace.isTooSlow(at: count, now: bench.clock.nowMillis, least)
        self.pace = pace
        return isTooSlow
    }

    /// Makes sure that what there is to send is sent at the end of the worker's turn.
    func touch() {
        guard !isTouched, !isFlushing, !isClosed else { return }
        isTouched = true
        bench.turnEnd.call(self)
    }

    func onTurnEnd() {
        flush()
    }

    /// Sends what there is, and lets streams go on that may.
    func flush() {
        isTouched = false
        guard !isClosed else { return }
        isFlushing = true
        while let output = room() {
            isInSession = true
            let isAll = session.produce(into: output)
            isInSession = false
            guard isAll else { continue }
            guard hasListed else { break }
            let stream = listed.removeFirst()
            hasListed = !listed.isEmpty
            stream.isListed = false
            stream.onWritable()
        }
        isFlushing = false
        guard write(), !isClosed else { return }
        owner?.onFlushed()
    }

    /// Begins a stream's answer.
    ///
    /// - Parameter head: its field lines.
    func submit(head: Span<UInt8>, status: Int, on stream: Int32, hasContent: Bool) {
        session.submitHead(stream: stream, status: status, fields: head, hasContent: hasContent)
        touch()
    }

    /// Sends a head that precedes a stream's answer.
    ///
    /// - Parameter head: its field lines.
    func submit(interim head: Span<UInt8>, status: Int, on stream: Int32) {
        session.submitInterim(stream: stream, status: status, fields: head)
        touch()
    }

    /// Sends a stream's content from where it lies.
    ///
    /// - Returns: how many bytes were taken; when fewer than given, the stream is told when to go on.
    func send(_ content: Span<UInt8>, on stream: any HTTP2Sending, isLast: Bool) -> Int {
        touch()
        guard !isInSession, !isClosed else {
            list(stream)
            return 0
        }
        isInSession = true
        let taken = session.send(content, on: stream.number, isLast: isLast) { room() }
        isInSession = false
        return taken
    }

    /// Sends trailers behind a stream's content, which end it.
    ///
    /// - Parameters:
    ///   - trailers: the section as HTTP/1.1 writes it, with its blank line.
    ///   - names: trailers that are left out; `nil`: none.
    /// - Returns: whether there is something in them that may be passed on; if not, nothing was submitted.
    func submit(trailers: Span<UInt8>, omitting names: FieldNames? = nil, on stream: Int32) -> Bool {
        let buffers = bench.stores.buffers
        return bench.stores.trailers.lend { section in
            guard (try? section.parse(trailers, trailers.indices)) != nil else { return false }
            return section.withLines(of: trailers, omitting: names, in: buffers) { lines in
                session.submitTrailers(stream: stream, fields: lines)
                touch()
            }
        }
    }

    /// There is content again, or its end, of a stream that had none.
    func resume(_ stream: Int32) {
        session.resume(stream)
        touch()
    }

    /// Opens the windows again by content that was passed on.
    func consume(_ count: Int, of stream: Int32) {
        guard count > 0 else { return }
        session.consume(count, of: stream)
        touch()
    }

    /// Opens the connection's window again by content that nobody wants.
    func consume(_ count: Int) {
        guard count > 0 else { return }
        session.consume(count)
        touch()
    }

    /// Ends a stream at once (RST_STREAM).
    func reset(_ stream: Int32, _ code: HTTP2ErrorCode) {
        session.reset(stream, code)
        touch()
    }

    /// Puts a stream into the list of those that may go on sending.
    func list(_ stream: any HTTP2Sending) {
        guard !stream.isListed, !isClosed else { return }
        stream.isListed = true
        listed.append(stream)
        hasListed = true
        touch()
    }

    /// A slab with room, after what the last one holds was written; `nil` when the peer takes no more for now.
    private func room() -> Buffer? {
        if let output, output.room >= HTTP2Limits.outputRoomMin { return output }
        guard write(), !isClosed else { return nil }
        let buffer = output ?? bench.stores.buffers.small()
        output = buffer
        return buffer
    }

    /// Writes what is gathered.
    ///
    /// - Returns: whether all of it went out.
    private func write() -> Bool {
        guard !isWriteBlocked, let output else { return !isWriteBlocked }
        while !output.isEmpty {
            switch output.withReadable({ transport.write($0) }) {
            case .moved(let bytes):
                output.consume(bytes)
                count += bytes
            case .wouldBlock:
                isWriteBlocked = true
                pace.begin(at: count, now: bench.clock.nowMillis)
                owner?.onWriteBlocked()
                return false
            case .ended, .failed:
                isWriteBlocked = true
                owner?.onWriteFailed()
                return false
            }
        }
        self.output = nil
        bench.stores.buffers.giveBack(output)
        return true
    }
}
