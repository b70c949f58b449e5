import Bytes

/// The fields that Martlet itself says to members, and that no client may say in its place: the one list, which the
/// parser, the writers of heads and of trailers, and the tests of forgery go by.
///
/// Each name stands for all that members read as it; see ``FieldNames``. `Proxy` is said by nobody, as CGI-like members
/// take it for the environment variable `HTTP_PROXY`. What an edge says beside them is in ``ofEdge(_:tellsFacts:)``.
public enum ProtectedFields {
    /// Whole names.
    public static let names = [
        "content-length", "forwarded", "host", "proxy", "transfer-encoding", "via", "x-real-ip",
    ]
    /// How further names begin.
    public static let prefixes = ["x-forwarded-", "x-martlet-"]
    /// How the names of what was decided begin, which some balancers tell their members.
    public static let factPrefix = "x-balancer-"

    /// What an edge says to the members of a balancer beside the rest.
    ///
    /// - Parameters:
    ///   - names: fields that the configuration names.
    ///   - tellsFacts: whether members are told what was decided.
    /// - Returns: what is left out of whatever clients say; `nil`: nothing.
    public static func ofEdge(_ names: [String], tellsFacts: Bool) -> FieldNames? {
        guard tellsFacts || !names.isEmpty else { return nil }
        return FieldNames(names, prefixes: tellsFacts ? [factPrefix] : [])
    }

    /// Those of the list that Martlet knows by name and never passes on as they came: they are left out, or, as `Via`,
    /// become part of its own.
    static let known: UInt64 =
        KnownField.contentLength.bit | KnownField.forwarded.bit | KnownField.martletCoding.bit
        | KnownField.martletExplain.bit | KnownField.martletRoute.bit | KnownField.via.bit
        | KnownField.xForwardedFor.bit | KnownField.xRealIP.bit

    /// Those that a trusted proxy may say, too.
    static let knownOfProxies: UInt64 =
        KnownField.xForwardedHost.bit | KnownField.xForwardedPort.bit | KnownField.xForwardedProto.bit

    private static let set = FieldNames(names, prefixes: prefixes)

    /// Whether a name of ``KnownField/other`` may be one of the list: nearly none is.
    ///
    /// - Parameter isSimple: whether it is made of letters, digits and hyphens.
    @inline(__always)
    static func mayHave(_ name: FieldName, isSimple: Bool) -> Bool {
        !isSimple || name.first == UInt64(ascii: "x-forwar") || name.first == UInt64(ascii: "x-martle")
            || name.first == UInt64(ascii: "proxy")
    }

    /// The marks of a field of ``KnownField/other`` for which ``mayHave(_:isSimple:)`` holds.
    ///
    /// - Parameter name: where its name lies; not empty.
    static func marks(ofOther name: Range<Int>, isSimple: Bool, in source: Span<UInt8>) -> FieldMarks {
        guard set.contains(name, in: source) else { return [] }
        // Proxies are asked to write a hyphen: of what they pass on, another mark is their client's.
        guard isSimple, name.count > 8 else { return .edgeOnly }
        return source.word(at: name.lowerBound).asciiLowercased == UInt64(ascii: "x-forwar") ? .proxyOnly : .edgeOnly
    }
}
