import HTTP
import Model

/// Limits of HTTP/2 connections that no configuration key sets.
enum HTTP2Limits {
    /// Bytes that a stream may send before they are passed on: what fits into the slab of 64 KiB in which they wait.
    static let windowBytes: UInt32 = 65_535
    /// Bytes that all streams of a connection may send before they are passed on: 16 uploads may wait for their members
    /// before another one is held up.
    static let connectionWindowBytes: UInt32 = 16 * windowBytes
    /// Bytes of room below which an output slab is written before more is put into it.
    static let outputRoomMin = 1_024

    /// Milliseconds for which a client that was answered before its request has ended may end it: what is left of most
    /// requests is on its way by then. Later it is told that nobody listens.
    static let requestEndMillis = 100
    /// Streams of a connection up to which it is let do so: who holds more open is told at once.
    static let endingStreamsMax = 16

    /// What clients are told.
    static func settings(_ limits: Limits) -> HTTP2Session.Settings {
        HTTP2Session.Settings(
            maxConcurrentStreams: UInt32(limits.http2StreamsMax), initialWindowBytes: windowBytes,
            connectionWindowBytes: connectionWindowBytes, maxHeaderListBytes: UInt32(limits.requestHeadBytesMax))
    }

    /// What members are told. Each stream has its own window, so that one whose client is slow holds nobody up.
    static func memberSettings(_ limits: Limits) -> HTTP2Session.Settings {
        HTTP2Session.Settings(
            maxConcurrentStreams: 0, initialWindowBytes: windowBytes,
            connectionWindowBytes: UInt32(UpstreamLimits.streamsPerConnectionMax) * windowBytes,
            maxHeaderListBytes: UInt32(limits.answerHeadBytesMax))
    }
}
