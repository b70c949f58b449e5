import Session
import TestSupport
import Testing

@Suite("Sealed routes: values, layout, text", .tags(.session))
struct SealedValueTests {
    private static let token = String(repeating: "A", count: TokenText.count)

    private static func decoded(_ text: [UInt8]) -> [UInt8]? {
        TokenText.decode(text.span).map { token in (0..<TokenText.bytes).map { token[$0] } }
    }

    private func words(_ value: String, separator: Character = ".", isClients: Bool = true) -> String {
        let reader = SealedValueReader(
            separator: separator.asciiValue ?? 0, routes: ["node1", "a.b", "", String(repeating: "r", count: 68)])
        let bytes = Array("<\(value)>".utf8)
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        switch reader.read(1..<bytes.count - 1, in: bytes.span, isClients: isClients) {
        case .bare(let session): return "bare \(text(session))"
        case .route(let session, let route, let member): return "\(text(session)) \(text(route)) \(member)"
        case .token(let session, let token): return "\(text(session)) token \(text(token).count)"
        case .huge: return "huge"
        }
    }

    @Test(
        "a value is taken apart",
        arguments: [
            ("abc.node1", "abc node1 0"), ("abc", "bare abc"), ("", "bare "), ("a.b.node1", "a.b node1 0"),
            ("x.a.b", "x a.b 1"), (".node1", " node1 0"), ("abc.", "bare abc."),
            ("abc.node2", "bare abc.node2"), ("abc.node1.x", "bare abc.node1.x"),
            ("s%3Aid.signature", "bare s%3Aid.signature"), ("s%3Aid.signature.node1", "s%3Aid.signature node1 0"),
            ("s%3Aid.signature." + token, "s%3Aid.signature token 68"), ("abc!node1", "bare abc!node1"),
            ("abc.node1.node1", "abc.node1 node1 0"),
            ("abc." + token, "abc token 68"), ("a.b." + token, "a.b token 68"), ("abc.A" + token, "bare abc.A\(token)"),
            ("." + token, " token 68"), (token, "bare \(token)"),
            ("abc." + token.dropLast(), "bare abc.\(token.dropLast())"),
            (String(repeating: "x", count: 4_091) + ".node1", "huge"),
        ] as [(String, String)])
    func vectors(_ value: String, _ expected: String) {
        #expect(words(value) == expected)
    }

    @Test("an application writes no tokens, but may have a route that is as long as one")
    func applications() {
        let route = String(repeating: "r", count: 68)
        #expect(words("abc." + Self.token, isClients: false) == "bare abc.\(Self.token)")
        // What is sealed is not too long to be opened.
        let longest = String(repeating: "x", count: Limits.sealedValueBytesMax - TokenText.count - 1)
        #expect(words(longest, isClients: false) == "bare \(longest)")
        #expect(words(longest + "." + Self.token) == "\(longest) token 68")
        #expect(words(longest + "x", isClients: false) == "huge")
        #expect(words("abc." + route, isClients: false) == "abc \(route) 3")
        #expect(words("abc!node1", separator: "!", isClients: false) == "abc node1 0")
    }

    @Test("a route is read as it was laid out")
    func layout() {
        var random = SplitMix(seed: 9)
        for _ in 0..<1_000 {
            let route = SealedRoute(member: random.next(), named: random.next(), expiry: random.next() >> 16)
            #expect(SealedRoute(route.binary) == route)
        }
        let far = SealedRoute(member: 1, named: 2, expiry: .max)
        #expect(SealedRoute(far.binary) == far && far.expiry == (1 << 48) - 1)
    }

    @Test("each token has one text, and each text one token")
    func text() {
        var random = SplitMix(seed: 1)
        for _ in 0..<2_000 {
            let token = (0..<TokenText.bytes).map { _ in UInt8.random(in: 0...255, using: &random) }
            let encoded = TokenText.encode(token.span)
            let text = (0..<TokenText.count).map { encoded[$0] }
            #expect(Self.decoded(text) == token)
            // Another character anywhere is another token, or none.
            var changed = text
            changed[Int.random(in: 0..<TokenText.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if changed != text { #expect(Self.decoded(changed) != token) }
        }
        #expect(Self.decoded(Array("A".utf8)) == nil)
        for character in ["+", "/", "=", " ", "\u{7F}"] {
            #expect(Self.decoded(Array((Self.token.dropLast() + character).utf8)) == nil)
        }
    }
}
