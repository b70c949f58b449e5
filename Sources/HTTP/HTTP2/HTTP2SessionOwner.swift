import Bytes

/// Whom an ``HTTP2Session`` tells what it has received, and asks for what it may send.
///
/// All calls come while the owner calls ``HTTP2Session/receive(_:)``, ``HTTP2Session/produce(into:)`` or
/// ``HTTP2Session/send(_:on:isLast:through:)``. Meanwhile it may submit to the session, but must not call these three.
public protocol HTTP2SessionOwner: AnyObject {
    /// A header block begins: a message's head (RFC 9113, section 8.1), or its trailers.
    ///
    /// - Parameter isFirst: whether it is the stream's first one. To a server the second one is trailers; to a client
    ///   it may be a head again, behind an interim one.
    func onBlockBegin(stream: Int32, isFirst: Bool)

    /// A field of the block that is coming in, checked for what may not be in it (RFC 9113, section 8.2).
    ///
    /// - Returns: whether the connection may go on.
    func onField(name: Span<UInt8>, value: Span<UInt8>) -> Bool

    /// A field that may not be in a block (RFC 9113, sections 8.2 and 8.3).
    func onInvalidField(name: Span<UInt8>)

    /// The block has ended.
    ///
    /// - Parameter endsStream: whether nothing follows it.
    func onBlockEnd(stream: Int32, isFirst: Bool, endsStream: Bool)

    /// Content has come. It counts against the stream's window until ``HTTP2Session/consume(_:of:)``.
    func onContent(_ content: Span<UInt8>, stream: Int32)

    /// The other end has ended its direction with content (an end with fields is told by their block's end).
    func onContentEnd(stream: Int32)

    /// The stream is over, in order or by a reset. It may come while the owner sends on that very stream.
    ///
    /// - Parameter code: an error code (``HTTP2ErrorCode``); 0 when it ended in order.
    func onStreamEnd(stream: Int32, code: UInt32)

    /// The other end has told its settings.
    func onSettings()

    /// The other end takes no further streams (GOAWAY). Those that it will not answer end with `REFUSED_STREAM` behind
    /// this.
    ///
    /// - Parameter code: an error code (``HTTP2ErrorCode``); 0 when nothing is wrong.
    func onGoAway(code: UInt32)

    /// A stream may send content, and none was given by ``HTTP2Session/send(_:on:isLast:through:)``.
    func onContentWanted(of stream: Int32) -> HTTP2Session.NextContent

    /// The last frame of this end's message has been produced.
    func onMessageSent(stream: Int32)

    /// A frame was received, or has to be sent for one that was, that is abuse when it comes often.
    func onGlitch(_ glitch: HTTP2Glitch)

    /// The session ends with a connection error (RFC 9113, section 5.4.1), of its own accord or by
    /// ``HTTP2Session/terminate(_:)``.
    ///
    /// - Parameter name: the error code's.
    func onError(_ name: String)
}
