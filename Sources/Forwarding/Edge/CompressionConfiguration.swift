/// Which answers are compressed with gzip, and how hard.
public struct CompressionConfiguration: Sendable, Equatable {
    /// Whether anything is compressed.
    public var isEnabled: Bool
    /// Bytes of the shortest answer that is compressed; an answer of unknown length always is.
    public var minimumLengthBytes: Int
    /// zlib's level, `1 ... 9`.
    public var level: Int
    /// The media types that are compressed, lower case without parameters; `text/*` is every type that starts with
    /// `text/`.
    public var types: [String]

    /// The types where none are declared: what is text in its heart.
    public static let typesDefault = [
        "text/*", "application/javascript", "application/json", "application/ld+json", "application/manifest+json",
        "application/rss+xml", "application/atom+xml", "application/xhtml+xml", "application/xml", "application/wasm",
        "application/vnd.ms-fontobject", "font/ttf", "font/otf", "image/svg+xml", "image/x-icon", "image/bmp",
    ]
    /// `compression.minimum-length`.
    public static let minimumLengthSetting = Setting(
        "minimum-length", .bytes, 0...1 << 30, standard: 1_024,
        "the shortest answer that is compressed; one of unknown length always is")
    /// `compression.level`.
    public static let levelSetting = Setting("level", .count, 1...9, standard: 1, "zlib's level")

    /// Makes a compression; what is left out has its default.
    public init(
        isEnabled: Bool = true, minimumLengthBytes: Int = CompressionConfiguration.minimumLengthSetting.value,
        level: Int = CompressionConfiguration.levelSetting.value,
        types: [String] = CompressionConfiguration.typesDefault
    ) {
        self.isEnabled = isEnabled
        self.minimumLengthBytes = minimumLengthBytes
        self.level = level
        self.types = types
    }
}
