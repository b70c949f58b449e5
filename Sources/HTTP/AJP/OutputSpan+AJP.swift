import Bytes

/// Writing AJP's types; each verb clears `fits` when its piece has no room.
extension OutputSpan where Element == UInt8 {
    mutating func put(byte: UInt8, _ fits: inout Bool) {
        guard freeCapacity > 0 else { return fits = false }
        append(byte)
    }

    /// A number of 16 bits, the greater byte first; greater ones have no room anywhere.
    mutating func put(integer: Int, _ fits: inout Bool) {
        guard freeCapacity > 1, let integer = UInt16(exactly: integer) else { return fits = false }
        append(UInt8(integer >> 8))
        append(UInt8(integer & 0xFF))
    }

    /// Puts a number in the place of one that was written.
    mutating func set(integer: Int, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: integer >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: integer)
    }

    /// Length, bytes, and a NUL.
    mutating func put(string: Span<UInt8>, _ fits: inout Bool) {
        // The greatest length says that there is no string.
        guard string.count < Int(UInt16.max) else { return fits = false }
        put(integer: string.count, &fits)
        put(string, &fits)
        put(byte: 0, &fits)
    }

    mutating func put(string: StaticString, _ fits: inout Bool) {
        put(integer: string.utf8CodeUnitCount, &fits)
        put(string, &fits)
        put(byte: 0, &fits)
    }

    mutating func put(string: String, _ fits: inout Bool) {
        put(integer: string.utf8.count, &fits)
        for byte in string.utf8 { put(byte: byte, &fits) }
        put(byte: 0, &fits)
    }

    /// A number in decimal digits, as a string.
    mutating func put(digitsOf number: UInt16, _ fits: inout Bool) {
        let start = count
        put(integer: 0, &fits)
        fits = append(decimal: UInt64(number)) && fits
        if fits { set(integer: count - start - 2, at: start) }
        put(byte: 0, &fits)
    }

    /// A string that there is none of.
    mutating func putNoString(_ fits: inout Bool) {
        put(integer: Int(UInt16.max), &fits)
    }
}
