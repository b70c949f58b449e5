import Bytes
import HTTP

/// What a WebDAV `Destination` (RFC 4918, section 10.3) names, where all members read it alike: an absolute path, or
/// one behind `http` or `https` and an authority.
///
/// Ranges count from the first byte of the span it was read from.
struct DestinationReference {
    /// Host and port; `nil` for a path alone.
    let authority: Range<Int>?
    /// Whether the scheme is `https`.
    let isSecure: Bool
    /// The path without a query; begins with a slash.
    let path: Range<Int>

    /// Reads a field's value.
    ///
    /// - Returns: `nil` for anything else. Above all for what no URI holds and some parsers leave out or end at:
    ///   blanks, controls, a fragment; and for an authority with no path behind it, or with a user.
    init?(_ source: Span<UInt8>, in field: Range<Int>) {
        for offset in field {
            guard 0x21...0x7E ~= source[offset], source[offset] != UInt8(ascii: "#") else { return nil }
        }
        let reference = URIReference(source, in: field)
        guard let scheme = reference.scheme else {
            // What begins with two slashes is a path to some.
            let whole = field.lowerBound..<reference.path.upperBound
            guard let first = whole.first, source[first] == UInt8(ascii: "/") else { return nil }
            (authority, isSecure, path) = (nil, false, whole)
            return
        }
        isSecure = source.extracting(scheme).equalsIgnoringCase("https")
        guard isSecure || source.extracting(scheme).equalsIgnoringCase("http"), let named = reference.authority,
            !named.isEmpty, source.extracting(named).firstOffset(of: UInt8(ascii: "@")) == nil,
            let first = reference.path.first, source[first] == UInt8(ascii: "/")
        else { return nil }
        authority = named
        path = reference.path
    }
}
