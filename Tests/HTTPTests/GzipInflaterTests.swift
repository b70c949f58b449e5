import HTTP
import TestSupport
import Testing

@Suite struct GzipInflaterTests {
    private func gzip(_ input: [UInt8]) -> [UInt8] {
        let encoder = GzipEncoder(level: 6)
        return [UInt8](capacity: input.count + 1000) { output in
            _ = encoder.encode(input.span, flush: .finish, into: &output)
        }
    }

    /// Inflates pieces of a content through rooms; `nil` when it is refused.
    private func inflate(
        _ inflater: GzipInflater, _ content: [UInt8], piece: Int = .max, room: Int = 4096
    ) -> [UInt8]? {
        var result: [UInt8] = []
        var offset = 0
        repeat {
            let end = min(content.count, offset + min(piece, content.count))
            var consumed = 0
            var isBroken = false
            result += [UInt8](capacity: room) { output in
                do throws(GzipInflater.Failure) {
                    consumed = try inflater.decode(content.span.extracting(offset..<end), into: &output)
                } catch {
                    isBroken = true
                }
            }
            if isBroken { return nil }
            offset += consumed
        } while offset < content.count || !inflater.isDrained
        return result
    }

    @Test("what was compressed comes back, in pieces and rooms of any size", arguments: [1, 7, 1000, 100_000])
    func roundTrip(_ size: Int) {
        let inflater = GzipInflater()
        for count in [0, 1, 100, 20_000] {
            var generator = SplitMix(seed: UInt64(count))
            let input = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next() & 0x1F) }
            for (piece, room) in [(size, 4096), (4096, size), (size, size)] {
                inflater.reset()
                #expect(inflate(inflater, gzip(input), piece: piece, room: room) == input)
                #expect(inflater.isWhole && inflater.isDrained)
            }
        }
    }

    @Test("RFC 1952 2.2: members follow each other at once")
    func members() {
        let inflater = GzipInflater()
        let content = gzip(bytes("one")) + gzip([]) + gzip(bytes("two"))
        for piece in 1...content.count {
            inflater.reset()
            #expect(inflate(inflater, content, piece: piece) == bytes("onetwo") && inflater.isWhole)
        }
    }

    @Test("a content that is cut off anywhere is not whole")
    func truncated() {
        let inflater = GzipInflater()
        let content = gzip(bytes("some text, some more text"))
        for count in 0..<content.count {
            inflater.reset()
            #expect(inflate(inflater, Array(content[..<count])) != nil && !inflater.isWhole)
        }
    }

    @Test("whatever is no gzip is refused, or not whole", arguments: [UInt8(0), 1, 0x1F, 0x41, 0xFF])
    func garbage(_ byte: UInt8) {
        let inflater = GzipInflater()
        let content = gzip(bytes("text"))
        let result = inflate(inflater, content + [byte, 0x41])
        #expect(result == nil || !inflater.isWhole)
        inflater.reset()
        #expect(inflate(inflater, [byte, 0x41, 0x42, 0x43]) == nil)
        for offset in 8..<content.count where content[offset] != byte {
            inflater.reset()
            var damaged = content
            damaged[offset] = byte
            let result = inflate(inflater, damaged)
            // Extra flags and the system's number say nothing of the content.
            #expect(result == nil || !inflater.isWhole || offset < 10)
        }
    }

    @Test("after a refusal a reset begins anew")
    func reset() {
        let inflater = GzipInflater()
        #expect(inflate(inflater, bytes("no gzip at all")) == nil)
        inflater.reset()
        #expect(inflate(inflater, gzip(bytes("text"))) == bytes("text") && inflater.isWhole)
    }
}
