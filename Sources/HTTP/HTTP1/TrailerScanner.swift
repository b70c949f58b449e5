import Bytes

/// Finds the end of a trailer section, looking at each byte once.
struct TrailerScanner {
    private var seen = 0
    private var lineStart = 0

    /// Goes on looking for the blank line.
    ///
    /// - Parameter start: where the section begins, however far it was looked at before.
    /// - Returns: bytes of the section with its blank line, or `nil` when more is needed.
    mutating func scan(_ bytes: Span<UInt8>, from start: Int) throws(ContentError) -> Int? {
        while start + seen < bytes.count {
            let offset = bytes.controlOffset(from: start + seen)
            seen = offset - start
            guard seen < Limits.trailerBytesMax else {
                throw ContentError(.trailersTooLarge, at: offset, limit: Limits.trailerBytesMax)
            }
            guard offset < bytes.count else { return nil }
            guard bytes[offset] == 0x0D else {
                guard bytes[offset] == 0x09 else { throw ContentError(Self.reason(bytes[offset]), at: offset) }
                seen += 1
                continue
            }
            guard offset + 1 < bytes.count else { return nil }
            guard bytes[offset + 1] == 0x0A else { throw ContentError(.bareCarriageReturn, at: offset) }
            seen += 2
            if lineStart == seen - 2 { return seen }
            lineStart = seen
        }
        return nil
    }

    private static func reason(_ byte: UInt8) -> ContentError.Reason {
        byte == 0x0A ? .bareLineFeed : .controlByte
    }
}
