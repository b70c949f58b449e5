import HTTP

/// What one connection may have of a turn of its worker's event loop. The others have their turn then, deadlines pass
/// and new connections are accepted, before it goes on.
///
/// A client that has just asked waits for two turns at most: what is left of this one, and the others' part of the
/// next.
enum TurnLimits {
    /// Bytes that a client is read of: four small slabs.
    static let clientBytesMax = 64 * 1024
    /// Bytes that a member is read of: 16 large slabs. Beside reading without a bound, a download of 1 MiB over TLS
    /// took 4 % more with half of this, 8 % with a quarter and 60 % with a sixteenth, by a run each.
    static let memberBytesMax = 1024 * 1024
    /// Bytes that a head of HTTP/1 counts for: 2 requests that Martlet answers itself, each with a write of its own,
    /// are read in a turn, as a flood of them has many connections.
    static let headBytes = clientBytesMax / 2
    /// How many times an answer's bytes count that are compressed, for a millisecond or so of a turn: brotli takes it
    /// for 32 KiB, the fast levels of others for 128. A page of 100 KB by zlib took 0.87 of what it took with 32 KiB.
    static func factor(of kind: EncoderKind) -> Int {
        switch kind {
        case .zlib(let level), .igzip(let level), .zstd(let level, _): level <= 3 ? 8 : 32
        case .brotli: 32
        }
    }
    /// How many times a request's bytes count that are inflated, since there may be a hundred times as many.
    static let inflatedFactor = 16
    /// Bytes of HTTP/2 that a client is read of: 32 header blocks, 192 frames of content, or 768 other frames, by what
    /// those count for (``HTTP2Session``).
    static let http2BytesMax = 48 * 1024
}
