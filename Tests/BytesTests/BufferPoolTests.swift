import Bytes
import Testing

@Suite struct BufferPoolTests {
    @Test func lendsTheSameSlabAgainEmpty() {
        let pool = BufferPool()
        let small = pool.small()
        let large = pool.large()
        #expect(small.capacity == BufferPool.smallBytes && large.capacity == BufferPool.largeBytes)
        #expect(pool.lentCount == 2)
        _ = small.append([1, 2, 3].span)
        pool.giveBack(small)
        pool.giveBack(large)
        #expect(pool.lentCount == 0)
        let again = pool.small()
        #expect(again === small && again.isEmpty && again.room == BufferPool.smallBytes)
        #expect(pool.large() === large)
    }

    @Test func keepsABoundedNumberOfFreeSlabs() {
        let pool = BufferPool()
        weak var last: Buffer?
        do {
            let lent = (0..<300).map { _ in pool.small() }
            last = lent.last
            for buffer in lent { pool.giveBack(buffer) }
        }
        #expect(last == nil, "the slab above the bound must be gone")
        #expect(pool.lentCount == 0)
    }

    @Test func aSlabIsGivenBackOnceAndOnlyIfLent() async {
        await #expect(processExitsWith: .failure) {
            let pool = BufferPool()
            let buffer = pool.small()
            pool.giveBack(buffer)
            pool.giveBack(buffer)
        }
        await #expect(processExitsWith: .failure) {
            BufferPool().giveBack(Buffer(capacity: 10))
        }
    }
}
