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

    @Test func keepsWhatWasLentTogetherAndGivesItBackLater() {
        let pool = BufferPool()
        weak var last: Buffer?
        for _ in 0..<2 {
            let lent = (0..<1_000).map { _ in pool.small() } + (0..<1_000).map { _ in pool.large() }
            last = lent.last
            for buffer in lent { pool.giveBack(buffer) }
            #expect(pool.lentCount == 0 && pool.freeCount == 2_000)
        }
        pool.endInterval()
        #expect(pool.shed(.max) == 0 && last != nil)
        pool.endInterval()
        #expect(pool.shed(100) == 200 && pool.freeCount == 1_800)
        #expect(pool.shed(.max) == 2_000 - 200 - BufferPool.smallLeast - BufferPool.largeLeast)
        #expect(pool.freeCount == BufferPool.smallLeast + BufferPool.largeLeast && pool.shed(.max) == 0)
    }

    @Test func keepsABoundedNumberOfFreeSlabs() {
        let pool = BufferPool()
        pool.keep(bytesOfASize: 10 * BufferPool.largeBytes)
        weak var last: Buffer?
        do {
            let lent = (0..<300).map { _ in pool.large() }
            last = lent.last
            for buffer in lent { pool.giveBack(buffer) }
        }
        #expect(last == nil, "the slab above the bound must be gone")
        #expect(pool.lentCount == 0 && pool.freeCount == 10)
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
