import Bytes
import Testing

@Suite struct BufferTests {
    private func content(_ buffer: Buffer) -> [UInt8] {
        buffer.withReadable { bytes in bytes.indices.map { bytes[$0] } }
    }

    @Test("bytes come out in the order in which they went in")
    func order() {
        let buffer = Buffer(capacity: 8)
        #expect(buffer.isEmpty && buffer.room == 8)
        #expect(buffer.append([1, 2, 3, 4, 5].span) == 5)
        buffer.consume(2)
        #expect(content(buffer) == [3, 4, 5] && buffer.count == 3 && buffer.room == 3)
        #expect(buffer.append([6, 7, 8, 9].span) == 3)
        #expect(content(buffer) == [3, 4, 5, 6, 7, 8] && buffer.room == 0)
        buffer.compact()
        #expect(content(buffer) == [3, 4, 5, 6, 7, 8] && buffer.room == 2)
        buffer.removeLast(1)
        buffer.overwrite(at: 1, with: [40, 50].span)
        #expect(content(buffer) == [3, 40, 50, 6, 7])
        buffer.consume(5)
        #expect(buffer.isEmpty && buffer.room == 8)
    }

    @Test("what a closure appends becomes readable")
    func append() {
        let buffer = Buffer(capacity: 64)
        let fits = buffer.append { output in
            output.append(copying: "n=") && output.append(decimal: UInt64.max) && output.append(copying: [0x0A].span)
        }
        #expect(fits && content(buffer) == Array("n=18446744073709551615\n".utf8))
        let other = Buffer(capacity: 64)
        other.append(contentsOf: buffer)
        #expect(content(other) == content(buffer))
    }

    @Test("what does not fit is not appended in part")
    func noRoom() {
        let buffer = Buffer(capacity: 3)
        let fitted = buffer.append { output in
            [
                output.append(copying: "abcd"), output.append(decimal: 1234),
                output.append(copying: [1, 2, 3, 4].span), output.append(decimal: 0),
            ]
        }
        #expect(fitted == [false, false, false, true] && content(buffer) == [0x30])
    }

    @Test("a pool lends empty slabs of two sizes and takes them back")
    func pool() {
        let pool = BufferPool()
        let small = pool.small()
        let large = pool.large()
        #expect(
            small.capacity == BufferPool.smallBytes && large.capacity == BufferPool.largeBytes && pool.lentCount == 2)
        _ = small.append([1].span)
        pool.giveBack(small)
        pool.giveBack(large)
        let again = pool.small()
        #expect(pool.lentCount == 1 && again === small && again.isEmpty)
    }
}
