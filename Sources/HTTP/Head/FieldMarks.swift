/// What is known of a field beside its name.
public struct FieldMarks: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes a set of marks from its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Concerns one connection only, by its name or because `Connection` nominates it; it is not forwarded.
    public static let hopByHop = FieldMarks(rawValue: 1)

    /// Lies in the source exactly as it would be written: name, colon, one space, value, CR LF.
    public static let plain = FieldMarks(rawValue: 2)

    /// Says what only the edge may say, or what CGI-like members would take for it (``ProtectedFields``); it is never
    /// forwarded.
    public static let edgeOnly = FieldMarks(rawValue: 4)

    /// Says of the client what only the edge and trusted proxies may say (`X-Forwarded-…`); it is forwarded only from
    /// these.
    public static let proxyOnly = FieldMarks(rawValue: 8)

    /// The marks of what is not forwarded from anybody who is not trusted.
    static let unforwarded: FieldMarks = [.hopByHop, .edgeOnly, .proxyOnly]
}
