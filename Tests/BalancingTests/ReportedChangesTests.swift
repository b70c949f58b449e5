import Balancing
import Testing

@Suite("Reported changes", .tags(.balancing))
struct ReportedChangesTests {
    private let capacity = ReportedChanges.capacity

    @Test("what is being written is waited for, and found then")
    func unwritten() {
        let changes = ReportedChanges()
        let early = changes.begin()
        changes.write(7, at: changes.begin())
        #expect(changes.number(at: early) == .unwritten && changes.number(at: early + 1) == .known(7))
        changes.write(5, at: early)
        #expect(changes.number(at: early) == .known(5))
    }

    @Test("who was held up while others went all around takes no later one's place, and holds no reader up")
    func late() {
        let changes = ReportedChanges()
        let early = changes.begin()
        for number in 1...Int(capacity) { changes.write(number, at: changes.begin()) }
        #expect(changes.number(at: early) == .overwritten)
        changes.write(1_000, at: early)
        #expect(changes.number(at: early) == .overwritten)
        #expect(changes.number(at: early + capacity) == .known(Int(capacity)))
        // Of one that is not written at all, readers learn that it is lost.
        let lost = changes.begin()
        for number in 1..<Int(capacity) - 1 { changes.write(number, at: changes.begin()) }
        #expect(changes.number(at: lost) == .unwritten)
        changes.write(1, at: changes.begin())
        #expect(changes.number(at: lost) == .overwritten)
    }
}
