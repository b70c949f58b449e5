import Bytes
import Model

/// A host that all members of a path get in place of the client's. Immutable; shared by all workers.
final class NamedHost: Sendable {
    /// Host and port, as they were declared.
    let authority: [UInt8]
    /// `Host` with it.
    let line: [UInt8]
    /// The same without the port of `http`.
    private let short: [UInt8]
    /// The host alone.
    private let name: [UInt8]

    /// - Returns: `nil` where members get other hosts than one that is declared.
    init?(_ host: MembersHost) {
        guard case .named(let text) = host else { return nil }
        authority = Array(text.utf8)
        line = Array("Host: \(text)\r\n".utf8)
        short = text.hasSuffix(":80") ? authority.dropLast(3) : authority
        // A colon in brackets is the address's.
        let colon = text.hasSuffix("]") ? nil : text.utf8.lastIndex(of: UInt8(ascii: ":"))
        name = Array(text.utf8[..<(colon ?? text.utf8.endIndex)])
    }

    /// Whether a URL names it. Port 80 may be said, also by who takes himself to be reached over TLS.
    ///
    /// - Parameter isSecure: whether the scheme beside it is `https`.
    func isAuthority(_ other: Span<UInt8>, isSecure: Bool) -> Bool {
        let (authority, short) = (authority, short)
        return other.equalsIgnoringCase(authority.span)
            || other.withoutDefaultPort(isSecure: isSecure).without(":80").equalsIgnoringCase(short.span)
    }

    /// Whether a cookie's domain is it.
    func isHost(_ other: Span<UInt8>) -> Bool {
        let name = name
        return other.equalsIgnoringCase(name.span)
    }
}
