import Limiting
import TestSupport
import Testing

@Suite("AddressSet", .tags(.limiting))
struct AddressSetTests {
    private static func set(_ texts: String...) throws -> AddressSet {
        AddressSet(try texts.map { try AddressRange.parse($0) })
    }

    private static func bits(_ text: String) throws -> UInt128 {
        try #require(IPAddress(text)).bits
    }

    @Test("Ranges have their first and last address, and not those beside them")
    func ends() throws {
        let set = try Self.set("10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "255.255.255.255", "ffff::/16")
        for inside in [
            "10.0.0.0", "10.255.255.255", "192.0.2.7", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            "255.255.255.255", "::ffff:10.1.2.3", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ] {
            #expect(set.contains(try Self.bits(inside)), "\(inside)")
        }
        for outside in [
            "9.255.255.255", "11.0.0.0", "192.0.2.6", "192.0.2.8", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db9::", "255.255.255.254", "::a00:1", "::", "fffe::", "::1:0:0:0",
        ] {
            #expect(!set.contains(try Self.bits(outside)), "\(outside)")
        }
        #expect(set.contains(try #require(IPAddress("10.0.0.1"))))
    }

    @Test("What overlaps or meets is one range, in whatever order it came")
    func merging() throws {
        #expect(try Self.set("10.0.0.0/9", "10.128.0.0/9") == Self.set("10.0.0.0/8"))
        #expect(try Self.set("10.1.0.0/16", "10.0.0.0/8", "10.1.2.3") == Self.set("10.0.0.0/8"))
        #expect(try Self.set("192.0.2.0", "192.0.2.1", "192.0.2.1").rangeCount == 1)
        #expect(try Self.set("192.0.2.0", "192.0.2.2").rangeCount == 2)
        #expect(try Self.set("::/1", "8000::/1").rangeCount == 2)
    }

    @Test("Nobody, everybody, and all of one family")
    func extremes() throws {
        let addresses = try ["0.0.0.0", "255.255.255.255", "::", "::1", "::fffe:ffff:ffff", "::1:0:0:0"].map(Self.bits)
        #expect(AddressSet.none.isEmpty && AddressSet.none.rangeCount == 0 && !AddressSet.all.isEmpty)
        #expect(try Self.set("::/0", "0.0.0.0/0") == AddressSet.all)
        #expect(AddressSet.all.rangeCount == 1 && AddressSet.all.contains(.max))
        for (index, address) in addresses.enumerated() {
            #expect(!AddressSet.none.contains(address))
            #expect(AddressSet.all.contains(address))
            #expect(try Self.set("0.0.0.0/0").contains(address) == (index < 2))
            #expect(try Self.set("::/0").contains(address) == (index >= 2))
            #expect(try Self.set("::fffe:0:0/95").contains(address) == (index == 4))
        }
    }

    @Test("10,000 sets of up to 40 ranges say what the ranges say one by one", .tags(.fuzz))
    func model() {
        var generator = SplitMix(seed: 17)
        for round in 0..<10_000 {
            let ranges = (0..<Int.random(in: 0...40, using: &generator)).map { _ in Self.range(&generator) }
            let set = AddressSet(ranges)
            #expect(set.rangeCount <= ranges.count + 1)
            #expect(set == AddressSet(ranges.shuffled(using: &generator)))
            var asked = (0..<8).map { _ in Self.address(&generator) }
            for range in ranges {
                let last = range.first | (range.prefixLength == 128 ? 0 : UInt128.max >> UInt128(range.prefixLength))
                asked += [range.first, range.first &- 1, last, last &+ 1]
            }
            for address in asked {
                let expected = ranges.contains { $0.contains(address) }
                if set.contains(address) != expected {
                    Issue.record("round \(round): \(IPAddress(bits: address, isIPv4: false)) in \(ranges)")
                }
            }
        }
    }

    /// One of few addresses, so that ranges meet: near zero, among those of IPv4 and at their ends, or near the end.
    private static func address(_ generator: inout SplitMix) -> UInt128 {
        let low = UInt128(UInt8.random(in: 0...255, using: &generator))
        let mapped: UInt128 = 0xFFFF << 32
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return low
        case 1: return mapped | low << 24 | low
        case 2: return mapped | low
        case 3: return mapped &+ low &- 128
        case 4: return mapped &+ (1 << 32) &+ low &- 128
        default: return UInt128.max - low
        }
    }

    private static func range(_ generator: inout SplitMix) -> AddressRange {
        let lengths = [Int.random(in: 0...128, using: &generator), Int.random(in: 90...128, using: &generator), 128]
        return AddressRange(
            address(&generator), prefixLength: lengths[Int.random(in: 0..<3, using: &generator)])
    }

    @Test("100,000 ranges: each is found, and none beside them")
    func large() {
        let ranges = (0..<Limits.addressRangesMax).map { number in
            AddressRange(UInt128(0xFFFF_0A00_0000) + UInt128(number) * 4, prefixLength: 127)
        }
        let set = AddressSet(ranges)
        #expect(set.rangeCount == Limits.addressRangesMax)
        var wrong = 0
        for range in ranges {
            for offset in 0..<4 where set.contains(range.first + UInt128(offset)) != (offset < 2) { wrong += 1 }
        }
        #expect(wrong == 0)
    }
}
