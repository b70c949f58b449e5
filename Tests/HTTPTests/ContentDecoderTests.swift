import HTTP
import Testing

@Suite struct ContentDecoderTests {
    static let valid: [(String, String, String)] = [
        ("0\r\n\r\n", "", "\r\n"), ("5\r\nhello\r\n0\r\n\r\n", "hello", "\r\n"),
        ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world", "\r\n"),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789", "\r\n"),
        ("a\r\n0123456789\r\n000\r\n\r\n", "0123456789", "\r\n"),
        ("005;x=y\r\nhello\r\n0;z\r\n\r\n", "hello", "\r\n"), ("1;a=\"b;c\"\t; d\r\nx\r\n0\r\n\r\n", "x", "\r\n"),
        ("5 ;a=b\r\nhello\r\n0\t;z\r\n\r\n", "hello", "\r\n"),
        ("1 ; a = \"\\\";\" ;b;c=d\r\nx\r\n0\r\n\r\n", "x", "\r\n"),
        ("4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n", "\r\n"),
        ("1\r\nx\r\n0\r\nX-A: 1\r\nX-B:\r\n\r\n", "x", "X-A: 1\r\nX-B:\r\n\r\n"),
        ("0\r\nDigest: a\tb\r\n\r\n", "", "Digest: a\tb\r\n\r\n"),
    ]

    static let refused: [(String, ContentError.Reason)] = [
        ("\r\n", .chunkSizeMalformed), ("g\r\n", .chunkSizeMalformed), ("-1\r\n", .chunkSizeMalformed),
        ("0x5\r\n", .chunkSizeMalformed),
        (" 5\r\n", .chunkSizeMalformed), ("5 \r\nhello", .chunkExtensionMalformed),
        ("5 x\r\n", .chunkExtensionMalformed),
        ("5;;;\r\n", .chunkExtensionMalformed), ("5;\r\n", .chunkExtensionMalformed),
        ("5;a=\r\n", .chunkExtensionMalformed), ("5;a=\"b\r\n", .chunkExtensionMalformed),
        ("5;a=\"b\\\"\r\n", .chunkExtensionMalformed), ("5;a=\"b\"c\r\n", .chunkExtensionMalformed),
        ("5;a b\r\n", .chunkExtensionMalformed), ("5;a \r\n", .chunkExtensionMalformed),
        ("5;=b\r\n", .chunkExtensionMalformed), ("5;a=b=c\r\n", .chunkExtensionMalformed),
        ("5;a,b\r\n", .chunkExtensionMalformed), ("5 5;a\r\n", .chunkExtensionMalformed),
        ("5\nhello", .bareLineFeed),
        ("5;x\nhello", .bareLineFeed),
        ("5\rhello", .bareCarriageReturn), ("5;a\rb\r\n", .bareCarriageReturn), ("5;a\0\r\n", .controlByte),
        ("5;a\u{7F}\r\n", .controlByte),
        ("8000000000000000\r\n", .chunkSizeOverflow), ("FFFFFFFFFFFFFFFFF\r\n", .chunkSizeOverflow),
        ("10000000000000005\r\n", .chunkSizeOverflow),
        ("5\r\nhelloX", .chunkEndMissing), ("5\r\nhello\n0\r\n\r\n", .chunkEndMissing),
        ("5\r\nhello\rX", .chunkEndMissing),
        ("5\r\nhello0\r\n\r\n", .chunkEndMissing), ("5,\r\n", .chunkSizeMalformed), ("+5\r\n", .chunkSizeMalformed),
        ("5_0\r\n", .chunkSizeMalformed),
        ("0\r\nX: a\n\r\n", .bareLineFeed), ("0\r\n\n", .bareLineFeed), ("0\r\nX: a\rb\r\n\r\n", .bareCarriageReturn),
        ("0\r\nX: \0\r\n\r\n", .controlByte), ("0\n\r\n", .bareLineFeed),
        ("1;" + String(repeating: "x", count: 520) + "\r\n", .chunkLineTooLong),
        (String(repeating: "0", count: 600), .chunkLineTooLong),
        (
            String(repeating: "1;" + String(repeating: "x", count: 500) + "\r\nx\r\n", count: 40),
            .chunkExtensionsTooLong
        ),
        (
            "0\r\n" + String(repeating: "X: " + String(repeating: "y", count: 1000) + "\r\n", count: 9),
            .trailersTooLarge
        ),
        ("0\r\nX: " + String(repeating: "y", count: 9000), .trailersTooLarge),
    ]

    @Test(
        "RFC 9112 7.1: chunked, whole, split everywhere, byte by byte, with the next message behind it",
        arguments: valid)
    func chunked(_ source: String, _ content: String, _ trailers: String) {
        let all = bytes(source + "GET /next")
        let count = source.utf8.count
        let expected = Decoded(content: bytes(content), trailers: trailers, count: count)
        #expect(Decoded.decode(.chunked, all) == expected)
        #expect(Decoded.decode(.chunked, all, cuts: Array(0...all.count)) == expected)
        for cut in 0..<count {
            #expect(Decoded.decode(.chunked, all, cuts: [cut]) == expected, "cut at \(cut)")
            let short = Decoded.decode(.chunked, Array(all[..<cut]))
            #expect(short.count == nil && short.reason == nil, "nothing after \(cut)")
            for second in (cut + 1)..<(count + 1) {
                #expect(Decoded.decode(.chunked, all, cuts: [cut, second]) == expected, "cut at \(cut) and \(second)")
            }
        }
    }

    @Test("RFC 9112 7.1: malformed chunks are refused however they are cut", arguments: refused)
    func malformed(_ source: String, _ reason: ContentError.Reason) {
        let all = bytes(source)
        let whole = Decoded.decode(.chunked, all)
        #expect(whole.reason == reason && whole.count == nil)
        #expect(Decoded.decode(.chunked, all, cuts: Array(0...all.count)).reason == reason)
        for cut in stride(from: 0, to: all.count, by: max(1, all.count / 64)) {
            #expect(Decoded.decode(.chunked, all, cuts: [cut]).reason == reason, "cut at \(cut)")
        }
    }

    @Test(
        "RFC 9112 7.1.1: an answer's padded sizes and malformed extensions cost nothing",
        arguments: [
            "5 \r\n", "5\t  \r\n", "5;;;\r\n", "5;a=\"b\r\n", "5 ; a b = \"c\r\n", "5;\r\n",
            "5;a=b c\r\n", "5;a=\"b\" c\r\n", "5;a=b \r\n",
        ])
    func answers(_ line: String) {
        let all = bytes(line + "hello\r\n0   \r\n\r\n")
        let expected = Decoded(content: bytes("hello"), trailers: "\r\n", count: all.count)
        #expect(Decoded.decode(.chunked, all, cuts: Array(0...all.count), of: .answer) == expected)
    }

    @Test(
        "RFC 9112 7.1.1: what pads an answer's size is white space",
        arguments: ["5 x\r\n", "5 5\r\n", "5 \n", "5 \r\r\n", "5 \u{0}\r\n"])
    func answersRefused(_ line: String) {
        #expect(Decoded.decode(.chunked, bytes(line + "hello"), of: .answer).reason != nil)
    }

    @Test("RFC 9112 7.1: a mutated byte never makes a chunk reach further than its frame says", arguments: valid)
    func mutated(_ source: String, _ content: String, _ trailers: String) {
        let original = bytes(source)
        for index in original.indices {
            for byte in UInt8.min...UInt8.max {
                var all = original
                all[index] = byte
                let whole = Decoded.decode(.chunked, all)
                #expect(Decoded.decode(.chunked, all, cuts: Array(0...all.count)) == whole, "\(text(all))")
                #expect(whole == ReferenceChunked.decode(all), "\(text(all))")
            }
        }
    }

    @Test("RFC 9112 6.2: a length is never passed")
    func length() {
        let all = bytes("helloGET /next")
        #expect(Decoded.decode(.length(5), all) == Decoded(content: bytes("hello"), count: 5))
        for cut in 0..<5 { #expect(Decoded.decode(.length(5), all, cuts: [cut]).content == bytes("hello")) }
        #expect(Decoded.decode(.length(5), all, cuts: Array(0...14)) == Decoded(content: bytes("hello"), count: 5))
        #expect(Decoded.decode(.length(0), all) == Decoded(count: 0))
        #expect(Decoded.decode(.none, all) == Decoded(count: 0))
        #expect(Decoded.decode(.length(99), all) == Decoded(content: all))
        #expect(Decoded.decode(.length(UInt64(Int64.max)), all) == Decoded(content: all))
    }

    @Test("RFC 9112 8: only content until close ends with the connection")
    func finish() throws {
        var untilClose = ContentDecoder(.untilClose, of: .answer)
        let step = try untilClose.next(in: bytes("abc").span, from: 1)
        #expect(step == .content(1..<3))
        try untilClose.finish()
        let ended = untilClose.hasEnded
        #expect(ended)
        for framing in [Framing.length(3), .chunked] {
            var decoder = ContentDecoder(framing, of: .answer)
            var reason: ContentError.Reason?
            do throws(ContentError) { try decoder.finish() } catch { reason = error.reason }
            #expect(reason == .truncated)
        }
    }

    @Test("each reason has a code of its own")
    func codes() {
        let codes = Set(ContentError.Reason.allCases.map { "\(ContentError($0, at: 0).code)" })
        #expect(codes.count == ContentError.Reason.allCases.count)
        #expect(
            ContentError(.trailersTooLarge, at: 0).status == 431 && ContentError(.chunkEndMissing, at: 0).status == 400)
    }
}
