/// What a process leaves of its ticket keys to the one that takes its place, so that its clients' sessions resume.
///
/// Secret: it goes from process to process in memory alone.
public struct TicketKeyLegacy: Codable, Sendable, Equatable {
    /// The keys, the newest one first: one or two.
    private let keys: [Key]

    private struct Key: Codable, Equatable {
        /// Its name, the key of AES-256-CBC and that of HMAC-SHA-256: 80 bytes.
        let bytes: [UInt8]
        /// Seconds of the machine's monotonic clock at which it began to seal.
        let since: Int
    }

    fileprivate init(_ keys: [TicketKeyRing.Key]) {
        self.keys = keys.map { Key(bytes: $0.bytes, since: $0.since) }
    }

    /// The keys; what is no key is left out.
    fileprivate var rings: [TicketKeyRing.Key] { keys.compactMap { TicketKeyRing.Key($0.bytes, since: $0.since) } }
}

extension TicketKeyRing {
    /// What is left to another process.
    public var legacy: TicketKeyLegacy {
        let keys = keys
        return TicketKeyLegacy([keys.newest] + (keys.previous.map { [$0] } ?? []))
    }

    /// Seals and opens with another process's keys from now on; to be called before the first handshake.
    public func take(_ legacy: TicketKeyLegacy) {
        let keys = legacy.rings
        guard let newest = keys.first else { return }
        replace(newest: newest, previous: keys.dropFirst().first)
    }
}

extension TicketKeyRing.Key {
    private static let count = 16 + 32 + 32

    fileprivate var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for offset in name.indices { bytes.append(name[offset]) }
        for offset in cipherKey.indices { bytes.append(cipherKey[offset]) }
        for offset in authenticationKey.indices { bytes.append(authenticationKey[offset]) }
        return bytes
    }

    fileprivate init?(_ bytes: [UInt8], since: Int) {
        guard bytes.count == Self.count else { return nil }
        name = InlineArray { bytes[$0] }
        cipherKey = InlineArray { bytes[16 + $0] }
        authenticationKey = InlineArray { bytes[48 + $0] }
        self.since = since
    }
}
