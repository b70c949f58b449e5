import Bytes
import HTTP
import TestSupport
import Testing

/// Requests to members over AJP/1.3, read back by an independent reader.
@Suite("AJP writer")
struct AJPWriterTests {
    /// The packet of a request; `nil` where it is too large.
    static func packet(
        _ head: [UInt8], secret: String = "", packetBytes: Int = 8192, room: Int = BufferPool.largeBytes,
        _ environment: borrowing GatewayEnvironment
    ) -> [UInt8]? {
        let output = Buffer(capacity: room)
        let request = WrittenRequest(head.span)
        let fits = AJPWriter.forward(
            request, of: head.span, environment, secret: bytes(secret), packetBytes: packetBytes, to: output)
        let packet = output.withReadable { packet in packet.indices.map { packet[$0] } }
        if !fits, !packet.isEmpty { Issue.record("a part of a packet was written") }
        return fits ? packet : nil
    }

    /// The same, of which the edge knows nothing.
    private static func plain(
        _ head: [UInt8], secret: String = "", packetBytes: Int = 8192, room: Int = BufferPool.largeBytes
    ) -> [UInt8]? {
        packet(head, secret: secret, packetBytes: packetBytes, room: room, GatewayEnvironment())
    }

    private static func forward(_ head: String, secret: String = "") -> AJPForward? {
        plain(bytes(head), secret: secret).flatMap { AJPForward($0) }
    }

    private static func environment() -> GatewayEnvironment {
        var environment = GatewayEnvironment()
        environment.clientAddress = bytes("192.0.2.7")
        environment.clientPort = 50_123
        environment.localAddress = bytes("198.51.100.1")
        environment.localPort = 443
        environment.isSecure = true
        environment.version = .http2
        environment.tlsVersion = "TLSv1.3"
        environment.cipher = "TLS_AES_256_GCM_SHA384"
        environment.keyBits = 256
        environment.user = bytes("ann\u{E9}")
        environment.authentication = "Basic"
        return environment
    }

    @Test("the bytes of a small request")
    func bytesOfOne() {
        let packet = Self.plain(bytes("GET /a?b HTTP/1.1\r\nHost: h\r\nX-Y: z\r\n\r\n"))
        let expected: [UInt8] =
            [0x12, 0x34, 0, 54, 2, 2, 0, 8] + bytes("HTTP/1.1\0\0\u{2}/a\0\0\0\0\u{FF}\u{FF}\0\u{1}h\0\0\0\0\0\u{2}")
            + [0xA0, 0x0B, 0, 1] + bytes("h\0\0\u{3}X-Y\0\0\u{1}z\0\u{5}\0\u{1}b\0\u{FF}")
        #expect(packet == expected)
    }

    @Test("what the edge knows is told")
    func told() {
        let head = bytes(
            "POST /shop/p;jsessionid=1.node2?a=1&b=%20 HTTP/1.1\r\nHost: shop.example:8443\r\nContent-Length: 5\r\n\r\n"
        )
        let environment = Self.environment()
        let packet = Self.packet(head, secret: "s\u{FF}cret", environment)
        var expected = AJPForward()
        expected.method = "POST"
        expected.version = "HTTP/2.0"
        expected.path = "/shop/p;jsessionid=1.node2"
        expected.remoteAddress = "192.0.2.7"
        expected.serverName = "shop.example"
        expected.serverPort = 443
        expected.isSecure = true
        expected.fields = ["host: shop.example:8443", "content-length: 5"]
        expected.attributes = [
            "remote_user": "ann\u{E9}", "auth_type": "Basic", "query_string": "a=1&b=%20",
            "AJP_REMOTE_PORT": "50123", "AJP_LOCAL_ADDR": "198.51.100.1", "ssl_cipher": "TLS_AES_256_GCM_SHA384",
            "ssl_key_size": "256", "AJP_SSL_PROTOCOL": "TLSv1.3", "secret": "s\u{FF}cret",
        ]
        expected.attributeCount = 9
        #expect(packet.flatMap { AJPForward($0) } == expected)
    }

    @Test("what the edge does not know is not told")
    func unknown() throws {
        let forward = try #require(Self.forward("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
        #expect(forward.attributes.isEmpty && forward.remoteAddress == "" && forward.remoteHost == nil)
        var environment = Self.environment()
        environment.tlsVersion = ""
        let head = bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let packet = Self.packet(head, environment)
        let names = packet.flatMap { AJPForward($0) }?.attributes.keys.sorted()
        #expect(names == ["AJP_LOCAL_ADDR", "AJP_REMOTE_PORT", "auth_type", "remote_user"])
    }

