extension AddressRange {
    /// Reads an IP address in digits, or a range such as `10.0.0.0/8`.
    ///
    /// - Parameter text: without white space around it.
    /// - Throws: what is wrong with it, and what was probably meant.
    public static func parse(_ text: some StringProtocol) throws(AddressRangeError) -> AddressRange {
        let found = String(found: text)
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { throw .noAddress(found: found) }
        let bits = address.isIPv4 ? 32 : 128
        var length = bits
        if parts.count == 2 {
            guard let number = number(parts[1]), number <= bits else {
                throw .prefixLength(
                    found: found, length: String(found: parts[1]), most: bits,
                    meant: netmask(parts[1], of: address).map { "\(parts[0])/\($0)" })
            }
            length = number
        }
        let range = AddressRange(address.bits, prefixLength: length + 128 - bits)
        guard range.first == address.bits else {
            let first = IPAddress(bits: range.first, isIPv4: address.isIPv4)
            throw .bitsBehindPrefix(found: found, network: "\(first)/\(length)")
        }
        return range
    }

    /// Reads one to three digits.
    private static func number(_ text: some StringProtocol) -> Int? {
        (1...3).contains(text.utf8.count) && text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(text) : nil
    }

    /// How long the prefix is that a netmask such as `255.0.0.0` says.
    private static func netmask(_ text: some StringProtocol, of address: IPAddress) -> Int? {
        guard address.isIPv4, let mask = IPAddress(text), mask.isIPv4 else { return nil }
        let bits = UInt32(truncatingIfNeeded: mask.bits)
        return (~bits).leadingZeroBitCount == bits.nonzeroBitCount ? bits.nonzeroBitCount : nil
    }
}
