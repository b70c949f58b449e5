/// Under which names a balancer's clients carry their session, as bytes to compare with.
public struct AffinityKeys: Sendable, Equatable {
    /// What separates the session's identifier from the route unless something else is declared.
    public static let separatorDefault = UInt8(ascii: ".")

    let cookie: [UInt8]
    let parameter: [UInt8]
    let separator: UInt8?
    let isSemicolonPathDelimiter: Bool

    /// Makes the keys of `mode: route`: the application's own session, whose identifier ends in a route.
    ///
    /// - Parameters:
    ///   - cookie: name of the cookie, compared byte for byte; `nil` or empty: cookies are not read.
    ///   - parameter: name of the path or query parameter, likewise.
    ///   - separator: the first one in the value precedes the route; `nil`: the whole value is the route.
    ///   - isSemicolonPathDelimiter: whether a parameter's value ends at a semicolon, as mod_jk has it.
    public init(
        cookie: String?, parameter: String?, separator: UInt8? = AffinityKeys.separatorDefault,
        isSemicolonPathDelimiter: Bool = false
    ) {
        self.cookie = Array((cookie ?? "").utf8)
        self.parameter = Array((parameter ?? "").utf8)
        self.separator = separator
        self.isSemicolonPathDelimiter = isSemicolonPathDelimiter
    }
}
