import Forwarding
import Model
import Reactor
import Testing

/// How many connections an address may have open: `limits.connections-per-address` of a listener.
@Suite("Connections of an address, in process", .timeLimit(.minutes(10)))
struct ConnectionCountTests {
    private static let listener = ListenAddress.ip(host: "127.0.0.1", port: 8_080)

    private func stage(_ count: Int) throws -> ClientStage {
        try ClientStage(
            edge: """
                listeners: [{ address: "127.0.0.1:8080", limits: { connections-per-address: \(count) } }]
                trusted-proxies: [192.0.2.1]
                """)
    }

    private func mayConnect(_ stage: ClientStage, from address: String) throws -> (Bool, Counted?) {
        var counted: Counted?
        let from =
            address.hasPrefix("/")
            ? try #require(SocketAddress(unixPath: address)) : try #require(SocketAddress(host: address, port: 1))
        let may = stage.clients.mayConnect(from: from, at: Entrance.Key(Self.listener), &counted)
        return (may, counted)
    }

    @Test("one more than there may be is turned away, and each that is closed makes room")
    func one() throws {
        let stage = try stage(2)
        let first = try stage.connect(at: Self.listener)
        let second = try stage.connect(at: Self.listener)
        #expect(first != nil && second != nil)
        #expect(try stage.connect(at: Self.listener) == nil)
        second?.close()
        stage.turn()
        #expect(try stage.connect(at: Self.listener) != nil)
        #expect(try stage.connect(at: Self.listener) == nil)
    }

    @Test("each address has its own, of IPv6 each /64; trusted proxies and sockets are not counted")
    func addresses() throws {
        let stage = try stage(1)
        let outcomes = try [
            "198.51.100.1", "::ffff:198.51.100.1", "198.51.100.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1",
            "192.0.2.1", "192.0.2.1", "/run/m.sock", "/run/m.sock",
        ].map { try mayConnect(stage, from: $0).0 }
        #expect(outcomes == [true, false, true, true, false, true, true, true, true, true])
        #expect(try mayConnect(stage, from: "192.0.2.1").1 == nil)
    }

    @Test("more than begin in a time are turned away, whether or not the others are closed")
    func rate() throws {
        let stage = try ClientStage(
            edge: """
                listeners: [{ address: "127.0.0.1:8080", limits: { connection-rate: 3/d } }]
                trusted-proxies: [192.0.2.1]
                """)
        let outcomes = try (0..<5).map { _ in try mayConnect(stage, from: "198.51.100.1") }
        #expect(outcomes.map(\.0) == [true, true, true, false, false])
        #expect(outcomes.allSatisfy { $0.1 == nil })
        #expect(try mayConnect(stage, from: "198.51.100.2").0)
        #expect(try (0..<9).allSatisfy { _ in try mayConnect(stage, from: "192.0.2.1").0 })
    }

    @Test("whom a proxy names is counted behind its header, and the proxy is not")
    func named() throws {
        let listener = "address: \"127.0.0.1:8080\", proxy-protocol: [198.51.100.0/24]"
        let stage = try ClientStage(
            edge: "listeners: [{ \(listener), limits: { connections-per-address: 1 } }]", at: Self.listener)
        func connect(_ client: String) throws -> FarEnd? {
            let end = try stage.connect(at: Self.listener)
            end?.send("PROXY TCP4 \(client) 203.0.113.1 56324 444\r\n")
            stage.turn()
            _ = end?.received()
            return end
        }
        let first = try connect("192.0.2.9")
        #expect(try first?.hasEnded == false && connect("192.0.2.9")?.hasEnded == true)
        #expect(try connect("192.0.2.10")?.hasEnded == false)
        first?.close()
        stage.turn()
        #expect(try connect("192.0.2.9")?.hasEnded == false)
    }
}
