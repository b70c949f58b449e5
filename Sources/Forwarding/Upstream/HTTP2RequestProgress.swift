import Bytes
import HTTP

/// How far a request has gone out on a stream of HTTP/2 to a member. Belongs to its stream.
struct HTTP2RequestProgress {
    /// Undoes the framing that HTTP/1.1 has.
    var content = ContentFeed(.none, of: .request)
    /// Bytes of content that are still to be sent; `nil` while that is not known.
    private var left: UInt64?
    /// How the stream goes on that has no content in hand.
    var ending = HTTP2Session.NextContent.later
    /// Whether the member took less than it was given.
    var isBlocked = false
    /// The key that a WebSocket was asked for with.
    private(set) var key: WebSocketKey?
    /// Whether bytes pass unread.
    var isTunnel = false
    /// Whether the connection took no further stream.
    var isRefused = false

    /// Nothing has gone out.
    init() {}

    /// Reads the head that is about to go out.
    ///
    /// - Returns: whether something follows it.
    mutating func begin(_ request: WrittenRequest, of bytes: Span<UInt8>) -> Bool {
        content = ContentFeed(request.framing, of: .request)
        if case .length(let count) = request.framing { left = count }
        if request.asksForWebSocket { key = WebSocketKey(text: request.webSocketKey.map { bytes[$0] }) }
        let hasContent = key != nil || !content.isComplete
        if !hasContent { ending = .end }
        return hasContent
    }

    /// Whether so many bytes are the last ones.
    func isLast(_ count: Int) -> Bool {
        left.map { UInt64(count) >= $0 } ?? false
    }

    /// Counts bytes that have gone out.
    ///
    /// - Parameter count: those that were given, of which some may be left.
    mutating func send(_ sent: Int, of count: Int) {
        let isWhole = isLast(count) && sent == count
        if let left { self.left = left - min(left, UInt64(sent)) }
        if isWhole { ending = .end }
    }
}
