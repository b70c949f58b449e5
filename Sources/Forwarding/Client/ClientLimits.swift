/// Limits of client connections that no configuration key sets.
enum ClientLimits {
    /// Milliseconds for which a connection that has been answered for the last time is read from (RFC 9112, section
    /// 9.6).
    static let lingerMillis = 2000
    /// Bytes of a request's content that nobody wants, read so that the connection may go on: a form or a small upload,
    /// which costs less than a handshake.
    static let droppedBytesMax = 64 * 1024
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
    /// Milliseconds for which a listener is left alone when there is no room and no client is idle, or another worker
    /// sees to it.
    static let exhaustedPauseMillis = 100
    /// Milliseconds by which another worker's client must have been idle for longer before that worker is asked to
    /// close it in favour of a newcomer.
    static let idleLeadMillis = 1000
    /// Idle clients that are closed in a turn in favour of newcomers.
    static let closedPerTurnMax = 16
    /// Clients that are looked at before it is said that none is idle.
    static let idleLooksMax = 64
    /// Milliseconds between two lines of the event log that say of the process that there is no room.
    static let crowdedPauseMillis = 1000
    /// Connections by which a worker may be ahead of the least loaded one before it hands new ones over.
    static let imbalanceMax = 4
}
