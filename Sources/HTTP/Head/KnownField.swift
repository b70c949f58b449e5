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
    case lastModified, location, origin, proxyAuthenticate, proxyAuthorization, proxyConnection, range, referer
    case retryAfter, server, setCookie, te, trailer, transferEncoding, upgrade, userAgent, vary, via
    case xForwardedFor, xForwardedHost, xForwardedProto

    /// Finds a name, in any case.
    ///
    /// - Parameters:
    ///   - bytes: the bytes that hold the name.
    ///   - offset: the name's first byte.
    ///   - count: the name's bytes.
    @inline(__always)
    public init(in bytes: Span<UInt8>, at offset: Int, count: Int) {
        // A NUL at the end would read like the padding.
        guard count > 0, count <= 24, bytes[offset + count - 1] != 0 else {
            self = .other
            return
        }
        let first = bytes.word(at: offset, count: min(count, 8)).asciiLowercased
        guard count > 8 else {
            self = Self.short(first)
            return
        }
        let second = bytes.word(at: offset + 8, count: min(count - 8, 8)).asciiLowercased
        guard count > 16 else {
            self = Self.medium(Key(first: first, second: second, third: 0), count: count)
            return
        }
        let third = bytes.word(at: offset + 16, count: count - 16).asciiLowercased
        self = Self.long(Key(first: first, second: second, third: third), count: count)
    }

    /// A bit of its own for each name, for sets of names in one word.
    @inlinable
    @inline(__always)
    public var bit: UInt64 { 1 << UInt64(rawValue) }

    /// Whether the field concerns one connection only and is never forwarded (RFC 9110, sections 7.6.1, 7.8, 11.7).
    public var isHopByHop: Bool { Self.hopByHop & bit != 0 }

    static let hopByHop: UInt64 =
        connection.bit | http2Settings.bit | keepAlive.bit | proxyAuthenticate.bit | proxyAuthorization.bit
        | proxyConnection.bit | te.bit | transferEncoding.bit | upgrade.bit
}

/// A name of up to 24 bytes in lower case, zero where it has ended.
private struct Key {
    let first: UInt64
    let second: UInt64
    let third: UInt64

    @inline(__always)
    func matches(_ name: StaticString) -> Bool {
        first == UInt64(ascii: name) && second == UInt64(ascii: name, from: 8)
            && third == UInt64(ascii: name, from: 16)
    }
}

extension KnownField {
    private static func short(_ name: UInt64) -> KnownField {
        switch name {
        case UInt64(ascii: "te"): .te
        case UInt64(ascii: "age"): .age
        case UInt64(ascii: "via"): .via
        case UInt64(ascii: "date"): .date
        case UInt64(ascii: "etag"): .entityTag
        case UInt64(ascii: "host"): .host
        case UInt64(ascii: "vary"): .vary
        case UInt64(ascii: "range"): .range
        case UInt64(ascii: "accept"): .accept
        case UInt64(ascii: "cookie"): .cookie
        case UInt64(ascii: "digest"): .digest
        case UInt64(ascii: "expect"): .expect
        case UInt64(ascii: "origin"): .origin
        case UInt64(ascii: "server"): .server
        case UInt64(ascii: "expires"): .expires
        case UInt64(ascii: "referer"): .referer
        case UInt64(ascii: "trailer"): .trailer
        case UInt64(ascii: "upgrade"): .upgrade
        case UInt64(ascii: "if-match"): .ifMatch
        case UInt64(ascii: "if-range"): .ifRange
        case UInt64(ascii: "location"): .location
        default: .other
        }
    }

    private static func medium(_ key: Key, count: Int) -> KnownField {
        switch count {
        case 9:
            return key.matches("forwarded") ? .forwarded : .other
        case 10:
            if key.matches("user-agent") { return .userAgent }
            if key.matches("connection") { return .connection }
            if key.matches("set-cookie") { return .setCookie }
            return key.matches("keep-alive") ? .keepAlive : .other
        case 11:
            if key.matches("retry-after") { return .retryAfter }
            return key.matches("content-md5") || key.matches("repr-digest") ? .digest : .other
        case 12:
            return key.matches("content-type") ? .contentType : .other
        case 13:
            if key.matches("cache-control") { return .cacheControl }
            if key.matches("last-modified") { return .lastModified }
            if key.matches("accept-ranges") { return .acceptRanges }
            if key.matches("if-none-match") { return .ifNoneMatch }
            if key.matches("authorization") { return .authorization }
            return key.matches("content-range") ? .contentRange : .other
        case 14:
            if key.matches("content-length") { return .contentLength }
            if key.matches("content-digest") { return .digest }
            return key.matches("http2-settings") ? .http2Settings : .other
        case 15:
            if key.matches("accept-encoding") { return .acceptEncoding }
            if key.matches("accept-language") { return .acceptLanguage }
            return key.matches("x-forwarded-for") ? .xForwardedFor : .other
        case 16:
            if key.matches("content-encoding") { return .contentEncoding }
            if key.matches("x-forwarded-host") { return .xForwardedHost }
            return key.matches("proxy-connection") ? .proxyConnection : .other
        default:
            return .other
        }
    }

    private static func long(_ key: Key, count: Int) -> KnownField {
        switch count {
        case 17:
            if key.matches("transfer-encoding") { return .transferEncoding }
            if key.matches("if-modified-since") { return .ifModifiedSince }
            return key.matches("x-forwarded-proto") ? .xForwardedProto : .other
        case 18:
            return key.matches("proxy-authenticate") ? .proxyAuthenticate : .other
        case 19:
            if key.matches("if-unmodified-since") { return .ifUnmodifiedSince }
            return key.matches("proxy-authorization") ? .proxyAuthorization : .other
        default:
            return .other
        }
    }
}
