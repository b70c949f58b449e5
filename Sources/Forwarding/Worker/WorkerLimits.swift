/// Limits of a worker that no configuration key sets.
enum WorkerLimits {
    /// Ended exchanges kept to be taken up again.
    static let freeExchangesMax = 1024
    /// Idle encoders kept of each coding: 213 KiB each of igzip, 268 KiB of zlib, below 1 MiB of brotli and zstd.
    static let freeEncodersMax = 16
    /// What inflates requests, while none is there: 48 KiB each.
    static let freeInflationsMax = 16
    /// Requests with sessions without routes, of a configuration's, after which that is told: more than a crawler sends
    /// with one old cookie, few enough to be told while one tries it.
    static let routelessRequests = 100
}
