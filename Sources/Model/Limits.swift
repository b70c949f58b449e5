/// How much the edge takes from clients and members before it refuses.
///
/// What holds between them: `requestLineBytesMax <= requestHeadBytesMax`, `fieldBytesMax <= requestHeadBytesMax` and
/// what an exchange of these limits takes `<= exchangeMemoryBytesMax`. A head lies whole in one slab of
/// 64 KiB, with room left for the fields that the edge adds.
public struct Limits: Sendable, Equatable {
    /// Bytes of a request line; 414 beyond.
    public var requestLineBytesMax = 8 << 10
    /// Bytes of a request's whole head, its request line and empty line counted; 431 beyond.
    public var requestHeadBytesMax = 32 << 10
    /// Bytes of one field, name and value; 431 beyond.
    public var fieldBytesMax = 32 << 10
    /// Fields of one head; 431 beyond in a request, 502 in an answer.
    public var fieldCountMax = 100
    /// Bytes of an answer's whole head; 502 beyond.
    public var answerHeadBytesMax = 32 << 10
    /// Bytes of a request's content; 413 beyond. `nil`: any.
    public var requestBodyBytesMax: Int?
    /// Bytes a second that a request's content has to come with, over ``Timeouts/pace``; 408 below. `nil`: any.
    public var requestBodyRateLeast: Int? = Limits.rateLeastDefault
    /// Bytes a second that a client has to take of its answer, over ``Timeouts/pace``; it is cut off below. `nil`: any.
    public var answerBodyRateLeast: Int? = Limits.rateLeastDefault
    /// How many times the received bytes a request's content may have when it is inflated; 413 beyond.
    ///
    /// Texts expand ten to twenty times, tables of zeros 1,030 times, which is the most that deflate can do.
    public var requestExpansionMax = 100
    /// Bytes of memory that one exchange may hold, both sides and compression counted; the kernel's are not.
    ///
    /// The least is what small heads without compression take; the default has room for the largest heads with
    /// gzip (600 KiB), and gives way where another coding needs more.
    public var exchangeMemoryBytesMax = 640 << 10
    /// Client connections of the process; beyond, none is accepted until one ends.
    public var connectionsMax = 65_536
    /// Streams that a client may have open on one HTTP/2 connection (SETTINGS_MAX_CONCURRENT_STREAMS).
    public var http2StreamsMax = 128
    /// Score of frames that are abuse when many come beyond which an HTTP/2 connection is ended with
    /// ENHANCE_YOUR_CALM. It falls by a tenth of this a second.
    public var http2GlitchesMax = 400

    /// Bytes that files of buffered answers and requests have in all, of the process.
    public var bufferFileBytesMax = 4 << 30

    /// Bytes of resident memory of the process; from nine tenths of it on clients are let go of. `nil`: what its
    /// control group may have, if that is bounded: beyond that the kernel would end the process with all its clients.
    /// `Int.max`: any.
    public var memoryBytesMax: Int?

    /// What the slowest mobile does, of Apache's `mod_reqtimeout` too.
    private static let rateLeastDefault = 500

    /// Makes the default limits.
    public init() {}

    /// Numbers that others go by.
    public enum Settings {
        // A head and the fields added to it fill at most a slab of 64 KiB.
        fileprivate static let lineBytes = 256...headBytes.upperBound
        /// What a head's whole may be.
        public static let headBytes = 1 << 10...60 << 10
        /// `limits.field-count`, by which the storage of heads is measured.
        public static let fieldCount = Setting(.count, 10...1_000)
        /// `limits.exchange-memory`.
        public static let exchangeMemory = Setting(.bytes, 172 << 10...16 << 20)
        // Without a client the process takes more than the least already.
        fileprivate static let memory = 16 << 20...1 << 40
    }

    /// The keys of `limits`.
    public static let schema = Schema<Limits>(
        "How much to take before refusing.", of: Limits(), others: .limits,
        [
            Field("request-line", \.requestLineBytesMax, .bytes(Settings.lineBytes), "a request line (414)"),
            Field("request-head", \.requestHeadBytesMax, .bytes(Settings.headBytes), "a request's whole head (431)"),
            Field("field", \.fieldBytesMax, .bytes(Settings.lineBytes), "one field of a head (431; 502 in an answer)"),
            Field(
                "field-count", \.fieldCountMax, .count(Settings.fieldCount.range),
                "the fields of a head (431; 502 in an answer)"),
            Field("answer-head", \.answerHeadBytesMax, .bytes(Settings.headBytes), "an answer's whole head (502)"),
            Field(
                "request-body", \.requestBodyBytesMax, .bytes(0...1 << 40, or: "off"),
                "a request's content (413); off unless set"),
            Field(
                "request-body-rate", \.requestBodyRateLeast, .bytes(1...1 << 30, or: "off"),
                "what a request's content has to come with each second (408), over timeouts.pace"),
            Field(
                "answer-body-rate", \.answerBodyRateLeast, .bytes(1...1 << 30, or: "off"),
                "what a client has to take each second of an answer that waits for it, over timeouts.pace; it is cut "
                    + "off below"),
            Field(
                "request-expansion", \.requestExpansionMax, .count(2...10_000),
                "how many times the received bytes an inflated request's content may have (413); 64KiB are allowed to "
                    + "each"),
            Field(
                "exchange-memory", \.exchangeMemoryBytesMax, .bytes(Settings.exchangeMemory.range),
                "the memory of one exchange, both sides and compression counted"),
            Field("connections", \.connectionsMax, .count(1...1_000_000), "client connections of the process"),
            Field(
                "http2-streams", \.http2StreamsMax, .count(1...1_000),
                "streams that are open on one HTTP/2 connection"),
            Field(
                "http2-glitches", \.http2GlitchesMax, .count(10...1_000_000),
                "resets, pings, settings and the like on one HTTP/2 connection; a tenth of it is forgiven each second"),
            Field(
                "buffer-files", \.bufferFileBytesMax, .bytes(0...1 << 50),
                "the files of all answers and requests that a balancer's buffering keeps; members wait beyond"),
            Field(
                "memory", \.memoryBytesMax, .bytesOrAny(Settings.memory),
                "the process's resident memory; from nine tenths of it on idle clients go, then those that read "
                    + "nothing, and beyond it newcomers wait; what its control group may have unless set"),
        ])
}
