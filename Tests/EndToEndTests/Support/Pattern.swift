/// Bytes that tell their own place: a part lost, doubled or moved shows.
enum Pattern {
    /// The byte at an offset.
    static func byte(at offset: Int) -> UInt8 {
        var word = UInt64(offset / 8) &* 0x9e37_79b9_7f4a_7c15
        word ^= word >> 29
        return UInt8(truncatingIfNeeded: word >> (8 * UInt64(offset % 8)))
    }

    /// The first `count` bytes, or those from an offset on.
    static func bytes(_ count: Int, from offset: Int = 0) -> [UInt8] {
        (offset..<offset + count).map(byte)
    }

    /// A checksum (FNV-1a) that is carried on from part to part.
    static func checksum(_ bytes: some Sequence<UInt8>, after sum: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64 {
        var sum = sum
        for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return sum
    }
}
