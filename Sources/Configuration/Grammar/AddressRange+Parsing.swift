import Model

extension AddressRange {
    /// Reads an IP address, or a range such as `10.0.0.0/8`.
    static func parse(_ text: String) throws(GrammarError) -> AddressRange {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else {
            throw GrammarError("is no IP address or range", cure: "write one in digits, such as 10.0.0.0/8")
        }
        let bits = address.isIPv4 ? 32 : 128
        var length = bits
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
                let number = Int(parts[1]), number <= bits
            else {
                throw GrammarError(
                    "has the prefix length \(String(parts[1]).quoted): expected a number from 0 to \(bits)",
                    meant: netmask(parts[1], of: address).map { "\(parts[0])/\($0)" })
            }
            length = number
        }
        let range = AddressRange(address.bits, prefixLength: length + 128 - bits)
        guard range.first == address.bits else {
            let first = IPAddress(bits: range.first, isIPv4: address.isIPv4)
            throw GrammarError("has bits behind its prefix", meant: "\(first)/\(length)")
        }
        return range
    }

    /// How long the prefix is that a netmask such as `255.0.0.0` says.
    private static func netmask(_ text: Substring, of address: IPAddress) -> Int? {
        guard address.isIPv4, let mask = IPAddress(text), mask.isIPv4 else { return nil }
        let bits = UInt32(truncatingIfNeeded: mask.bits)
        return (~bits).leadingZeroBitCount == bits.nonzeroBitCount ? bits.nonzeroBitCount : nil
    }
}
