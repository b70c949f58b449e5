import Forwarding
import Model
import Testing

/// Clients whom a proxy names by the PROXY protocol, before anything else on the connection.
@Suite("The PROXY protocol, in process", .timeLimit(.minutes(10)))
struct ProxyProtocolTests {
    private static let listed = "listeners: [{ address: \"127.0.0.1:8080\", proxy-protocol: [198.51.100.0/24] }]\n"
    private static let line = "PROXY TCP4 192.0.2.9 203.0.113.1 56324 444\r\n"
    private static let get = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n"
    /// What precedes a preface of HTTP/2, and the preface with no settings.
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

    private func stage(
        _ edge: String = "", protocols: [ListenerConfiguration.ApplicationProtocol] = [.http1]
    ) throws -> ClientStage {
        try ClientStage(edge: Self.listed + edge, protocols: protocols, at: .ip(host: "127.0.0.1", port: 8_080))
    }

    /// A header of version 2.
    private static func binary(_ family: UInt8, _ addresses: [UInt8], command: UInt8 = 0x21) -> [UInt8] {
        Array("\r\n\r\n\0\r\nQUIT\n".utf8) + [command, family, UInt8(addresses.count >> 8)]
            + [UInt8(addresses.count & 255)] + addresses
    }

    /// 192.0.2.9:56324 to 203.0.113.1:444.
    private static let pair: [UInt8] = [192, 0, 2, 9, 203, 0, 113, 1, 0xDC, 0x04, 0x01, 0xBC]
    private static let pairOfIPv6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [9] + [0x20, 0x01, 0x0D, 0xB8]
        + [UInt8](repeating: 0, count: 11) + [1, 0xDC, 0x04, 0x01, 0xBC]
    /// The name that the client has asked for by TLS (PP2_TYPE_AUTHORITY), and 1,000 bytes of padding (PP2_TYPE_NOOP).
    private static let more: [UInt8] =
        [0x02, 0, 4] + Array("shop".utf8) + [0x04, 0x03, 0xE8] + [UInt8](repeating: 0x0D, count: 1_000)

    // MARK: - Who is named

    @Test("a header cut at each byte, in two packets and in many, and one with the request behind it")
    func pieces() throws {
        for header in [Array(Self.line.utf8), Self.binary(0x11, Self.pair)] {
            let bytes = header + Array(Self.get.utf8)
            for offset in 0...header.count + 1 {
                let stage = try stage()
                let client = try stage.connect()
                if offset > 0 { client.send(bytes[..<offset]) }
                stage.turn()
                #expect(stage.stage.connections.isEmpty && !client.hasEnded)
                client.send(bytes[offset...])
                stage.turn()
                let member = try #require(stage.member("/"), "cut at \(offset)")
                #expect(member.request.values(of: "X-Forwarded-For") == ["192.0.2.9"])
                stage.answer("/")
                #expect(client.receivedText().hasPrefix("HTTP/1.1 200 ") && stage.stage.isAtRest)
            }
            let stage = try stage()
            let client = try stage.connect()
            for byte in bytes {
                client.send([byte])
                stage.turn(1)
            }
            stage.turn()
            #expect(stage.member("/")?.request.values(of: "X-Real-IP") == ["192.0.2.9"])
        }
    }

