import Bytes
import HTTP

/// What a stream keeps of its request: what it is, and what the exchange had no room for. Pooled with the stream.
package final class HTTP2Request {
    /// What the stream's content is.
    private enum Passage {
        case content
        /// That of a tunnel which the member has not opened yet.
        case awaited
        case tunnel
    }

    private(set) var method = Method.get
    /// Whether it is a gRPC call, which gets Martlet's own answers in gRPC's form.
    private(set) var isCall = false
    /// The key that the member must answer to, of a WebSocket.
    private(set) var key: WebSocketKey?
    private var passage = Passage.content
    /// Content that the exchange had no room for.
    private(set) var waiting: Buffer?
    /// Whether the client has ended it.
    private(set) var isEnded = false
    /// Changed in a copy only: an access that spans a call would have every one checked for exclusivity at run time.
    private(set) var trailers: [UInt8] = []
    /// Bytes of its head as HTTP/1.1 writes it.
    private(set) var headBytes = 0
    /// How fast its content comes.
    var pace = Pace()

    /// The request of a stream's first use.
    package init() {}

    /// Takes up a request.
    ///
    /// - Parameters:
    ///   - key: of a request for a WebSocket.
    ///   - isEnded: whether no content follows.
    ///   - headBytes: of its head as HTTP/1.1 writes it.
    package func begin(
        _ method: Method, isCall: Bool, key: WebSocketKey? = nil, isEnded: Bool, headBytes: Int = 0
    ) {
        self.headBytes = headBytes
        self.method = method
        self.isCall = isCall
        if let key { self.key = key }
        self.isEnded = isEnded
        passage = key == nil ? .content : .awaited
    }

    /// The request is refused.
    ///
    /// - Parameter method: as far as it is known.
    package func refuse(_ method: Method, isEnded: Bool) {
        headBytes = 0
        self.method = method
        self.isEnded = isEnded
    }

    /// The client has ended a request whose head was taken up.
    func end() {
        isEnded = true
    }

    /// Whether it is for a WebSocket: there is a ``key``.
    var isWebSocket: Bool { key != nil }

    /// Whether bytes pass in both directions.
    package var isTunnel: Bool { passage == .tunnel }

    /// Whether content is that of a tunnel which the member has not opened yet.
    package var awaitsSwitch: Bool { passage == .awaited }

    /// Whether the client is to go on with its content.
    package var isAwaited: Bool { !isEnded && !isTunnel }

    /// Whether the exchange may be given what comes: nothing waits that comes first.
    package var mayPass: Bool { waiting == nil && !awaitsSwitch }

    /// The member has answered to a request for a WebSocket.
    ///
    /// - Parameter isSwitching: whether it has opened the tunnel.
    package func answer(isSwitching: Bool) {
        passage = isSwitching ? .tunnel : .content
    }

    /// Keeps what the exchange does not take.
    ///
    /// - Returns: whether it fits. The window is smaller than the slab, so a client that keeps to it never fills it.
    package func keep(_ rest: Span<UInt8>, _ buffers: BufferPool) -> Bool {
        let buffer = waiting ?? buffers.large()
        waiting = buffer
        buffer.compact()
        return buffer.append(rest) == rest.count
    }

    /// Ends the request.
    ///
    /// - Returns: whether the exchange is to be told at once; if not, the trailers are kept.
    package func end(trailers section: Span<UInt8>) -> Bool {
        isEnded = true
        guard !mayPass else { return true }
        var bytes = trailers
        trailers = []
        for offset in section.indices { bytes.append(section[offset]) }
        trailers = bytes
        return false
    }

    /// Gives an empty slab back.
    ///
    /// - Returns: bytes that were in it.
    @discardableResult
    package func close(_ buffers: BufferPool) -> Int {
        guard let waiting = waiting.take() else { return 0 }
        let count = waiting.count
        buffers.giveBack(waiting)
        return count
    }

    /// Is as it was before the first request, but for the slab.
    package func reset() {
        isEnded = false
        method = .get
        if !trailers.isEmpty { trailers = [] }
        if isWebSocket { key = nil }
        passage = .content
        isCall = false
        pace = Pace()
    }
}
