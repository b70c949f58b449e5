import Bytes
import CNGHTTP2

/// Field lines in the form that nghttp2 takes.
///
/// Safe because the list and what it points to are used within `body` only, and nghttp2 copies both.
@safe
enum HTTP2FieldList {
    /// Makes the list of an answer's head, or of trailers.
    ///
    /// - Parameters:
    ///   - status: for `:status`; `nil` for trailers.
    ///   - lines: field lines, each with its CR LF and one space behind the colon. Names are made lower case in a copy,
    ///     as HTTP/2 wants them (RFC 9113, section 8.2).
    static func with(
        status: Int?, lines: Span<UInt8>, _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Void
    ) {
        let countMax = lineCount(lines) + 1
        unsafe withRoom(bytes: lines.count + 3, entries: countMax) { base, list in
            var count = 0
            if let status {
                for place in 0..<3 { unsafe base[place] = digit(status, place) }
                unsafe list.initializeElement(at: 0, to: entry(":status", base, 3))
                count = 1
            }
            unsafe copy(lines, to: base + 3)
            var start = 0
            while count < countMax, let line = WrittenRequest.Line(lines, at: start) {
                unsafe list.initializeElement(at: count, to: entry(line, in: base + 3))
                count += 1
                start = line.next
            }
            unsafe body(UnsafePointer(list.baseAddress), count)
        }
    }

    /// Makes the list of a request's head (RFC 9113, section 8.3.1; RFC 8441, section 4, for a WebSocket).
    ///
    /// `te: trailers` is added, without which gRPC's servers refuse: whoever gets the answer gets its trailers too.
    ///
    /// - Parameters:
    ///   - request: where the parts lie.
    ///   - head: the bytes that it was made of.
    static func with(
        _ request: WrittenRequest, of head: Span<UInt8>, _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Void
    ) {
        let head = head.extracting(0..<request.headBytes)
        let isWebSocket = request.asksForWebSocket
        unsafe withRoom(bytes: head.count, entries: request.fieldCount + 6) { base, list in
            unsafe copy(head, to: base)
            var count = 0
            func add(_ entry: nghttp2_nv) {
                unsafe list.initializeElement(at: count, to: entry)
                count += 1
            }
            let method = request.method
            unsafe add(
                isWebSocket
                    ? entry(":method", "CONNECT") : entry(":method", base + method.lowerBound, method.count))
            unsafe add(entry(":scheme", "http"))
            unsafe add(entry(":path", base + request.target.lowerBound, request.target.count))
            if !request.authority.isEmpty {
                unsafe add(entry(":authority", base + request.authority.lowerBound, request.authority.count))
            }
            unsafe add(isWebSocket ? entry(":protocol", "websocket") : entry("te", "trailers"))
            var start = request.fields.lowerBound
            while let line = WrittenRequest.Line(head, at: start) {
                start = line.next
                switch line.role(in: head) {
                case .field: break
                case .framing where head.equals("content-length", in: line.name): break
                default: continue
                }
                unsafe add(entry(line, in: base))
            }
            unsafe body(UnsafePointer(list.baseAddress), count)
        }
    }

    // MARK: - Memory

    private static func withRoom(
        bytes: Int, entries: Int,
        _ body: (UnsafeMutablePointer<UInt8>, UnsafeMutableBufferPointer<nghttp2_nv>) -> Void
    ) {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes + wordBytes) { bytes in
            unsafe withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: entries) { list in
                guard let base = bytes.baseAddress else { return }
                unsafe body(base, list)
            }
        }
    }

    private static func copy(_ bytes: Span<UInt8>, to base: UnsafeMutablePointer<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return }
            unsafe base.update(from: from, count: source.count)
        }
    }

    /// Makes letters lower case, a word at a time; there must be a word's room from the last byte on.
    private static func makeLowercase(_ base: UnsafeMutablePointer<UInt8>, _ count: Int) {
        var place = UnsafeMutableRawPointer(base)
        var left = count
        while left > 0 {
            let word = unsafe UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))
            // What lies behind the last letter stays as it is.
            let mask = left < wordBytes ? ~(UInt64.max << UInt64(8 * left)) : .max
            let lowercase = word & ~mask | word.asciiLowercased & mask
            unsafe place.storeBytes(of: lowercase.littleEndian, as: UInt64.self)
            unsafe place += wordBytes
            left -= wordBytes
        }
    }

    private static let wordBytes = 8

    private static func lineCount(_ lines: Span<UInt8>) -> Int {
        var count = 0
        var offset = 0
        while let end = lines.firstOffset(of: 0x0A, from: offset) {
            count += 1
            offset = end + 1
        }
        return count
    }

    private static func digit(_ status: Int, _ place: Int) -> UInt8 {
        UInt8(ascii: "0") + UInt8((place == 0 ? status / 100 : place == 1 ? status / 10 : status) % 10)
    }

    // MARK: - Entries

    private static func entry(_ name: StaticString, _ value: StaticString) -> nghttp2_nv {
        unsafe entry(name, UnsafeMutablePointer(mutating: value.utf8Start), value.utf8CodeUnitCount)
    }

    private static func entry(
        _ name: StaticString, _ value: UnsafeMutablePointer<UInt8>, _ valueCount: Int
    ) -> nghttp2_nv {
        unsafe entry(UnsafeMutablePointer(mutating: name.utf8Start), name.utf8CodeUnitCount, value, valueCount)
    }

    /// The entry of a line whose copy is at `base`; its name is made lower case there.
    private static func entry(_ line: WrittenRequest.Line, in base: UnsafeMutablePointer<UInt8>) -> nghttp2_nv {
        unsafe makeLowercase(base + line.name.lowerBound, line.name.count)
        return unsafe entry(
            base + line.name.lowerBound, line.name.count, base + line.value.lowerBound, line.value.count)
    }

    private static func entry(
        _ name: UnsafeMutablePointer<UInt8>, _ nameCount: Int, _ value: UnsafeMutablePointer<UInt8>, _ valueCount: Int
    ) -> nghttp2_nv {
        unsafe nghttp2_nv(
            name: name, value: value, namelen: nameCount, valuelen: valueCount,
            flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
    }
}
