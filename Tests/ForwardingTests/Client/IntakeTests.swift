import Bytes
import Forwarding
import HTTP
import Reactor
import Testing

/// What one end of a connection reads.
@Suite("Intake, in process")
struct IntakeTests {
    /// An intake at the near end of a link, whose loop has told of bytes.
    private final class Reader {
        let link: Link
        let stores = Stores()
        let intake: Intake

        init(_ readiness: Readiness = .readable) throws {
            link = try Link()
            intake = Intake(bytesMax: 1_000, buffers: stores.buffers)
            intake.note(readiness, of: link.near)
        }

        /// Reads once.
        func read() -> TransportOutcome {
            intake.read(from: link.near)
        }

        /// Bytes that a read has moved; `nil`: none.
        func count() -> Int? {
            if case .moved(let count) = read() { count } else { nil }
        }
    }

    @Test("a short read is the last one, a full one is not")
    func short() throws {
        let reader = try Reader()
        reader.link.far.send(Octets.pattern(BufferPool.smallBytes + 10))
        #expect(reader.count() == BufferPool.smallBytes)
        let buffer = reader.intake.take()
        buffer.removeAll()
        #expect(!reader.intake.isAtRest, "there may be more, though there is no slab")
        reader.intake.keep(buffer)
        #expect(reader.count() == 10)
        reader.intake.close()
        #expect(reader.intake.isAtRest)
    }

    @Test("behind a peer that has ended, a short read is not the last one: the end is", arguments: [0, 10])
    func end(count: Int) throws {
        let reader = try Reader([.readable, .peerEnded])
        if count > 0 { reader.link.far.send(Octets.pattern(count)) }
        reader.link.far.endWriting()
        if count > 0 {
            #expect(reader.count() == count)
            reader.intake.close()
            #expect(!reader.intake.isAtRest)
        }
        guard case .ended = reader.read() else {
            Issue.record("the end is read")
            return
        }
        reader.intake.close()
        #expect(reader.intake.isAtRest)
    }

    @Test("nothing to read: the loop will tell")
    func nothing() throws {
        let reader = try Reader()
        #expect(reader.count() == nil)
        reader.intake.rest()
        #expect(reader.intake.isAtRest && reader.stores.buffers.lentCount == 0)
    }

    @Test("an idle intake holds no slab, one that has bytes keeps them")
    func slab() throws {
        let reader = try Reader()
        #expect(reader.intake.isEmpty && reader.stores.buffers.lentCount == 0)
        reader.link.far.send("GET")
        #expect(reader.count() == 3)
        reader.intake.rest()
        #expect(!reader.intake.isEmpty && !reader.intake.isAtRest && reader.stores.buffers.lentCount == 1)
        reader.intake.open().consume(3)
        #expect(reader.intake.isEmpty)
        reader.intake.rest()
        #expect(reader.intake.isAtRest && reader.stores.buffers.lentCount == 0)
        reader.intake.close()
        #expect(reader.stores.buffers.lentCount == 0, "given back once")
    }

    @Test("what is read first gets a large slab where that is asked for, and what was done with makes room")
    func room() throws {
        let reader = try Reader()
        reader.link.far.send("GET")
        guard case .moved(3) = reader.intake.read(from: reader.link.near, isLarge: true) else {
            Issue.record("three bytes are read")
            return
        }
        #expect(reader.intake.open().capacity == BufferPool.largeBytes)
        reader.intake.close()
        reader.link.far.send(Octets.pattern(BufferPool.smallBytes + 10))
        #expect(reader.count() == BufferPool.smallBytes)
        reader.intake.open().consume(BufferPool.smallBytes - 5)
        #expect(reader.count() == 10 && reader.intake.open().count == 15)
        reader.intake.close()
        #expect(reader.stores.buffers.lentCount == 0)
    }

    @Test("a head that is longer than a slab gets a larger one, and nothing larger than that")
    func longHead() throws {
        let reader = try Reader()
        reader.link.far.send(Octets.pattern(BufferPool.smallBytes))
        #expect(reader.count() == BufferPool.smallBytes)
        try reader.intake.makeRoom(behind: reader.intake.open(), in: reader.stores)
        let buffer = reader.intake.open()
        #expect(buffer.capacity == BufferPool.largeBytes && buffer.count == BufferPool.smallBytes)
        while buffer.append(Octets.pattern(1_000).span) == 1_000 {}
        #expect(throws: HeadError.self) { try reader.intake.makeRoom(behind: buffer, in: reader.stores) }
        reader.intake.close()
        #expect(reader.stores.buffers.lentCount == 0)
    }

    @Test("what nobody wants is dropped, a slab's room at a time")
    func discard() throws {
        let reader = try Reader()
        reader.link.far.send(Octets.pattern(BufferPool.smallBytes + 10))
        let buffer = reader.intake.open()
        func drop() -> TransferResult { reader.intake.discard(from: reader.link.near, using: buffer) }
        #expect(drop() == .transferred(BufferPool.smallBytes))
        #expect(drop() == .transferred(10) && buffer.isEmpty)
        reader.intake.rest()
        #expect(reader.intake.isAtRest)
        reader.link.far.endWriting()
        #expect(drop() == .ended)
    }
}
