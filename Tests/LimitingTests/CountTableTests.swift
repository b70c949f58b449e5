import Limiting
import TestSupport
import Testing

@Suite("CountTable", .tags(.limiting), .timeLimit(.minutes(10)))
struct CountTableTests {
    @Test("As many as there may be, and one more when one is given back")
    func most() {
        let table = CountTable()
        #expect(table.enter(7, most: 2) && table.enter(7, most: 2))
        #expect(!table.enter(7, most: 2))
        #expect(table.count(of: 7) == 2)
        #expect(table.enter(8, most: 1) && !table.enter(9, most: 0))
        #expect(table.enter(7, most: 3))
        #expect(!table.enter(7, most: 1))
        for _ in 0..<3 { table.leave(7) }
        #expect(table.count(of: 7) == 0 && table.count(of: 8) == 1 && table.count(of: 9) == 0)
    }

    @Test("Memory follows what is under way, up and down again")
    func memory() {
        let table = CountTable()
        let empty = table.bytes
        var generator = SplitMix(seed: 1)
        let hashes = (0..<50_000).map { _ in generator.next() }
        for hash in hashes { #expect(table.enter(hash, most: 1)) }
        #expect(table.bytes <= hashes.count * 16 * 4)
        for hash in hashes { table.leave(hash) }
        #expect(table.bytes == empty && empty == 16 * 1_024)
    }

    @Test("Counts are those of a dictionary, also where all hashes meet", .tags(.fuzz), arguments: [0, 1, 2])
    func model(kind: Int) {
        var generator = SplitMix(seed: UInt64(kind))
        let table = CountTable()
        let hashes = (0..<400 as Range<UInt64>).map { [$0 &* 0x9e37_79b9_7f4a_7c15, $0 << 32, $0][kind] }
        var reference: [UInt64: Int] = [:]
        var entered: [UInt64] = []
        for turn in 0..<200_000 {
            // Some times more come, at others more go.
            let number = UInt64.random(in: 0..<400, using: &generator)
            let hash = hashes[Int(number)]
            if Int.random(in: 0..<10, using: &generator) < (turn / 20_000 % 2 == 0 ? 6 : 4) {
                let count = reference[hash, default: 0]
                #expect(table.enter(hash, most: 5) == (count < 5))
                if count < 5 {
                    reference[hash] = count + 1
                    entered.append(hash)
                }
            } else if !entered.isEmpty {
                entered.swapAt(Int.random(in: entered.indices, using: &generator), entered.count - 1)
                let hash = entered.removeLast()
                table.leave(hash)
                reference[hash] = reference[hash] == 1 ? nil : reference[hash, default: 0] - 1
            }
            if turn % 1_000 == 0 {
                for hash in hashes { #expect(table.count(of: hash) == reference[hash, default: 0]) }
            }
        }
    }

    @Test("Four workers: never more than there may be at a time, and nothing is left at the end")
    func threads() async {
        let table = CountTable()
        let most = await withTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var generator = SplitMix(seed: UInt64(worker))
                    var held: [UInt64] = []
                    var most = 0
                    for _ in 0..<100_000 {
                        let hash = UInt64.random(in: 0..<50, using: &generator) &* 0x9e37_79b9_7f4a_7c15
                        if held.count < 100, table.enter(hash, most: 6) {
                            held.append(hash)
                        } else if let last = held.popLast() {
                            table.leave(last)
                        }
                        most = max(most, table.count(of: hash))
                    }
                    for hash in held { table.leave(hash) }
                    return most
                }
            }
            return await group.reduce(0, max)
        }
        #expect(most == 6)
        let isLeft = (0..<50 as Range<UInt64>).contains { table.count(of: $0 &* 0x9e37_79b9_7f4a_7c15) > 0 }
        #expect(!isLeft)
    }
}
