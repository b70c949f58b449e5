import Bytes
import Forwarding
import Foundation
import Reactor
import Testing

/// What waits in memory and in a file, against an array of bytes.
@Suite("Spools")
struct SpoolTests {
    private final class Owner: SpoolOwner {
        private(set) var callCount = 0
        private(set) var isLost = false

        func onSpool() { callCount += 1 }
        func onSpoolLost() { isLost = true }
    }

    /// A spool with all that it works by, whose jobs are run when the test wants it.
    private final class Play {
        let stores = Stores()
        let script = FileScript()
        let files: FileDesk
        let room = SpoolRoom()
        let desk: SpoolDesk
        let owner = Owner()
        let spool: Spool

        init(_ terms: SpoolTerms, filesBytesMax: Int = .max) {
            files = FileDesk(stores: stores, turnEnd: TurnEnd(), enqueue: script.enqueue)
            let told = Told()
            desk = SpoolDesk(stores: stores, files: files, room: room) { told.words.append($0) }
            desk.filesBytesMax = filesBytesMax
            spool = desk.take(terms, for: owner)
            self.told = told
        }

        private final class Told {
            var words: [String] = []
        }

        private let told: Told

        /// What the event log was told.
        var words: [String] { told.words }

        /// Runs what waits for the disk, up to so many jobs.
        func run(_ count: Int = .max) {
            for _ in 0..<count {
                guard !script.jobs.isEmpty else { return }
                files.onDone(script.run())
            }
        }

        /// Has the oldest job, which writes, come back from a file that cannot be written to.
        func failWrite() throws {
            let folder = try FileFolder(["a": ""])
            let opening = FileJob(number: 0, .open(try FileRoot(path: folder.path), path: [UInt8(ascii: "a")]))
            opening.run()
            guard case .opened(.file(let file)) = opening.takeAnswer() else { preconditionFailure("it is there") }
            let job = script.takeFirst()
            guard let slab = job.takeSlab() else { preconditionFailure("it writes") }
            let other = FileJob(number: job.number, .write(slab, to: file, at: 0))
            other.run()
            files.onDone(other)
        }

        /// Reads as many bytes as there are at once, at most.
        func read(_ count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            while bytes.count < count, case .piece(let slab, let range) = spool.front() {
                let taken = min(range.count, count - bytes.count)
                slab.withReadable { readable in
                    for offset in range.prefix(taken) { bytes.append(readable[offset]) }
                }
                spool.consume(taken)
            }
            return bytes
        }

        /// Appends, as often as the disk makes room.
        func appendAll(_ bytes: [UInt8]) -> Int {
            var count = 0
            while count < bytes.count {
                let taken = spool.append(bytes.span.extracting(count..<bytes.count))
                count += taken
                if taken == 0, script.jobs.isEmpty { break }
                run()
            }
            return count
        }

        /// Gives the spool back, and looks what is left.
        func isAtRest() -> Bool {
            desk.giveBack(spool)
            run()
            return stores.buffers.lentCount == 0 && files.awaitedCount == 0 && room.takenBytes == 0
        }
    }

    private static func terms(
        memory: Int = 128 << 10, file: Int = 1 << 20, keeps: Bool = false, folder: String = "/tmp"
    ) -> SpoolTerms {
        var terms = SpoolTerms(memoryBytesMax: memory, fileBytesMax: file, folder: folder)
        terms.keeps = keeps
        return terms
    }

    @Test("800 random courses: each byte once, in order, and everything given back", arguments: [false, true])
    func model(keeps: Bool) {
        for seed in 0..<400 {
            var dice = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
            func roll(_ count: Int) -> Int {
                dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((dice >> 33) % UInt64(count))
            }
            let play = Play(Self.terms(memory: (64 << 10) * (1 + roll(3)), file: roll(5) * (100 << 10), keeps: keeps))
            var model: [UInt8] = []
            var readCount = 0
            for _ in 0..<60 {
                switch roll(8) {
                case 0...3:
                    let bytes = (0..<roll(90_000)).map { UInt8(truncatingIfNeeded: model.count &+ $0 &* 7) }
                    model += bytes.prefix(play.spool.append(bytes.span))
                case 4...5:
                    let bytes = play.read(roll(120_000))
                    #expect(bytes == Array(model[readCount..<readCount + bytes.count]))
                    readCount += bytes.count
                case 6 where keeps && roll(4) == 0:
                    play.spool.rewind()
                    readCount = 0
                default: play.run(1 + roll(2))
                }
                #expect(play.spool.isEmpty == (readCount == model.count))
            }
            if roll(3) > 0 {
                while readCount < model.count {
                    let bytes = play.read(.max)
                    #expect(bytes == Array(model[readCount..<readCount + bytes.count]))
                    readCount += bytes.count
                    if bytes.isEmpty, play.script.jobs.isEmpty { break }
                    play.run()
                }
                #expect(readCount == model.count && play.spool.isEmpty)
            }
            #expect(play.isAtRest() && !play.owner.isLost && play.words.isEmpty)
        }
    }

