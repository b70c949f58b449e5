/// Files of addresses: an IP address or a range a line; `#` begins a comment, and blank lines mean nothing.
public enum AddressList {
    /// Reads a list.
    ///
    /// - Parameters:
    ///   - text: the whole file, in UTF-8; lines end with LF or CRLF.
    ///   - most: how many entries there may be, ``Limits/addressRangesMax`` less those of other lists for the same set.
    /// - Returns: the entries in their order; none where the list is empty.
    /// - Throws: everything that is wrong, by line.
    public static func parse(
        _ text: [UInt8], most: Int = Limits.addressRangesMax
    ) throws(AddressListError) -> [AddressRange] {
        var ranges: [AddressRange] = []
        var faults: [AddressListError.Fault] = []
        var count = 0
        // The mark that some editors put at the beginning of UTF-8.
        let content = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text[3...] : text[...]
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (offset, line) in lines.enumerated() {
            let entry = Self.entry(of: line)
            guard !entry.isEmpty else { continue }
            guard ranges.count < most else {
                count += 1
                faults.append(AddressListError.Fault(line: offset + 1, problem: .tooMany(most: most)))
                break
            }
            do throws(AddressRangeError) {
                ranges.append(try AddressRange.parse(String(decoding: entry, as: UTF8.self)))
            } catch {
                count += 1
                guard faults.count < Limits.listFaultsMax else { continue }
                faults.append(AddressListError.Fault(line: offset + 1, problem: .entry(error)))
            }
        }
        guard faults.isEmpty else { throw AddressListError(faults: faults, count: count) }
        return ranges
    }

    /// What stands in a line before a comment, without white space around it.
    private static func entry(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var entry = line.prefix { $0 != UInt8(ascii: "#") }.drop(while: isBlank)
        while let last = entry.last, isBlank(last) { entry.removeLast() }
        return entry
    }
}
