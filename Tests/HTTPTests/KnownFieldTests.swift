import HTTP
import Testing

@Suite struct KnownFieldTests {
    static let names: [(String, KnownField)] = [
        ("accept", .accept), ("accept-encoding", .acceptEncoding), ("accept-language", .acceptLanguage),
        ("accept-ranges", .acceptRanges),
        ("age", .age), ("authorization", .authorization), ("cache-control", .cacheControl), ("connection", .connection),
        ("content-encoding", .contentEncoding), ("content-length", .contentLength), ("content-range", .contentRange),
        ("content-type", .contentType), ("cookie", .cookie), ("date", .date), ("digest", .digest),
        ("content-md5", .digest),
        ("content-digest", .digest), ("repr-digest", .digest), ("etag", .entityTag), ("expect", .expect),
        ("expires", .expires),
        ("forwarded", .forwarded), ("host", .host), ("http2-settings", .http2Settings), ("if-match", .ifMatch),
        ("if-modified-since", .ifModifiedSince), ("if-none-match", .ifNoneMatch), ("if-range", .ifRange),
        ("if-unmodified-since", .ifUnmodifiedSince), ("keep-alive", .keepAlive), ("last-modified", .lastModified),
        ("location", .location), ("sec-fetch-site", .secFetchSite), ("x-martlet-coding", .martletCoding),
        ("x-martlet-explain", .martletExplain), ("x-martlet-route", .martletRoute),
        ("origin", .origin), ("proxy-authenticate", .proxyAuthenticate), ("proxy-authorization", .proxyAuthorization),
        ("proxy-connection", .proxyConnection), ("range", .range), ("referer", .referer), ("retry-after", .retryAfter),
        ("server", .server),
        ("set-cookie", .setCookie), ("te", .te), ("trailer", .trailer), ("transfer-encoding", .transferEncoding),
        ("upgrade", .upgrade),
        ("user-agent", .userAgent), ("vary", .vary), ("via", .via), ("x-forwarded-for", .xForwardedFor),
        ("x-forwarded-host", .xForwardedHost), ("x-forwarded-port", .xForwardedPort),
        ("x-forwarded-proto", .xForwardedProto), ("x-real-ip", .xRealIP),
    ]

    private func find(_ name: [UInt8]) -> KnownField {
        KnownField(in: name.span, at: 0, count: name.count)
    }

    @Test("RFC 9110 5.1: every known name is found in any case, wherever it lies", arguments: names)
    func found(_ name: String, _ known: KnownField) {
        #expect(find(bytes(name)) == known && find(bytes(name.uppercased())) == known)
        let padded = bytes("xx" + name + ": value that follows")
        #expect(KnownField(in: padded.span, at: 2, count: name.utf8.count) == known)
    }

    @Test("no other name is taken for a known one", arguments: names)
    func notFound(_ name: String, _ known: KnownField) {
        let original = bytes(name)
        for index in original.indices {
            for byte in UInt8.min...UInt8.max
            where byte | 0x20 != original[index] || byte < 0x41 && byte != original[index] {
                var other = original
                other[index] = byte
                #expect(find(other) != known, "\(text(other))")
            }
        }
        #expect(
            find(original + [0]) == .other && find(original + [0x73]) == .other
                && find(Array(original.dropLast())) != known)
        #expect(find([]) == .other)
    }

    @Test("every known name is in the test, and its bit is its own")
    func complete() {
        #expect(Set(Self.names.map(\.1)).count == KnownField.allCases.count - 1)
        #expect(Set(KnownField.allCases.map(\.bit)).count == KnownField.allCases.count)
    }
}
