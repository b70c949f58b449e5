import Balancing
import TestSupport
import Testing

@Suite("Regular expressions of checks", .tags(.balancing))
struct RegularExpressionTests {
    private static func matches(_ expression: String, _ text: String) throws -> Bool? {
        let bytes = Array(text.utf8)
        return try RegularExpression(expression).matches(bytes.span)
    }

    @Test(
        "what matches, and what does not",
        arguments: [
            ("ok", "it is ok.", true), ("ok", "o k", false), ("^ok$", "ok", true), ("^ok$", "ok\n", true),
            ("^ok$", "ok\n\n", false), ("^ok", "not ok", false), ("ok|ready", "already", true),
            ("^(?:a|bc)+$", "abca", true),
            ("^(a|bc)+$", "abcb", false), ("", "", true), ("^$", "", true), ("a{2,3}b", "xaab", true),
            ("^a{2}$", "aaa", false),
            ("^a{2,}$", "aaaa", true), ("a{,2}", "a{,2}", true), ("a{x}", "a{x}", true), ("^a?b*c+$", "cc", true),
            ("^.$", "\n", false), ("^\\d+\\.\\d+$", "12.5", true), ("^\\d+\\.\\d+$", "12x5", false),
            ("\\bup\\b", "node up!", true),
            ("\\bup\\b", "upper", false), ("\\Bper", "upper", true), ("[^a-c]", "abc", false), ("[]x]", "]", true),
            ("^[\\w.-]+$", "a-b.c_9", true), ("[a\\-z]", "-", true), ("[a-]", "-", true),
            ("(?i)^READY: [a-z]$", "ready: X", true),
            ("(?i)[^a]", "A", false), ("\\s\\S", " \tx", true), ("\u{E9}+$", "caf\u{E9}\u{E9}", true),
            ("\u{E9}", "e", false),
            ("a\\|b", "a|b", true), ("\\\\", "\\", true), ("\\(\\)", "()", true), ("^(a*)*$", "aaab", false),
            ("(|x)y", "y", true),
            ("a*?b", "aab", true), ("\"status\"\\s*:\\s*\"UP\"", "{\"status\" : \"UP\"}", true), ("()*x", "x", true),
            ("\\Aok\\z", "ok", true), ("(a|ab)(c|bcd)(d*)$", "abcd", true),
        ])
    func vectors(expression: String, text: String, isMatch: Bool) throws {
        #expect(try Self.matches(expression, text) == isMatch, "\(expression) in \(text)")
    }

    @Test(
        "what is wrong, where, and what was meant",
        arguments: [
            ("a(b", "has a ( that is not closed", 2, "a[(]b"), ("ab)", "has a ) that closes nothing", 3, "ab"),
            ("*a", "has a * with nothing before it to repeat", 1, "[*]a"),
            ("a|+", "has a + with nothing before it to repeat", 3, "a|[+]"),
            ("a**", "repeats a repetition", 3, "a*"), ("[a", "has a [ that is not closed", 1, "[[]a"),
            ("(a)\\1", "refers to a group by \\1, which cannot be followed in a bounded time", 4, nil),
            ("a\\", "ends with a \\", 2, "a\\\\"), ("\\q", "has a \\q, which means nothing here", 1, "q"),
            ("x(?=a)", "has a (? that is none of (?: and, in front of all, (?i)", 2, nil),
            ("a{3,2}", "repeats 3 times at least and 2 at most", 2, "a{2,3}"),
            ("a{2000}", "repeats more than 1000 times", 2, nil),
            ("[z-a]", "has a range in [ ] that ends before it begins", 2, nil),
            ("[\u{E9}]", "has \u{E9} in [ ], where characters of ASCII alone can be: write (a|\u{E9})", 2, nil),
            ("[[:digit:]]", "has a class by its name, such as [:digit:]; write \\d, \\s, \\w or a range", 2, nil),
            ("((a{100}){100})", "repeats a part more than 1000 times, all repetitions around it together", 1, nil),
            ("((abc){900}){1}", "is too large with its repetitions written out", 1, nil)
                as (String, String, Int, String?),
        ] as [(String, String, Int, String?)])
    func faults(expression: String, words: String, position: Int, meant: String?) throws {
        let fault = try #require(throws: RegularExpressionFault.self) { try RegularExpression(expression) }
        #expect(fault.words == words && fault.position == position && fault.meant == meant, "\(expression)")
        if let meant { _ = try RegularExpression(meant) }
    }

    @Test("long and deep ones are refused")
    func large() {
        for text in [
            String(repeating: "a", count: 513), String(repeating: "(", count: 33) + String(repeating: ")", count: 33),
        ] {
            #expect(throws: RegularExpressionFault.self) { try RegularExpression(text) }
        }
        for text in [
            String(repeating: "a", count: 512), String(repeating: "(", count: 32) + String(repeating: ")", count: 32),
        ] {
            #expect(throws: Never.self) { try RegularExpression(text) }
        }
    }

