import HTTP
import TestSupport
import Testing

/// The PROXY protocol, versions 1 and 2, as receivers read it.
@Suite("ProxyHeader")
struct ProxyHeaderTests {
    private static let client = ProxyHeader.Endpoint(address: 0xffff << 32 | 0xC000_0201, port: 56324)
    private static let edge = ProxyHeader.Endpoint(address: 0xffff << 32 | 0xC633_6401, port: 443)
    private static let client6 = ProxyHeader.Endpoint(address: 0x2001_0db8 << 96 | 1, port: 56324)
    private static let edge6 = ProxyHeader.Endpoint(address: 0x2001_0db8 << 96 | 0x2_0000, port: 443)
    private static let addresses4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB]
    private static let addresses6: [UInt8] =
        [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        + [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0] + [0xDC, 0x04, 0x01, 0xBB]
    private static let paths = [UInt8](repeating: 0x2F, count: 216)

    /// A header of version 2; `length` is what it claims to have behind its sixteen bytes.
    private static func binary(
        _ command: UInt8, _ family: UInt8, _ content: [UInt8], length: Int? = nil
    ) -> [UInt8] {
        let length = length ?? content.count
        return bytes("\r\n\r\n\u{0}\r\nQUIT\n") + [command, family, UInt8(length >> 8), UInt8(length & 255)] + content
    }

    private static func binary(_ family: UInt8, _ content: [UInt8], length: Int? = nil) -> [UInt8] {
        binary(0x21, family, content, length: length)
    }

    /// A type, a length, a value.
    private static func extra(_ type: UInt8, _ count: Int) -> [UInt8] {
        [type, UInt8(count >> 8), UInt8(count & 255)] + [UInt8](repeating: 0x50, count: count)
    }

    private static func named(_ count: Int) -> ProxyHeader {
        .header(source: client, destination: edge, count: count)
    }

    private static func named6(_ count: Int) -> ProxyHeader {
        .header(source: client6, destination: edge6, count: count)
    }

    /// Headers that are whole, with what they say.
    private static let whole: [(header: [UInt8], verdict: ProxyHeader)] = [
        (bytes("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"), named(45)),
        (bytes("PROXY TCP6 2001:db8::1 2001:DB8::2:0 56324 443\r\n"), named6(48)),
        (bytes("PROXY TCP6 2001:0db8:0:0:0:0:0:1 2001:db8::2:0 56324 443\r\n"), named6(58)),
        (bytes("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:c633:6401 56324 443\r\n"), named(56)),
        (
            bytes("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n"),
            .header(
                source: .init(address: 0xffff << 32, port: 0),
                destination: .init(address: 0xffff << 32 | 0xffff_ffff, port: 65535), count: 44)
        ),
        (bytes("PROXY UNKNOWN\r\n"), .local(count: 15)),
        (bytes("PROXY UNKNOWN \r\n"), .local(count: 16)),
        (bytes("PROXY UNKNOWN ? 1 TCP4\r\n"), .local(count: 24)),
        (
            bytes(
                "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                    + " 65535 65535\r\n"), .local(count: 107)
        ),
        (binary(0x11, addresses4), named(28)),
        (binary(0x21, addresses6), named6(52)),
        (binary(0x11, addresses4 + extra(4, 0)), named(31)),
        (binary(0x11, addresses4 + extra(2, 11) + extra(0x20, 60) + extra(3, 4)), named(28 + 84)),
        (binary(0x11, addresses4 + [UInt8](repeating: 0xFF, count: 7)), named(35)),
        (binary(0x21, addresses6 + extra(2, 1993)), named6(2048)),
        (binary(0x00, []), .local(count: 16)),
        (binary(0x00, extra(2, 3)), .local(count: 22)),
        (binary(0x12, addresses4), .local(count: 28)),
        (binary(0x22, addresses6), .local(count: 52)),
        (binary(0x31, paths), .local(count: 232)),
        (binary(0x32, paths + extra(2, 3)), .local(count: 238)),
        (binary(0x20, 0x00, []), .local(count: 16)),
        (binary(0x20, 0x11, addresses4), .local(count: 28)),
        (binary(0x20, 0x11, [1]), .local(count: 17)),
        (binary(0x20, 0xFF, addresses6), .local(count: 52)),
    ]

    /// What begins as a header does and is none.
    private static let broken: [[UInt8]] =
        [
            "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\n", "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443 \r\n", "PROXY  TCP4 192.0.2.1 198.51.100.1 56324 443\r\n",
            "PROXY TCP4 192.0.2.1  198.51.100.1 56324 443\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443 1\r\n", "PROXY TCP4\t192.0.2.1 198.51.100.1 56324 443\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.1 056324 443\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 00 443\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.1 65536 443\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 +1 443\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.1 -1 443\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1  443\r\n",
            "PROXY TCP4 192.0.2.01 198.51.100.1 56324 443\r\n", "PROXY TCP4 192.0.2.256 198.51.100.1 1 443\r\n",
            "PROXY TCP4 192.0.2 198.51.100.1 1 443\r\n", "PROXY TCP4 192.0.2.1.1 198.51.100.1 1 443\r\n",
            "PROXY TCP4 2001:db8::1 2001:db8::2 56324 443\r\n", "PROXY TCP6 192.0.2.1 198.51.100.1 56324 443\r\n",
            "PROXY TCP6 [2001:db8::1] [2001:db8::2] 1 2\r\n", "PROXY TCP6 fe80::1%lo fe80::2 1 2\r\n",
            "PROXY UDP4 192.0.2.1 198.51.100.1 56324 443\r\n", "PROXY tcp4 192.0.2.1 198.51.100.1 56324 443\r\n",
            "PROXY UNKNOWNS\r\n", "PROXY unknown\r\n", "PROXY \r\n", "PROXY UNKNOWN\n", "PROXY UNKNOWN \u{0}\r\n",
            "PROXY UNKNOWN \u{80}\r\n", "PROXY UNKNOWN" + String(repeating: " ", count: 93) + "\r\n",
            "PROXY / HTTP/1.1\r\n", "PROXY TCP4 " + String(repeating: "1", count: 200),
        ].map { bytes($0) } + [
            binary(0x10, 0x11, addresses4), binary(0x31, 0x11, addresses4), binary(0x22, 0x11, addresses4),
            binary(0x2F, 0x11, addresses4), binary(0x01, []), binary(0x10, addresses4), binary(0x13, addresses4),
            binary(0x41, paths), binary(0x33, paths), binary(0xFF, paths),
            binary(0x11, []), binary(0x11, addresses4, length: 11), binary(0x12, addresses4, length: 11),
            binary(0x21, addresses4), binary(0x21, addresses6, length: 35), binary(0x31, paths, length: 215),
            binary(0x21, addresses6 + extra(2, 1994)), binary(0x11, addresses4, length: 0xFFFF),
            binary(0x20, 0x00, [], length: 2033),
        ]

    /// What others say first.
    private static let others: [[UInt8]] =
        [
            "GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "POST / HTTP/1.1\r\n", "PROXYING / HTTP/1.1\r\n",
            "PROXY\t", "PROXX", "proxy TCP4", " PROXY", "\r\nGET / HTTP/1.1\r\n", "\r\n\r\n\u{0}\r\nQUIT\r", "\n",
            "\u{0}",
        ].map { bytes($0) } + [[0x16, 3, 1, 2, 0, 1], [0x80, 0x2E, 1], [0xFF]]

    /// The verdict of all bytes; that of each part of them must be the same or ``ProxyHeader/more``, and none may be
    /// undone by what comes behind.
    private func read(_ source: [UInt8]) -> ProxyHeader {
        var verdict = ProxyHeader.more
        for count in 0...source.count {
            let next = ProxyHeader.parse(source.span.extracting(0..<count))
            if verdict != .more, verdict != next {
                Issue.record("\(verdict), then \(next), at \(count) of \(text(source))")
            }
            switch next {
            case .header(_, _, let taken) where verdict == .more: #expect(taken == count && taken <= 2048)
            case .local(let taken) where verdict == .more: #expect(taken == count && taken <= 2048)
            default: break
            }
            verdict = next
        }
        #expect(verdict == ReferenceProxyHeader.parse(source), "\(text(source))")
        return verdict
    }

    @Test("whole headers, cut at each byte, with anything behind them")
    func wholeHeaders() {
        for (header, verdict) in Self.whole {
            #expect(read(header) == verdict, "\(text(header))")
            for cut in 0..<header.count {
                #expect(ProxyHeader.parse(header.span.extracting(0..<cut)) == .more, "\(cut) of \(text(header))")
            }
            for other in Self.others + Self.broken.prefix(2) { #expect(read(header + other) == verdict) }
        }
    }

    @Test("a second header is not the first one's")
    func second() {
        for (header, verdict) in Self.whole {
            for (other, behind) in Self.whole where header.count + other.count < 600 {
                #expect(ProxyHeader.parse((header + other).span) == verdict)
                let rest = (header + other).dropFirst(header.count)
                #expect(ProxyHeader.parse(Array(rest).span) == behind)
            }
        }
    }

    @Test("what begins as a header and is none")
    func brokenHeaders() {
        for header in Self.broken { #expect(read(header) == .malformed, "\(text(header))") }
    }

    @Test("what is no header's beginning is nobody's introduction")
    func otherBeginnings() {
        for beginning in Self.others { #expect(read(beginning) == .none, "\(text(beginning))") }
    }

    @Test("each byte of each header replaced by others")
    func mutated() {
        for (header, _) in Self.whole where header.count < 600 {
            for index in header.indices {
                for byte: UInt8 in [0, 1, 9, 10, 11, 12, 13, 17, 32, 33, 34, 46, 48, 49, 57, 58, 65, 80, 127, 128, 255]
                {
                    var source = header
                    source[index] = byte
                    #expect(ProxyHeader.parse(source.span) == ReferenceProxyHeader.parse(source), "\(text(source))")
                }
            }
        }
    }

    @Test("lengths that lie: each one, with a header of each family")
    func lengths() {
        let families: [(UInt8, [UInt8], Int)] = [
            (0x00, [], 0), (0x11, Self.addresses4, 12), (0x21, Self.addresses6, 36), (0x31, Self.paths, 216),
        ]
        for (family, content, least) in families {
            for length in 0...2100 {
                let header = Self.binary(family, content, length: length)
                let expected = length < least || length > 2032 ? ProxyHeader.malformed : .more
                if length > content.count || expected == .malformed {
                    #expect(ProxyHeader.parse(header.span) == expected, "\(length) bytes of family \(family)")
                }
            }
        }
    }

    @Test("addresses are read as inet_pton(3) reads them")
    func addresses() {
        var generator = SplitMix(seed: 17)
        let pieces = [
            "0", "1", "00", "ffff", "FFFF", "12345", "a", "g", ":", ":", ":", "::", ".", ".", "255", "256", "01",
            "192.0.2.1", "%", "1.2.3.4", "2001:db8", ":::", "x", "-", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6",
            "::1:2:3:4:5:6:7",
        ]
        var valid = 0
        for _ in 0..<60_000 {
            var digits = ""
            for _ in 0..<Int.random(in: 1..<9, using: &generator) {
                digits += pieces.randomElement(using: &generator) ?? ""
            }
            for (name, isIPv6) in [("TCP4", false), ("TCP6", true)] where digits.utf8.count < 46 {
                let header = bytes("PROXY \(name) \(digits) \(isIPv6 ? "::1" : "1.1.1.1") 1 2\r\n")
                var source: UInt128?
                if case .header(let end, _, _) = ProxyHeader.parse(header.span) { source = end.address }
                #expect(source == ReferenceProxyHeader.address(digits, isIPv6: isIPv6), "\(digits)")
                if source != nil { valid += 1 }
            }
        }
        #expect(valid > 2_000)
    }

    @Test("pieces of headers put together at random are read as the reference reads them, however cut")
    func random() {
        var generator = SplitMix(seed: 1701)
        let pieces =
            [
                "PROXY", " ", " ", " ", "TCP4", "TCP6", "UNKNOWN", "1.2.3.4", "::1", "0", "443", "65536", "\r\n",
                "\r\n", "\r", "\n", "\u{0}", "\r\n\r\n\u{0}\r\nQUIT\n", "PROXY TCP4 ", " 1 2\r\n", "1.1.1.1 2.2.2.2",
            ].map { bytes($0) } + [
                [0x20], [0x21], [0x21, 0x11, 0, 12], [0x21, 0x21, 0, 36], [0x21, 0x00, 0, 2], Self.addresses4,
                Self.addresses6, [0x20, 0, 0, 0], [0, 0], [0xFF],
            ]
        let starts: [[UInt8]] = [
            [], bytes("PROXY "), bytes("PROXY TCP4 1.2.3.4 "), bytes("PROXY TCP6 ::1 ::2 1"), bytes("PROXY UNKNOWN"),
            Self.binary(0x00, [], length: 2), Self.binary(0x21, [], length: 36), Self.binary(0x11, [], length: 12),
            Self.binary(0x21, 0x11, [1, 2, 3, 4], length: 14),
        ]
        var verdicts = [0, 0, 0, 0, 0]
        for _ in 0..<12_000 {
            var source = starts.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 0..<9, using: &generator) {
                source += pieces.randomElement(using: &generator) ?? []
            }
            switch read(source) {
            case .more: verdicts[0] += 1
            case .none: verdicts[1] += 1
            case .header: verdicts[2] += 1
            case .local: verdicts[3] += 1
            case .malformed: verdicts[4] += 1
            }
        }
        #expect(verdicts.allSatisfy { $0 > 20 }, "\(verdicts)")
    }

    @Test("random bytes behind a signature never crash the reader")
    func noise() {
        var generator = SplitMix(seed: 3)
        for round in 0..<20_000 {
            let start = [bytes("PROXY "), bytes("\r\n\r\n\u{0}\r\nQUIT\n"), bytes("PROXY TCP6 ")][round % 3]
            let count = Int.random(in: 0..<120, using: &generator)
            let source = start + (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(ProxyHeader.parse(source.span) == ReferenceProxyHeader.parse(source))
        }
    }
}
