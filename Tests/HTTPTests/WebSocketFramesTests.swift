import HTTP
import Testing

/// Where frames of a WebSocket end.
@Suite("WebSocket frames")
struct WebSocketFramesTests {
    /// A frame with its header written as RFC 6455 5.2 has it.
    private static func frame(
        _ opcode: UInt8, _ count: Int, isFinal: Bool = true, isMasked: Bool = true, reserved: UInt8 = 0
    ) -> [UInt8] {
        var bytes = [(isFinal ? 0x80 : 0) | reserved | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch count {
        case 0...125: bytes.append(mask | UInt8(count))
        case 126...0xFFFF: bytes += [mask | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        default: bytes += [mask | 127] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
        }
        if isMasked { bytes += [1, 2, 3, 4] }
        // A payload that looks like the header of a close frame.
        return bytes + (0..<count).map { $0 % 2 == 0 ? 0x88 : 0x02 }
    }

    /// Offsets at which frames end, by consuming the bytes in pieces.
    private func borders(_ bytes: [UInt8], isMasked: Bool, pieces: [Int]) -> [Int] {
        var frames = WebSocketFrames(isMasked: isMasked)
        var found = frames.isAtBorder ? [0] : []
        var offset = 0
        for piece in pieces {
            let end = min(offset + piece, bytes.count)
            frames.consume(bytes.span.extracting(offset..<end))
            offset = end
            if frames.isAtBorder { found.append(offset) }
        }
        return found
    }

    @Test("every border is found, however the bytes are split", arguments: [true, false])
    func split(isMasked: Bool) {
        let counts = [0, 1, 125, 126, 127, 0xFFFF, 0x1_0000, 3]
        var bytes: [UInt8] = []
        var expected = [0]
        for (index, count) in counts.enumerated() {
            bytes += Self.frame(index % 2 == 0 ? 2 : 0, count, isFinal: index % 3 == 0, isMasked: isMasked)
            expected.append(bytes.count)
        }
        let small = Array(bytes.prefix(900))
        #expect(borders(bytes, isMasked: isMasked, pieces: Array(repeating: 1, count: bytes.count)) == expected)
        #expect(borders(bytes, isMasked: isMasked, pieces: [bytes.count]) == [0, bytes.count])
        for first in 0...small.count {
            let found = borders(small, isMasked: isMasked, pieces: [first, small.count])
            let ends = [0, first, small.count].filter { expected.contains($0) }
            #expect(found == (expected.contains(first) ? ends : ends.filter { $0 != first }), "split at \(first)")
        }
    }

    @Test("control frames stand between the fragments of a message (RFC 6455 5.4)")
    func controlBetween() {
        let bytes =
            Self.frame(1, 10, isFinal: false) + Self.frame(9, 5) + Self.frame(0, 10, isFinal: false)
            + Self.frame(10, 125) + Self.frame(0, 0)
        #expect(borders(bytes, isMasked: true, pieces: Array(repeating: 1, count: bytes.count)).count == 6)
    }

    @Test("a compressed message has a reserved bit (RFC 7692 7.2.3.1)")
    func compressed() {
        var frames = WebSocketFrames(isMasked: false)
        let message = Self.frame(1, 20, isMasked: false, reserved: 0x40)
        frames.consume(message.span)
        #expect(frames.isAtBorder)
    }

    @Test("behind a close frame there is no place for another")
    func closed() {
        var frames = WebSocketFrames(isMasked: true)
        let close = Self.frame(8, 2)
        frames.consume(close.span)
        #expect(!frames.isAtBorder)
    }

    /// Bytes that are no frame, from a client.
    private static let broken: [(String, [UInt8])] = [
        ("not masked", [0x82, 0x01, 0x00]),
        ("second reserved bit", [0xA2, 0x80, 1, 2, 3, 4]),
        ("third reserved bit", [0x92, 0x80, 1, 2, 3, 4]),
        ("data opcode 3", [0x83, 0x80, 1, 2, 3, 4]),
        ("data opcode 7", [0x87, 0x80, 1, 2, 3, 4]),
        ("control opcode 11", [0x8B, 0x80, 1, 2, 3, 4]),
        ("control opcode 15", [0x8F, 0x80, 1, 2, 3, 4]),
        ("a fragmented ping", [0x09, 0x80, 1, 2, 3, 4]),
        ("a compressed ping", [0xC9, 0x80, 1, 2, 3, 4]),
        ("a ping of 126 bytes", [0x89, 0xFE, 0, 126, 1, 2, 3, 4] + [UInt8](repeating: 0, count: 126)),
        ("125 in two bytes", [0x82, 0xFE, 0, 125, 1, 2, 3, 4] + [UInt8](repeating: 0, count: 125)),
        ("0 in eight bytes", [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
        ("65,535 in eight bytes", [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 1, 2, 3, 4]),
        ("64 bits", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
        ("all bits", [UInt8](repeating: 0xFF, count: 14)),
    ]

    @Test("what is no frame is the end of knowledge, wherever it is split", arguments: broken)
    func lost(name: String, bytes: [UInt8]) {
        let more = bytes + Self.frame(1, 4) + Self.frame(1, 0)
        for piece in 1...more.count {
            let pieces = Array(repeating: piece, count: more.count / piece + 1)
            let found = borders(more, isMasked: true, pieces: pieces)
            #expect(found == [0], "in pieces of \(piece)")
        }
    }

    @Test("the longest frame there is")
    func longest() {
        var frames = WebSocketFrames(isMasked: false)
        let header: [UInt8] = [0x82, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        frames.consume(header.span)
        let part = [UInt8](repeating: 0x88, count: 100_000)
        for _ in 0..<100 { frames.consume(part.span) }
        #expect(!frames.isAtBorder)
    }

    @Test("close frames of an endpoint that goes away")
    func goingAway() {
        #expect(WebSocketClose.goingAway == [0x88, 0x02, 0x03, 0xE9])
        #expect(WebSocketClose.goingAway(maskedWith: 0) == [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE9])
        let masked = WebSocketClose.goingAway(maskedWith: 0x1234_5678)
        #expect(masked == [0x88, 0x82, 0x12, 0x34, 0x56, 0x78, 0x03 ^ 0x12, 0xE9 ^ 0x34])
        var frames = WebSocketFrames(isMasked: true)
        let part = Array(masked.dropLast())
        frames.consume(part.span)
        #expect(!frames.isAtBorder)
    }
}
