import Session

/// The Set-Cookie field line that ties a client to a member, ready to be copied.
struct InsertedField: Sendable {
    private let plain: [UInt8]
    private let secure: [UInt8]

    init(_ cookie: InsertedCookie, member: Int) {
        plain = Self.line(cookie.value(member: member, isSecure: false))
        secure = Self.line(cookie.value(member: member, isSecure: true))
    }

    /// - Parameter isSecure: whether the client came over TLS.
    func value(isSecure: Bool) -> [UInt8] {
        isSecure ? secure : plain
    }

    private static func line(_ value: [UInt8]) -> [UInt8] {
        Array("Set-Cookie: ".utf8) + value + Array("\r\n".utf8)
    }
}
