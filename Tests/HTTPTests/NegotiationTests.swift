import HTTP
import Testing

/// Which coding an answer gets, for what clients say and what the edge has (RFC 9110, section 12.5.3).
@Suite struct NegotiationTests {
    private static let gzip = EncoderKind.zlib(level: 1)
    private static let brotli = EncoderKind.brotli(level: 5, windowBits: 16)
    private static let zstd = EncoderKind.zstd(level: 2, windowBits: 16)

    /// What the edge has: gzip; brotli and gzip; all, zstd preferred; zstd.
    private static let offers = [[gzip], [brotli, gzip], [zstd, brotli, gzip], [zstd]]

    /// Values of `Accept-Encoding`, and the coding for each offer: g, b, z or - for identity.
    static let cases: [(values: [String], codings: String)] = [
        ([], "----"), ([""], "----"), (["", ""], "----"), ([" , "], "----"),
        (["gzip"], "ggg-"), (["GZIP"], "ggg-"), (["x-gzip"], "ggg-"), (["X-GZip"], "ggg-"),
        (["br"], "-bb-"), (["BR"], "-bb-"), (["zstd"], "--zz"), (["ZStd"], "--zz"),
        (["deflate"], "----"), (["compress"], "----"), (["identity"], "----"), (["gzipx"], "----"), (["b"], "----"),
        (["gzip, br"], "gbb-"), (["br, gzip"], "gbb-"), (["gzip, deflate, br, zstd"], "gbzz"),
        (["zstd, br, gzip"], "gbzz"), (["br", "gzip"], "gbb-"), (["gzip", "br", "zstd"], "gbzz"),
        (["gzip;q=1.0, br;q=0.9"], "ggg-"), (["gzip;q=0.5, br;q=0.9"], "gbb-"),
        (["gzip;q=0.5, br;q=0.5, zstd;q=0.5"], "gbzz"), (["gzip;q=0.501, br;q=0.5, zstd;q=0.5"], "gggz"),
        (["zstd;q=0.1, gzip"], "gggz"), (["br;q=0.999, gzip;q=0.998"], "gbb-"),
        (["gzip;q=0"], "----"), (["gzip;q=0.000"], "----"), (["gzip;q=0.001"], "ggg-"), (["gzip;q=0, br"], "-bb-"),
        (["br;q=0, gzip"], "ggg-"), (["zstd;q=0, *"], "gbb-"),
        (["*"], "gbzz"), (["*;q=0"], "----"), (["*;q=0, gzip"], "ggg-"), (["*, gzip;q=0"], "-bzz"),
        (["br", "*;q=0"], "-bb-"), (["gzip, *;q=0.5"], "gggz"), (["gzip;q=0.5, *"], "gbzz"),
        (["identity;q=0"], "----"), (["identity;q=0, gzip;q=0.1"], "ggg-"), (["identity, gzip;q=0.5"], "----"),
        (["identity;q=0.5, gzip;q=0.5"], "ggg-"), (["identity;q=0.5, gzip;q=0.4, br;q=0.6"], "-bb-"),
        (["identity;q=0.5, *;q=0.4"], "----"), (["identity;q=0.3, *;q=0.4"], "gbzz"), (["identity, *"], "gbzz"),
        (["gzip;q=1.001"], "----"), (["gzip;q=2"], "----"), (["gzip;q="], "----"), (["gzip;q=0.1234"], "----"),
        (["gzip;x=1"], "----"), (["gzip q=1"], "----"), (["br;q=1,gzip;q=.5"], "-bb-"), (["gzip;q=-1"], "----"),
        (["gzip;q=1.000"], "ggg-"), (["gzip; q=1.0"], "ggg-"), (["gzip;Q=0.5"], "ggg-"), (["gzip ; q=0.3"], "ggg-"),
        ([",, gzip ,"], "ggg-"), (["gzip\t;\tq=0.3"], "ggg-"), (["gzip;q=0, gzip"], "ggg-"),
        (["gzip;q=bad, br"], "-bb-"), (["br;q=1.0, gzip;q=0.8, *;q=0.1"], "gbbz"),
    ]

    private static func letter(_ coding: ContentCoding?) -> String {
        switch coding {
        case .gzip: "g"
        case .brotli: "b"
        case .zstd: "z"
        case nil: "-"
        }
    }

    @Test("the greatest weight wins, of equal ones our order", arguments: cases)
    func negotiation(_ values: [String], _ codings: String) throws {
        let fields = values.map { "Accept-Encoding: \($0)\r\n" }.joined()
        let source = bytes("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        var head = RequestHead(fieldCountMax: 16)
        try head.parse(source.span, limits: HeadLimits(fieldCountMax: 16))
        var chosen = ""
        for offer in Self.offers {
            let wishes = CodingWishes(head, in: source.span, policy: CompressionPolicy.standard(kinds: offer))
            chosen += Self.letter(wishes.coding)
        }
        #expect(chosen == codings)
        let none = CodingWishes(head, in: source.span, policy: nil).coding
        #expect(none == nil)
    }

    @Test("the table is as large as it is meant to be")
    func size() {
        #expect(Self.cases.count >= 60)
    }
}