    @Test(
        "whom the header names, and where the client has reached the proxy",
        arguments: [
            (Array(line.utf8), "192.0.2.9", "444"),
            (Array("PROXY TCP6 2001:db8::9 2001:db8::1 1 444\r\n".utf8), "2001:db8::9", "444"),
            (binary(0x11, pair), "192.0.2.9", "444"), (binary(0x21, pairOfIPv6), "2001:db8::9", "444"),
            (binary(0x11, pair + more), "192.0.2.9", "444"),
            // Who speaks for itself, or does not know: the connection's own address holds.
            (Array("PROXY UNKNOWN\r\n".utf8), "198.51.100.7", nil),
            (Array("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".utf8), "198.51.100.7", nil),
            (binary(0, [], command: 0x20), "198.51.100.7", nil),
            (binary(0x11, pair, command: 0x20), "198.51.100.7", nil),
            (binary(0x31, [UInt8](repeating: 7, count: 216)), "198.51.100.7", nil),
        ] as [([UInt8], String, String?)])
    func named(header: [UInt8], client address: String, port: String?) throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send(header + Array(Self.get.utf8))
        stage.turn()
        let said = try #require(stage.member("/")).request
        #expect(said.values(of: "X-Forwarded-For") == [address] && said.values(of: "X-Real-IP") == [address])
        #expect(said.values(of: "X-Forwarded-Port") == (port.map { [$0] } ?? []))
        stage.answer("/")
        // The next request is the same client's, and another header is none.
        client.send(Self.get)
        stage.turn()
        #expect(stage.member("/")?.request.values(of: "X-Forwarded-For") == [address])
        stage.answer("/")
        _ = client.received()
        client.send(Self.line + Self.get)
        stage.turn()
        #expect(client.receivedText().hasPrefix("HTTP/1.1 400 "))
    }

    @Test("HTTP/2 in cleartext behind a header")
    func http2() throws {
        let stage = try stage(protocols: [.http2Cleartext, .http1])
        let client = try stage.connect()
        let bytes = Self.binary(0x11, Self.pair) + Self.preface
        client.send(bytes[..<20])
        stage.turn()
        client.send(bytes[20...])
        stage.turn()
        #expect(client.received().starts(with: [0, 0]) && !client.hasEnded)
        #expect(!stage.clients.isEmpty)
    }

    @Test("trusted-proxies are asked for the client that is named, not for the proxy")
    func trusted() throws {
        for (range, expected) in [
            ("192.0.2.0/24", "1.2.3.4, 192.0.2.9"), ("198.51.100.0/24", "192.0.2.9"), ("203.0.113.0/24", "192.0.2.9"),
        ] {
            let stage = try stage("trusted-proxies: [\(range)]\n")
            let client = try stage.connect()
            client.send(Self.line + "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")
            stage.turn()
            #expect(stage.member("/")?.request.values(of: "X-Forwarded-For") == [expected], "\(range)")
        }
    }

    // MARK: - Who may name somebody

    @Test("who is not on the list cannot name anybody")
    func strangers() throws {
        let stage = try stage()
        for header in [Array(Self.line.utf8), Self.binary(0x11, Self.pair)] {
            let client = try stage.connect(from: "203.0.113.7")
            client.send(header + Array(Self.get.utf8))
            stage.turn()
            #expect(client.receivedText().hasPrefix("HTTP/1.1 400 ") && stage.stage.connections.isEmpty)
        }
        let client = try stage.connect(from: "203.0.113.7")
        client.send(Self.get)
        stage.turn()
        #expect(stage.member("/")?.request.values(of: "X-Forwarded-For") == ["203.0.113.7"])
    }

    @Test("trusted stands for trusted-proxies, addresses and listeners; a listener without a list has no such clients")
    func lists() throws {
        let cases: [(listener: String, edge: String, address: String?, isRead: Bool)] = [
            ("127.0.0.1:8080", "trusted", "198.51.100.7", true), ("127.0.0.1:8080", "trusted", "203.0.113.7", false),
            ("127.0.0.1:8080", "203.0.113.7", "203.0.113.7", true),
            ("127.0.0.1:8080", "203.0.113.7, trusted", "198.51.100.7", true),
            ("127.0.0.1:8080", "", "198.51.100.7", false),
            ("unix:/run/stage.sock", "trusted", nil, true), ("unix:/run/stage.sock", "unix:/run/stage.sock", nil, true),
            ("unix:/run/stage.sock", "", nil, false),
        ]
        for (listener, list, address, isRead) in cases {
            let edge = """
                listeners: [{ address: "\(listener)", proxy-protocol: [\(list)] }, { address: "127.0.0.1:1" }]
                trusted-proxies: [198.51.100.0/24\(address == nil ? ", unix:/run/stage.sock" : "")]

                """
            let at = try #require(ListenAddress(listener))
            let stage = try ClientStage(edge: edge, at: at)
            let client = try stage.connect(from: address)
            client.send(Self.line + Self.get)
            stage.turn()
            #expect(stage.member("/")?.request.values(of: "X-Real-IP") == (isRead ? ["192.0.2.9"] : nil), "\(list)")
        }
    }

    // MARK: - What is no header

    @Test(
        "a proxy that does not name its client, or wrongly, is closed without an answer",
        arguments: [
            get, "PROXY TCP4 192.0.2.9 203.0.113.1 56324\r\n", "PROXY TCP4 192.0.2.256 203.0.113.1 1 2\r\n",
            "PROXY TCP4 192.0.2.9 203.0.113.1 1 2\n\(get)", "PROXY  UNKNOWN\r\n", "PROXZ", "\r\n\r\n\0\r\nQUIT\n\u{11}",
            "PROXY UNKNOWN " + String(repeating: "x", count: 200), "\u{16}\u{3}\u{1}",
        ])
    func malformed(bytes: String) throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send(bytes)
        stage.turn()
        #expect(client.received().isEmpty && client.hasEnded)
        #expect(stage.clients.isEmpty && stage.stage.connections.isEmpty && stage.stage.isAtRest)
    }

    @Test("lengths that lie: more than the addresses take, and less; more than a header may have")
    func lengths() throws {
        for length in [0, 11, 2_033, 65_535] {
            let stage = try stage()
            let client = try stage.connect()
            var header = Self.binary(0x11, Self.pair)
            header[14] = UInt8(length >> 8)
            header[15] = UInt8(length & 255)
            client.send(header + Array(Self.get.utf8))
            stage.turn()
            #expect(client.received().isEmpty && client.hasEnded, "\(length)")
        }
        // What is promised is waited for, whatever it is.
        let stage = try stage()
        let client = try stage.connect()
        var header = Self.binary(0x11, Self.pair)
        header[15] = UInt8(12 + Self.get.utf8.count)
        client.send(header + Array(Self.get.utf8))
        stage.turn()
        #expect(stage.stage.connections.isEmpty && !client.hasEnded)
        client.send(Self.get)
        stage.turn()
        #expect(stage.stage.connections.count == 1)
    }

    @Test("who ends the connection before the header, or within it, leaves nothing behind", arguments: ["", "PROXY T"])
    func gone(bytes: String) throws {
        let stage = try stage()
        let client = try stage.connect()
        if !bytes.isEmpty { client.send(bytes) }
        stage.turn()
        #expect(!stage.clients.isEmpty)
        client.endWriting()
        stage.turn()
        #expect(client.received().isEmpty && client.hasEnded)
        #expect(stage.clients.isEmpty && stage.stage.isAtRest)
    }

    @Test("timeouts.handshake: a header that does not come, or not whole", arguments: ["", "PROXY TCP4"])
    func late(bytes: String) throws {
        let stage = try stage("timeouts: { handshake: 10ms }\n")
        let client = try stage.connect()
        if !bytes.isEmpty { client.send(bytes) }
        while !stage.clients.isEmpty { stage.turn() }
        #expect(client.received().isEmpty && client.hasEnded && stage.stage.isAtRest)
    }

    @Test("a drain waits for a header that is under way; the answer behind it is the last one")
    func drain() throws {
        let stage = try stage()
        let client = try stage.connect()
        client.send("PROXY TCP4")
        stage.turn()
        stage.clients.drain()
        stage.turn()
        #expect(!stage.clients.isEmpty && !client.hasEnded)
        #expect(!stage.clients.closeLongestIdle(), "it is not idle")
        client.send(String(Self.line.dropFirst("PROXY TCP4".count)) + Self.get)
        stage.turn()
        stage.answer("/")
        #expect(client.receivedText().contains("\r\nConnection: close\r\n") && client.hasEnded)
    }
}
