import Bytes

/// How a session's value is put together, under sealed routes.
public enum SealedValue: Sendable, Equatable {
    /// The session's identifier alone; it may have separators in it.
    case bare(session: Range<Int>)
    /// An identifier, the separator and the route of a declared member.
    case route(session: Range<Int>, route: Range<Int>, member: Int)
    /// An identifier, the separator and what looks like a token.
    case token(session: Range<Int>, token: Range<Int>)
    /// More than is looked at.
    case huge
}

/// Takes the values of sessions apart under sealed routes: those of clients, with tokens, and those of applications,
/// with routes. Immutable; allocates nothing.
public struct SealedValueReader: Sendable {
    private let separator: UInt8
    private let routes: RouteTable
    private let routeBytesMax: Int

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - separator: what stands between the identifier and the route.
    ///   - routes: the members' routes in the order of their indices.
    public init(separator: UInt8, routes: [String]) {
        self.separator = separator
        self.routes = RouteTable(routes)
        routeBytesMax = routes.map(\.utf8.count).max() ?? 0
    }

    /// Takes a value apart.
    ///
    /// What follows the last separator is a token if it has the length of one. A route is what follows the first
    /// separator behind which there is a declared one, as identifiers and routes may have separators in them. Whatever
    /// else follows one is a part of the identifier, such as the signature of `connect.sid`.
    ///
    /// - Parameters:
    ///   - value: where it lies in `bytes`.
    ///   - isClients: whether a token may be in it.
    public func read(_ value: Range<Int>, in bytes: Span<UInt8>, isClients: Bool) -> SealedValue {
        guard value.count <= Limits.sealedValueBytesMax - (isClients ? 0 : TokenText.count + 1) else { return .huge }
        if isClients, value.count > TokenText.count {
            let start = value.upperBound - TokenText.count
            if bytes[start - 1] == separator {
                return .token(session: value.lowerBound..<start - 1, token: start..<value.upperBound)
            }
        }
        guard let first = bytes.extracting(value).firstOffset(of: separator) else { return .bare(session: value) }
        var offset = max(value.lowerBound + first, value.upperBound - routeBytesMax - 1)
        while offset < value.upperBound {
            let route = offset + 1..<value.upperBound
            if bytes[offset] == separator, let member = routes.member(for: bytes.extracting(route)) {
                return .route(session: value.lowerBound..<offset, route: route, member: member)
            }
            offset += 1
        }
        return .bare(session: value)
    }
}
