import Forwarding
import Synchronization
import Testing

/// What a draft has found out, each once.
@Suite("Distinct")
struct DistinctTests {
    /// A number that counts how often it is compared with another one.
    private struct Counted: Hashable, Sendable {
        final class Tally: Sendable {
            let count = Atomic(0)
        }

        let number: Int
        let tally: Tally

        static func == (one: Counted, other: Counted) -> Bool {
            one.tally.count.wrappingAdd(1, ordering: .relaxed)
            return one.number == other.number
        }

        func hash(into hasher: inout Hasher) { hasher.combine(number) }
    }

    @Test("each once, where it came first")
    func order() {
        var found = Distinct<Int>()
        for number in [3, 1, 3, 2, 1] { found.add(number) }
        #expect(found.elements == [3, 1, 2])
    }

    @Test("10,000 are told apart with a few comparisons each")
    func linear() {
        var found = Distinct<Counted>()
        let tally = Counted.Tally()
        for number in 0..<10_000 { found.add(Counted(number: number, tally: tally)) }
        for number in 0..<10_000 { found.add(Counted(number: number, tally: tally)) }
        #expect(found.elements.count == 10_000)
        let count = tally.count.load(ordering: .relaxed)
        #expect((10_000...200_000).contains(count), "\(count)")
    }
}