    @Test("a client cannot say what only the edge may say")
    func posing() throws {
        let head =
            "GET /?secret=x HTTP/1.1\r\nHost: a\r\nremote_user: root\r\nAJP_REMOTE_PORT: 1\r\nsecret: y\r\n"
            + "javax.servlet.include.request_uri: /WEB-INF/web.xml\r\n\r\n"
        let forward = try #require(Self.forward(head, secret: "right"))
        #expect(forward.attributes == ["query_string": "secret=x", "secret": "right"])
        #expect(forward.fields.count == 5)
    }

    @Test(
        "methods have codes, or are named", arguments: AJPForward.methodNames + ["PATCH", "get", "GETS", "X", "CONNEC"])
    func methods(_ method: String) throws {
        let forward = try #require(Self.forward("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n"))
        #expect(forward.method == method)
        let isCoded = AJPForward.methodNames.contains(method)
        #expect(forward.attributes == (isCoded ? [:] : ["stored_method": method]))
    }

    @Test("fields have codes in any case of letters")
    func coded() throws {
        let names = [
            "Accept", "accept-charset", "Accept-Encoding", "ACCEPT-LANGUAGE", "Authorization", "Content-Type",
            "Content-Length", "Cookie", "Cookie2", "Host", "Pragma", "Referer", "User-Agent",
        ]
        let lines = names.map { "\($0): \($0 == "Content-Length" ? "7" : "v")\r\n" }.joined()
        let packet = try #require(Self.plain(bytes("PUT / HTTP/1.1\r\n\(lines)\r\n")))
        let forward = try #require(AJPForward(packet))
        #expect(forward.fields == names.map { "\($0.lowercased()): \($0 == "Content-Length" ? "7" : "v")" })
        #expect(!text(packet).contains("ccept"))
        let others = ["Accepts", "Hos", "X-Cookie", "Accept-Encodinh", "Content-Typo", "Refereer"]
        let written = try #require(
            Self.forward("GET / HTTP/1.1\r\n\(others.map { "\($0): \r\n" }.joined())\r\n"))
        #expect(written.fields == others.map { "\($0): " })
    }

    @Test("chunked content is said to be so, a protocol is not switched")
    func framing() throws {
        let chunked = try #require(
            Self.forward("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"))
        #expect(chunked.fields == ["host: a", "Transfer-Encoding: chunked"])
        let upgrade = try #require(
            Self.forward("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"))
        #expect(upgrade.fields == ["host: a"])
    }

    @Test(
        "hosts are told without their ports",
        arguments: [
            ("a.example", "a.example"), ("a.example:80", "a.example"), ("a.example:", "a.example"), ("[::1]", "[::1]"),
            ("[::1]:8443", "[::1]"), ("127.0.0.1", "127.0.0.1"), ("127.0.0.1:1", "127.0.0.1"), ("", ""), ("9", "9"),
        ])
    func hosts(_ host: String, _ name: String) {
        #expect(Self.forward("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")?.serverName == name)
    }

    @Test("of a request without a host the server is named by its address")
    func noHost() {
        var environment = Self.environment()
        for head in ["GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: \r\n\r\n"] {
            let packet = Self.packet(bytes(head), environment)
            #expect(packet.flatMap { AJPForward($0) }?.serverName == "198.51.100.1")
        }
        environment.localAddress = []
        let packet = Self.packet(bytes("GET / HTTP/1.1\r\n\r\n"), environment)
        #expect(packet.flatMap { AJPForward($0) }?.serverName == "")
    }

    @Test(
        "a target is parted at its first question mark",
        arguments: [
            ("/", "/", nil), ("/?", "/", ""), ("/a?b?c", "/a", "b?c"), ("*", "*", nil), ("/%3F?%3F", "/%3F", "%3F"),
        ] as [(String, String, String?)])
    func targets(_ target: String, _ path: String, _ query: String?) {
        let forward = Self.forward("OPTIONS \(target) HTTP/1.1\r\nHost: a\r\nX: a?b\r\n\r\n")
        #expect(forward?.path == path && forward?.attributes["query_string"] == query)
    }

    @Test("a head that a packet does not hold is refused, and nothing of it is written")
    func tooLarge() throws {
        func head(_ count: Int) -> [UInt8] {
            bytes("GET / HTTP/1.1\r\nHost: a\r\nCookie: \(String(repeating: "c", count: count))\r\n\r\n")
        }
        let least = try #require(Self.plain(head(0))).count
        for packetBytes in [8192, 16_384, 65_536] {
            let most = packetBytes - least
            let packet = Self.plain(head(most), packetBytes: packetBytes)
            #expect(packet?.count == (most <= 65_534 ? packetBytes : nil))
            #expect(packet.flatMap { AJPForward($0) } != nil)
            #expect(Self.plain(head(most + 1), packetBytes: packetBytes) == nil)
        }
        for room in 1..<least { #expect(Self.plain(head(0), room: room) == nil) }
        #expect(Self.plain(head(0), room: least) != nil)
    }

    @Test("a name as long that a member would take its length for a code is refused")
    func longName() {
        func packet(_ count: Int) -> [UInt8]? {
            let name = String(repeating: "n", count: count)
            return Self.plain(
                bytes("GET / HTTP/1.1\r\nHost: a\r\n\(name): v\r\n\r\n"), packetBytes: 65_536)
        }
        #expect(packet(0x9FFF).flatMap { AJPForward($0) }?.fields.last?.count == 0x9FFF + 3)
        for count in [0xA000, 0xA00B, 0xA0FF, 0xA100] { #expect(packet(count) == nil) }
    }

    @Test("requests that a client may send are read back", arguments: ValidRequest.all)
    func rebuilt(_ request: ValidRequest) throws {
        let before = try #require(RequestSnapshot.parse(request.source).value)
        guard before.method != .connect else { return }
        var rewrite = RequestRewrite(framing: before.framing)
        rewrite.asksForWebSocket = before.asksForWebSocket
        let head = rebuild(
            Array(bytes(request.source).drop { $0 == 13 || $0 == 10 }), rewrite, isSecure: false, port: nil)
        try compare(try #require(head))
    }

    /// The packet says what the head says.
    private func compare(_ head: [UInt8]) throws {
        let packet = try #require(Self.plain(head, packetBytes: 65_536))
        let forward = try #require(AJPForward(packet), "\(text(head))")
        let lines = text(head).unicodeScalars.split { $0 == "\r" || $0 == "\n" }.map { String($0) }
        let words = lines[0].split(separator: " ").map(String.init)
        let target = forward.attributes["query_string"].map { "\(forward.path ?? "")?\($0)" } ?? forward.path
        #expect(forward.method == words[0] && target == words[1])
        let left = ["connection", "upgrade"]
        let fields = lines.dropFirst().filter { line in !left.contains { line.lowercased().hasPrefix("\($0): ") } }
        #expect(forward.fields.map { $0.lowercased() } == fields.map { $0.lowercased() })
    }

    @Test("heads put together at random are read back", .timeLimit(.minutes(10)))
    func random() throws {
        var generator = SplitMix(seed: 13)
        let letters = Array("abcdefghijklmnopqrstuvwxyz-ABCXYZ019_.~")
        let names = ["Accept", "cookie", "User-Agent", "Content-Type", "Accept-Language", "X-Accept", "Referer"]
        func word(_ range: ClosedRange<Int>) -> String {
            let count = Int.random(in: range, using: &generator)
            return String((0..<count).map { _ in letters.randomElement(using: &generator) ?? "a" })
        }
        for _ in 0..<20_000 {
            let method = Bool.random(using: &generator) ? "GET" : word(1...17)
            var head =
                "\(method) /\(word(0...40))\(Bool.random(using: &generator) ? "?\(word(0...20))" : "") HTTP/1.1\r\n"
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                let isKnown = Bool.random(using: &generator)
                head += isKnown ? names.randomElement(using: &generator) ?? "" : "n\(word(1...20))"
                head += ": \(word(0...60))\r\n"
            }
            try compare(bytes(head + "\r\n"))
        }
    }

    @Test("a ping is five bytes")
    func ping() {
        let output = Buffer(capacity: 9)
        #expect(AJPWriter.ping(to: output))
        #expect(output.withReadable { $0.indices.count == 5 && $0.equals("\u{12}\u{34}\0\u{1}\u{A}") })
        #expect(!AJPWriter.ping(to: output))
        #expect(output.count == 5)
    }
}
