/// Which answers are compressed, with what, and how hard.
public struct CompressionConfiguration: Sendable, Equatable {
    /// A content coding, by its registered name.
    public enum Coding: String, Sendable, CaseIterable {
        case gzip, br, zstd
    }

    /// A library that makes gzip.
    public enum Engine: String, Sendable, CaseIterable {
        /// ISA-L's, on processors that it is written for.
        case igzip
        /// The portable one.
        case zlib
    }

    /// Whether anything is compressed.
    public var isEnabled: Bool
    /// What answers may be coded with, the preferred one first; at least one, none twice.
    public var codings: [Coding]
    /// Bytes of the shortest answer that is compressed; an answer of unknown length always is.
    public var minimumLengthBytes: Int
    /// What makes gzip; `nil`: igzip where the processor is known and the level allows it, else zlib.
    public var engine: Engine?
    /// The level of gzip, `1 ... 9`, of igzip `1 ... 3`; `nil`: 2 with igzip, 1 with zlib.
    public var level: Int?
    /// How hard brotli tries and how far it looks back.
    public var brotli: Effort
    /// How hard zstd tries and how far it looks back.
    public var zstd: Effort
    /// The media types that are compressed, lower case without parameters; `text/*` is every type that starts with
    /// `text/`, `application/*+json` every one that starts and ends so.
    public var types: [String]
    /// Whether answers to other sites' requests that may tell a session's secrets by their length are left alone.
    public var guardsAgainstBreach: Bool

    /// Level and window of a coding that looks back as far as it is told to.
    public struct Effort: Sendable, Equatable {
        /// How hard it tries.
        public var level: Int
        /// Bytes that it looks back, a power of two.
        public var windowBytes: Int

        /// Makes a pair of level and window.
        public init(level: Int, windowBytes: Int) {
            self.level = level
            self.windowBytes = windowBytes
        }
    }

    /// The types where none are declared: what is text in its heart. Event streams (`text/event-stream`) are among
    /// them, since the encoder is flushed at every pause of the member.
    public static let typesDefault = [
        "text/*", "application/javascript", "application/json", "application/*+json", "application/xml",
        "application/*+xml", "application/wasm", "application/vnd.ms-fontobject", "font/ttf", "font/otf",
        "image/svg+xml", "image/x-icon", "image/bmp",
    ]

    /// Makes a compression; what is left out has its default.
    public init(
        isEnabled: Bool = true, codings: [Coding] = [.gzip],
        minimumLengthBytes: Int = CompressionConfiguration.minimumLengthSetting.value, engine: Engine? = nil,
        level: Int? = nil, brotli: Effort = CompressionConfiguration.brotliDefault,
        zstd: Effort = CompressionConfiguration.zstdDefault,
        types: [String] = CompressionConfiguration.typesDefault, guardsAgainstBreach: Bool = false
    ) {
        self.isEnabled = isEnabled
        self.codings = codings
        self.minimumLengthBytes = minimumLengthBytes
        self.engine = engine
        self.level = level
        self.brotli = brotli
        self.zstd = zstd
        self.types = types
        self.guardsAgainstBreach = guardsAgainstBreach
    }
}
