import Session
import TestSupport
import Testing

@Suite("CookieReader", .tags(.session))
struct CookieReaderTests {
    /// Fields as clients send them and as they do not.
    static let fields: [(field: String, pairs: [(String, String)])] = [
        ("", []),
        (";", []),
        ("=", [("", "")]),
        ("a", []),
        ("a=", [("a", "")]),
        ("=b", [("", "b")]),
        ("a=b", [("a", "b")]),
        ("a=b;", [("a", "b")]),
        ("a=b; c=d", [("a", "b"), ("c", "d")]),
        ("a=b;c=d", [("a", "b"), ("c", "d")]),
        ("a=b;;; ;c=d", [("a", "b"), ("c", "d")]),
        ("  a\t =\t b  ;\tc = d\t", [("a", "b"), ("c", "d")]),
        ("a=b=c==", [("a", "b=c==")]),
        ("a=b c", [("a", "b c")]),
        ("a=b, c=d", [("a", "b, c=d")]),
        ("a; b; JSESSIONID=x.node1; c", [("JSESSIONID", "x.node1")]),
        (#"a="b""#, [("a", "b")]),
        (#"a="""#, [("a", "")]),
        (#"a=""#, [("a", "\"")]),
        (#"a="b"#, [("a", "\"b")]),
        (#"a=b""#, [("a", "b\"")]),
        (#"a= "b" ;c="d"#, [("a", "b"), ("c", "\"d")]),
        (#"a="b;c=d""#, [("a", "\"b"), ("c", "d\"")]),
        (#"a=""b"""#, [("a", "\"b\"")]),
        (
            #"$Version="1"; JSESSIONID="x.node1"; $Path="/""#,
            [("$Version", "1"), ("JSESSIONID", "x.node1"), ("$Path", "/")]
        ),
        ("a=\0; b=\u{7f}; c=é", [("a", "\0"), ("b", "\u{7f}"), ("c", "é")]),
        ("a=1\r\nSet-Cookie: b=2", [("a", "1\r\nSet-Cookie: b=2")]),
    ]

    @Test("RFC 6265 4.2, 5.4: the pairs of a field", arguments: fields)
    func pairs(field: String, pairs: [(String, String)]) {
        let expected = pairs.map { Reference.Pair(name: Array($0.0.utf8), value: Array($0.1.utf8)) }
        #expect(read(Array(field.utf8)) == expected)
        #expect(Reference.pairs(Array(field.utf8)) == expected)
    }

    @Test("each field cut in two at every byte, and with each byte replaced", arguments: fields.map(\.field))
    func cutAndMutated(field: String) {
        let bytes = Array(field.utf8)
        for cut in 0...bytes.count {
            let left = Array(bytes[..<cut])
            let right = Array(bytes[cut...])
            #expect(read(left) == Reference.pairs(left))
            #expect(read(right) == Reference.pairs(right))
        }
        for offset in bytes.indices {
            for byte in [0x00, 0x09, 0x20, 0x22, 0x2c, 0x3b, 0x3d, 0x41, 0x80, 0xff] as [UInt8] {
                var mutated = bytes
                mutated[offset] = byte
                #expect(read(mutated) == Reference.pairs(mutated))
            }
        }
    }

    @Test(
        "fields put together at random are read as the reference reads them", .tags(.fuzz),
        arguments: 1...20 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let pieces = ["a", "JSESSIONID", "=", "=", ";", ";", "; ", " ", "\t", "\"", ".", "node1", ",", "\0", "é"]
        for _ in 0..<2_000 {
            let field = generator.bytes(of: pieces, count: Int.random(in: 0...24, using: &generator))
            #expect(read(field) == Reference.pairs(field))
        }
        for _ in 0..<500 {
            let field = generator.bytes(count: Int.random(in: 0...64, using: &generator))
            #expect(read(field) == Reference.pairs(field))
        }
    }

    @Test("10,000 cookies are all read")
    func many() {
        let field = Array((0..<10_000).map { "c\($0)=v\($0)" }.joined(separator: "; ").utf8)
        let pairs = read(field)
        #expect(pairs.count == 10_000)
        #expect(pairs.last == Reference.Pair(name: Array("c9999".utf8), value: Array("v9999".utf8)))
    }

    @Test(
        "huge fields of one kind of byte are read in one go",
        arguments: [0x20, 0x22, 0x3b, 0x3d, 0x41, 0xff] as [UInt8])
    func huge(byte: UInt8) {
        let field = [UInt8](repeating: byte, count: 1 << 20)
        #expect(read(field) == Reference.pairs(field))
    }

    private func read(_ field: [UInt8]) -> [Reference.Pair] {
        var reader = CookieReader()
        var pairs: [Reference.Pair] = []
        while let pair = reader.next(in: field.span) {
            pairs.append(Reference.Pair(name: Array(field[pair.name]), value: Array(field[pair.value])))
        }
        #expect(reader.next(in: field.span) == nil)
        for name in ["a", "JSESSIONID", "c9999", "nobody's"] {
            #expect(read(field, named: Array(name.utf8)) == pairs.filter { $0.name == Array(name.utf8) }.map(\.value))
        }
        return pairs
    }

    private func read(_ field: [UInt8], named name: [UInt8]) -> [[UInt8]] {
        var reader = CookieReader()
        var values: [[UInt8]] = []
        while let value = reader.next(named: name.span, in: field.span) { values.append(Array(field[value])) }
        return values
    }
}
