import Reactor
import TestSupport
import Testing

@Suite(.tags(.reactor)) struct RestingListTests {
    /// The list with its slots, beside an array that says what must be in it.
    private final class Model {
        var slots = SlotTable(capacity: 4)
        var list = RestingList()
        var expected: [Int32] = []

        func rest(_ slot: Int32) {
            list.append(slot, now: 0, in: &slots)
            expected.removeAll { $0 == slot }
            expected.append(slot)
        }

        func remove(_ slot: Int32) {
            list.remove(slot, in: &slots)
            expected.removeAll { $0 == slot }
        }
    }

    @Test func isAQueueInWhichAnybodyMayMoveToTheEnd() {
        let model = Model()
        let handler = SilentHandler()
        let slots = (0..<40).map { _ in model.slots.take(for: handler).slot }
        var generator = SplitMix(seed: 108)
        for _ in 0..<20_000 {
            let slot = slots[Int.random(in: 0..<40, using: &generator)]
            if Int.random(in: 0..<4, using: &generator) == 0 { model.remove(slot) } else { model.rest(slot) }
            #expect(model.list.oldest == model.expected.first ?? -1)
        }
        while let slot = model.expected.first {
            #expect(model.list.oldest == slot)
            model.remove(slot)
        }
        #expect(model.list.oldest == -1)
    }
}
