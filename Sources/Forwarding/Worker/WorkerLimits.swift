/// Limits of a worker that no configuration key sets.
enum WorkerLimits {
    /// Ended exchanges kept to be taken up again: 1 KiB each.
    static let freeExchangesMax = 1024
    /// Idle gzip encoders kept: 260 KiB each at zlib's full window.
    static let freeEncodersMax = 16
}
