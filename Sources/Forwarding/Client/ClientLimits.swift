/// Limits of client connections that no configuration key sets.
enum ClientLimits {
    /// Milliseconds for which a connection that has been answered for the last time is read from (RFC 9112, section
    /// 9.6).
    static let lingerMillis = 2000
    /// Milliseconds between the last byte of an answer that was broken off and the reset that says so: a reset that
    /// overtakes bytes takes them away.
    static let resetDelayMillis = 500
    /// Milliseconds after which a client in cleartext that has ended its direction is asked for the first time whether
    /// it is there: whoever is answered sooner gets the answer alone. Then the time is doubled each time, up to the
    /// second number.
    static let attentionMillis = 1000
    static let attentionMillisMax = 32 * 1000
    /// Bytes that are read meanwhile from an HTTP/2 client, which may have been closed for what it sends: the input
    /// windows of all its streams, and some frames.
    static let lingerBytesMax = 2 * 1024 * 1024
    /// Milliseconds of silence after which an idle connection gives OpenSSL's buffers back: giving them back after each
    /// request would cost 6 % of it.
    static let quietMillis = 3000
    /// Milliseconds that an idle connection gets for one more request when the process ends: a client's turn-around.
    static let drainQuietMillis = 250
    /// Milliseconds for which a listener is left alone when no descriptor is free.
    static let exhaustedPauseMillis = 100
    /// Connections by which a worker may be ahead of the least loaded one before it hands new ones over.
    static let imbalanceMax = 4
}
