import HTTP
import TestSupport
import Testing

@Suite struct GzipEncoderTests {
    private func page(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SplitMix(seed: seed)
        let words = ["<div>", "balancer ", "member ", "route ", "session ", "\n", "</div>", "\u{FF}\u{00}"].map(bytes)
        var page: [UInt8] = []
        while page.count < count {
            page += words.randomElement(using: &generator) ?? []
            page.append(UInt8.random(in: 0...255, using: &generator))
        }
        return Array(page[..<count])
    }

    @Test(
        "RFC 1952: what goes in comes out, at any level, size of pieces and room", arguments: [1, 6, 9],
        [7, 64, 4096, 65536])
    func roundTrip(_ level: Int, _ room: Int) {
        let encoder = GzipEncoder(level: level)
        for (index, count) in [0, 1, 2, 100, 5000, 70_000].enumerated() {
            let input = page(count, seed: UInt64(index + 1))
            for piece in [1 + count / 3, 16384] {
                encoder.reset()
                var output: [UInt8] = []
                for start in stride(from: 0, to: count, by: piece) {
                    output += encode(encoder, input[start..<min(count, start + piece)], .none, room: room)
                }
                output += encode(encoder, [], .finish, room: room)
                let decompressor = Decompressor()
                #expect(decompressor.decode(output) == input && decompressor.hasEnded)
            }
        }
    }

    @Test("after a sync flush a client can read all that came before", arguments: [7, 100, 16384])
    func syncFlush(_ room: Int) {
        let encoder = GzipEncoder()
        let decompressor = Decompressor()
        var generator = SplitMix(seed: 3)
        for round in 0..<50 {
            let piece = page(Int.random(in: 0..<3000, using: &generator), seed: UInt64(round + 9))
            let output = encode(encoder, piece[...], .sync, room: room)
            #expect(decompressor.decode(output) == piece && !decompressor.hasEnded)
        }
        #expect(decompressor.decode(encode(encoder, [], .finish, room: room)) == [] && decompressor.hasEnded)
    }

    @Test("flushing twice without input adds nothing")
    func doubleFlush() {
        let encoder = GzipEncoder()
        #expect(!encode(encoder, bytes("abc")[...], .sync, room: 1000).isEmpty)
        #expect(encode(encoder, [], .sync, room: 1000).isEmpty)
    }

    @Test("the last piece and the end may go in one call")
    func finishWithInput() {
        let encoder = GzipEncoder()
        let input = page(30_000, seed: 5)
        let decompressor = Decompressor()
        #expect(decompressor.decode(encode(encoder, input[...], .finish, room: 512)) == input && decompressor.hasEnded)
    }

    @Test("a reset forgets an unfinished content")
    func reset() {
        let encoder = GzipEncoder()
        _ = encode(encoder, page(10_000, seed: 1)[...], .none, room: 65536)
        encoder.reset()
        let decompressor = Decompressor()
        #expect(decompressor.decode(encode(encoder, bytes("next")[...], .finish, room: 100)) == bytes("next"))
    }

    @Test("without room nothing is taken")
    func noRoom() {
        let encoder = GzipEncoder()
        var progress = EncoderProgress?.none
        _ = [UInt8](capacity: 0) { output in
            progress = encoder.encode(bytes("abc").span, flush: .finish, into: &output)
        }
        #expect(progress?.consumed == 0 && progress?.isDone == false)
    }
}
