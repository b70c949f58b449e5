/// A worker's random numbers.
package final class RandomNumbers {
    private var generator: SplitMix64
    private var system = SystemRandomNumberGenerator()
    /// Two generators for names of requests, as one alone would have names of 64 bits.
    private var names = (SplitMix64(seed: .random(in: .min ... .max)), SplitMix64(seed: .random(in: .min ... .max)))

    /// - Parameter seed: of ``roll()``.
    package init(seed: UInt64 = .random(in: .min ... .max)) {
        generator = SplitMix64(seed: seed)
    }

    /// 64 bits for a choice by lot.
    func roll() -> UInt64 { generator.next() }

    /// 128 bits that no other request is named by.
    func makeRequestID() -> (UInt64, UInt64) { (names.0.next(), names.1.next()) }

    /// A key for a WebSocket that Martlet asks a member for in a client's place (RFC 6455, section 4.1).
    func makeWebSocketKey() -> WebSocketKey {
        WebSocketKey(using: &system)
    }

    /// A key for a frame that Martlet sends to a member in a client's place (RFC 6455, section 5.3).
    func makeMaskingKey() -> UInt32 {
        system.next()
    }
}
