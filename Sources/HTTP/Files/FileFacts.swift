/// What a file's answer depends on: how much there is of it, when it was changed, and what it is coded as.
public struct FileFacts: Equatable, Sendable {
    /// Bytes of its content.
    public var bytes: Int
    /// When its content was changed, in nanoseconds since 1970; negative before it.
    public var modifiedNanos: Int
    /// What a precompressed variant is coded as; `nil`: the file itself.
    public var coding: ContentCoding?

    /// Notes them.
    public init(bytes: Int, modifiedNanos: Int, coding: ContentCoding? = nil) {
        precondition(bytes >= 0, "no file has less than nothing")
        self.bytes = bytes
        self.modifiedNanos = modifiedNanos
        self.coding = coding
    }

    /// The second in which it was changed, which is all that a date can say; `nil` where none can.
    var modifiedSeconds: Int? { modifiedNanos > 0 ? modifiedNanos / 1_000_000_000 : nil }

    /// Whether it may be sent in a file's place: it was not changed before the file.
    ///
    /// Seconds are compared, as some of what compresses gives the variant no more of the file's time than those.
    public func isVariant(of file: FileFacts) -> Bool {
        coding != nil && modifiedNanos / 1_000_000_000 >= file.modifiedNanos / 1_000_000_000
    }
}
