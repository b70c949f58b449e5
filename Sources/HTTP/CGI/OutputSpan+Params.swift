import Bytes

/// Writing name-value pairs as FastCGI has them (section 3.4); each verb clears `fits` when there is no room.
extension OutputSpan where Element == UInt8 {
    /// Writes the lengths that a pair begins with.
    mutating func putLengths(_ name: Int, _ value: Int, _ fits: inout Bool) {
        guard freeCapacity >= 8 + name + value else { return fits = false }
        guard name | value >= 128 else {
            append(UInt8(truncatingIfNeeded: name))
            return append(UInt8(truncatingIfNeeded: value))
        }
        putLength(name)
        putLength(value)
    }

    /// Writes a field's name as that of a parameter.
    mutating func put(variable name: Span<UInt8>, _ fits: inout Bool) {
        fits = append(variable: name) && fits
    }

    /// One byte, or four with the highest bit set.
    private mutating func putLength(_ count: Int) {
        guard count >= 128 else { return append(UInt8(truncatingIfNeeded: count)) }
        append(UInt8(truncatingIfNeeded: count >> 24) | 0x80)
        append(UInt8(truncatingIfNeeded: count >> 16))
        append(UInt8(truncatingIfNeeded: count >> 8))
        append(UInt8(truncatingIfNeeded: count))
    }

    /// Writes a pair.
    mutating func putParam(_ name: StaticString, _ value: Span<UInt8>, _ fits: inout Bool) {
        putLengths(name.utf8CodeUnitCount, value.count, &fits)
        guard fits else { return }
        put(name, &fits)
        put(value, &fits)
    }

    /// Writes a pair whose name is declared.
    mutating func putParam(_ name: Span<UInt8>, _ value: Span<UInt8>, _ fits: inout Bool) {
        putLengths(name.count, value.count, &fits)
        guard fits else { return }
        put(name, &fits)
        put(value, &fits)
    }

    /// Writes a pair of constants.
    mutating func putParam(_ name: StaticString, _ value: StaticString, _ fits: inout Bool) {
        putLengths(name.utf8CodeUnitCount, value.utf8CodeUnitCount, &fits)
        guard fits else { return }
        put(name, &fits)
        put(value, &fits)
    }

    /// Writes a pair whose value is a number.
    mutating func putParam(_ name: StaticString, decimal number: UInt64, _ fits: inout Bool) {
        var (digits, rest) = (1, number / 10)
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        putLengths(name.utf8CodeUnitCount, digits, &fits)
        guard fits else { return }
        put(name, &fits)
        fits = append(decimal: number) && fits
    }

    /// Writes a pair whose value is a path: `before`, a path as it was sent, decoded and with one slash for several,
    /// and `behind`.
    mutating func putParam(
        _ name: StaticString, _ before: Span<UInt8>, path: Span<UInt8>, _ behind: Span<UInt8>, _ fits: inout Bool
    ) {
        // Nearly all paths are as a file system has them.
        let isPlain = PathTree.isPlain(path)
        var count = before.count + behind.count
        if isPlain { count += path.count } else { count += GatewayPath.count(path) }
        putLengths(name.utf8CodeUnitCount, count, &fits)
        guard fits else { return }
        put(name, &fits)
        put(before, &fits)
        if isPlain {
            put(path, &fits)
        } else {
            var reader = GatewayPath(path)
            while let byte = reader.next() { append(byte) }
        }
        put(behind, &fits)
    }
}

/// Reads a path as a file system has it: its escapes decoded, and slashes next to each other as one.
private struct GatewayPath: ~Escapable {
    private let path: Span<UInt8>
    private var offset = 0

    @_lifetime(copy path)
    init(_ path: Span<UInt8>) {
        self.path = path
    }

    static func count(_ path: Span<UInt8>) -> Int {
        var reader = GatewayPath(path)
        var count = 0
        while reader.next() != nil { count += 1 }
        return count
    }

    mutating func next() -> UInt8? {
        let slash = UInt8(ascii: "/")
        while offset + 1 < path.count, path[offset] == slash, path[offset + 1] == slash { offset += 1 }
        guard offset < path.count else { return nil }
        return path.decoded(at: &offset)
    }
}
