import Bytes
import Limiting
import Testing

@Suite("SipHash", .tags(.limiting))
struct SipHashTests {
    /// The key of the authors' test vectors: bytes 0 to 15.
    private static let key = SipKey(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)

    private static func message(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0) } }

    @Test(
        "SipHash-2-4 of the authors' vectors: bytes 0, 1, 2 …; that of 15 is the paper's own",
        arguments: [
            (0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (2, 0x0d6c_8009_d9a9_4f5a),
            (3, 0x8567_6696_d7fb_7e2d), (7, 0xab02_00f5_8b01_d137), (8, 0x93f5_f579_9a93_2462),
            (15, 0xa129_ca61_49be_45e5), (16, 0x3f2a_cc7f_57c2_9bdb), (63, 0x958a_324c_eb06_4572),
        ] as [(Int, UInt64)])
    func short(_ count: Int, _ hash: UInt64) {
        #expect(SipHash.hash64(Self.message(count).span, key: Self.key) == hash)
    }

    @Test(
        "SipHash-2-4 of 128 bits, of the same messages, byte by byte",
        arguments: [
            (0, 0xA381_7F04_BA25_A8E6_6DF6_7214_C755_0293), (1, 0xDA87_C1D8_6B99_AF44_3476_5911_9B22_FC45),
            (2, 0x8177_228D_A4A4_5DC7_FCA3_8BDE_F60A_FFE4), (3, 0x9C70_B60C_5267_A94E_5F33_B6B0_2985_ED51),
            (7, 0xA1F1_EBBE_D8DB_C153_C0B8_4AA6_1FF0_8239), (8, 0x3B62_A9BA_6258_F561_0F83_E264_F314_97B4),
            (15, 0x5493_E999_33B0_A811_7E08_EC0F_97CF_C3D9), (16, 0x6EE2_A4CA_67B0_54BB_FD33_15BF_8523_0577),
            (63, 0x5150_D177_2F50_834A_503E_069A_973F_BD7C),
        ] as [(Int, UInt128)])
    func long(_ count: Int, _ hash: UInt128) {
        #expect(SipHash.hash128(Self.message(count).span, key: Self.key) == hash.byteSwapped)
    }

    @Test("An address of IPv4 counts by itself, one of IPv6 by its network")
    func addresses() throws {
        func hash(_ text: String, _ prefixLength: Int = 64) throws -> UInt64 {
            let address = try #require(IPAddress(text))
            return SipHash.hash64(address: address.bits, prefixLength: prefixLength, key: Self.key)
        }
        #expect(try hash("192.0.2.1") != hash("192.0.2.2"))
        #expect(try hash("192.0.2.1") == hash("::ffff:192.0.2.1"))
        #expect(try hash("2001:db8::1") == hash("2001:db8::ffff:0:0:1"))
        #expect(try hash("2001:db8::1") != hash("2001:db8:0:1::1"))
        #expect(try hash("2001:db8::1", 128) != hash("2001:db8::2", 128))
        #expect(try hash("2001:db8::1", 48) == hash("2001:db8:0:1::1", 48))
        let bytes = (0..<16).map { UInt8(truncatingIfNeeded: UInt128(0xFFFF_C000_0201) >> UInt128(8 * $0)) }
        #expect(try hash("192.0.2.1") == SipHash.hash64(bytes.span, key: Self.key))
    }

    @Test("Another key is another hash; a drawn key is not drawn again")
    func keys() {
        let (one, other) = (SipKey.random(), SipKey.random())
        #expect(one != other)
        let message = Self.message(20)
        #expect(SipHash.hash64(message.span, key: one) != SipHash.hash64(message.span, key: other))
        #expect(SipHash.hash128(message.span, key: one) != SipHash.hash128(message.span, key: other))
    }
}
