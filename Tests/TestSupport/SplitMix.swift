/// SplitMix64: repeatable numbers from a seed, so that what has failed can be run again.
public struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameter seed: the same one gives the same numbers.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Strings of the given pieces, put together at random.
    public mutating func bytes(of pieces: [String], count: Int) -> [UInt8] {
        (0..<count).flatMap { _ in Array(pieces.randomElement(using: &self)!.utf8) }
    }

    /// Bytes of any value.
    public mutating func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
