import Model

/// A set of facts, each of which is a bit.
struct FactSet: Sendable {
    private let bits: UInt32

    init(_ facts: [FieldFact] = []) {
        bits = facts.reduce(0) { $0 | Self.bit(of: $1) }
    }

    private init(bits: UInt32) {
        self.bits = bits
    }

    /// Whether there are none.
    var isEmpty: Bool { bits == 0 }

    func contains(_ fact: FieldFact) -> Bool { bits & Self.bit(of: fact) != 0 }

    /// Those of both.
    func union(_ other: FactSet) -> FactSet { FactSet(bits: bits | other.bits) }

    private static func bit(of fact: FieldFact) -> UInt32 { 1 &<< UInt32(fact.rawValue) }
}
