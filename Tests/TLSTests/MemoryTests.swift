import TLS
import Testing

@Suite(.tags(.tls)) struct MemoryTests {
    @Test func aThousandConnectionsGiveEverythingBack() async {
        await #expect(processExitsWith: .success) {
            Native.countConnections()
            let kit = try CertificateKit()
            try kit.make("one", names: ["one.test"])
            try kit.make("two", names: ["two.test"], key: .rsa)
            let context = try TLSContext.make(kit)
            try Self.connect(1000, context)
            let before = Native.residentKibibytes()
            try Self.connect(1000, context)
            let grown = Native.residentKibibytes() - before
            // Each has a client in this process too, so there are two of everything.
            precondition(Native.made.value == 4000, "\(Native.made.value) connections were made")
            precondition(Native.freed.value == 4000, "\(Native.freed.value) of 4000 connections were freed")
            precondition(grown < 2048, "\(grown) KiB were not given back")
        }
    }

    @Test func ahundredReloadsGiveEverythingBack() async {
        await #expect(processExitsWith: .success) {
            let kit = try CertificateKit()
            try kit.make("one", names: ["one.test"])
            try kit.make("two", names: ["two.test"], key: .rsa)
            let ring = try TicketKeyRing(now: 0)
            for _ in 0..<20 { try Self.connect(4, TLSContext.make(kit, defaultName: "one.test", ring: ring)) }
            let before = Native.residentKibibytes()
            for _ in 0..<100 { try Self.connect(4, TLSContext.make(kit, defaultName: "one.test", ring: ring)) }
            let grown = Native.residentKibibytes() - before
            precondition(grown < 2048, "\(grown) KiB were not given back")
        }
    }

    /// Full, resumed, refused and abandoned connections in turn.
    private static func connect(_ count: Int, _ context: TLSContext) throws {
        var session: TLSClient.Session?
        for number in 0..<count {
            let name = ["one.test", "two.test", "none.test", "one.test"][number % 4]
            let version: TLSClient.Version = number % 8 < 4 ? .tls13 : .tls12
            let link = try TLSLink(
                context, TLSClient(version, serverName: name, resuming: number % 2 == 0 ? session : nil))
            if number % 4 == 3 { link.cut() }
            _ = link.shakeHands()
            _ = link.clientRead()
            session = link.client.session ?? session
            _ = link.server.sendCloseNotify()
        }
    }
}
