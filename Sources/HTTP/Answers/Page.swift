/// Content of answers that Martlet gives itself. Immutable; shared by all threads.
public final class Page: Sendable {
    /// The content.
    public let content: [UInt8]
    /// Its media type (RFC 9110, section 8.3.1).
    public let mediaType: [UInt8]

    /// Makes a page of its parts.
    public init(_ content: [UInt8], mediaType: String) {
        self.content = content
        self.mediaType = Array(mediaType.utf8)
    }
}
