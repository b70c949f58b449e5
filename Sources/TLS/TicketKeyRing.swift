import CSSL
import Synchronization

/// The keys that session tickets are sealed with (RFC 5077, section 4), one ring for the whole process.
///
/// Any thread may use it; a reload keeps it, so that sessions resume across the swap. The newest key seals, older ones
/// still open. A key seals for ``rotationSeconds`` and opens for as long again.
public final class TicketKeyRing: Sendable {
    /// Seconds for which a key seals tickets.
    public static let rotationSeconds = 12 * 60 * 60

    /// One key: its public name, and the secrets for AES-256-CBC and HMAC-SHA-256.
    struct Key {
        var name = InlineArray<16, UInt8>(repeating: 0)
        var cipherKey = InlineArray<32, UInt8>(repeating: 0)
        var authenticationKey = InlineArray<32, UInt8>(repeating: 0)
        /// Seconds of the monotonic clock at which it began to seal.
        var since = 0
    }

    private struct State {
        var newest: Key
        var previous: Key?
    }

    private let state: Mutex<State>

    /// Makes a ring with one random key.
    ///
    /// - Parameter now: seconds of the system's monotonic clock (CLOCK_MONOTONIC), by which handshakes age the keys.
    /// - Throws: when the random generator fails.
    public init(now: Int) throws(TLSError) {
        state = Mutex(State(newest: try Self.randomKey(now: now), previous: nil))
    }

    /// Begins to seal with a new key when the newest has sealed for its time.
    ///
    /// - Parameter now: seconds of the monotonic clock.
    package func rotateIfDue(now: Int) {
        _ = sealingKey(now: now)
    }

    /// The key to seal with now.
    func sealingKey(now: Int) -> Key {
        state.withLock { state in
            if now - state.newest.since >= Self.rotationSeconds, let key = try? Self.randomKey(now: now) {
                state.previous = state.newest
                state.newest = key
            }
            return state.newest
        }
    }

    /// The key that a ticket names, and whether a newer one seals by now; `nil` for a name that nobody knows any more.
    func openingKey(named name: UnsafePointer<UInt8>, now: Int) -> (key: Key, isOld: Bool)? {
        let (newest, previous) = keys
        let isNewest = unsafe newest.isNamed(name)
        guard let key = isNewest ? newest : previous, unsafe key.isNamed(name) else { return nil }
        let age = now - key.since
        return age < 2 * Self.rotationSeconds ? (key, !isNewest || age >= Self.rotationSeconds) : nil
    }

    /// The keys as they are.
    var keys: (newest: Key, previous: Key?) { state.withLock { ($0.newest, $0.previous) } }

    /// Puts others in their place.
    func replace(newest: Key, previous: Key?) {
        state.withLock { $0 = State(newest: newest, previous: previous) }
    }

    private static func randomKey(now: Int) throws(TLSError) -> Key {
        var key = Key()
        key.since = now
        ERR_clear_error()
        var isRandom = unsafe withUnsafeMutableBytes(of: &key.name) { unsafe Self.fill($0) }
        isRandom = unsafe withUnsafeMutableBytes(of: &key.cipherKey) { unsafe isRandom && Self.fill($0) }
        isRandom = unsafe withUnsafeMutableBytes(of: &key.authenticationKey) { unsafe isRandom && Self.fill($0) }
        guard isRandom else { throw .takeQueue(.internal) }
        return key
    }

    private static func fill(_ bytes: UnsafeMutableRawBufferPointer) -> Bool {
        unsafe RAND_bytes(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count)) == 1
    }
}

extension TicketKeyRing.Key {
    func isNamed(_ other: UnsafePointer<UInt8>) -> Bool {
        for offset in 0..<16 where unsafe name[offset] != other[offset] { return false }
        return true
    }
}
