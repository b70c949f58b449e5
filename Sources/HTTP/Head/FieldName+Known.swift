import Bytes

extension FieldName {
    /// Which name it is; a NUL at its end, which would read like the padding, is none of any known name's.
    @inline(__always)
    var known: KnownField {
        switch count {
        case 1...8: second == 0 && hasLastByte ? Self.short(first) : .other
        case 9...16: medium
        case 17...24: long
        default: .other
        }
    }

    @inline(__always)
    private var hasLastByte: Bool { first &>> UInt64(truncatingIfNeeded: 8 &* (count &- 1)) != 0 }

    @inline(__always)
    private func matches(_ name: StaticString) -> Bool {
        first == UInt64(ascii: name) && second == UInt64(ascii: name, from: 8)
            && third == UInt64(ascii: name, from: 16)
    }

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

    private var medium: KnownField {
        switch count {
        case 9:
            if matches("forwarded") { return .forwarded }
            return matches("x-real-ip") ? .xRealIP : .other
        case 10:
            if matches("user-agent") { return .userAgent }
            if matches("connection") { return .connection }
            if matches("set-cookie") { return .setCookie }
            return matches("keep-alive") ? .keepAlive : .other
        case 11:
            if matches("retry-after") { return .retryAfter }
            return matches("content-md5") || matches("repr-digest") ? .digest : .other
        case 12:
            return matches("content-type") ? .contentType : .other
        case 13:
            if matches("cache-control") { return .cacheControl }
            if matches("last-modified") { return .lastModified }
            if matches("accept-ranges") { return .acceptRanges }
            if matches("if-none-match") { return .ifNoneMatch }
            if matches("authorization") { return .authorization }
            return matches("content-range") ? .contentRange : .other
        case 14:
            if matches("content-length") { return .contentLength }
            if matches("content-digest") { return .digest }
            if matches("sec-fetch-site") { return .secFetchSite }
            return matches("http2-settings") ? .http2Settings : .other
        case 15:
            if matches("accept-encoding") { return .acceptEncoding }
            if matches("accept-language") { return .acceptLanguage }
            if matches("x-martlet-route") { return .martletRoute }
            return matches("x-forwarded-for") ? .xForwardedFor : .other
        case 16:
            if matches("content-encoding") { return .contentEncoding }
            if matches("x-forwarded-host") { return .xForwardedHost }
            if matches("x-forwarded-port") { return .xForwardedPort }
            if matches("x-martlet-coding") { return .martletCoding }
            return matches("proxy-connection") ? .proxyConnection : .other
        default:
            return .other
        }
    }

    private var long: KnownField {
        switch count {
        case 17:
            if matches("transfer-encoding") { return .transferEncoding }
            if matches("if-modified-since") { return .ifModifiedSince }
            if matches("x-martlet-explain") { return .martletExplain }
            return matches("x-forwarded-proto") ? .xForwardedProto : .other
        case 18:
            return matches("proxy-authenticate") ? .proxyAuthenticate : .other
        case 19:
            if matches("if-unmodified-since") { return .ifUnmodifiedSince }
            return matches("proxy-authorization") ? .proxyAuthorization : .other
        default:
            return .other
        }
    }
}
