import Session
import TestSupport
import Testing

@Suite("CookieCut", .tags(.session))
struct CookieCutTests {
    /// The field without the cookies `X`.
    private func cut(_ field: String) -> String {
        let bytes = Array(field.utf8)
        var reader = CookieReader()
        var cut = CookieCut()
        var ranges: [Range<Int>] = []
        while reader.next(named: Array("X".utf8).span, in: bytes.span) != nil {
            ranges.append(cut.range(for: reader.pair, in: bytes.span))
        }
        for (earlier, later) in zip(ranges, ranges.dropFirst()) { #expect(earlier.upperBound <= later.lowerBound) }
        var left = bytes
        for range in ranges.reversed() { left.removeSubrange(range) }
        return String(decoding: left, as: UTF8.self)
    }

    @Test(
        "the other cookies stand as before",
        arguments: [
            ("X=1", ""), ("X=1; a=b", "a=b"), ("a=b; X=1", "a=b"), ("a=b; X=1; c=d", "a=b; c=d"),
            ("X=1; X=2", ""), ("X=1;X=2;a=b", "a=b"), ("X=1; X=2; a=b; X=3; X=4", "a=b"), ("a=b;X=1;c=d", "a=b;c=d"),
            ("a=b", "a=b"), ("X=1;", ""), (";X=1", ""), ("  X = 1 ;\t a=b", "a=b"), ("X; X=1", "X"), ("X=\";\"", "\""),
            ("a=b; X=1; X=2; c=d; X=3", "a=b; c=d"),
        ])
    func vectors(_ field: String, _ left: String) {
        #expect(cut(field) == left)
    }

    @Test("random fields lose their cookies of the name and no other")
    func random() {
        var random = SplitMix(seed: 11)
        let pieces = ["X=1", "X=", "a=b", "XX=2", "", " ", "c"]
        for _ in 0..<5_000 {
            let chosen = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            let expected = chosen.filter { !$0.hasPrefix("X=") && $0.contains("=") }
            let left = cut(chosen.joined(separator: "; ")).split(separator: ";").map {
                String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            #expect(left.filter { $0.contains("=") } == expected)
        }
    }
}

@Suite("CookieTemplates", .tags(.session))
struct CookieTemplatesTests {
    private func remembered(_ fields: String...) -> CookieTemplates {
        var templates = CookieTemplates()
        for field in fields {
            let bytes = Array(field.utf8)
            if let cookie = SetCookie(bytes.span) { templates.remember(cookie, in: bytes.span, now: 1) }
        }
        return templates
    }

    private func text(_ templates: CookieTemplates, _ path: String) -> String? {
        templates.text(for: Array(path.utf8).span).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("the longest path that fits counts")
    func paths() {
        let templates = remembered("S=1; Path=/; HttpOnly", "S=2; Path=/app", "S=3; path=/app/x/; Secure")
        #expect(text(templates, "/") == "; Path=/; HttpOnly")
        #expect(text(templates, "/application") == "; Path=/; HttpOnly")
        #expect(text(templates, "/app") == "; Path=/app")
        #expect(text(templates, "/app/x") == "; Path=/app")
        #expect(text(templates, "/app/x/y") == "; path=/app/x/; Secure")
        #expect(text(remembered(), "/") == nil)
        #expect(text(remembered("S=1; Path=/a"), "/b") == nil)
    }

    @Test("the newest counts; moments, removals and cookies without a path are not remembered")
    func newest() {
        #expect(text(remembered("S=1; Path=/", "S=2; Path=/; Secure"), "/") == "; Path=/; Secure")
        #expect(text(remembered("S=1; Path=/; Expires=tomorrow; Max-Age=5"), "/") == "; Path=/; Max-Age=5")
        #expect(text(remembered("S=1; Path=/; Max-Age=0", "S=; Path=/", "S=1", "S=1; Path=x"), "/") == nil)
        let long = String(repeating: "x", count: 600)
        #expect(text(remembered("S=1; Path=/\(long)"), "/\(long)") == nil)
    }

    @Test("the oldest is forgotten")
    func bounded() {
        var templates = CookieTemplates()
        for number in 0..<Limits.templatesMax + 2 {
            let bytes = Array("S=1; Path=/\(number)".utf8)
            if let cookie = SetCookie(bytes.span) { templates.remember(cookie, in: bytes.span, now: 1) }
        }
        #expect(text(templates, "/1") == nil && text(templates, "/2") == "; Path=/2")
    }
}

@Suite("PrefixedValue", .tags(.session))
struct PrefixedValueTests {
    @Test(
        "the route in front",
        arguments: [
            ("node1~abc", "node1"), ("n.o_d-e~", "n.o_d-e"), ("a~b~c", "a"), ("~abc", nil), ("abc", nil), ("", nil),
            ("a b~c", "a b no name"), ("\u{e9}~c", "\u{e9} no name"), ("master:g1-s1~c", "master:g1-s1 no name"),
            (String(repeating: "a", count: 128) + "~x", String(repeating: "a", count: 128)),
            (String(repeating: "a", count: 129) + "~x", nil),
        ] as [(String, String?)])
    func vectors(_ value: String, _ route: String?) {
        let bytes = Array("S=\(value)".utf8)
        let prefixed = PrefixedValue(2..<bytes.count, in: bytes.span)
        let words = prefixed.map { prefixed in
            let isName = prefixed.isName(in: bytes.span)
            return String(decoding: bytes[prefixed.route], as: UTF8.self) + (isName ? "" : " no name")
        }
        #expect(words == route)
        if let prefixed {
            #expect(prefixed.prefix.lowerBound == 2 && prefixed.prefix.upperBound == prefixed.route.upperBound + 1)
        }
    }
}
