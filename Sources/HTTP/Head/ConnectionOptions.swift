import Bytes

/// What the `Connection` fields of a head list (RFC 9110, section 7.6.1).
struct ConnectionOptions {
    var closes = false
    var keepsAlive = false
    var upgrades = false
    private var count = 0

    /// Reads one `Connection` field and marks the fields that it nominates as hop-by-hop.
    ///
    /// Only fields that Martlet does not know, and those that are hop-by-hop anyway, can be nominated away: a client
    /// that lists `Host`, `Cookie`, `Authorization`, `X-Forwarded-For` or any other known end-to-end field strips
    /// nothing.
    mutating func read(
        _ field: Field, in bytes: Span<UInt8>, marking table: inout FieldTable
    ) throws(HeadError) {
        var offset = field.value.lowerBound
        let end = field.value.upperBound
        // Nearly all have one option and it is one of these.
        if bytes.equals("keep-alive", in: field.value) {
            keepsAlive = true
            return
        }
        if bytes.equals("close", in: field.value) {
            closes = true
            return
        }
        while let option = bytes.nextElement(from: &offset, to: end) {
            count += 1
            guard count <= Limits.connectionOptionsMax else {
                throw HeadError(.tooManyConnectionOptions, at: option.lowerBound, limit: Limits.connectionOptionsMax)
            }
            switch option.count {
            case 5 where bytes.equals("close", in: option): closes = true
            case 10 where bytes.equals("keep-alive", in: option): keepsAlive = true
            case 7 where bytes.equals("upgrade", in: option): upgrades = true
            case 0: break
            default: Self.nominate(option, in: bytes, marking: &table)
            }
        }
    }

    private static func nominate(_ option: Range<Int>, in bytes: Span<UInt8>, marking table: inout FieldTable) {
        for index in 0..<table.count {
            let field = table[index]
            guard field.known == .other, field.name.count == option.count else { continue }
            if bytes.equalsIgnoringCase(option, field.name) { table.mark(index, .hopByHop) }
        }
    }
}

extension Span where Element == UInt8 {
    /// Tells whether two ranges of the same length hold the same bytes without regard to the case of letters.
    func equalsIgnoringCase(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count
        where self[left.lowerBound + index].asciiLowercased != self[right.lowerBound + index].asciiLowercased {
            return false
        }
        return true
    }
}
