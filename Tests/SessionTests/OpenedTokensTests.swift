import Session
import TestSupport
import Testing

@Suite("OpenedTokens", .tags(.session))
struct OpenedTokensTests {
    private let tokens = OpenedTokens()

    private func text(_ number: Int, end: String = "AAAAAAAA") -> [UInt8] {
        let digits = Array("\(number)".utf8)
        return [UInt8](repeating: UInt8(ascii: "A"), count: TokenText.count - digits.count - 8) + digits
            + Array(end.utf8)
    }

    private func route(_ member: UInt64) -> SealedRoute { SealedRoute(member: member, named: 0, expiry: 10) }

    private func found(_ text: [UInt8], _ session: String) -> UInt64? {
        tokens.route(of: text.span, for: Array(session.utf8).span)?.member
    }

    private func insert(_ member: UInt64, _ text: [UInt8], _ session: String) {
        tokens.insert(route(member), of: text.span, for: Array(session.utf8).span)
    }

    @Test("what was inserted is found, for its own text and session alone")
    func known() {
        #expect(found(text(1), "abc") == nil)
        insert(7, text(1), "abc")
        #expect(found(text(1), "abc") == 7)
        for session in ["", "ab", "abd", "abcd", "Abc"] { #expect(found(text(1), session) == nil) }
        for offset in 0..<TokenText.count {
            var changed = text(1)
            changed[offset] ^= 1
            #expect(found(changed, "abc") == nil)
        }
        #expect(found(Array(text(1).dropLast()), "abc") == nil)
        #expect(found(text(1) + [0], "abc") == nil)
    }

    @Test("tokens of one end share a place: the last one has it")
    func place() {
        insert(7, text(1), "a longer one")
        insert(8, text(2), "b")
        #expect(found(text(1), "a longer one") == nil)
        #expect(found(text(2), "b") == 8)
        insert(9, text(2, end: "AAAAAAAB"), "b")
        #expect(found(text(2), "b") == 8)
        #expect(found(text(2, end: "AAAAAAAB"), "b") == 9)
    }

    @Test("identifiers up to 48 bytes are kept; longer ones and none are not")
    func identifiers() {
        let longest = String(repeating: "x", count: Limits.openedSessionBytesMax)
        insert(7, text(1), longest)
        #expect(found(text(1), longest) == 7)
        insert(8, text(2), longest + "x")
        insert(9, text(2), "")
        #expect(found(text(2), longest + "x") == nil && found(text(2), "") == nil)
        #expect(found(text(1), longest) == 7)
    }

    @Test("of as many tokens as there are places, most are remembered")
    func capacity() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var random = SplitMix(seed: 6)
        let texts = (0..<Limits.openedTokens).map { number in
            text(number, end: String((0..<8).map { _ in alphabet.randomElement(using: &random) ?? "A" }))
        }
        for (number, text) in texts.enumerated() { insert(UInt64(number), text, "s\(number)") }
        let kept = texts.indices.count { found(texts[$0], "s\($0)") == UInt64($0) }
        // (1 - 1/n)^k summed over k: 1 - 1/e of them, 63.2 %.
        #expect((1_230...1_360).contains(kept), "\(kept)")
    }
}
