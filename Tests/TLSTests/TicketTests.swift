import Reactor
import TLS
import Testing

@Suite(.tags(.tls)) struct TicketTests {
    static let now = Clock.monotonicNanoseconds() / 1_000_000_000
    static let hour = 60 * 60
    let kit: CertificateKit

    init() throws {
        kit = try CertificateKit()
        try kit.make("one", names: ["one.test"])
    }

    /// Shakes hands and takes the ticket.
    private func visit(
        _ context: TLSContext, _ version: TLSClient.Version, with session: TLSClient.Session? = nil,
        serverName: String = "one.test"
    ) throws -> (session: TLSClient.Session?, isResumed: Bool) {
        let link = try TLSLink(context, TLSClient(version, serverName: serverName, resuming: session))
        let (server, client) = link.shakeHands()
        try #require(server == .done(0) && client == .done)
        #expect(link.client.write([1]) == .done)
        link.deliver()
        #expect(link.serverRead().bytes == [1])
        #expect(link.clientRead().step == .wouldBlock)
        #expect(link.server.isResumed == link.client.isResumed)
        return (link.client.session, link.client.isResumed)
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func aSessionResumesOnAnotherWorkerAndAcrossAReload(version: TLSClient.Version) throws {
        let ring = try TicketKeyRing(now: Self.now)
        let first = try visit(.make(kit, ring: ring), version)
        #expect(!first.isResumed)
        let ticket = try #require(first.session)
        #expect(ticket.ticketLifetimeSeconds == 2 * Self.hour)
        // A new certificate for the name, a new library, a new context: only the ring is the same.
        try kit.make("one", names: ["one.test"])
        let context = try TLSContext.make(kit, ring: ring)
        for _ in 0..<3 { #expect(try visit(context, version, with: ticket).isResumed) }
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func anotherRingOrPolicyMeansAFullHandshake(version: TLSClient.Version) throws {
        let ring = try TicketKeyRing(now: Self.now)
        // Alike in more bytes than OpenSSL compares (SSL_MAX_SID_CTX_LENGTH).
        let name = String(repeating: "policy", count: 6)
        let ticket = try #require(try visit(.make(kit, policy: name, ring: ring), version).session)
        let other = try visit(.make(kit, ring: TicketKeyRing(now: Self.now)), version, with: ticket)
        #expect(!other.isResumed && other.session != nil)
        if version == .tls13 {
            #expect(try !visit(.make(kit, policy: name + "2", ring: ring), version, with: ticket).isResumed)
        }
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func aTicketSealedBeforeTheRotationStillOpensAndIsReplaced(version: TLSClient.Version) throws {
        let ring = try TicketKeyRing(now: Self.now)
        let context = try TLSContext.make(kit, ring: ring)
        let old = try #require(try visit(context, version).session)
        ring.rotateIfDue(now: Self.now + TicketKeyRing.rotationSeconds - 1)
        let same = try visit(context, version, with: old)
        #expect(same.isResumed)
        ring.rotateIfDue(now: Self.now + TicketKeyRing.rotationSeconds)
        let replaced = try visit(context, version, with: old)
        #expect(replaced.isResumed, "the previous key opens")
        let fresh = try #require(replaced.session)
        ring.rotateIfDue(now: Self.now + 2 * TicketKeyRing.rotationSeconds)
        #expect(try !visit(context, version, with: old).isResumed, "two rotations later nobody has the key")
        #expect(try visit(context, version, with: fresh).isResumed)
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func aRingThatIsPastItsTimeSealsWithANewKey(version: TLSClient.Version) throws {
        for age in [
            TicketKeyRing.rotationSeconds, 2 * TicketKeyRing.rotationSeconds, 1000 * TicketKeyRing.rotationSeconds,
        ] {
            let context = try TLSContext.make(kit, ring: TicketKeyRing(now: Self.now - age))
            let ticket = try #require(try visit(context, version).session)
            #expect(try visit(context, version, with: ticket).isResumed)
        }
    }

    @Test func aResumptionInTLS13BringsATicketForTheNext() throws {
        let context = try TLSContext.make(kit)
        var session = try visit(context, .tls13).session
        for _ in 0..<4 {
            let ticket = try #require(session)
            let next = try visit(context, .tls13, with: ticket)
            #expect(next.isResumed && next.session?.isSame(as: ticket) == false)
            session = next.session
        }
    }

    @Test func oneTicketAHandshake() throws {
        let link = try TLSLink(.make(kit))
        #expect(link.client.handshake() == .wouldBlock)
        link.deliver()
        #expect(link.server.handshake() == .wouldBlock)
        link.client.feed(link.receive())
        #expect(link.client.handshake() == .done)
        link.deliver()
        #expect(link.server.handshake() == .done(0))
        let records = link.receive()
        let bodyBytes = records.count > 5 ? Int(records[3]) << 8 | Int(records[4]) : 0
        #expect(records.first == 23 && records.count == bodyBytes + 5, "one record, and so one ticket")
        #expect(records.count < 400)
    }

    @Test func aSessionOfOneNameDoesNotOpenARefusedOne() throws {
        try kit.make("two", names: ["two.test"])
        let context = try TLSContext.make(kit)
        let ticket = try #require(try visit(context, .tls13).session)
        let link = try TLSLink(context, TLSClient(serverName: "three.test", resuming: ticket))
        guard case .failed = link.shakeHands().server else {
            Issue.record("an unknown name was served by way of a ticket")
            return
        }
        #expect(try visit(context, .tls13, with: ticket, serverName: "two.test").session != nil)
    }

    @Test func aForgedTicketMeansAFullHandshake() throws {
        let context = try TLSContext.make(kit)
        let ticket = try #require(try visit(context, .tls12).session)
        let honest = TLSClient(.tls12, resuming: ticket)
        #expect(honest.handshake() == .wouldBlock)
        let hello = honest.takeOutput()
        let ticketOffset = try #require(
            hello.indices.first { offset in
                // The session ticket extension (RFC 5077, section 3.2), which alone is that long.
                offset + 4 < hello.count && hello[offset] == 0 && hello[offset + 1] == 35 && hello[offset + 3] > 100
            })
        let ticketBytes = Int(hello[ticketOffset + 3])
        for offset in stride(from: ticketOffset + 4, to: ticketOffset + 4 + ticketBytes, by: 11) {
            let link = try TLSLink(context)
            var forged = hello
            forged[offset] ^= 0x40
            link.inject(forged)
            #expect(link.server.handshake() == .wouldBlock)
            #expect(!link.server.isResumed)
        }
    }
}
