import CZlib
import HTTP
import TestSupport
import Testing

/// What holds for every encoder: bytes come back as they went in, flushes put everything out, memory is bounded.
@Suite(.timeLimit(.minutes(10))) struct EncoderTests {
    /// An encoder that is tested.
    struct Case: Sendable, CustomTestStringConvertible {
        let kind: EncoderKind
        var testDescription: String { "\(kind)" }
    }

    static let cases: [Case] = [
        EncoderKind.zlib(level: 1), .zlib(level: 6), .igzip(level: 1), .igzip(level: 2), .igzip(level: 3),
        .brotli(level: 2, windowBits: 14), .brotli(level: 4, windowBits: 16), .brotli(level: 5, windowBits: 16),
        .brotli(level: 6, windowBits: 18), .zstd(level: 1, windowBits: 14), .zstd(level: 2, windowBits: 16),
        .zstd(level: 3, windowBits: 17), .zstd(level: 6, windowBits: 20),
    ].map(Case.init)

    /// When an encoder is flushed.
    enum Pattern: CaseIterable {
        case never, everyPiece, everyByte, atRandom
    }

    /// A text that is half words and half chance, so that some of it compresses and some does not.
    private func page(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SplitMix(seed: seed)
        let words = ["<div>", "balancer ", "member ", "route ", "session ", "\n", "</div>", "\u{FF}\u{00}"].map(bytes)
        var page: [UInt8] = []
        page.reserveCapacity(count + 16)
        while page.count < count {
            page += words[Int(generator.next() & 7)]
            page.append(UInt8(truncatingIfNeeded: generator.next()))
        }
        return Array(page[..<count])
    }

    /// Encodes in pieces, decodes what came after each flush, and compares.
    private func check(
        _ encoder: any ContentEncoder, _ input: [UInt8], piece: Int, room: Int, _ pattern: Pattern
    ) -> Bool {
        encoder.reset()
        let decoder = encoder.kind.coding.makeDecoder()
        var generator = SplitMix(seed: UInt64(input.count) + 7)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(input.count)
        let step = pattern == .everyByte ? 1 : piece
        for start in stride(from: 0, to: input.count, by: step) {
            let end = min(input.count, start + step)
            let isFlushed = pattern != .never && (pattern != .atRandom || generator.next() & 3 == 0)
            let output = encode(encoder, input[start..<end], .none, room: room)
            guard let part = decoder.decode(output) else { return false }
            decoded += part
            guard isFlushed else { continue }
            guard let rest = decoder.decode(encode(encoder, [], .sync, room: room)) else { return false }
            decoded += rest
            guard decoded.count == end, !decoder.hasEnded else { return false }
            guard encode(encoder, [], .sync, room: room).isEmpty else { return false }
        }
        guard let rest = decoder.decode(encode(encoder, [], .finish, room: room)) else { return false }
        return decoder.hasEnded && decoded + rest == input
    }

    @Test("small contents at every flush pattern, in rooms down to 7 bytes", arguments: cases)
    func small(_ tested: Case) {
        let encoder = tested.kind.makeEncoder()
        for count in [0, 1, 2, 3, 10, 100, 1000, 4096] {
            let input = page(count, seed: UInt64(count + 1))
            for pattern in Pattern.allCases {
                for room in [7, 8, 64, 16384] {
                    let piece = max(1, count / 3)
                    #expect(check(encoder, input, piece: piece, room: room, pattern), "\(count) \(pattern) \(room)")
                }
            }
        }
    }

    @Test("contents around the borders of blocks and windows", arguments: cases)
    func borders(_ tested: Case) {
        let encoder = tested.kind.makeEncoder()
        for count in [16383, 16384, 16385, 32768, 65535, 65536, 65537, 131_073, 300_000] {
            let input = page(count, seed: UInt64(count))
            for pattern in [Pattern.never, .everyPiece, .atRandom] {
                for (piece, room) in [(16384, 16384), (1000, 16384), (7001, 100), (count, 1 << 16)] {
                    #expect(check(encoder, input, piece: piece, room: room, pattern), "\(count) \(pattern) \(piece)")
                }
            }
        }
    }

    @Test("10 MB at every flush pattern")
    func large() {
        let input = page(10_000_000, seed: 10)
        for kind in [
            EncoderKind.zlib(level: 1), .igzip(level: 2), .brotli(level: 5, windowBits: 16),
            .zstd(level: 2, windowBits: 16),
        ] {
            let encoder = kind.makeEncoder()
            for pattern in [Pattern.never, .everyPiece, .atRandom] {
                #expect(check(encoder, input, piece: 16384, room: 16384, pattern), "\(kind) \(pattern)")
            }
        }
    }

    @Test("zeros and random bytes of a million", arguments: cases)
    func extremes(_ tested: Case) {
        let encoder = tested.kind.makeEncoder()
        var generator = SplitMix(seed: 5)
        let noise = (0..<1_000_000).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 24) }
        for input in [[UInt8](repeating: 0, count: 1_000_000), noise] {
            #expect(check(encoder, input, piece: 16384, room: 16384, .never))
            #expect(check(encoder, input, piece: 10_000, room: 16384, .atRandom))
        }
    }

    @Test("a pause without new bytes adds nothing, however often", arguments: cases)
    func pauses(_ tested: Case) {
        let encoder = tested.kind.makeEncoder()
        for text in ["data: 1\n\n", "data: 2\n\n"] {
            #expect(!(encode(encoder, bytes(text)[...], .sync, room: 1000)).isEmpty)
            for _ in 0..<5 { #expect(encode(encoder, [], .sync, room: 1000).isEmpty) }
        }
    }

    @Test("the last piece and the end may go in one call", arguments: cases)
    func finishWithInput(_ tested: Case) {
        let encoder = tested.kind.makeEncoder()
        let input = page(30_000, seed: 5)
        let decoder = tested.kind.coding.makeDecoder()
        let output = encode(encoder, input[...], .finish, room: 512)
        #expect(decoder.decode(output) == input && decoder.hasEnded)
    }

    @Test("a reset forgets an unfinished content, in whatever state", arguments: cases)
    func reset(_ tested: Case) {
        let encoder = tested.kind.makeEncoder()
        for flush in [EncoderFlush.none, .sync, .finish] {
            for room in [10, 65536] {
                var generator = SplitMix(seed: 9)
                _ = [UInt8](capacity: room) { output in
                    _ = encoder.encode(page(20_000, seed: generator.next()).span, flush: flush, into: &output)
                }
                encoder.reset()
                let decoder = tested.kind.coding.makeDecoder()
                #expect(decoder.decode(encode(encoder, bytes("next")[...], .finish, room: 100)) == bytes("next"))
                encoder.reset()
            }
        }
    }

    @Test("without room nothing is lost", arguments: cases)
    func noRoom(_ tested: Case) {
        let encoder = tested.kind.makeEncoder()
        var progress = EncoderProgress?.none
        let input = bytes("abc")
        _ = [UInt8](capacity: 0) { output in progress = encoder.encode(input.span, flush: .finish, into: &output) }
        #expect(progress?.isDone == false)
        let consumed = progress?.consumed ?? 0
        let decoder = tested.kind.coding.makeDecoder()
        #expect(decoder.decode(encode(encoder, input[consumed...], .finish, room: 100)) == input)
    }

    @Test("igzip's output of a page is no larger than zlib's, each at its default level", arguments: [false, true])
    func sizes(_ isFlushed: Bool) {
        var generator = SplitMix(seed: 1847)
        let words = "amber anchor basket bridge candle canvas cedar cotton crystal garden glass harbour iron ivory"
            .split(separator: " ").map(String.init)
        var page = ""
        while page.utf8.count < 100_000 {
            page += "<tr id=\"p\(generator.next() % 900_000)\"><td class=\"name\">"
            for _ in 0..<8 { page += words.randomElement(using: &generator) ?? "" }
            page += "</td><td class=\"price\">\(generator.next() % 300).99 EUR</td></tr>\n"
        }
        let input = Array(page.utf8)
        func size(_ kind: EncoderKind) -> Int {
            let encoder = kind.makeEncoder()
            var count = 0
            for start in stride(from: 0, to: input.count, by: 16384) {
                let piece = input[start..<min(input.count, start + 16384)]
                count += encode(encoder, piece, isFlushed ? .sync : .none, room: 16384).count
            }
            return count + encode(encoder, [], .finish, room: 16384).count
        }
        let zlib = size(.zlib(level: 1))
        // Each flush costs some bytes, and igzip's blocks cost more of them than zlib's.
        let most = isFlushed ? zlib + zlib / 100 : zlib
        for level in 2...3 { #expect(size(.igzip(level: level)) <= most) }
        #expect(size(.brotli(level: 5, windowBits: 16)) < zlib && size(.zstd(level: 2, windowBits: 16)) < zlib)
    }

    // MARK: - Memory

    @Test("brotli stays within its bound, and takes no memory anew once it is warm")
    func brotliMemory() {
        var generator = SplitMix(seed: 5)
        let noise = (0..<400_000).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 24) }
        let inputs = [page(400_000, seed: 2), noise, [UInt8](repeating: 0, count: 400_000)]
        for level in BrotliEncoder.levels {
            for windowBits in BrotliEncoder.windowBits {
                let encoder = BrotliEncoder(level: level, windowBits: windowBits)
                let bound = BrotliEncoder.memoryBytes(level: level, windowBits: windowBits)
                for input in inputs { _ = encode(encoder, input[...], .none, room: 16384) }
                _ = encode(encoder, [], .finish, room: 16384)
                #expect(encoder.usage.bytesMax <= bound, "\(level) \(windowBits) \(encoder.usage.bytesMax)")
            }
        }
        let encoder = BrotliEncoder(level: 5, windowBits: 16)
        func answer() {
            encoder.reset()
            for start in stride(from: 0, to: 100_000, by: 10_000) {
                _ = encode(encoder, inputs[0][start..<(start + 10_000)], .none, room: 16384)
            }
            _ = encode(encoder, [], .finish, room: 16384)
        }
        answer()
        let before = encoder.usage.allocations
        for _ in 0..<20 { answer() }
        #expect(encoder.usage.allocations == before)
    }

    @Test("zstd holds what its bound says, from the first content on")
    func zstdMemory() {
        for level in ZstdEncoder.levels {
            for windowBits in ZstdEncoder.windowBits {
                let encoder = ZstdEncoder(level: level, windowBits: windowBits)
                let bound = ZstdEncoder.memoryBytes(level: level, windowBits: windowBits)
                for _ in 0..<3 {
                    for count in [10, 300_000] {
                        encoder.reset()
                        _ = encode(encoder, page(count, seed: 3)[...], .none, room: 16384)
                        _ = encode(encoder, [], .finish, room: 16384)
                        #expect(encoder.heldBytes <= bound, "\(level) \(windowBits)")
                    }
                }
            }
        }
    }

    @Test("zlib asks for no more than its bound")
    @safe
    func zlibMemory() {
        final class Count {
            var bytes = 0
        }
        let count = Count()
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe stream.pointee.opaque = Unmanaged.passUnretained(count).toOpaque()
        unsafe stream.pointee.zalloc = { opaque, items, size in
            let bytes = Int(items) * Int(size)
            if let opaque = unsafe opaque {
                unsafe Unmanaged<Count>.fromOpaque(opaque).takeUnretainedValue().bytes += bytes
            }
            return UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
        }
        unsafe stream.pointee.zfree = { _, address in unsafe address?.deallocate() }
        let result = unsafe CZlib_deflateInit2(stream, 9, 15 + 16, 8)
        #expect(result == Z_OK && count.bytes > 200 * 1024 && count.bytes <= GzipEncoder.memoryBytes)
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    @Test("the defaults stay within a mebibyte")
    func bounds() {
        for kind in [
            EncoderKind.zlib(level: 9), .igzip(level: 3), .brotli(level: 5, windowBits: 16),
            .zstd(level: 2, windowBits: 16),
        ] {
            #expect(kind.memoryBytes <= 1 << 20)
        }
    }
}
