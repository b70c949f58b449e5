/// Limits of a worker that no configuration key sets.
enum WorkerLimits {
    /// Exchanges, and streams of clients' HTTP/2, that a worker has in any case, ended or not.
    static let exchangesLeast = 256
    /// Milliseconds of an interval: what a peak of load has made is given back one to two of them after it.
    static let reserveIntervalMillis = 10_000
    /// Objects of a kind that are let go of in one turn: closing so many connections takes about a millisecond.
    static let shedMax = 256
    /// Idle encoders kept of each coding: 213 KiB each of igzip, 268 KiB of zlib, below 1 MiB of brotli and zstd.
    static let freeEncodersMax = 16
    /// What inflates requests, while none is there: 48 KiB each.
    static let freeInflationsMax = 16
    /// What connections that are gone have left, of each protocol of records: 1 KiB each. Those that end in one turn
    /// are taken up in the next, however many are under way.
    static let spareRecordPartsMax = 64
    /// Idle spools: they hold nothing but the arrays of their slabs' references.
    static let freeSpoolsMax = 256
    /// Jobs of the whole process that wait for a thread that may wait for the disk: some seconds' of a slow one. Who
    /// comes later would wait longer than a client does.
    static let fileJobsMax = 4096
    /// How long the end waits for jobs that are under way.
    static let lastFileMillis = 1000
    /// Requests with sessions without routes, of a configuration's, after which that is told: more than a crawler sends
    /// with one old cookie, few enough to be told while one tries it.
    static let routelessRequests = 100
}
