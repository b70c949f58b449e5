import Bytes

/// A field name that Martlet knows; every other name is ``other``.
///
/// Names are found by length and by eight bytes at a time, without regard to case, and never become a `String`.
public enum KnownField: UInt8, CaseIterable, Sendable {
    case other
    /// `digest` stands for `Digest`, `Content-MD5`, `Content-Digest` and `Repr-Digest` (RFC 9530).
    case accept, acceptEncoding, acceptLanguage, acceptRanges, age, authorization, cacheControl, connection
    case contentEncoding, contentLength, contentRange, contentType, cookie, date, digest, entityTag, expect, expires,
        forwarded
    case host, http2Settings, ifMatch, ifModifiedSince, ifNoneMatch, ifRange, ifUnmodifiedSince, keepAlive
    case lastModified, location, martletCoding, martletExplain, martletRoute, origin, proxyAuthenticate
    case proxyAuthorization, proxyConnection, range, referer
    case retryAfter, secFetchSite, server, setCookie, te, trailer, transferEncoding, upgrade, userAgent, vary, via
    case xForwardedFor, xForwardedHost, xForwardedPort, xForwardedProto, xRealIP

    /// Finds a name, in any case.
    ///
    /// - Parameters:
    ///   - bytes: the bytes that hold the name.
    ///   - offset: the name's first byte.
    ///   - count: the name's bytes.
    public init(in bytes: Span<UInt8>, at offset: Int, count: Int) {
        self = count > 24 ? .other : FieldName(in: bytes, at: offset, count: count).known
    }

    /// A bit of its own for each name, for sets of names in one word.
    @inlinable
    @inline(__always)
    public var bit: UInt64 { 1 &<< UInt64(rawValue) }

    /// Whether the field concerns one connection only and is never forwarded (RFC 9110, sections 7.6.1, 7.8, 11.7).
    @inline(__always)
    public var isHopByHop: Bool { Self.hopByHop & bit != 0 }

    static let hopByHop: UInt64 =
        connection.bit | http2Settings.bit | keepAlive.bit | proxyAuthenticate.bit | proxyAuthorization.bit
        | proxyConnection.bit | te.bit | transferEncoding.bit | upgrade.bit
}