    @Test("what makes others backtrack for ages is over at once, and what takes too many steps is given up")
    func bounded() throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 65_536)
        for expression in ["^(a+)+$x", "^(a|a)*b", "(a*)*b", "^(a|aa)+b$", "(.*)(.*)(.*)(.*)z"] {
            #expect(try RegularExpression(expression).matches(text.span) == false, "\(expression)")
        }
        #expect(try RegularExpression("(a?){900}b").matches(text.span) == nil)
        #expect(try RegularExpression("b").matches(text.span, stepsMax: 65_535) == nil)
        #expect(try RegularExpression("^a").matches(text.span, stepsMax: 2) == true)
    }

    /// An expression as a tree, of which it is known by its meaning where matches end.
    private indirect enum Tree {
        case sign(String, Set<Character>)
        case begin, end
        case sequence([Tree])
        case either([Tree])
        case repeated(Tree, from: Int, to: Int?, sign: String)

        var text: String {
            switch self {
            case .sign(let text, _): text
            case .begin: "^"
            case .end: "$"
            case .sequence(let pieces): pieces.map(\.text).joined()
            case .either(let ways): "(?:" + ways.map(\.text).joined(separator: "|") + ")"
            case .repeated(let piece, _, _, let sign): "(\(piece.text))\(sign)"
            }
        }

        func ends(from start: Int, in text: [Character]) -> Set<Int> {
            switch self {
            case .sign(_, let signs): start < text.count && signs.contains(text[start]) ? [start + 1] : []
            case .begin: start == 0 ? [0] : []
            case .end: start == text.count ? [start] : []
            case .sequence(let pieces):
                pieces.reduce([start]) { starts, piece in Self.ends(of: piece, from: starts, in: text) }
            case .either(let ways): ways.reduce([]) { $0.union($1.ends(from: start, in: text)) }
            case .repeated(let piece, let from, let to, _):
                Self.repeatedEnds(of: piece, from: from, to: to ?? from + text.count + 1, start, in: text)
            }
        }

        private static func ends(of piece: Tree, from starts: Set<Int>, in text: [Character]) -> Set<Int> {
            starts.reduce([]) { $0.union(piece.ends(from: $1, in: text)) }
        }

        private static func repeatedEnds(
            of piece: Tree, from: Int, to: Int, _ start: Int, in text: [Character]
        ) -> Set<Int> {
            var here: Set = [start]
            for _ in 0..<from { here = ends(of: piece, from: here, in: text) }
            var all = here
            for _ in from..<max(from, to) {
                here = ends(of: piece, from: here, in: text)
                all.formUnion(here)
            }
            return all
        }
    }

    @Test("what it means is what is found", arguments: 0..<20 as Range<UInt64>)
    func agrees(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<50 {
            let tree = Self.tree(depth: 3, &random)
            for _ in 0..<8 {
                let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in "abc ".randomElement(using: &random)!
                }
                let isMatch = (0...text.count).contains { !tree.ends(from: $0, in: text).isEmpty }
                #expect(try Self.matches(tree.text, String(text)) == isMatch, "\(tree.text) in '\(String(text))'")
            }
        }
    }

    private static func tree(depth: Int, _ random: inout SplitMix) -> Tree {
        let signs: [(String, String)] = [
            ("a", "a"), ("b", "b"), ("c", "c"), (".", "abc "), ("[ab]", "ab"), ("[^a]", "bc "), ("\\w", "abc"),
            ("\\s", " "),
        ]
        let (text, meant) = signs.randomElement(using: &random)!
        guard depth > 0 else { return .sign(text, Set(meant)) }
        let count = Int.random(in: 1...3, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return .begin
        case 1: return .end
        case 2, 3: return .sequence((0..<count).map { _ in tree(depth: depth - 1, &random) })
        case 4, 5: return .either((0..<count).map { _ in tree(depth: depth - 1, &random) })
        case 6, 7:
            let signs =
                [("*", 0, nil), ("+", 1, nil), ("?", 0, 1), ("{2}", 2, 2), ("{1,2}", 1, 2), ("{2,}", 2, nil)]
                as [(String, Int, Int?)]
            let (sign, from, to) = signs.randomElement(using: &random)!
            return .repeated(tree(depth: depth - 1, &random), from: from, to: to, sign: sign)
        default: return .sign(text, Set(meant))
        }
    }

    @Test("any bytes in both: a result or a fault, and no trap")
    func anything() {
        var random = SplitMix(seed: 7)
        for _ in 0..<3_000 {
            let signs = Array("ab()[]{}|*+?\\^$.,-:1dswi\u{E9}".unicodeScalars)
            var text = ""
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                text.unicodeScalars.append(signs.randomElement(using: &random)!)
            }
            let bytes = (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = (try? RegularExpression(text))?.matches(bytes.span)
        }
    }
}
