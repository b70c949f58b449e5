import Foundation
import Reactor
import TLS
import Testing

@Suite(.tags(.tls), .timeLimit(.minutes(10))) struct TicketTests {
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
        serverName: String? = "one.test"
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
    func aSessionResumesInAProcessThatHasTakenTheRing(version: TLSClient.Version) throws {
        let ring = try TicketKeyRing(now: Self.now)
        let ticket = try #require(try visit(.make(kit, ring: ring), version).session)
        let taken = try TicketKeyRing(now: Self.now)
        let bytes = try JSONEncoder().encode(ring.legacy)
        taken.take(try JSONDecoder().decode(TicketKeyLegacy.self, from: bytes))
        #expect(taken.legacy == ring.legacy)
        #expect(try visit(.make(kit, ring: taken), version, with: ticket).isResumed)
        // What is no key changes nothing.
        let before = taken.legacy
        for text in [#"{"keys":[]}"#, #"{"keys":[{"bytes":[1,2,3],"since":0}]}"#] {
            taken.take(try JSONDecoder().decode(TicketKeyLegacy.self, from: Data(text.utf8)))
        }
        #expect(taken.legacy == before)
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func anotherRingOrPolicyMeansAFullHandshake(version: TLSClient.Version) throws {
        let ring = try TicketKeyRing(now: Self.now)
        // Alike in more bytes than OpenSSL compares (SSL_MAX_SID_CTX_LENGTH).
        let name = String(repeating: "policy", count: 6)
        let ticket = try #require(try visit(.make(kit, policy: name, ring: ring), version).session)
        let other = try visit(.make(kit, ring: TicketKeyRing(now: Self.now)), version, with: ticket)
        #expect(!other.isResumed && other.session != nil)
        #expect(try !visit(.make(kit, policy: name + "2", ring: ring), version, with: ticket).isResumed)
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
        link.finishClient()
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

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func aSessionOfOneIdentityIsNotResumedUnderAnother(version: TLSClient.Version) throws {
        try kit.make("two", names: ["two.test"])
        try kit.make("wild", names: ["*.test"])
        let context = try TLSContext.make(kit, defaultName: "one.test")
        let names = ["one.test", "two.test", "three.test", nil, "unknown.example"]
        for first in names {
            let ticket = try #require(try visit(context, version, serverName: first).session)
            for other in names {
                let second = try visit(context, version, with: ticket, serverName: other)
                // Without a name, and for an unknown one, it is the default's identity. TLS 1.2 wants the very name.
                let ofDefault = [nil, "unknown.example", "one.test"]
                let isSame = version == .tls13 && ofDefault.contains(first) && ofDefault.contains(other)
                #expect(second.isResumed == (first == other || isSame), "\(first ?? "none"), then \(other ?? "none")")
                #expect(second.session != nil, "who is refused a session gets a new one")
            }
        }
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func aSessionEndsWithTheIdentityThatItWasBegunWith(version: TLSClient.Version) throws {
        let ring = try TicketKeyRing(now: Self.now)
        try kit.make("two", names: ["two.test"])
        let before = try TLSContext.make(kit, defaultName: "one.test", ring: ring)
        let ticket = try #require(try visit(before, version, serverName: "two.test").session)
        try kit.remove("two.crt", "two.key")
        let after = try TLSContext.make(kit, defaultName: "one.test", ring: ring)
        #expect(try !visit(after, version, with: ticket, serverName: "two.test").isResumed)
        #expect(try !visit(after, version, with: ticket, serverName: "one.test").isResumed)
        // A certificate for other names is another identity, also under a name that both have.
        try kit.make("two", names: ["two.test", "more.test"])
        let changed = try TLSContext.make(kit, defaultName: "one.test", ring: ring)
        #expect(try !visit(changed, version, with: ticket, serverName: "two.test").isResumed)
        // One of another kind for the same names is not.
        try kit.make("two", names: ["two.test"], key: .rsa)
        let renewed = try TLSContext.make(kit, defaultName: "one.test", ring: ring)
        #expect(try visit(renewed, version, with: ticket, serverName: "two.test").isResumed)
    }

    @Test(arguments: [(TLSClient.Version.tls12, false), (.tls13, true)])
    func anotherNameOfTheSameCertificateResumesInTLS13Alone(version: TLSClient.Version, resumes: Bool) throws {
        try kit.make("pair", names: ["a.test", "b.test", "*.c.test"])
        let context = try TLSContext.make(kit)
        let ticket = try #require(try visit(context, version, serverName: "a.test").session)
        #expect(try visit(context, version, with: ticket, serverName: "A.Test").isResumed)
        for name in ["b.test", "x.c.test"] {
            #expect(try visit(context, version, with: ticket, serverName: name).isResumed == resumes, "\(name)")
        }
    }

    @Test func aResumedConnectionKnowsWhichHostsAreItsOwn() throws {
        try kit.make("pair", names: ["a.test", "b.test"])
        let context = try TLSContext.make(kit)
        for version in [TLSClient.Version.tls12, .tls13] {
            let ticket = try #require(try visit(context, version, serverName: "a.test").session)
            let client = TLSClient(version, serverName: "a.test", resuming: ticket)
            let link = try TLSLink(context, client)
            #expect(link.shakeHands().server == .done(0) && link.server.isResumed)
            for host in ["a.test", "b.test", "x.test", "one.test", "One.test."] {
                let isMisdirected = host.lowercased().hasPrefix("one")
                #expect(link.server.isMisdirected(Array(host.utf8).span) == isMisdirected, "\(host)")
            }
        }
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
