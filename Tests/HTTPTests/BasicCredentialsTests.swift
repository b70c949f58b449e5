import Foundation
import HTTP
import TestSupport
import Testing

/// Names and passwords in `Authorization` (RFC 7617).
@Suite("Basic credentials") struct BasicCredentialsTests {
    /// Name and password of a field's value; `nil`: there are none.
    private func read(_ value: some Collection<UInt8>) -> [String]? {
        var text = BasicCredentials.Text(repeating: 0)
        let value = Array(value)
        guard let parts = BasicCredentials.decode(value.span, into: &text) else { return nil }
        let bytes = (0..<parts.count).map { text[$0] }
        return [bytes[..<parts.nameCount], bytes[(parts.nameCount + 1)...]].map { String(decoding: $0, as: UTF8.self) }
    }

    private static func field(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }

    @Test("RFC 7617 2 and 2.1: its own examples, and what else may stand there")
    func reads() {
        #expect(read("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==".utf8) == ["Aladdin", "open sesame"])
        #expect(read("Basic dGVzdDoxMjPCow==".utf8) == ["test", "123£"])
        #expect(read("bAsIc   dGVzdDoxMjPCow==".utf8) == ["test", "123£"])
        for (text, parts) in [
            ("a:b", ["a", "b"]), (":", ["", ""]), ("a:", ["a", ""]), (":b", ["", "b"]), ("a:b:c", ["a", "b:c"]),
            ("a b:c d", ["a b", "c d"]),
        ] {
            #expect(read(Self.field(text).utf8) == parts, "\(text)")
        }
    }

    @Test(
        "others, and what is broken, are nobody's",
        arguments: [
            "", "Basic", "Basic ", "Basic =", "Basic ==", "Basic ====", "Basic YTpi=", "Basic YTp", "Basic YTpiYQ=",
            "Basic YTpiYQ", "Basic YTpi YTpi", "Basic YTpi, YTpi", "Basic YT-i", "Basic YT_i", "Basic Y=pi",
            "BasicYTpi", "Basic\tYTpi", "Bearer YTpi", "Digest username=\"a\"", "Negotiate YTpi", " Basic YTpi",
            "Basic YWI=",
        ])
    func refuses(value: String) {
        #expect(read(value.utf8) == nil)
    }

    @Test("RFC 7617 2: no characters of control, NUL least of all", arguments: (0..<32) + [127])
    func control(byte: UInt8) {
        for text in ["a\u{0}:b", "a:b\u{0}", "a:b\u{0}c"] {
            let bytes = text.utf8.map { $0 == 0 ? byte : $0 }
            #expect(read("Basic \(Data(bytes).base64EncodedString())".utf8) == nil)
        }
    }

    @Test("1 KiB is the longest field")
    func length() {
        let longest = Self.field("a:" + String(repeating: "x", count: 758))
        #expect(longest.utf8.count == 1_022 && read(longest.utf8)?[1].utf8.count == 758)
        #expect(read(Array("Basic   ".utf8) + longest.utf8.dropFirst(6)) != nil)
        #expect(read(Array("Basic    ".utf8) + longest.utf8.dropFirst(6)) == nil)
        #expect(read(Self.field("a:" + String(repeating: "x", count: 761)).utf8) == nil)
    }

    @Test("what is read is what Foundation reads, of whatever bytes")
    func fuzz() {
        var generator = SplitMix(seed: 104)
        let letters = Array("ABCdwxyz0129+/=:, -".utf8)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &generator)
            let digits = (0..<count).map { _ in letters.randomElement(using: &generator) ?? 0 }
            let read = read(Array("Basic ".utf8) + digits)
            let text = String(decoding: digits.drop { $0 == 0x20 }, as: UTF8.self)
            guard let data = Data(base64Encoded: text), data.contains(0x3A),
                data.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else {
                #expect(read == nil, "\(text)")
                continue
            }
            let parts = data.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
            #expect(read == parts.map { String(decoding: $0, as: UTF8.self) }, "\(text)")
        }
    }
}
