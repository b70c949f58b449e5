import Bytes
import HTTP
import TestSupport
import Testing

/// Whatever a member that speaks AJP/1.3 sends: no trap, nothing handed on that was not sent, and the same however it
/// is cut.
@Suite("AJP fuzz")
struct AJPFuzzTests {
    private typealias Packet = AJPPacket

    private static let pieces: [[UInt8]] = [
        Packet.head(), Packet.head(204), Packet.head(200, [(.code(3), "5"), (.written("X-A"), "b")]),
        Packet.head(404, [(.code(7), "a=b"), (.code(1), "text/html"), (.written("Connection"), "close")]),
        Packet.chunk("hello"), Packet.chunk("x"), Packet.chunk(bytes("ab"), tail: []), Packet.flush,
        Packet.packet([3, 0, 0]), Packet.wanted(8186), Packet.wanted(0), Packet.wanted(65_535), Packet.end,
        Packet.endAndClose, Packet.pong, [0x41, 0x42, 0xFF, 0xFF, 3, 0xFF, 0xF0], [0x12, 0x34, 0, 1, 10], [0x41],
    ]

    /// A head, and what may follow it; then a few bytes are others, or are missing.
    private static func source(_ generator: inout SplitMix) -> [UInt8] {
        var source: [UInt8] = []
        source.reserveCapacity(256)
        // The first four are heads, and the next six may follow one.
        let isOrderly = generator.next() & 3 > 0
        if isOrderly { source += pieces[Int(generator.next() % 4)] }
        for _ in 0..<generator.next() % 5 {
            source += isOrderly ? pieces[4 + Int(generator.next() % 6)] : pieces[Int(generator.next() % 18)]
        }
        if isOrderly { source += Packet.end }
        for _ in 0..<generator.next() % 4 {
            let place = Int(generator.next() % UInt64(source.count + 1))
            let byte = Packet.telling[Int(generator.next() % UInt64(Packet.telling.count))]
            if place == source.count { source.append(byte) } else { source[place] = byte }
        }
        if generator.next() & 7 == 0 { source.removeLast(Int(generator.next() % UInt64(source.count + 1))) }
        return source
    }

    @Test("packets put together at random and mutated", .timeLimit(.minutes(10)))
    func packets() {
        var generator = SplitMix(seed: 2026)
        let buffers = BufferPool()
        var (ended, refused) = (0, 0)
        for _ in 0..<1_000_000 {
            let source = Self.source(&generator)
            let cut = Int(generator.next() % UInt64(source.count + 1))
            let items = AJPItem.read(source, cuts: [cut])
            guard items == AJPItem.reference(source) else {
                Issue.record("\(source) cut at \(cut): \(items), not \(AJPItem.reference(source))")
                return
            }
            switch items.last {
            case .end: ended += 1
            case .refused: refused += 1
            default: break
            }
            // Every eighth: the parser of heads is not what this is about.
            guard generator.next() & 7 == 0, case .head(let packet) = items.first else { continue }
            guard AJPAnswerTextTests.compare(packet, buffers: buffers) else {
                Issue.record("\(packet) is laid down as \(AJPHead.layDown(packet).map { text($0) })")
                return
            }
        }
        // Both are worth the name.
        #expect(ended > 100_000 && refused > 100_000, "\(ended) ended, \(refused) were refused")
        #expect(buffers.lentCount == 0)
    }

    @Test("heads of random bytes", .timeLimit(.minutes(10)))
    func heads() {
        var generator = SplitMix(seed: 11)
        let buffers = BufferPool()
        let start: [UInt8] = [0, 200, 0, 0, 0]
        for _ in 0..<100_000 {
            var packet = generator.next() & 1 == 0 ? start : []
            for _ in 0..<generator.next() % 40 {
                packet.append(Packet.telling[Int(generator.next() % UInt64(Packet.telling.count))])
            }
            guard AJPAnswerTextTests.compare(packet, buffers: buffers) else {
                Issue.record("\(packet) is laid down as \(AJPHead.layDown(packet).map { text($0) })")
                return
            }
        }
        #expect(buffers.lentCount == 0)
    }

    @Test("an answer of a member in order comes through as it was, however it is cut", .timeLimit(.minutes(10)))
    func answers() throws {
        var generator = SplitMix(seed: 5)
        for _ in 0..<2_000 {
            var content: [UInt8] = []
            var source = Packet.head(200, [(.code(7), "a=\(generator.next())"), (.code(1), "text/html")])
            for _ in 0..<generator.next() % 20 {
                let chunk = (0..<generator.next() % 900).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                source += Packet.chunk(chunk, tail: generator.next() & 1 == 0 ? [0] : [])
                content += chunk
                if generator.next() & 3 == 0 { source += Packet.wanted(8186) }
            }
            source += Packet.end
            var cuts: [Int] = []
            while let last = Optional(cuts.last ?? 0), last < source.count {
                cuts.append(min(source.count, last + Int(1 + generator.next() % 2000)))
            }
            let items = AJPItem.read(source, cuts: cuts)
            let read = items.flatMap { item -> [UInt8] in if case .content(let piece) = item { piece } else { [] } }
            let isRight = read == content && items.last == .end(isKept: true)
            #expect(isRight)
        }
    }
}
