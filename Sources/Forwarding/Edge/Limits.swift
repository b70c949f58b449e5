/// How much the edge takes from clients and members before it refuses.
///
/// What holds between them: `requestLineBytesMax <= requestHeadBytesMax`, `fieldBytesMax <= requestHeadBytesMax` and
/// ``exchangeMemoryLeast(_:)`` `<= exchangeMemoryBytesMax`. A head lies whole in one slab of
/// 64 KiB, with room left for the fields that the edge adds.
public struct Limits: Sendable, Equatable {
    /// Bytes of a request line; 414 beyond.
    public var requestLineBytesMax: Int
    /// Bytes of a request's whole head, its request line and empty line counted; 431 beyond.
    public var requestHeadBytesMax: Int
    /// Bytes of one field, name and value; 431 beyond.
    public var fieldBytesMax: Int
    /// Fields of one head; 431 beyond in a request, 502 in an answer.
    public var fieldCountMax: Int
    /// Bytes of an answer's whole head; 502 beyond.
    public var answerHeadBytesMax: Int
    /// Bytes of a request's content; 413 beyond. `nil`: any.
    public var requestBodyBytesMax: Int?
    /// How many times the received bytes a request's content may have when it is inflated; 413 beyond.
    public var requestExpansionMax: Int
    /// Bytes of memory that one exchange may hold, both sides and compression counted; the kernel's are not.
    public var exchangeMemoryBytesMax: Int
    /// Client connections of the process; beyond, none is accepted until one ends.
    public var connectionsMax: Int
    /// Streams that a client may have open on one HTTP/2 connection (SETTINGS_MAX_CONCURRENT_STREAMS).
    public var http2StreamsMax: Int
    /// Score of frames that are abuse when many come (``HTTP2Glitch``) beyond which an HTTP/2 connection is ended with
    /// ENHANCE_YOUR_CALM. It falls by a tenth of this a second.
    public var http2GlitchesMax: Int

    /// Makes the default limits.
    public init() {
        requestLineBytesMax = Settings.requestLine.value
        requestHeadBytesMax = Settings.requestHead.value
        fieldBytesMax = Settings.field.value
        fieldCountMax = Settings.fieldCount.value
        answerHeadBytesMax = Settings.answerHead.value
        requestBodyBytesMax = Settings.requestBody.standard
        requestExpansionMax = Settings.requestExpansion.value
        exchangeMemoryBytesMax = Settings.exchangeMemory.value
        connectionsMax = Settings.connections.value
        http2StreamsMax = Settings.http2Streams.value
        http2GlitchesMax = Settings.http2Glitches.value
    }

    /// Bytes that inflated content may have beyond ``requestExpansionMax``, so that a tiny one may be of spaces.
    static let expansionSlackBytes = 64 * 1024

    /// The keys of `limits`.
    public enum Settings {
        private static let kibibyte = 1_024
        // A head and the fields added to it fill at most a slab of 64 KiB.
        private static let headBytes = kibibyte...60 * kibibyte

        /// `limits.request-line`.
        public static let requestLine = Setting(
            "request-line", .bytes, 256...headBytes.upperBound, standard: 8 * kibibyte, "a request line (414)")
        /// `limits.request-head`.
        public static let requestHead = Setting(
            "request-head", .bytes, headBytes, standard: 32 * kibibyte, "a request's whole head (431)")
        /// `limits.field`.
        public static let field = Setting(
            "field", .bytes, 256...headBytes.upperBound, standard: 32 * kibibyte, "one field of a head (431)")
        /// `limits.field-count`.
        public static let fieldCount = Setting(
            "field-count", .count, 10...1_000, standard: 100, "the fields of a head (431)")
        /// `limits.answer-head`.
        public static let answerHead = Setting(
            "answer-head", .bytes, headBytes, standard: 32 * kibibyte, "an answer's whole head (502)")
        /// `limits.request-body`.
        public static let requestBody = Setting(
            "request-body", .bytes, 0...1 << 40, standard: nil, "a request's content (413); off unless set")
        /// `limits.request-expansion`.
        ///
        /// Texts expand ten to twenty times, tables of zeros 1,030 times, which is the most that deflate can do.
        public static let requestExpansion = Setting(
            "request-expansion", .count, 2...10_000, standard: 100,
            "how many times the received bytes an inflated request's content may have (413); 64KiB are allowed to each")
        /// `limits.exchange-memory`.
        ///
        /// The least is what small heads without compression take; the default has room for the largest heads with
        /// gzip (600 KiB), and gives way where another coding needs more.
        public static let exchangeMemory = Setting(
            "exchange-memory", .bytes, 172 * kibibyte...16_384 * kibibyte, standard: 640 * kibibyte,
            "the memory of one exchange, both sides and compression counted")
        /// `limits.connections`.
        public static let connections = Setting(
            "connections", .count, 1...1_000_000, standard: 65_536, "client connections of the process")
        /// `limits.http2-streams`.
        public static let http2Streams = Setting(
            "http2-streams", .count, 1...1_000, standard: 128, "streams that are open on one HTTP/2 connection")
        /// `limits.http2-glitches`.
        public static let http2Glitches = Setting(
            "http2-glitches", .count, 10...1_000_000, standard: 400,
            "resets, pings, settings and the like on one HTTP/2 connection; a tenth of it is forgiven each second")
    }
}
