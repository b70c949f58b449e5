import Bytes
import TLS
import Testing

/// New keys of TLS 1.3: some are nothing, many are a flood.
@Suite("Key updates", .tags(.tls), .timeLimit(.minutes(10)))
struct KeyUpdateTests {
    let kit: CertificateKit

    init() throws {
        kit = try CertificateKit()
        try kit.make("one", names: ["one.test"])
    }

    private func open() throws -> TLSLink {
        let link = try TLSLink(.make(kit), TLSClient())
        let (server, client) = link.shakeHands()
        try #require(server == .done(0) && client == .done)
        return link
    }

    @Test("ten at once, asked for in turn or not, and bytes go on both ways", arguments: [false, true])
    func few(asksForOthers: Bool) throws {
        let link = try open()
        for _ in 0..<10 {
            #expect(link.client.updateKeys(asksForOthers: asksForOthers) == .done)
            link.deliver()
            #expect(link.serverRead() == ([], .wouldBlock))
            #expect(link.clientRead().bytes.isEmpty)
        }
        #expect(link.client.write([1, 2, 3]) == .done)
        link.deliver()
        #expect(link.serverRead().bytes == [1, 2, 3])
        #expect(link.server.write([4].span) == .done(1))
        #expect(link.clientRead().bytes == [4] && !link.server.isFlooding)
    }

    @Test("a flood is ended, whether or not bytes come between", arguments: [false, true], [false, true])
    func flood(asksForOthers: Bool, hasContent: Bool) throws {
        let link = try open()
        var (count, outcome) = (0, TLSConnection.Outcome.wouldBlock)
        while count < 1_000, outcome == .wouldBlock {
            count += 1
            _ = link.client.updateKeys(asksForOthers: asksForOthers)
            if hasContent { _ = link.client.write([1]) }
            link.deliver()
            outcome = link.serverRead().outcome
            _ = link.clientRead()
        }
        guard case .failed(let error) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(error.words.contains("key updates") && link.server.isFlooding && count < 100)
    }

    @Test("the score: as many at once as there may be, and one a second")
    func score() {
        var score = KeyUpdateScore()
        for _ in 0..<KeyUpdateScore.most { score.count(at: 1_000) }
        #expect(!score.isExceeded)
        var flood = score
        flood.count(at: 1_000)
        #expect(flood.isExceeded)
        for second in 1_001..<2_000 { score.count(at: second) }
        #expect(!score.isExceeded)
    }
}
