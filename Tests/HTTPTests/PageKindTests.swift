import HTTP
import TestSupport
import Testing

/// Which page a client gets, for what it accepts (RFC 9110, section 12.5.1).
@Suite("PageKind")
struct PageKindTests {
    /// Values of `Accept`, and the kind.
    private static let cases: [(values: [String], kind: PageKind)] = [
        ([], .text), ([""], .text), ([" , "], .text), (["*/*"], .text), (["*/*;q=0.1"], .text), (["*/*;q=0"], .text),
        // Firefox, Chrome, Safari; their images, styles and scripts.
        (["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], .html),
        (
            [
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
                    + "application/signed-exchange;v=b3;q=0.7"
            ], .html
        ),
        (["image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"], .text), (["text/css,*/*;q=0.1"], .text),
        (["text/event-stream"], .text), (["image/png, text/html;q=0.1"], .html), (["image/png;q=0.9"], .text),
        // Old browsers and Java; jQuery; axios; Angular; curl.
        (["image/gif, image/jpeg, text/html, application/xhtml+xml, */*"], .html),
        (["text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"], .html),
        (["application/json, text/javascript, */*; q=0.01"], .json), (["application/json, text/plain, */*"], .json),
        (["text/javascript, application/javascript, */*; q=0.01"], .text),
        (["application/json"], .json), (["APPLICATION/JSON"], .json), (["application/json;charset=utf-8"], .json),
        (["application/problem+json"], .json), (["application/vnd.api+json"], .json), (["application/*"], .json),
        (["application/ld+json;profile=\"a, b; q=0\";q=0.5, text/html;q=0.4"], .json),
        (["application/json-seq"], .text), (["application/xml"], .text), (["image/x+json"], .text),
        (["a/+json"], .text),
        (["application/+json"], .text), (["application/jsonx"], .text), (["text/json"], .text),
        (["text/plain"], .text), (["text/html"], .html), (["TEXT/HTML"], .html), (["text/*"], .text),
        (["text/html;level=1"], .html), (["text/htmlx"], .text), (["text/xhtml"], .text), (["xtext/html"], .text),
        // Weights.
        (["text/html;q=0.5, application/json"], .json), (["text/html, application/json;q=0.9"], .html),
        (["text/html;q=0.5, application/json;q=0.501"], .json), (["text/html;q=0, */*"], .text),
        (["text/plain;q=0, */*"], .html), (["text/plain;q=0, text/html;q=0, */*;q=0.1"], .json),
        (["text/*;q=0, */*;q=0.1"], .json), (["text/html;q=0"], .text), (["application/json;q=0.000"], .text),
        (["application/json;q=0.001"], .json), (["text/plain;q=0.1, text/html;q=0.2, */*;q=0.9"], .json),
        (["*/*;q=0.8, application/json;q=0.5"], .text), (["text/*;q=0.3, text/html;q=0.7, */*;q=0.5"], .html),
        (["text/html;q=0.2, text/html;level=1;q=0.9, application/json;q=0.5"], .html),
        // Of equal weights the more specific range, then the first.
        (["*/*, text/html"], .html), (["*/*", "application/json"], .json), (["text/*, application/json"], .json),
        (["application/json, text/html"], .json), (["text/html, application/json"], .html),
        (["text/html", "application/json"], .html), (["text/html;q=0.5, application/json;q=0.5"], .html),
        (["text/plain, text/html"], .text), (["text/html, text/plain"], .html), (["application/*, text/*"], .json),
        // Malformed elements are nobody's wish.
        (["text/html;q=1.5, application/json;q=0.1"], .json), (["text/html;q=, */*"], .text),
        (["text/html;q=0.1234"], .text), (["text/html;q=.5"], .text), (["text/html q=1"], .text),
        (["text/html;"], .html),
        (["text/html;q"], .text), (["text/html; Q=0.5"], .html),
        (["text/html ; q=0.5 , application/json;q=0.4"], .html),
        (["text/html;a=b;q=0.3, application/json;q=0.4"], .json), (["text/html;a=\"q=0"], .text), (["html"], .text),
        (["/html"], .text), (["text/"], .text), (["text/html/x"], .text), (["*/html"], .text), (["*"], .text),
        (["text/html;q=0.5;q=0"], .html), (["text html, application/json"], .json),
        (["\u{80}/\u{80}, text/html"], .html),
    ]

    private static func kind(_ values: [String], atAGlance: Bool = false) -> PageKind? {
        let source = bytes("GET / HTTP/1.1\r\nHost: a\r\n" + values.map { "Accept: \($0)\r\n" }.joined() + "\r\n")
        var head = RequestHead(fieldCountMax: 128)
        guard (try? head.parse(source.span, limits: HeadLimits())) != nil else { return nil }
        return atAGlance ? PageKind(atAGlanceAt: head, in: source.span) : PageKind(head, in: source.span)
    }

    @Test(
        "at a glance: the beginning of the first field alone",
        arguments: [
            ([], .text), (["*/*"], .text), (["text/html"], .html), (["text/html,application/xml;q=0.9"], .html),
            (["Text/HTML; q=0.1, */*"], .html), (["text/htm"], .text), (["application/json"], .json),
            (["application/json, text/plain, */*"], .json), (["application/jso"], .text), ([""], .text),
            (["image/png, text/html"], .text), (["*/*", "text/html"], .text),
            (["text/html", "application/json"], .html),
        ] as [([String], PageKind)])
    func glance(_ values: [String], _ kind: PageKind) {
        #expect(Self.kind(values, atAGlance: true) == kind)
    }

    @Test("the most specific range speaks for a kind, the greatest weight wins", arguments: cases)
    func negotiation(_ values: [String], _ kind: PageKind) {
        #expect(Self.kind(values) == kind)
    }

    @Test("sixteen elements are read, on however many lines")
    func many() {
        let fifteen = Array(repeating: "image/png", count: 15)
        #expect(Self.kind(fifteen + ["text/html"]) == .html)
        #expect(Self.kind([(fifteen + ["text/html"]).joined(separator: ", ")]) == .html)
        #expect(Self.kind(fifteen + ["", "text/html"]) == .html)
        #expect(Self.kind(fifteen + ["image/png", "text/html"]) == .text)
        #expect(Self.kind([(fifteen + ["", "text/html"]).joined(separator: ",")]) == .text)
    }

    @Test("elements put together at random: the order of ranges of different kinds and weights is no matter")
    func order() {
        var generator = SplitMix(seed: 1251)
        let ranges = ["text/plain", "text/html", "application/json", "text/*", "application/*", "*/*", "image/png"]
        for _ in 0..<3_000 {
            var weights = Array(1...9)
            weights.shuffle(using: &generator)
            let chosen = ranges.shuffled(using: &generator).prefix(Int.random(in: 1...7, using: &generator))
            let elements = zip(chosen, weights).map { ($0, $1) }
            func weight(_ names: [String]) -> Int {
                for name in names { for element in elements where element.0 == name { return element.1 } }
                return 0
            }
            let expected: [(PageKind, Int)] = [
                (.text, weight(["text/plain", "text/*", "*/*"])), (.html, weight(["text/html", "text/*", "*/*"])),
                (.json, weight(["application/json", "application/*", "*/*"])),
            ]
            let best = expected.map(\.1).max() ?? 0
            let found = Self.kind([elements.map { "\($0.0);q=0.\($0.1)" }.joined(separator: ", ")])
            #expect(expected.contains { $0.0 == found && ($0.1 == best || best == 0) }, "\(elements)")
            if expected.filter({ $0.1 == best }).count == 1 {
                #expect(found == expected.first { $0.1 == best }?.0, "\(elements)")
            }
        }
    }

    @Test("bytes at random, and each byte of browsers' fields replaced, never crash the reader")
    func noise() {
        var generator = SplitMix(seed: 16)
        let pieces = [
            "text/", "html", "plain", "application/json", "*/*", "*", "/", ";", "q=", "0.5", "1", ",", "\"", "\\", " ",
            "\u{80}", "+json", "=",
        ]
        for _ in 0..<12_000 {
            var value = ""
            for _ in 0..<Int.random(in: 0..<14, using: &generator) {
                value += pieces.randomElement(using: &generator) ?? ""
            }
            #expect(Self.kind([value]) != nil)
        }
        for (values, _) in Self.cases {
            for value in values {
                for index in value.unicodeScalars.indices {
                    for other in ["\"", ",", ";", "/", "=", " ", "q", "\u{80}"] {
                        var mutated = value.unicodeScalars
                        mutated.replaceSubrange(index...index, with: other.unicodeScalars)
                        #expect(Self.kind([String(mutated)]) != nil)
                    }
                }
            }
        }
    }

    @Test("each kind has its media type")
    func mediaTypes() {
        #expect(
            PageKind.allCases.map { "\($0.mediaType)" } == [
                "text/plain; charset=utf-8", "text/html; charset=utf-8", "application/json",
            ])
    }
}
