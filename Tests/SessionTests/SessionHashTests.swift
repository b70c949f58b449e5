import Bytes
import Session
import TestSupport
import Testing

@Suite("SessionHash", .tags(.session))
struct SessionHashTests {
    /// The key of the authors' test vectors: bytes 0 to 15.
    private static let key = SipKey(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)

    private static func hash(_ bytes: [UInt8], _ key: SipKey = key) -> UInt64 {
        SessionHash.hash(bytes.span, key: key)
    }

    /// SipHash-1-3 as its definition reads, a byte at a time.
    private static func reference(_ bytes: [UInt8], _ key: (UInt64, UInt64)) -> UInt64 {
        var v: [UInt64] = [
            key.0 ^ 0x736f_6d65_7073_6575, key.1 ^ 0x646f_7261_6e64_6f6d, key.0 ^ 0x6c79_6765_6e65_7261,
            key.1 ^ 0x7465_6462_7974_6573,
        ]
        func rotate(_ word: UInt64, _ count: Int) -> UInt64 { word << UInt64(count) | word >> UInt64(64 - count) }
        func round() {
            v[0] = v[0] &+ v[1]
            v[2] = v[2] &+ v[3]
            v[1] = rotate(v[1], 13) ^ v[0]
            v[3] = rotate(v[3], 16) ^ v[2]
            v[0] = rotate(v[0], 32)
            v[2] = v[2] &+ v[1]
            v[0] = v[0] &+ v[3]
            v[1] = rotate(v[1], 17) ^ v[2]
            v[3] = rotate(v[3], 21) ^ v[0]
            v[2] = rotate(v[2], 32)
        }
        var padded = bytes + [UInt8](repeating: 0, count: 7 - bytes.count % 8)
        padded.append(UInt8(truncatingIfNeeded: bytes.count))
        for start in stride(from: 0, to: padded.count, by: 8) {
            let word = padded[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            v[3] ^= word
            round()
            v[0] ^= word
        }
        v[2] ^= 0xff
        for _ in 0..<3 { round() }
        return v[0] ^ v[1] ^ v[2] ^ v[3]
    }

    @Test("it is SipHash-1-3, of every length")
    func definition() {
        // What other implementations give for nothing and for one byte of 0.
        #expect(Self.hash([]) == 0xabac_0158_050f_c4dc)
        #expect(Self.hash([0]) == 0xc9f4_9bf3_7d57_ca93)
        var generator = SplitMix(seed: 9)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let key = (generator.next(), generator.next())
            #expect(Self.hash(bytes, SipKey(key.0, key.1)) == Self.reference(bytes, key))
        }
    }

    @Test("another key is another hash; a drawn key is not drawn again")
    func keys() {
        let other = SipKey(0x0706_0504_0302_0101, 0x0f0e_0d0c_0b0a_0908)
        #expect(Self.hash([1, 2, 3]) != Self.hash([1, 2, 3], other))
        #expect(SipKey.random() != SipKey.random())
    }
}
