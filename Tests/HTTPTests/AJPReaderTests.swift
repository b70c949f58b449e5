import HTTP
import Testing

/// What is read of a member that speaks AJP/1.3, whatever it says.
@Suite("AJP reader")
struct AJPReaderTests {
    private typealias Packet = AJPPacket

    struct Said: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let source: [UInt8]
        let items: [AJPItem]

        init(_ rule: String, _ source: [UInt8], _ items: [AJPItem]) {
            testDescription = rule
            self.source = source
            self.items = items
        }
    }

    private static let head = Packet.head(200, [(.code(1), "text/plain"), (.written("X-A"), "1")])
    private static let headItem = AJPItem.head(
        Packet.fields(200, [(.code(1), "text/plain"), (.written("X-A"), "1")]))

    static let answers: [Said] = [
        Said("an answer without content", head + Packet.end, [headItem, .end(isKept: true)]),
        Said("the member ends the connection", head + Packet.endAndClose, [headItem, .end(isKept: false)]),
        Said(
            "content in two chunks", head + Packet.chunk("hello ") + Packet.chunk("world") + Packet.end,
            [headItem, .content(bytes("hello world")), .end(isKept: true)]),
        Said(
            "a chunk without the NUL behind it", head + Packet.chunk(bytes("AB\0\u{3}"), tail: []) + Packet.end,
            [headItem, .content(bytes("AB\0\u{3}")), .end(isKept: true)]),
        Said(
            "content that looks like packets", head + Packet.chunk(Packet.end + Packet.pong) + Packet.end,
            [headItem, .content(Packet.end + Packet.pong), .end(isKept: true)]),
        Said(
            "a flush of the head, and one of content",
            head + Packet.flush + Packet.chunk("x") + Packet.flush + Packet.flush + Packet.end,
            [headItem, .flush, .content([0x78]), .flush, .flush, .end(isKept: true)]),
        Said(
            "content is asked for before the head and behind it",
            Packet.wanted(8186) + head + Packet.wanted(1) + Packet.chunk("x") + Packet.wanted(65_535) + Packet.end,
            [.wanted(8186), headItem, .wanted(1), .content([0x78]), .wanted(65_535), .end(isKept: true)]),
        Said("nothing at all", [], []),
        Said("a number of bytes that is no decision", Packet.wanted(0), [.wanted(0)]),
        Said(
            "the largest packet", Packet.head() + Packet.chunk([UInt8](repeating: 7, count: 8184)) + Packet.end,
            [.head(Packet.fields(200, [])), .content([UInt8](repeating: 7, count: 8184)), .end(isKept: true)]),
    ]

    static let refused: [Said] = [
        Said("the mark of packets to members", [0x12, 0x34, 0, 2, 5, 1], [.refused(.magicUnknown)]),
        Said("HTTP", bytes("HTTP/1.1 400 \r\n"), [.refused(.magicUnknown)]),
        Said("a packet of nothing", [0x41, 0x42, 0, 0], [.refused(.lengthWrong)]),
        Said("a packet longer than packets are", [0x41, 0x42, 0x1F, 0xFD, 3], [.refused(.packetTooLarge)]),
        Said("a packet of all bytes", [0x41, 0x42, 0xFF, 0xFF, 4], [.refused(.packetTooLarge)]),
        Said("an unknown packet", Packet.packet([7]), [.refused(.typeUnknown)]),
        Said("a packet of requests", Packet.packet([2, 2]), [.refused(.typeUnknown)]),
        Said("content before the head", Packet.chunk("x") + head, [.refused(.contentBeforeHead)]),
        Said("a flush before the head", Packet.flush, [.refused(.contentBeforeHead)]),
        Said("the head twice", head + head, [headItem, .refused(.headRepeated)]),
        Said("the end before the head", Packet.end, [.refused(.headMissing)]),
        Said("the end twice", head + Packet.end + Packet.end, [headItem, .end(isKept: true), .refused(.behindEnd)]),
        Said(
            "content behind the end", head + Packet.endAndClose + Packet.chunk("x"),
            [headItem, .end(isKept: false), .refused(.behindEnd)]),
        Said("one byte behind the end", head + Packet.end + [0], [headItem, .end(isKept: true), .refused(.behindEnd)]),
        Said("an end without its byte", head + Packet.packet([5]), [headItem, .refused(.lengthWrong)]),
        Said("an end with two", head + Packet.packet([5, 1, 1]), [headItem, .refused(.lengthWrong)]),
        Said("content asked for in one byte", Packet.packet([6, 1]), [.refused(.lengthWrong)]),
        Said("content asked for in three bytes", Packet.packet([6, 1, 1, 1]), [.refused(.lengthWrong)]),
        Said("a pong that nobody asked for", head + Packet.pong, [headItem, .refused(.pongUnasked)]),
        Said("a chunk without a length", head + Packet.packet([3, 0]), [headItem, .refused(.lengthWrong)]),
        Said(
            "a chunk past its packet", head + Packet.packet([3, 0, 5] + bytes("abcd")),
            [headItem, .refused(.chunkPastPacket)]),
        Said(
            "a chunk of all bytes in a small packet", head + Packet.packet([3, 0xFF, 0xFF, 1]),
            [headItem, .refused(.chunkPastPacket)]),
        Said(
            "two bytes behind a chunk", head + Packet.chunk(bytes("ab"), tail: [0, 0]),
            [headItem, .refused(.restInPacket)]),
        Said(
            "another byte than NUL behind a chunk", head + Packet.chunk(bytes("ab"), tail: [1]),
            [headItem, .content(bytes("ab")), .refused(.restInPacket)]),
        Said(
            "another byte than NUL behind a flush", head + Packet.chunk([], tail: [1]),
            [headItem, .flush, .refused(.restInPacket)]),
    ]

    @Test("what a member says is read", arguments: answers + refused)
    func whole(_ said: Said) {
        #expect(AJPItem.read(said.source) == said.items)
        #expect(AJPItem.reference(said.source) == said.items)
    }

    @Test("it is the same however it is cut", arguments: answers + refused)
    func cut(_ said: Said) {
        for cut in 0...said.source.count where said.source.count < 1000 || cut % 97 < 2 {
            #expect(AJPItem.read(said.source, cuts: [cut]) == said.items, "cut at \(cut)")
            let begun = Array(said.source[..<cut])
            #expect(AJPItem.read(begun) == AJPItem.reference(begun), "ended at \(cut)")
        }
        #expect(AJPItem.read(said.source, cuts: Array(0...said.source.count)) == said.items, "byte by byte")
    }

    @Test("every byte replaced by others is read as the description has it", arguments: answers + refused)
    func mutated(_ said: Said) {
        var source = said.source
        for place in source.indices where source.count < 1000 || place < 64 || place > source.count - 8 {
            for byte in AJPPacket.telling {
                source[place] = byte
                let items = AJPItem.reference(source)
                guard AJPItem.read(source) == items, AJPItem.read(source, cuts: [place]) == items else {
                    Issue.record("\(byte) at \(place): \(AJPItem.read(source)), not \(items)")
                    return
                }
            }
            source[place] = said.source[place]
        }
    }

    @Test("a packet that is not whole is waited for, and only its content is handed on")
    func waiting() {
        let large: [UInt8] = [0x41, 0x42, 0x1F, 0xFC]
        #expect(
            AJPItem.read(Self.head + large + [3, 0x1F, 0xF8] + bytes("abc")) == [Self.headItem, .content(bytes("abc"))])
        #expect(AJPItem.read(large + [4] + [UInt8](repeating: 0, count: 100)) == [])
    }

    @Test("a member that is configured to larger packets may send them")
    func large() {
        let content = [UInt8](repeating: 7, count: 65_528)
        let source = Self.head + Packet.chunk(content) + Packet.end
        #expect(AJPItem.read(source) == [Self.headItem, .refused(.packetTooLarge)])
        #expect(AJPItem.read(source, packetBytes: 65_536) == [Self.headItem, .content(content), .end(isKept: true)])
        let longest = Packet.chunk(content, tail: [0, 0])
        let isRefused = AJPItem.read(Self.head + longest, packetBytes: 65_536).last == .refused(.packetTooLarge)
        #expect(isRefused)
    }

    @Test("flushes in a row end, those between content do not")
    func flushes() {
        let many = Array(repeating: Packet.flush, count: 1001).flatMap { $0 }
        #expect(AJPItem.read(Self.head + many).last == .refused(.tooManyFlushes))
        let fewer = Array(repeating: Packet.flush, count: 1000).flatMap { $0 } + Packet.chunk("x")
        let source = Self.head + fewer + fewer + fewer + Packet.end
        #expect(AJPItem.read(source).last == .end(isKept: true))
    }

    @Test("only a pong answers a ping, and the answer comes behind it")
    func ping() throws {
        #expect(AJPItem.read(Packet.pong, isPing: true) == [.pong])
        #expect(
            AJPItem.read(Packet.pong + Self.head + Packet.end, cuts: [3], isPing: true)
                == [.pong, Self.headItem, .end(isKept: true)])
        for other in [Self.head, Packet.end, Packet.wanted(9), Packet.chunk("x"), Packet.packet([7])] {
            #expect(AJPItem.read(other, isPing: true) == [.refused(.typeUnexpected)])
        }
        #expect(AJPItem.read(Packet.packet([9, 0]), isPing: true) == [.refused(.lengthWrong)])
        #expect(AJPItem.read(Packet.pong + Packet.pong, isPing: true) == [.pong, .refused(.pongUnasked)])
    }

    /// Whether the connection may end there.
    private static func isWhole(_ reader: AJPReader) -> Bool {
        do throws(RecordError) {
            try reader.finish()
            return true
        } catch {
            if error != .truncated { Issue.record("\(error)") }
            return false
        }
    }

    @Test("an answer has ended when its member says so, and the next one is another")
    func next() throws {
        var reader = AJPReader(packetBytes: 8192)
        let source = Self.head + Packet.end
        #expect(!Self.isWhole(reader))
        for _ in 0..<3 {
            reader.begin()
            guard case .head(let range) = try reader.next(in: source.span) else {
                Issue.record("no head")
                return
            }
            #expect(!reader.hasEnded && !reader.mayBeKept)
            #expect(!Self.isWhole(reader))
            let end = range.upperBound..<source.count
            #expect(try reader.next(in: source.span.extracting(end)) == .end(next: end.count))
            #expect(reader.hasEnded && reader.mayBeKept)
            #expect(Self.isWhole(reader))
            #expect(try reader.next(in: Span()) == .more(0))
        }
    }
}
