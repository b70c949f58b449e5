import Limiting
import TestSupport
import Testing

@Suite("AddressList", .tags(.limiting))
struct AddressListTests {
    private static func parse(_ text: String, most: Int = Limits.addressRangesMax) throws -> [String] {
        try AddressList.parse(Array(text.utf8), most: most).map(\.description)
    }

    @Test("An entry a line; comments, blanks and the ends of other systems' lines mean nothing")
    func lists() throws {
        let text = "\u{FEFF}# offices\r\n\r\n10.0.0.0/8\r\n \t192.0.2.1 # Kiel\n#::1\n\nfd00::/8#no blank\n  \n::1"
        #expect(try Self.parse(text) == ["10.0.0.0/8", "192.0.2.1", "fd00::/8", "::1"])
        #expect(try Self.parse("").isEmpty)
        #expect(try Self.parse("# nobody\n").isEmpty)
        #expect(try Self.parse("::1\n") == Self.parse("::1"))
    }

    @Test("All that is wrong is told, with its line")
    func faults() throws {
        let text = "10.0.0.0/8\n10.0.0.1/8\n\n# fine\ndeny 1.2.3.4;\n192.0.2.1, 192.0.2.2\n::/200\n"
        let error = try #require(throws: AddressListError.self) { try Self.parse(text) }
        #expect(error.count == 4)
        #expect(
            error.faults.map(\.description) == [
                "2: \"10.0.0.1/8\" has bits behind its prefix; write 10.0.0.0/8",
                "5: \"deny 1.2.3.4;\" is no IP address or range; write one as 10.0.0.0/8 or fd00::/8",
                "6: \"192.0.2.1, 192.0.2.2\" is no IP address or range; write one as 10.0.0.0/8 or fd00::/8",
                "7: \"::/200\" has the prefix length \"200\": expected a number from 0 to 128; "
                    + "write one as 10.0.0.0/8 or fd00::/8",
            ])
    }

    @Test("A file of something else is told by its first lines and the number of the others")
    func binary() throws {
        var generator = SplitMix(seed: 3)
        let bytes = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let error = try #require(throws: AddressListError.self) { try AddressList.parse(bytes) }
        #expect(error.faults.count == Limits.listFaultsMax)
        #expect(error.count > Limits.listFaultsMax)
        #expect(error.faults.allSatisfy { !$0.description.contains("\n") && $0.description.utf8.count < 1_000 })
    }

    @Test("As many entries as there may be, and not one more")
    func most() throws {
        #expect(try Self.parse("::1\n::2\n# and\n\n", most: 2).count == 2)
        let error = try #require(throws: AddressListError.self) { try Self.parse("::1\n::2\n\n::3\nx\n", most: 2) }
        #expect(error.faults == [.init(line: 4, problem: .tooMany(most: 2))])
        #expect(error.faults.map(\.description) == ["4: more than 2 addresses and ranges"])
    }

    @Test("A list of 100,000 is read whole")
    func large() throws {
        let lines = (0..<Limits.addressRangesMax).map { "10.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255)" }
        let ranges = try AddressList.parse(Array(lines.joined(separator: "\n").utf8))
        #expect(ranges.count == Limits.addressRangesMax)
        #expect(AddressSet(ranges).rangeCount == 1)
    }
}
