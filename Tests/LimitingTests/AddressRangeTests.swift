import Limiting
import Testing

@Suite("AddressRange", .tags(.limiting))
struct AddressRangeTests {
    private static let mapped: UInt128 = 0xFFFF << 32

    @Test("A range holds its addresses and no others; IPv4 is mapped")
    func ranges() {
        let ten = AddressRange(Self.mapped | 0x0A01_0203, prefixLength: 104)
        #expect(ten.first == Self.mapped | 0x0A00_0000)
        #expect(ten.contains(Self.mapped | 0x0AFF_FFFF))
        #expect(!ten.contains(Self.mapped | 0x0B00_0000))
        #expect(!ten.contains(0x0A00_0000))
        #expect(AddressRange(1, prefixLength: 0).contains(.max))
        #expect(AddressRange(.max, prefixLength: 128).contains(.max))
        #expect(!AddressRange(.max, prefixLength: 128).contains(.max - 1))
    }

    @Test(
        "Loopback is 127.0.0.0/8 and ::1, however it was written",
        arguments: [
            ("127.0.0.1", true), ("127.255.255.255", true), ("::1", true), ("::ffff:127.0.0.1", true),
            ("126.255.255.255", false), ("128.0.0.0", false), ("::", false), ("::2", false), ("::127.0.0.1", false),
        ])
    func loopback(_ text: String, isLoopback: Bool) throws {
        #expect(try #require(IPAddress(text)).isLoopback == isLoopback)
    }

    @Test("IPv4 is in no range of IPv6, unless that is one of mapped addresses")
    func families() throws {
        let address = try #require(IPAddress("192.0.2.1"))
        #expect(!(try AddressRange.parse("::/0").contains(address.bits)))
        #expect(!(try AddressRange.parse("::fffe:0:0/95").contains(address.bits)))
        #expect(try AddressRange.parse("::/0").contains(1))
        #expect(try AddressRange.parse("0.0.0.0/0").contains(address.bits))
        #expect(try AddressRange.parse("::ffff:192.0.2.0/120") == AddressRange.parse("192.0.2.0/24"))
        #expect(try AddressRange.parse("::ffff:192.0.2.0/120").description == "192.0.2.0/24")
        #expect(IPAddress("::ffff:192.0.2.1")?.bits == address.bits)
    }

    @Test(
        "A range is written as it was read",
        arguments: [
            "10.0.0.0/8", "192.0.2.1", "0.0.0.0/0", "128.0.0.0/1", "192.0.2.2/31", "fd00::/8", "::1", "::/0",
            "2001:db8::/127",
        ])
    func texts(_ text: String) {
        #expect(AddressRange(text)?.description == text)
    }

    @Test(
        "The error says what was found, what is wrong and what was meant",
        arguments: [
            ("10.0.0.1/8", AddressRangeError.bitsBehindPrefix(found: "10.0.0.1/8", network: "10.0.0.0/8")),
            ("fd00::1/8", .bitsBehindPrefix(found: "fd00::1/8", network: "fd00::/8")),
            ("192.0.2.255/0", .bitsBehindPrefix(found: "192.0.2.255/0", network: "0.0.0.0/0")),
            (
                "::ffff:10.0.0.1/104",
                .bitsBehindPrefix(found: "::ffff:10.0.0.1/104", network: "::ffff:a00:0/104")
            ),
            ("10.0.0.0/33", .prefixLength(found: "10.0.0.0/33", length: "33", most: 32, meant: nil)),
            ("::/129", .prefixLength(found: "::/129", length: "129", most: 128, meant: nil)),
            ("10.0.0.0/", .prefixLength(found: "10.0.0.0/", length: "", most: 32, meant: nil)),
            ("10.0.0.0/+8", .prefixLength(found: "10.0.0.0/+8", length: "+8", most: 32, meant: nil)),
            ("10.0.0.0/8/8", .prefixLength(found: "10.0.0.0/8/8", length: "8/8", most: 32, meant: nil)),
            (
                "10.0.0.0/255.0.0.0",
                .prefixLength(found: "10.0.0.0/255.0.0.0", length: "255.0.0.0", most: 32, meant: "10.0.0.0/8")
            ),
            (
                "10.0.0.0/0.0.0.255",
                .prefixLength(found: "10.0.0.0/0.0.0.255", length: "0.0.0.255", most: 32, meant: nil)
            ),
            ("10.0.0", .noAddress(found: "10.0.0")), ("", .noAddress(found: "")), ("/8", .noAddress(found: "/8")),
            ("10.0.0.01", .noAddress(found: "10.0.0.01")), ("[::1]", .noAddress(found: "[::1]")),
            ("fe80::1%eth0", .noAddress(found: "fe80::1%eth0")), (" ::1", .noAddress(found: " ::1")),
            ("example.com", .noAddress(found: "example.com")),
        ])
    func errors(_ text: String, _ error: AddressRangeError) {
        #expect(throws: error) { try AddressRange.parse(text) }
        #expect(AddressRange(text) == nil)
    }

    @Test("An error in words is one line, however long and strange the text was")
    func words() {
        #expect(
            AddressRangeError.bitsBehindPrefix(found: "10.0.0.1/8", network: "10.0.0.0/8").description
                == "\"10.0.0.1/8\" has bits behind its prefix; write 10.0.0.0/8")
        #expect(throws: AddressRangeError.noAddress(found: String(repeating: "x", count: 63) + "…")) {
            try AddressRange.parse(String(repeating: "x", count: 65))
        }
        #expect(
            AddressRangeError.noAddress(found: "a\nb").description
                == #""a\nb" is no IP address or range; write one as 10.0.0.0/8 or fd00::/8"#)
    }
}
