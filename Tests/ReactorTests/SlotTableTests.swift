import Reactor
import Testing

@Suite(.tags(.reactor)) struct SlotTableTests {
    @Test func aFreedEntryIsNotTheOneThatFollowsIt() {
        let table = WheelModel(now: 0)
        let first = table.take()
        #expect(table.isCurrent(first))
        table.free(first)
        #expect(!table.isCurrent(first))
        let second = table.take()
        #expect(second.slot == first.slot && second != first)
        #expect(table.isCurrent(second) && !table.isCurrent(first))
    }

    @Test func growsAndKeepsWhatItHolds() {
        let table = WheelModel(now: 0)
        let registrations = (0..<5000).map { _ in table.take() }
        #expect(Set(registrations.map(\.slot)).count == 5000)
        #expect(registrations.allSatisfy { table.isCurrent($0) })
        for registration in registrations { table.free(registration) }
        #expect(!registrations.contains { table.isCurrent($0) })
        let again = (0..<5000).map { _ in table.take() }
        #expect(Set(again.map(\.slot)) == Set(registrations.map(\.slot)))
    }

    @Test func letsTheHandlerGo() {
        var table = SlotTable(capacity: 1)
        weak var handler: SilentHandler?
        let registration: Registration
        do {
            let kept = SilentHandler()
            handler = kept
            registration = table.take(for: kept)
        }
        #expect(handler != nil)
        table.free(registration.slot)
        #expect(handler == nil)
    }
}
