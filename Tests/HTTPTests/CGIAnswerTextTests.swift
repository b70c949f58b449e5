import HTTP
import TestSupport
import Testing

@Suite struct CGIAnswerTextTests {
    private static let chunked = "transfer-encoding: chunked\r\n\r\n"

    static let taken: [(String, String)] = [
        ("Content-Type: text/html\n\n", "HTTP/1.1 200\r\nContent-Type: text/html\r\n" + chunked),
        ("Content-Type: text/html\r\n\r\n", "HTTP/1.1 200\r\nContent-Type: text/html\r\n" + chunked),
        ("A:1\r\nB: 2\nC:\r\n\n", "HTTP/1.1 200\r\nA:1\r\nB: 2\r\nC:\r\n" + chunked),
        ("Status: 404 Not Found\r\nA: 1\r\n\r\n", "HTTP/1.1 404\r\nA: 1\r\n" + chunked),
        ("A: 1\r\nstatus:503\r\n\r\n", "HTTP/1.1 503\r\nA: 1\r\n" + chunked),
        ("STATUS: \t204\t\r\n\r\n", "HTTP/1.1 204\r\n" + chunked),
        ("Status: 200\r\n\r\n", "HTTP/1.1 200\r\n" + chunked), ("Status: 999 x\r\n\r\n", "HTTP/1.1 999\r\n" + chunked),
        ("Status: 404\r\nStatus: 404 Not Found\r\n\r\n", "HTTP/1.1 404\r\n" + chunked),
        ("Location: /x\r\n\r\n", "HTTP/1.1 302\r\nLocation: /x\r\n" + chunked),
        ("location: http://a/\nStatus: 201\n\n", "HTTP/1.1 201\r\nlocation: http://a/\r\n" + chunked),
        ("Content-Length: 5\r\n\r\n", "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n"),
        (
            "Connection: close\r\nKeep-Alive: x\r\nUpgrade: y\r\nTrailer: z\r\nProxy-Connection: q\r\nA: 1\r\n\r\n",
            "HTTP/1.1 200\r\nA: 1\r\n" + chunked
        ),
        ("Statusx: 404\r\nX-Status: 404\r\n\r\n", "HTTP/1.1 200\r\nStatusx: 404\r\nX-Status: 404\r\n" + chunked),
        ("Set-Cookie: a\r\nSet-Cookie: b\r\n\r\n", "HTTP/1.1 200\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n" + chunked),
        ("A: b: c\t\r\n\r\n", "HTTP/1.1 200\r\nA: b: c\t\r\n" + chunked),
    ]

    static let refused: [(String, HeadRefusal)] = [
        ("\n", .emptyLine), ("\r\n", .emptyLine), ("\n\nA: 1\n\n", .emptyLine),
        ("Status: 100\n\n", .statusLineMalformed), ("Status: 101 x\n\n", .statusLineMalformed),
        ("Status: 199\n\n", .statusLineMalformed), ("Status:\n\n", .statusLineMalformed),
        ("Status: 20\n\n", .statusLineMalformed), ("Status: 2000\n\n", .statusLineMalformed),
        ("Status: OK\n\n", .statusLineMalformed), ("Status: 2x0\n\n", .statusLineMalformed),
        ("Status: 200x\n\n", .statusLineMalformed), ("Status: 200\nStatus: 404\n\n", .statusLineMalformed),
        ("Status: -200\n\n", .statusLineMalformed), ("Status: 099\n\n", .statusLineMalformed),
        ("Status: 200\rx\n\n", .statusLineMalformed),
        ("Transfer-Encoding: chunked\n\n", .transferCodingUnknown), ("transfer-encoding:\n\n", .transferCodingUnknown),
        ("A: 1\n folded\n\n", .foldedField), (" A: 1\n\n", .foldedField), ("Connection: x\n\tfolded\n\n", .foldedField),
        ("no colon\n\n", .fieldNameInvalid), ("nocolon\n\n", .fieldWithoutColon), ("Status\n\n", .fieldWithoutColon),
        ("HTTP/1.1 200 OK\r\nA: 1\r\n\r\n", .fieldNameInvalid), ("HTTP/1.1 200 O:K\r\n\r\n", .fieldNameInvalid),
        (": x\n\n", .emptyFieldName), ("A : x\n\n", .spaceBeforeColon), ("Status : 404\n\n", .spaceBeforeColon),
        ("Transfer-Encoding : chunked\n\n", .spaceBeforeColon), ("A\u{0}: x\n\n", .nulByte),
        ("A: x\u{0}\n\n", .nulByte), ("A: x\ry\n\n", .bareCarriageReturn), ("A: x\r\r\n\n", .bareCarriageReturn),
        ("A: 1\n\r\r\n\n", .bareCarriageReturn), ("A: \u{1B}\n\n", .controlByte), ("A\": 1\n\n", .fieldNameInvalid),
        ("Content-Length: 5\nContent-Length: 5\n\n", .lengthRepeated), ("Content-Length: x\n\n", .lengthMalformed),
        ("Content-Length: -1\n\n", .lengthMalformed), ("Content-Length: 5, 5\n\n", .lengthMalformed),
        (String(repeating: "A: 1\n", count: 40) + "\n", .tooManyFields),
        (String(repeating: "A", count: 9_000), .headTooLarge),
        (String(repeating: "A: 1\n", count: 2_000) + "\n", .headTooLarge),
        ("A: " + String(repeating: "x", count: 8_192) + "\n\n", .headTooLarge),
    ]

