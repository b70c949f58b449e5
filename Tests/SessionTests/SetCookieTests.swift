import Session
import TestSupport
import Testing

@Suite("SetCookie", .tags(.session))
struct SetCookieTests {
    /// 2026-11-25 00:00 UTC.
    private static let now = 1_795_564_800

    private static func read(_ text: String) -> (name: String, value: String, removes: Bool)? {
        let bytes = Array(text.utf8)
        guard let read = SetCookie(bytes.span) else { return nil }
        return (
            String(decoding: bytes[read.name], as: UTF8.self), String(decoding: bytes[read.value], as: UTF8.self),
            read.isRemoval(in: bytes.span, now: now)
        )
    }

    @Test(
        "name and value",
        arguments: [
            ("SID=abc", "SID", "abc"), ("SID=abc.node1; Path=/; HttpOnly", "SID", "abc.node1"),
            (" SID \t= \"a b\" ;x", "SID", "a b"), ("a==b=", "a", "=b="), ("a=;b", "a", ""), ("a=\"", "a", "\""),
            ("S=x=y;;;", "S", "x=y"),
        ])
    func parts(_ text: String, _ name: String, _ value: String) {
        let read = Self.read(text)
        #expect(read?.name == name && read?.value == value)
    }

    @Test("no cookie", arguments: ["", ";", "SID", "; SID=a", "=a", " =a", "SID;a=b"])
    func none(_ text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test(
        "what takes a cookie away",
        arguments: [
            "a=", "a=; Path=/", "a=\"\"", "a=b; Max-Age=0", "a=b; max-age=-1;", "a=b;MAX-AGE = 000 ; Path=/",
            "a=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/",
            "a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "a=b; expires=Tue Nov 24 23:59:59 2026",
            "a=b; Expires=Wed, 25 Nov 2026 00:00:00 GMT", "a=b; Expires=Sun, 06-Nov-94 8:9:7 GMT",
            "a=b; Expires=Wed, 01 Jan 2098 00:00:00 GMT; Max-Age=0", "a=b; Max-Age=9; Max-Age=0", "a=b; max-age = -1",
            "a=b; Expires=06 nOVEMBER 1994 08:49:37",
        ])
    func removed(_ text: String) {
        #expect(Self.read(text)?.removes == true)
    }

    @Test(
        "what does not",
        arguments: [
            "a=b", "a=b; Max-Age=1", "a=b; Max-Age", "a=b; Max-Age=", "a=b; Max-Age=-", "a=b; Max-Age=x; Path=/",
            "a=b; Max-Age=0x",
            "a=b; Expires=Wed, 25 Nov 2026 00:00:01 GMT", "a=b; Expires=Wed, 01 Jan 2098 00:00:00 GMT",
            "a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", "a=b; Max-Age=0; Max-Age=9",
            "a=b; Expires=never", "a=b; Expires=Thu, 01 Jan 1970", "a=b; Expires=Thu, 32 Jan 1970 00:00:00",
            "a=b; Expires=Thu, 01 Jan 1970 24:00:00", "a=b; Expires=Thu, 01 Jan 1600 00:00:00", "a=b; x-Max-Age=0",
            "a=b; Expires=Thu, 001 Jan 1970 00:00:00", "a=b; Expires=Sun, 06-Nov-69 08:49:37 GMT",
        ])
    func kept(_ text: String) {
        #expect(Self.read(text)?.removes == false)
    }

    @Test(
        "dates count to the second, over leap years",
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 31 Dec 2099 23:59:59 GMT", 4_102_444_799), ("Mon, 01 Jan 1601 00:00:00 GMT", -11_644_473_600),
        ])
    func dates(_ text: String, _ seconds: Int) {
        let bytes = Array("a=b; Expires=\(text)".utf8)
        guard let read = SetCookie(bytes.span) else {
            Issue.record("no cookie")
            return
        }
        let before = read.isRemoval(in: bytes.span, now: seconds - 1)
        let at = read.isRemoval(in: bytes.span, now: seconds)
        #expect(!before && at)
    }

    @Test("attributes are read with or without a cookie of a name", arguments: ["a=b", "b", "=b", ""])
    func attributes(_ pair: String) {
        let bytes = Array("\(pair); Path=/app ;Secure".utf8)
        var reader = SetCookieAttributeReader(of: bytes.span)
        var found: [String] = []
        while let attribute = reader.next(in: bytes.span) {
            found.append("\(attribute.kind) \(String(decoding: bytes[attribute.value], as: UTF8.self))")
        }
        #expect(found == ["path /app", "secure "])
        var none = SetCookieAttributeReader(of: Array(pair.utf8).span)
        #expect(none.next(in: Array(pair.utf8).span) == nil)
    }

    @Test("whatever bytes there are, nothing crashes", .tags(.fuzz))
    func mutations() {
        var generator = SplitMix(seed: 5)
        let text = Array("SID=\"ab\"; Path=/; Max-Age=10; Expires=Thu, 01-Jan-1970 00:00:01 GMT; HttpOnly".utf8)
        for offset in text.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = text
                bytes[offset] = byte
                _ = SetCookie(bytes.span)?.isRemoval(in: bytes.span, now: Self.now)
            }
            let cut = Array(text[..<offset])
            _ = SetCookie(cut.span)?.isRemoval(in: cut.span, now: Self.now)
        }
        let alphabet: [UInt8] = Array("S=;\"= ,pathsecureMax-Age=0".utf8) + [0x80, 0xFF, 0x09]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            guard let cookie = SetCookie(bytes.span) else { continue }
            #expect(cookie.name.upperBound <= cookie.value.lowerBound && cookie.attributes.upperBound == bytes.count)
            _ = cookie.isRemoval(in: bytes.span, now: Self.now)
            var templates = CookieTemplates()
            templates.remember(cookie, in: bytes.span, now: 1)
            _ = CookieAttributes().text(isSecure: true, following: bytes.span)
        }
    }
}
