import Bytes

extension Span where Element == UInt8 {
    /// Reads a weight (RFC 9110, section 12.4.2): 0 to 1 with at most three decimals, in thousandths.
    func weight(in range: Range<Int>) -> Int? {
        guard !range.isEmpty, range.count <= 5 else { return nil }
        let whole = Int(self[range.lowerBound]) - 0x30
        guard whole == 0 || whole == 1 else { return nil }
        var thousandths = whole * 1000
        var place = 100
        for offset in range.dropFirst() {
            if offset == range.lowerBound + 1 {
                guard self[offset] == UInt8(ascii: ".") else { return nil }
                continue
            }
            guard self[offset].isDigit else { return nil }
            thousandths += Int(self[offset] &- 0x30) * place
            place /= 10
        }
        return thousandths <= 1000 ? thousandths : nil
    }
}
