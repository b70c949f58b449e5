import Forwarding
import Model
import Testing

/// What workers are told of the process's memory, and when the heap is trimmed.
@Suite("Memory")
struct MemoryGuardTests {
    private static func ceiling(_ bytes: Int) throws -> MemoryCeiling {
        var limits = Limits()
        limits.memoryBytesMax = bytes
        return try #require(MemoryCeiling(limits, groupBytesMax: nil))
    }

    // Outside of the macros, which take no value that changes.
    private func orders(_ keeper: inout MemoryGuard, _ resident: Int, _ connections: [Int]) -> [ShedOrder]? {
        keeper.orders(resident: resident, connections: connections)
    }

    @Test("what is declared holds, else what the control group may have, else nothing")
    func ceiling() {
        var limits = Limits()
        #expect(MemoryCeiling(limits, groupBytesMax: nil) == nil)
        #expect(MemoryCeiling(limits, groupBytesMax: 700)?.bytesMax == 700)
        #expect(MemoryCeiling(limits, groupBytesMax: 700)?.isDeclared == false)
        limits.memoryBytesMax = 900
        #expect(MemoryCeiling(limits, groupBytesMax: 700)?.bytesMax == 900)
        #expect(MemoryCeiling(limits, groupBytesMax: 700)?.isDeclared == true)
        limits.memoryBytesMax = .max
        #expect(MemoryCeiling(limits, groupBytesMax: 700) == nil)
    }

    @Test("below nine tenths nobody is told anything")
    func calm() throws {
        var keeper = MemoryGuard(try Self.ceiling(1_000_000))
        for resident in [0, 500_000, 900_000] {
            let told = orders(&keeper, resident, [1, 1])
            #expect(told == nil)
        }
    }

    @Test("beyond, workers let go of all that is more than 85 %, each by its clients' number")
    func shares() throws {
        var keeper = MemoryGuard(try Self.ceiling(1_000_000))
        let told = orders(&keeper, 950_000, [30, 10])
        #expect(told == [ShedOrder(bytes: 75_000, isFull: false), ShedOrder(bytes: 25_000, isFull: false)])
        // Without a client there are idle connections to members.
        let alone = orders(&keeper, 950_000, [0, 0])
        #expect(alone == [ShedOrder(bytes: 50_000, isFull: false), ShedOrder(bytes: 50_000, isFull: false)])
    }

    @Test("beyond all of it newcomers wait, until there is less, which is told once")
    func full() throws {
        var keeper = MemoryGuard(try Self.ceiling(1_000_000))
        let full = orders(&keeper, 1_000_001, [1])
        #expect(full == [ShedOrder(bytes: 150_001, isFull: true)])
        let tight = orders(&keeper, 1_000_000, [1])
        #expect(tight == [ShedOrder(bytes: 150_000, isFull: false)])
        _ = orders(&keeper, 1_000_001, [1])
        let calm = orders(&keeper, 100, [1])
        #expect(calm == [ShedOrder(bytes: 0, isFull: false)])
        let still = orders(&keeper, 100, [1])
        #expect(still == nil)
    }

    // MARK: - The heap

    private func isDue(_ trim: inout HeapTrim, _ connections: Int, gave: Bool = false, now: Int) -> Bool {
        trim.isDue(connections: connections, hasGivenBack: gave, now: now)
    }

    @Test("10 s after many clients have gone the heap is trimmed, once")
    func afterLoad() {
        var trim = HeapTrim()
        let moments = [(4_000, 0), (10, 1_000), (10, 10_999), (10, 11_000), (10, 30_000), (0, 60_000), (0, 99_000)]
        let due = moments.map { isDue(&trim, $0.0, now: $0.1) }
        #expect(due == [false, false, false, true, false, false, false])
    }

    @Test("who comes again within that time finds the memory")
    func again() {
        var trim = HeapTrim()
        let moments = [(4_000, 0), (10, 1_000), (3_900, 9_000), (10, 12_000), (10, 21_000), (10, 22_000)]
        let due = moments.map { isDue(&trim, $0.0, now: $0.1) }
        #expect(due == [false, false, false, false, false, true])
    }

    @Test("a few clients, or a part of many, are no reason")
    func few() {
        var trim = HeapTrim()
        let moments = [(255, 0), (0, 1_000), (0, 90_000), (60_000, 100_000), (46_000, 101_000), (46_000, 200_000)]
        let due = moments.map { isDue(&trim, $0.0, now: $0.1) }
        #expect(!due.contains(true))
    }

    @Test("what workers have let go of is given back at the next look")
    func reserves() {
        var trim = HeapTrim()
        let due = [false, true, false].enumerated().map { isDue(&trim, 0, gave: $0.1, now: $0.0 * 1_000) }
        #expect(due == [false, true, false])
    }
}
