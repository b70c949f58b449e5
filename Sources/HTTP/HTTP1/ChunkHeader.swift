import Bytes

/// Writing the chunked coding (RFC 9112, section 7.1): the size line before a chunk's data; ``end`` follows the data.
public enum ChunkHeader {
    /// Bytes of a header of fixed width: four hexadecimal digits and CR LF.
    public static let fixedBytes = 6
    /// Bytes that a chunk with a header of fixed width holds at most.
    public static let fixedCountMax = 0xFFFF
    /// What follows a chunk's data.
    public static var end: StaticString { "\r\n" }
    /// The last chunk and an empty trailer section.
    public static var last: StaticString { "0\r\n\r\n" }

    /// Writes the size line of a chunk whose size is known.
    ///
    /// - Parameter count: bytes of data, 1 or more, as a chunk of size 0 ends the content.
    /// - Returns: whether it fitted; 18 bytes of room always suffice.
    public static func write(_ count: Int, to output: inout OutputSpan<UInt8>) -> Bool {
        precondition(count > 0, "a chunk holds at least one byte")
        let digits = (Int.bitWidth - count.leadingZeroBitCount + 3) / 4
        guard output.freeCapacity >= digits + 2 else { return false }
        var shift = digits * 4
        while shift > 0 {
            shift -= 4
            output.append(digit(count >> shift))
        }
        output.append(0x0D)
        output.append(0x0A)
        return true
    }

    /// The size line of a chunk in ``fixedBytes`` bytes, to overwrite room that was left before data of then unknown
    /// size.
    ///
    /// - Parameter count: `1 ... fixedCountMax` bytes of data.
    public static func fixed(_ count: Int) -> [6 of UInt8] {
        precondition(count > 0 && count <= fixedCountMax, "a chunk of fixed width holds 1 to 65535 bytes")
        return [digit(count >> 12), digit(count >> 8), digit(count >> 4), digit(count), 0x0D, 0x0A]
    }

    private static func digit(_ value: Int) -> UInt8 {
        let nibble = UInt8(truncatingIfNeeded: value & 0xF)
        return nibble < 10 ? 0x30 + nibble : 0x61 + nibble - 10
    }
}
