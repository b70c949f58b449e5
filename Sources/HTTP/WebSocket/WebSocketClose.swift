/// Close frames that Martlet sends itself (RFC 6455, section 5.5.1).
public enum WebSocketClose {
    /// FIN and the opcode of a close frame.
    private static let first: UInt8 = 0x88
    /// 1001: an endpoint goes away (RFC 6455, section 7.4.1).
    private static let code: (UInt8, UInt8) = (0x03, 0xE9)

    /// The frame for a client.
    public static let goingAway: [UInt8] = [first, 2, code.0, code.1]

    /// The frame for a member, masked as a client's must be.
    ///
    /// - Parameter key: the masking key, which is to be unpredictable.
    public static func goingAway(maskedWith key: UInt32) -> [UInt8] {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: key >> (24 - 8 * $0)) }
        return [first, 0x80 | 2] + bytes + [code.0 ^ bytes[0], code.1 ^ bytes[1]]
    }
}