    @Test("RFC 3875 6.2: heads whole, cut everywhere and byte by byte, with content behind them", arguments: taken)
    func takes(_ source: String, _ expected: String) {
        let all = bytes(source + "\r\n\r\ncontent")
        let count = source.utf8.count
        let whole = CGIAnswer.read(all)
        #expect(whole.head == expected && whole.count == count && whole.refusal == nil && whole.lentCount == 0)
        #expect(CGIAnswer.read(all, cuts: Array(0...count)) == whole)
        for cut in 0..<count {
            #expect(CGIAnswer.read(all, cuts: [cut]) == whole, "cut at \(cut)")
            let short = CGIAnswer.read(Array(all[..<cut]))
            #expect(short.count == nil && short.refusal == nil && short.head.isEmpty, "nothing after \(cut)")
        }
    }

    @Test("RFC 3875 6.3: what leaves a doubt is refused however it is cut", arguments: refused)
    func refuses(_ source: String, _ refusal: HeadRefusal) {
        let all = bytes(source)
        #expect(CGIAnswer.read(all).refusal == refusal && CGIAnswer.read(all).lentCount == 0)
        for cut in stride(from: 0, to: all.count, by: max(1, all.count / 64)) {
            #expect(CGIAnswer.read(all, cuts: [cut]).refusal == refusal, "cut at \(cut)")
        }
    }

    @Test("RFC 3875 6.2: no byte makes a head say what the program has not said", arguments: taken)
    func mutated(_ source: String, _ expected: String) {
        let original = bytes(source)
        for index in original.indices {
            for byte in UInt8.min...UInt8.max {
                var all = original
                all[index] = byte
                let whole = CGIAnswer.read(all + bytes("\n\n"))
                if CGIAnswer.read(all + bytes("\n\n"), cuts: [index, index + 1]) != whole {
                    Issue.record("cut: \(all)")
                }
                guard whole.refusal == nil, let count = whole.count else { continue }
                // As many lines as the program wrote, less those dropped, and the two of ours.
                let lines = text(Array(all[..<min(count, all.count)])).split(
                    separator: "\n", omittingEmptySubsequences: true)
                let laid = whole.head.components("\r\n")
                if laid.count > lines.count + 4 || laid.contains(where: { $0.contains("\n") || $0.contains("\r") }) {
                    Issue.record("\(all) became \(whole.head)")
                }
            }
        }
    }

    @Test("what follows a head decides how its content is framed")
    func following() {
        let source = bytes("A: 1\n\n")
        #expect(CGIAnswer.read(source, .nothing).head == "HTTP/1.1 200\r\nA: 1\r\n\r\n")
        #expect(CGIAnswer.read(source, .end).head == "HTTP/1.1 200\r\nA: 1\r\ncontent-length: 0\r\n\r\n")
        let declared = bytes("Content-Length: 3\n\n")
        #expect(CGIAnswer.read(declared, .end).head == "HTTP/1.1 200\r\nContent-Length: 3\r\n\r\n")
    }

    @Test("a head may have as many bytes as it is allowed, and no more")
    func limit() {
        let source = bytes("A: 12345678\r\n\r\n")
        #expect(CGIAnswer.read(source, bytesMax: source.count).count == source.count)
        #expect(CGIAnswer.read(source, bytesMax: source.count - 1).refusal == .headTooLarge)
        #expect(CGIAnswer.read(source + source, bytesMax: source.count).count == source.count)
        // Lines that end with LF are longer when they are laid down.
        let short = bytes(String(repeating: "a:\n", count: 20_000) + "\n")
        #expect(CGIAnswer.read(short, bytesMax: 61_440).refusal == .headTooLarge)
    }

    @Test("lines put together at random are read the same however they are cut", .timeLimit(.minutes(10)))
    func random() {
        let lines = [
            "Status: 200", "Status: 404 x", "A: 1", "B:2", "Location: /x", "Content-Length: 5", "Connection: x", "",
            " folded", "\u{0}", "nocolon", "Transfer-Encoding: x", "\r", "A: \r", ":", "Status", "Status:",
        ]
        var generator = SplitMix(seed: 2026)
        for _ in 0..<60_000 {
            var source = ""
            for _ in 0..<Int.random(in: 0..<6, using: &generator) {
                source += lines[Int(generator.next() >> 8) % lines.count]
                source += generator.next() % 2 == 0 ? "\n" : "\r\n"
            }
            let all = bytes(source)
            let cuts = [Int(generator.next() >> 8) % (all.count + 1), Int(generator.next() >> 8) % (all.count + 1)]
                .sorted()
            let whole = CGIAnswer.read(all)
            if CGIAnswer.read(all, cuts: cuts.filter { $0 <= whole.count ?? .max }) != whole {
                Issue.record("\(cuts): \(all)")
            }
            if whole.lentCount != 0 { Issue.record("kept a slab: \(all)") }
        }
    }
}

extension String {
    /// The parts between a separator.
    fileprivate func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: true).map { String($0) }
    }
}
