import Bytes
import HTTP

/// What a protocol of records has of its own: how a request is written, and what a member's bytes say. All else is
/// ``RecordConnection``'s.
///
/// One for a connection at a time, for one request after the other: ``begin(_:for:to:)`` begins the next.
protocol RecordWire: AnyObject {
    /// What the answer's head is laid down in.
    associatedtype Text: AnswerText

    /// Nanoseconds that a connection has to rest before a request gets it that may not be sent twice: members that
    /// count their requests close theirs just behind an answer's end.
    static var restNanoseconds: Int { get }

    /// What connections have left that are gone.
    static func spareParts(in stores: Stores) -> SpareRecordParts<Self>

    /// Makes one that no connection has yet.
    init(buffers: BufferPool)

    /// Begins a connection to a member.
    func begin(_ terms: UpstreamTerms)

    /// Bytes that have to lie together at most.
    var togetherBytes: Int { get }

    // MARK: The request

    /// Writes a request's head.
    ///
    /// - Parameters:
    ///   - bytes: the head as HTTP/1.1 has it, and what follows it.
    ///   - output: what it holds is left as it is.
    /// - Returns: where the head's parts lie; `nil`: it does not fit, and nothing is written.
    func begin(_ bytes: Span<UInt8>, for exchange: Exchange, to output: Buffer) -> WrittenRequest?

    /// Writes content.
    ///
    /// - Returns: how many bytes were taken: none where there is no room, or the member has not asked for it.
    func send(_ content: Span<UInt8>, to output: Buffer) -> Int

    /// Says that the content has ended, if the member wants to know now.
    ///
    /// - Returns: whether there was room for that; if not, it is to be called again.
    func end(to output: Buffer) -> Bool

    /// The member asks for content.
    func want(_ count: Int) throws(RecordError)

    /// Asks whether the member is there, before a request.
    func ping(to output: Buffer)

    // MARK: The answer

    /// Reads on.
    func next(in bytes: Span<UInt8>) throws(RecordError) -> RecordEvent

    /// The member has ended the connection.
    ///
    /// - Throws: where it has not said that the answer is whole.
    func finish(unread: Int) throws(RecordError)

    /// Whether the connection can be kept behind the answer that has ended.
    var mayBeKept: Bool { get }

    /// Takes a part of the answer's head, or all of it.
    ///
    /// - Returns: the bytes taken, and whether the head is whole.
    func takeHead(_ bytes: Span<UInt8>, limits: HeadLimits) throws(RecordFault) -> (consumed: Int, isWhole: Bool)

    /// The head as HTTP/1.1 has it.
    var text: Text { get }

    // Both are asked of the wire, as its text's kind would be looked for at run time.

    /// Ends the head and hands it to `body`.
    ///
    /// - Parameter method: the request's.
    func withHead(
        to method: HTTP.Method, _ body: (Span<UInt8>) throws(HeadError) -> Exchange.HeadVerdict
    ) throws(HeadError) -> Exchange.HeadVerdict

    /// Gives the memory back that the head is in.
    func giveBackHead()
}

extension RecordWire {
    func withHead(
        to method: HTTP.Method, _ body: (Span<UInt8>) throws(HeadError) -> Exchange.HeadVerdict
    ) throws(HeadError) -> Exchange.HeadVerdict {
        let text = text
        let isBodiless = text.status == 204 || text.status == 304 || method == .head
        try text.finish(isBodiless ? .nothing : .content)
        return try text.withText(body)
    }

    func giveBackHead() {
        text.giveBack()
    }
}

/// What is wrong with an answer that comes in records.
enum RecordFault: Error {
    case record(RecordError)
    case head(HeadError)

    /// The name of the reason in logs; it never changes.
    var code: StaticString {
        switch self {
        case .record(let error): error.code
        case .head(let error): error.code
        }
    }

    /// How the connection has failed by it.
    var failure: UpstreamFailure {
        switch self {
        case .record(let error): .broken(error.code.description)
        case .head(let error): .unreadable(error)
        }
    }
}
