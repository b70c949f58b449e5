import Bytes
import TLS
import Testing

@Suite(.tags(.tls), .timeLimit(.minutes(10))) struct TLSConnectionTests {
    let kit: CertificateKit

    init() throws {
        kit = try CertificateKit()
        try kit.make("one", names: ["one.test"])
    }

    private func open(_ version: TLSClient.Version = .tls13) throws -> TLSLink {
        let link = try TLSLink(.make(kit), TLSClient(version))
        let (server, client) = link.shakeHands()
        try #require(server == .done(0) && client == .done)
        return link
    }

    @Test func theClientsCloseNotifyIsAnEnd() throws {
        let link = try open()
        link.client.sendCloseNotify()
        link.deliver()
        #expect(link.serverRead() == ([], .ended))
        #expect(link.serverRead() == ([], .ended))
        #expect(link.server.write([1].span) == .done(1), "the other direction stays open")
        #expect(link.clientRead().bytes == [1])
    }

    @Test("An end behind bytes is told of without waiting for news", arguments: [TLSClient.Version.tls12, .tls13])
    func anEndBehindBytes(version: TLSClient.Version) throws {
        let link = try open(version)
        #expect(link.client.write([1, 2, 3]) == .done)
        link.client.sendCloseNotify()
        link.deliver()
        let buffer = Buffer(capacity: 100)
        #expect(link.server.read(into: buffer) == .done(3))
        #expect(!link.server.isDrained, "the end would be overlooked: no edge comes for what was read already")
        #expect(link.server.read(into: buffer) == .ended)
    }

    @Test("Bytes that come while OpenSSL still has some are not overlooked")
    func newsBeforeTheRest() throws {
        let link = try open()
        #expect(link.client.write([UInt8](repeating: 1, count: 150)) == .done)
        link.deliver()
        let buffer = Buffer(capacity: 100)
        #expect(link.server.read(into: buffer) == .done(100))
        #expect(link.client.write([2]) == .done)
        link.deliver()
        link.server.onReadable()
        let rest = Buffer(capacity: 50)
        #expect(link.server.read(into: rest) == .done(50))
        #expect(!link.server.isDrained, "the event of what has come was told already")
        #expect(link.serverRead() == ([2], .wouldBlock))
        #expect(link.server.isDrained)
    }

    @Test func aFailureBehindBytesKeepsItsWords() throws {
        let link = try open()
        #expect(link.client.write([1, 2, 3]) == .done)
        link.deliver()
        link.inject([23, 3, 3, 0, 40] + [UInt8](repeating: 9, count: 40))
        let buffer = Buffer(capacity: 100)
        #expect(link.server.read(into: buffer) == .done(3))
        #expect(!link.server.isDrained)
        guard case .failed(let error) = link.server.read(into: buffer) else {
            Issue.record("a forged record was taken")
            return
        }
        #expect(
            error.kind == .protocol && error.words.contains("bad record mac")
                || error.words.contains("decryption failed"))
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test func theServersCloseNotifyReachesTheClientOnce() throws {
        let link = try open()
        #expect(link.server.sendCloseNotify())
        #expect(link.client.write([1, 2]) == .done)
        link.deliver()
        #expect(link.server.sendCloseNotify(), "saying it again neither reads nor fails")
        #expect(link.clientRead().step == .ended)
        #expect(TLSClient.isErrorQueueEmpty)
        #expect(link.receive().isEmpty)
    }

    @Test func aTruncatedStreamIsReportedAfterItsBytes() throws {
        let link = try open()
        #expect(link.client.write([1, 2, 3]) == .done)
        link.deliver()
        link.cut()
        let (bytes, outcome) = link.serverRead()
        #expect(bytes == [1, 2, 3])
        guard case .failed(let error) = outcome else {
            Issue.record("taken for an end in good order: \(outcome)")
            return
        }
        #expect(error.kind == .truncated && error.words.contains("close_notify"))
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test func aRecordCutInTwoIsTruncatedToo() throws {
        let link = try open()
        #expect(link.client.write([1, 2, 3]) == .done)
        let record = link.client.takeOutput()
        link.inject(Array(record.dropLast()))
        #expect(link.serverRead() == ([], .wouldBlock))
        link.cut()
        guard case .failed(let error) = link.serverRead().outcome else {
            Issue.record("taken for an end in good order")
            return
        }
        #expect(error.kind == .truncated)
    }

    @Test func aBrokenTransportHasTheSystemsWords() throws {
        let link = try open()
        link.cut()
        guard case .failed(let error) = link.server.write([1, 2].span) else {
            Issue.record("written to nobody")
            return
        }
        #expect(error.kind == .transport && error.words == "Broken pipe")
        #expect(TLSClient.isErrorQueueEmpty)
        _ = link.server.sendCloseNotify()
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test func renegotiationIsRefused() throws {
        let link = try open(.tls12)
        #expect(link.client.renegotiate() == .wouldBlock)
        link.deliver()
        #expect(link.serverRead().bytes.isEmpty)
        link.client.feed(link.receive())
        #expect(link.client.handshake() == .failed("no renegotiation"))
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test(arguments: [1, 3, 100, BufferPool.smallBytes, BufferPool.largeBytes])
    func readsIntoBuffersOfAnySize(room: Int) throws {
        let link = try open()
        let sent = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(link.client.write(sent) == .done)
        var received: [UInt8] = []
        for _ in 0..<10 where received.count < sent.count {
            link.deliver()
            received += link.serverRead(room: room).bytes
        }
        #expect(received == sent)
        #expect(link.server.isDrained)
        #expect(link.server.read(into: full()) == .wouldBlock)
    }

    private func full() -> Buffer {
        let buffer = Buffer(capacity: 1)
        _ = buffer.append([0].span)
        return buffer
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func aSlowReaderGetsEveryByteOnce(version: TLSClient.Version) throws {
        let link = try open(version)
        let sent = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 >> 3 ^ $0) }
        var offset = 0
        var received: [UInt8] = []
        var blockedCount = 0
        var counts: Set<Int> = []
        while received.count < sent.count {
            // The bytes are the same after wouldBlock, but lie in another place each time.
            let slice = Array(sent[offset..<min(offset + 65_536, sent.count)])
            switch link.server.write(slice.span) {
            case .done(let count):
                counts.insert(count)
                offset += count
            case .wouldBlock:
                if offset < sent.count { blockedCount += 1 }
                link.client.feed(link.receive(limit: 50_000))
                received += link.client.read().bytes
            default:
                Issue.record("the connection broke")
                return
            }
        }
        #expect(received == sent && blockedCount > 10)
        #expect(counts.max() == 32_768, "a record at a time, and the one that was held back")
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test func closeNotifyWaitsForRoom() throws {
        let link = try open()
        let block = [UInt8](repeating: 1, count: 16_384)
        while case .done = link.server.write(block.span) {}
        // A record is partly sent: what is left of it must go out before anything else.
        var received = link.clientRead().bytes.count
        #expect(link.server.write(block.span) == .done(block.count))
        while !link.server.sendCloseNotify() { received += link.clientRead().bytes.count }
        while true {
            let (bytes, step) = link.clientRead()
            received += bytes.count
            if step == .ended { break }
            if bytes.isEmpty {
                Issue.record("no close_notify came")
                break
            }
        }
        #expect(received % block.count == 0)
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func trafficGoesOnAfterItsBuffersWereReleased(version: TLSClient.Version) throws {
        let link = try open(version)
        for round in 0..<20 {
            let sent = [UInt8](repeating: UInt8(round), count: 1 + round * 1500)
            #expect(link.client.write(sent) == .done)
            link.deliver()
            #expect(link.serverRead() == (sent, .wouldBlock))
            link.server.releaseBuffers()
            link.server.releaseBuffers()
            #expect(link.server.write([UInt8(round)].span) == .done(1))
            link.server.releaseBuffers()
            #expect(link.clientRead().bytes == [UInt8(round)])
        }
    }

    @Test func releasingBuffersLosesNothingThatIsInThem() throws {
        let link = try open()
        #expect(link.client.write([1, 2, 3]) == .done)
        let record = link.client.takeOutput()
        link.inject(Array(record.prefix(10)))
        #expect(link.serverRead() == ([], .wouldBlock))
        link.server.releaseBuffers()
        link.inject(Array(record.dropFirst(10)))
        #expect(link.serverRead() == ([1, 2, 3], .wouldBlock))
        let block = [UInt8](repeating: 5, count: 16_384)
        var written = 0
        while case .done(let count) = link.server.write(block.span) { written += count }
        link.server.releaseBuffers()
        var received = 0
        while received < written + block.count {
            received += link.clientRead().bytes.count
            if received < written + block.count, case .done(let count) = link.server.write(block.span) {
                #expect(count == block.count)
                break
            }
        }
        received += link.clientRead().bytes.count
        #expect(received == written + block.count)
    }

    @Test func nothingToWriteIsNoRecord() throws {
        let link = try open()
        _ = link.clientRead()
        let none: [UInt8] = []
        #expect(link.server.write(none.span) == .wouldBlock)
        #expect(link.receive().isEmpty)
    }
}
