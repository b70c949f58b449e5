/// What c-ares does not tell of an answer of a name server (RFC 1035, section 4.1).
package enum DNSMessage {
    /// How long the records of an answer may be used, in seconds: the least of them.
    ///
    /// - Returns: `nil` where there are none, or the message is cut short.
    package static func leastSeconds(in message: [UInt8]) -> Int? {
        guard message.count >= 12 else { return nil }
        var offset = 12
        for _ in 0..<number(message, at: 4) {
            guard let end = endOfName(message, at: offset), end + 4 <= message.count else { return nil }
            offset = end + 4
        }
        var least: Int?
        for _ in 0..<number(message, at: 6) {
            guard let end = endOfName(message, at: offset), end + 10 <= message.count else { return nil }
            let seconds = number(message, at: end + 4) << 16 | number(message, at: end + 6)
            // What has the highest bit set is nothing (RFC 2181, section 8).
            least = min(least ?? .max, seconds > Int(Int32.max) ? 0 : seconds)
            offset = end + 10 + number(message, at: end + 8)
            guard offset <= message.count else { return nil }
        }
        return least
    }

    private static func number(_ message: [UInt8], at offset: Int) -> Int {
        Int(message[offset]) << 8 | Int(message[offset + 1])
    }

    /// Where a name ends: behind a pointer, or behind its last label, which is empty.
    private static func endOfName(_ message: [UInt8], at start: Int) -> Int? {
        var offset = start
        while offset < message.count {
            let length = Int(message[offset])
            if length == 0 { return offset + 1 }
            if length & 0xC0 == 0xC0 { return offset + 2 <= message.count ? offset + 2 : nil }
            guard length < 64 else { return nil }
            offset += 1 + length
        }
        return nil
    }
}
