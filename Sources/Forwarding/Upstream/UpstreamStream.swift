import Bytes
import Reactor

/// The member's end of one exchange, whatever protocol the member speaks.
///
/// ``Exchange`` is the only caller. What it sends is HTTP/1.1, head and content; what comes back goes the other way:
/// the stream calls ``Exchange/onHead(_:source:)``, ``Exchange/onContent(_:)`` and what follows, or
/// ``Exchange/onUpstreamFailure(_:isAnswered:)``. All on the worker's thread.
package protocol UpstreamStream: AnswerSource {
    /// The pool that it came from.
    var pool: UpstreamPool { get }

    /// Which of the member's addresses it leads to.
    var addressIndex: Int { get }

    /// Whether the request may be sent; ``Exchange/onUpstreamConnected(_:)`` brings the one
    /// that takes the place of a ``PoolWaiter``.
    var isConnected: Bool { get }

    /// Whether the member took less than it was given; ``Exchange/onUpstreamWritable()`` follows.
    var isWriteBlocked: Bool { get }

    /// Whether a WebSocket can be asked for; known once it is connected.
    var takesWebSocket: Bool { get }

    /// Whether it asks itself for content that the client holds back (100 Continue); if not, the edge does.
    var continues: Bool { get }

    /// Sends what the member takes of a buffer's bytes in a range.
    ///
    /// The bytes are those of the rebuilt request without a gap, in whatever buffers: each call begins with the first
    /// byte that the last one did not take, and the first call has the whole head. A connection that is broken takes
    /// nothing, and its end is told later.
    ///
    /// - Returns: how many bytes were taken; when it is none, ``isWriteBlocked`` is set.
    func write(_ buffer: Buffer, _ range: Range<Int>) -> Int

    /// Tells the member that a tunnel's client sends no more.
    func endWriting()

    /// Sets the time within which the next event must come.
    func expectProgress(withinMillis millis: Int)

    /// Lets the member take its time: it is somebody else's turn.
    func expectNothing()

    /// From here on bytes pass unread in both directions.
    func becomeTunnel()
}
