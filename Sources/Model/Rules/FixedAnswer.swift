/// An answer that a path gives itself.
public struct FixedAnswer: Sendable, Hashable {
    /// `200 ... 599` (RFC 9110, section 15).
    public var status: Int
    /// The content; `nil`: the status and its reason phrase.
    public var text: String?

    /// - Parameter status: `200 ... 599`.
    public init(status: Int, text: String? = nil) {
        self.status = status
        self.text = text
    }
}
