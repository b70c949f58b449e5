import HTTP
import Reactor

/// The client's end of one exchange, whatever protocol the client speaks.
///
/// ``Exchange`` is the only caller. What arrives goes the other way: the stream calls ``Exchange/acceptContent(_:)``
/// and ``Exchange/endContent(trailers:)``, and ``Exchange/onClientWritable()`` when it can take more after it took less
/// than it was given. All on the worker's thread.
package protocol ClientStream: AnyObject {
    /// Sends a head that precedes the answer's (1xx but 101); dropped for clients that cannot take it.
    ///
    /// - Parameter names: of fields that are left out; `nil`: none.
    func sendInterim(_ head: borrowing ResponseHead, source: Span<UInt8>, omitting names: FieldNames?)

    /// Begins the answer. From here on it is committed.
    ///
    /// - Returns: `nil`, or what is answered instead, because the head is larger than a slab or means something else in
    ///   the client's protocol.
    func sendHead(_ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan) -> Refusal?

    /// Takes back the answer's head, behind which there was no content yet.
    ///
    /// - Returns: whether none of it has gone out; if not, the answer stays begun.
    func withdrawHead() -> Bool

    /// Sends some of the answer's content.
    ///
    /// - Returns: how many bytes were taken. When it is fewer than given, ``Exchange/onClientWritable()`` follows, and
    ///   the next call must begin with the first byte that was not taken.
    func sendContent(_ content: Span<UInt8>) -> Int

    /// Sends some of the answer's content from a file, where it can be without a copy; see ``sendContent(_:)``.
    ///
    /// - Parameter range: of the file; not empty.
    func sendFile(_ file: OpenFile, _ range: Range<Int>) -> FileSending

    /// Ends the answer's content.
    ///
    /// - Parameters:
    ///   - trailers: the trailer section as the member sent it; empty for none.
    ///   - names: trailers that are left out; `nil`: none.
    func endContent(trailers: Span<UInt8>, omitting names: FieldNames?)

    /// Sends what was gathered: called whenever the member pauses, and at the end.
    func flush()

    /// The exchange has room for request content again.
    func resumeContent()

    /// Finds out what its peer does not know yet of the connection (``ClientPeer/complete(from:in:)``).
    func completePeer()

    /// Finds out what the access log says of the handshake (``ClientPeer/note(_:for:in:)``): the connection is older
    /// than the edge that is served now.
    func notePeer()

    /// Answers in the member's place. The exchange is over.
    ///
    /// - Parameter code: what the client is told of the reason; empty: nothing.
    func answer(_ own: OwnAnswer, code: StaticString)

    /// Bytes of content that ``answer(_:code:)`` would send.
    func contentBytes(of own: OwnAnswer, code: StaticString) -> Int

    /// Bytes of the request and of the answer so far.
    ///
    /// - Parameters:
    ///   - contents: bytes of the contents of both.
    ///   - own: what ``answer(_:code:)`` is to send, and is counted too.
    func sizes(contents: MessageSizes, own: (answer: OwnAnswer, code: StaticString)?) -> MessageSizes

    /// Breaks a committed answer off: the client gets what was handed over, and cannot take it for whole. The exchange
    /// is over.
    func abort()

    /// The exchange is over and everything was handed over.
    func onExchangeEnd()
}

extension ClientStream {
    /// Never, for those whose protocol has frames around content.
    package func sendFile(_ file: OpenFile, _ range: Range<Int>) -> FileSending { .unable }

    /// Those of the contents, for those who do not count heads.
    package func sizes(contents: MessageSizes, own: (answer: OwnAnswer, code: StaticString)?) -> MessageSizes {
        contents
    }
}
