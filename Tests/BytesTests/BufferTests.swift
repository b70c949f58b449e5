import Bytes
import TestSupport
import Testing

@Suite struct BufferTests {
    private func bytes(of buffer: Buffer) -> [UInt8] {
        buffer.withReadable { span in span.indices.map { span[$0] } }
    }

    @Test func appendsConsumesAndCompacts() {
        let buffer = Buffer(capacity: 8)
        #expect(buffer.append([1, 2, 3, 4, 5].span) == 5)
        #expect(buffer.count == 5 && buffer.room == 3)
        buffer.consume(2)
        #expect(bytes(of: buffer) == [3, 4, 5] && buffer.room == 3)
        buffer.compact()
        #expect(bytes(of: buffer) == [3, 4, 5] && buffer.room == 5)
        buffer.removeLast(1)
        #expect(bytes(of: buffer) == [3, 4])
    }

    @Test func takesOnlyWhatFits() {
        let buffer = Buffer(capacity: 4)
        #expect(buffer.append([1, 2, 3, 4, 5, 6].span) == 4)
        #expect(buffer.append([7].span) == 0)
        #expect(bytes(of: buffer) == [1, 2, 3, 4])
        let none: [UInt8] = []
        #expect(buffer.append(none.span) == 0)
    }

    @Test func takesAConstantWholeOrNotAtAll() {
        let buffer = Buffer(capacity: 4)
        #expect(buffer.append("ab") && !buffer.append("cde") && buffer.append("cd"))
        #expect(!buffer.append("e") && buffer.append(""))
        #expect(bytes(of: buffer) == Array("abcd".utf8))
    }

    @Test(arguments: [true, false]) func allOfItIsRoomOnceItIsEmpty(isConsumed: Bool) {
        let buffer = Buffer(capacity: 4)
        _ = buffer.append([1, 2, 3, 4].span)
        buffer.consume(2)
        if isConsumed { buffer.consume(2) } else { buffer.removeLast(2) }
        #expect(buffer.isEmpty && buffer.room == 4)
    }

    @Test func whatABodyAppendsIsReadableUnlessItThrows() {
        struct Refused: Error {}
        let buffer = Buffer(capacity: 4)
        let count = buffer.append { (output: inout OutputSpan<UInt8>) in
            output.append(9)
            return output.freeCapacity
        }
        #expect(count == 3 && bytes(of: buffer) == [9])
        #expect(throws: Refused.self) {
            try buffer.append { (output: inout OutputSpan<UInt8>) throws(Refused) in
                output.append(8)
                throw Refused()
            }
        }
        #expect(bytes(of: buffer) == [9])
    }

    @Test func overwritesCountedFromTheFirstReadableByte() {
        let buffer = Buffer(capacity: 8)
        _ = buffer.append([0, 1, 2, 3].span)
        buffer.consume(1)
        buffer.overwrite(at: 1, with: [8, 9].span)
        #expect(bytes(of: buffer) == [1, 8, 9])
    }

    @Test func takesAnotherBuffersBytes() {
        let first = Buffer(capacity: 8)
        let second = Buffer(capacity: 8)
        _ = first.append([1, 2].span)
        _ = second.append([3, 4, 5].span)
        second.consume(1)
        first.append(contentsOf: second)
        #expect(bytes(of: first) == [1, 2, 4, 5] && bytes(of: second) == [4, 5])
    }

    @Test func leavingItsBoundsEndsTheProcess() async {
        await #expect(processExitsWith: .failure) { Buffer(capacity: 4).consume(1) }
        await #expect(processExitsWith: .failure) { Buffer(capacity: 4).removeLast(1) }
        await #expect(processExitsWith: .failure) { Buffer(capacity: 4).overwrite(at: 0, with: [1].span) }
        await #expect(processExitsWith: .failure) {
            let small = Buffer(capacity: 1)
            let other = Buffer(capacity: 2)
            _ = other.append([1, 2].span)
            small.append(contentsOf: other)
        }
    }

    /// Random operations on a buffer and on an array must come to the same.
    @Test func behavesAsAnArrayOfItsReadableBytes() {
        var generator = SplitMix(seed: 103)
        let buffer = Buffer(capacity: 64)
        var model: [UInt8] = []
        for step in 0..<20_000 {
            let count = Int.random(in: 0...model.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0:
                let added = (0..<Int.random(in: 0..<40, using: &generator)).map {
                    UInt8(truncatingIfNeeded: step &+ $0)
                }
                model += added.prefix(buffer.append(added.span))
            case 1:
                buffer.consume(count)
                model.removeFirst(count)
            case 2:
                buffer.removeLast(count)
                model.removeLast(count)
            case 3:
                buffer.compact()
                #expect(buffer.room == buffer.capacity - model.count)
            default:
                let patch = [UInt8](repeating: 7, count: count / 2)
                buffer.overwrite(at: count - count / 2, with: patch.span)
                model.replaceSubrange(count - count / 2..<count, with: patch)
            }
            #expect(bytes(of: buffer) == model)
        }
    }
}
