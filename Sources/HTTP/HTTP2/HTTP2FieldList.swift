import Bytes
import CNGHTTP2

/// Field lines in the form that nghttp2 takes.
///
/// Safe because the list and what it points to are used within `body` only, and nghttp2 copies both.
@safe
enum HTTP2FieldList {
    /// Makes the list of a head.
    ///
    /// - Parameters:
    ///   - status: for `:status`; `nil` for trailers.
    ///   - lines: field lines, each with its CR LF and one space behind the colon. Names are made lower case in a copy,
    ///     as HTTP/2 wants them (RFC 9113, section 8.2).
    static func with(
        status: Int?, lines: Span<UInt8>, _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Void
    ) {
        let countMax = lineCount(lines) + 1
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: lines.count + 3) { bytes in
            unsafe withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: countMax) { list in
                guard let base = bytes.baseAddress else { return }
                var count = 0
                if let status {
                    for place in 0..<3 { unsafe base[place] = digit(status, place) }
                    statusName.withUTF8Buffer { name in
                        unsafe list.initializeElement(at: 0, to: entry(name.baseAddress, name.count, base, 3))
                    }
                    count = 1
                }
                for offset in 0..<lines.count { unsafe base[offset + 3] = lines[offset] }
                var start = 0
                while start < lines.count, count < countMax {
                    guard let colon = lines.firstOffset(of: UInt8(ascii: ":"), from: start),
                        let end = lines.firstOffset(of: 0x0D, from: colon)
                    else { break }
                    for offset in start..<colon { unsafe base[offset + 3] = lines[offset].asciiLowercased }
                    let valueStart = min(colon + 2, end)
                    unsafe list.initializeElement(
                        at: count,
                        to: entry(base + 3 + start, colon - start, base + 3 + valueStart, end - valueStart))
                    count += 1
                    start = end + 2
                }
                unsafe body(UnsafePointer(list.baseAddress), count)
            }
        }
    }

    private static func lineCount(_ lines: Span<UInt8>) -> Int {
        var count = 0
        var offset = 0
        while let end = lines.firstOffset(of: 0x0A, from: offset) {
            count += 1
            offset = end + 1
        }
        return count
    }

    private static let statusName: StaticString = ":status"

    private static func digit(_ status: Int, _ place: Int) -> UInt8 {
        UInt8(ascii: "0") + UInt8((place == 0 ? status / 100 : place == 1 ? status / 10 : status) % 10)
    }

    private static func entry(
        _ name: UnsafePointer<UInt8>?, _ nameCount: Int, _ value: UnsafePointer<UInt8>?, _ valueCount: Int
    ) -> nghttp2_nv {
        unsafe nghttp2_nv(
            name: UnsafeMutablePointer(mutating: name), value: UnsafeMutablePointer(mutating: value),
            namelen: nameCount, valuelen: valueCount, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
    }
}
