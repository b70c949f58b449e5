import Forwarding

extension AddressRange {
    /// Reads an IP address, or a range such as `10.0.0.0/8`.
    static func parse(_ text: String) throws(GrammarError) -> AddressRange {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else {
            throw GrammarError("is no IP address or range", cure: "write 10.0.0.0/8")
        }
        let bits = address.isIPv4 ? 32 : 128
        var length = bits
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
                let number = Int(parts[1]), number <= bits
            else {
                throw GrammarError(
                    "has the prefix length \(String(parts[1]).quoted): expected a number from 0 to \(bits)")
            }
            length = number
        }
        let range = AddressRange(address.bits, prefixLength: length + 128 - bits)
        guard range.first == address.bits else {
            let first = IPAddress(bits: range.first, isIPv4: address.isIPv4)
            throw GrammarError("has bits behind its prefix", cure: "write \("\(first)/\(length)".quoted)")
        }
        return range
    }
}

extension IPAddress {
    fileprivate init(bits: UInt128, isIPv4: Bool) {
        self.bits = bits
        self.isIPv4 = isIPv4
    }
}
