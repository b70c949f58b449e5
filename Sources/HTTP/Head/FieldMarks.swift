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

    /// Says what only the edge may say (`X-Forwarded-…`, or a name that a CGI-like member would take for one of the
    /// protected ones because of an underscore); it is forwarded only from a trusted peer.
    public static let edgeOnly = FieldMarks(rawValue: 4)
}
