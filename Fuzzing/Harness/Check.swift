/// Ends the process where something does not hold, so that the fuzzer keeps the input.
func check(_ holds: Bool, _ words: @autoclosure () -> String) {
    if !holds { fatalError(words()) }
}

/// Bytes cut anew for each input, but always alike for the same: chosen by what is in it.
struct Cuts {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ input: [UInt8]) {
        for byte in input { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    /// A number below another.
    mutating func next(below end: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % end
    }

    /// Counts at which pieces end, in their order: after each byte of what is short, else in up to eight places.
    mutating func ends(of count: Int) -> [Int] {
        guard count > 1 else { return [] }
        if count <= 64 { return Array(1..<count) }
        return (0..<8).map { _ in next(below: count) }.sorted()
    }
}