    @Test("little takes a small slab, and no file")
    func little() {
        let play = Play(Self.terms())
        #expect(play.spool.append(Octets.pattern(1_000).span) == 1_000 && play.stores.buffers.lentCount == 1)
        #expect(play.read(.max) == Octets.pattern(1_000) && play.stores.buffers.lentCount == 0)
        #expect(play.script.jobs.isEmpty && play.isAtRest())
    }

    @Test("memory, then a file, then the bound; what is read to its end has room again")
    func bounds() {
        let play = Play(Self.terms(memory: 64 << 10, file: 256 << 10))
        let content = Octets.pattern(600_000)
        let taken = play.appendAll(content)
        // The slab behind the file is filled too.
        #expect(taken == (64 + 256 + 64) << 10 && play.room.takenBytes == 256 << 10)
        var read: [UInt8] = []
        while !play.spool.isEmpty {
            read += play.read(.max)
            play.run()
        }
        #expect(read == Array(content.prefix(taken)))
        #expect(play.appendAll(Array(content[taken...])) == content.count - taken)
        read = []
        while !play.spool.isEmpty {
            read += play.read(.max)
            play.run()
        }
        #expect(read == Array(content[taken...]) && play.isAtRest())
    }

    @Test("what is kept is read again, also in the middle of the disk's work")
    func again() {
        let play = Play(Self.terms(memory: 64 << 10, keeps: true))
        let content = Octets.pattern(300_000)
        #expect(play.appendAll(content) == content.count)
        for _ in 0..<2 {
            #expect(play.read(.max) == content && play.spool.isEmpty)
            play.spool.rewind()
        }
        #expect(play.read(200_000) == Array(content[..<200_000]))
        play.spool.forget()
        #expect(play.read(.max) == Array(content[200_000...]) && play.isAtRest())
    }

    @Test("it ends at any moment, with the disk at work or not, and all is given back", arguments: 0..<8)
    func ends(jobs: Int) {
        let play = Play(Self.terms(memory: 64 << 10))
        let content = Octets.pattern(400_000)
        var count = 0
        for _ in 0..<jobs {
            count += play.spool.append(content.span.extracting(count..<content.count))
            play.run(1)
        }
        _ = play.spool.append(content.span.extracting(count..<content.count))
        #expect(play.isAtRest())
        // It is taken up again as if nothing had been.
        let spool = play.desk.take(Self.terms(), for: play.owner)
        #expect(spool.isEmpty && spool.append(content.span.extracting(0..<10)) == 10)
        play.desk.giveBack(spool)
        #expect(play.stores.buffers.lentCount == 0)
    }

    @Test("without a folder, or beyond the bound of all files: memory alone, and one event")
    func noFile() {
        let plays = [
            Play(Self.terms(memory: 64 << 10, folder: "/nowhere")),
            Play(Self.terms(memory: 64 << 10), filesBytesMax: 0),
        ]
        for play in plays {
            let content = Octets.pattern(300_000)
            let taken = play.appendAll(content)
            #expect(taken == 128 << 10 && play.spool.hasNoFile && play.words.count == 1)
            #expect(play.read(.max) == Array(content.prefix(taken)))
            #expect(play.appendAll(content) == 64 << 10 && play.words.count == 1 && play.isAtRest())
        }
    }

    @Test("a full disk: what could not be written is read from memory, and one event", arguments: [false, true])
    func fullDisk(keeps: Bool) throws {
        let play = Play(Self.terms(memory: 64 << 10, keeps: keeps))
        let content = Octets.pattern(300_000)
        var taken = play.spool.append(content.span)
        // The file is made.
        play.run(1)
        taken += play.spool.append(content.span.extracting(taken..<content.count))
        #expect(play.spool.isWorking && play.script.jobs.count == 1)
        try play.failWrite()
        taken += play.appendAll(Array(content[taken...]))
        #expect(play.words.count == 1 && play.spool.hasNoFile && taken == 192 << 10)
        #expect(play.read(.max) == Array(content.prefix(taken)) && play.spool.isEmpty)
        if keeps {
            play.spool.rewind()
            #expect(play.read(.max) == Array(content.prefix(taken)))
        }
        #expect(play.isAtRest())
    }

    @Test("a queue that is full takes nothing, and is asked again")
    func busy() {
        let play = Play(Self.terms(memory: 64 << 10))
        play.script.isFull = true
        let content = Octets.pattern(300_000)
        let taken = play.appendAll(content)
        #expect(taken == 128 << 10 && !play.spool.isWorking && play.words.isEmpty)
        play.script.isFull = false
        #expect(play.appendAll(Array(content[taken...])) == content.count - taken)
        var read: [UInt8] = []
        while !play.spool.isEmpty {
            read += play.read(.max)
            play.run()
        }
        #expect(read == content && play.isAtRest())
    }
}
