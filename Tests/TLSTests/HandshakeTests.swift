import TLS
import Testing

@Suite(.tags(.tls), .timeLimit(.minutes(10))) struct HandshakeTests {
    let kit: CertificateKit

    init() throws {
        kit = try CertificateKit()
        try kit.make("one", names: ["one.test"])
    }

    private func fails(_ context: TLSContext, _ client: TLSClient) throws -> (server: String, client: String) {
        let link = try TLSLink(context, client)
        let (server, step) = link.shakeHands()
        guard case .failed(let error) = server, case .failed(let words) = step else {
            Issue.record("expected both to fail: \(server), \(step)")
            return ("", "")
        }
        #expect(error.kind == .protocol)
        #expect(TLSClient.isErrorQueueEmpty)
        return (error.words, words)
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func speaksBothVersions(version: TLSClient.Version) throws {
        let link = try TLSLink(.make(kit), TLSClient(version, protocols: ["h2", "http/1.1"]))
        let (server, client) = link.shakeHands()
        #expect(server == .done(0) && client == .done)
        #expect(link.server.version.description == (version == .tls12 ? "TLSv1.2" : "TLSv1.3"))
        #expect(link.server.cipher.hasPrefix(version == .tls12 ? "ECDHE-ECDSA-AES" : "TLS_AES"))
        #expect(!link.server.isResumed)
        #expect(link.client.applicationProtocol == "http/1.1")
        #expect(link.client.serverSerial == (try kit.serial("one.crt")))
        #expect(link.client.write([1, 2, 3]) == .done)
        link.deliver()
        #expect(link.serverRead() == ([1, 2, 3], .wouldBlock))
        #expect(link.server.write([4, 5].span) == .done(2))
        #expect(link.clientRead() == ([4, 5], .wouldBlock))
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13], [1, 2, 7])
    func aHandshakeMayArriveInDribs(version: TLSClient.Version, chunkBytes: Int) throws {
        let link = try TLSLink(.make(kit), TLSClient(version))
        let (server, client) = link.shakeHands(chunkBytes: chunkBytes)
        #expect(server == .done(0) && client == .done)
    }

    @Test func aRequestRightBehindTheHandshakeIsNotOverlooked() throws {
        let link = try TLSLink(.make(kit))
        link.finishClient()
        #expect(link.client.write([1, 2, 3]) == .done)
        // Finished and the request come in one read.
        link.deliver()
        #expect(link.server.handshake() == .done(0))
        #expect(!link.server.isDrained)
        #expect(link.serverRead() == ([1, 2, 3], .wouldBlock))
        #expect(link.server.isDrained)
    }

    @Test(arguments: [TLSClient.Version.tls12, .tls13])
    func anUnknownNameIsRefused(version: TLSClient.Version) throws {
        try kit.make("two", names: ["two.test"])
        let words = try fails(.make(kit), TLSClient(version, serverName: "three.test"))
        #expect(words.client.contains("unrecognized name"))
        #expect(words.server == "no certificate for \"three.test\" (SNI)")
    }

    @Test func noNameIsRefusedWhereThereAreSeveralAndNoDefault() throws {
        try kit.make("two", names: ["two.test"])
        let words = try fails(.make(kit), TLSClient(serverName: nil))
        #expect(words.client.contains("unrecognized name"))
        #expect(words.server == "the client sent no SNI and no default is declared")
    }

    @Test func whatAStrangerSendsIsEscapedAndBoundedInWords() throws {
        let name = "a\"\\\u{1B}[31m\r\nä" + String(repeating: "x", count: 200)
        let words = try fails(.make(kit), TLSClient(serverName: name)).server
        let shown = #"a\"\\\x1b[31m\x0d\x0a\xc3\xa4"# + String(repeating: "x", count: 88) + "…"
        #expect(words == "no certificate for \"\(shown)\" (SNI)")
    }

    @Test func whatBothDoNotShareIsNamed() throws {
        let context = try TLSContext.make(kit, protocols: ["h2", "http/1.1"])
        let cases: [(TLSClient, String)] = [
            (TLSClient(.tls12, ciphers: "AES128-SHA"), "no shared cipher suite"),
            (TLSClient(.tls12, ciphers: "ECDHE-RSA-AES128-GCM-SHA256"), "no shared cipher suite"),
            (TLSClient(.tls13, signatures: "rsa_pss_rsae_sha256"), "no shared signature algorithm"),
            (TLSClient(.tls11, ciphers: "ALL:@SECLEVEL=0"), "no shared version: the client speaks TLSv1.1 at most"),
            (
                TLSClient(protocols: ["h", "spdy/1\n", "a", "b", "c", "d"]),
                "no shared application protocol (ALPN): the client offers \"h\", \"spdy/1\\x0a\", \"a\", \"b\", \"c\" …"
            ),
        ]
        for (client, expected) in cases {
            let words = try fails(context, client).server
            #expect(words.hasPrefix(expected), "\(words)")
            #expect(words.hasSuffix(" (SNI \"one.test\")") || words.contains("ALPN"), "\(words)")
        }
    }

    @Test func aClientThatDoesNotTrustTheCertificateIsNamed() throws {
        let link = try TLSLink(.make(kit), TLSClient(verifies: true))
        guard case .failed(let error) = link.shakeHands().server else {
            Issue.record("trusted")
            return
        }
        #expect(error.words == "the client does not trust the certificate (alert \"unknown CA\") (SNI \"one.test\")")
    }

    @Test func anUnknownNameIsRefusedAlsoWhereThereIsOneIdentity() throws {
        #expect(try fails(.make(kit), TLSClient(serverName: "three.test")).client.contains("unrecognized name"))
        let link = try TLSLink(.make(kit), TLSClient(serverName: nil))
        #expect(link.shakeHands().server == .done(0), "without a name the only one serves")
        for address in ["127.0.0.1", "::1"] {
            let link = try TLSLink(.make(kit), TLSClient(serverName: address))
            #expect(link.shakeHands().server == .done(0), "a literal address is no name (RFC 6066, section 3)")
        }
    }

    @Test func choosesByExactNameThenWildcardThenDefault() throws {
        try kit.make("wild", names: ["*.test"])
        try kit.make("deep", names: ["a.b.test", "*.c.test"])
        let cases = [
            ("one.test", "one"), ("ONE.Test", "one"), ("one.test.", "one"), ("two.test", "wild"), ("a.b.test", "deep"),
            ("x.c.test", "deep"), ("c.test", "wild"), ("x.y.c.test", "one"), ("test", "one"), ("other.example", "one"),
            ("", "one"),
        ]
        let context = try TLSContext.make(kit, defaultName: "One.test")
        for (name, file) in cases {
            let link = try TLSLink(context, TLSClient(serverName: name.isEmpty ? nil : name))
            #expect(link.shakeHands().server == .done(0))
            #expect(link.client.serverSerial == (try kit.serial(file + ".crt")), "\(name) gets \(file)")
        }
        #expect(IdentityTable(identities: try kit.identities(), defaultName: "none.example") == nil)
    }

    @Test func aWildcardMayBeTheDefault() throws {
        try kit.make("wild", names: ["*.wild.test"])
        let context = try TLSContext.make(kit, defaultName: "any.wild.test")
        let link = try TLSLink(context, TLSClient(serverName: "nobody.example"))
        #expect(link.shakeHands().server == .done(0))
        #expect(link.client.serverSerial == (try kit.serial("wild.crt")))
    }

    @Test(arguments: [("ECDSA+SHA256", "one"), ("rsa_pss_rsae_sha256", "rsa"), ("ed25519", "ed")])
    func aNameMayHaveACertificateOfEachKind(signatures: String, file: String) throws {
        try kit.make("rsa", names: ["one.test"], key: .rsa)
        try kit.make("ed", names: ["one.test"], key: .ed25519)
        try kit.make("other", names: ["other.test"])
        let context = try TLSContext.make(kit)
        for version in [TLSClient.Version.tls12, .tls13] {
            let link = try TLSLink(context, TLSClient(version, signatures: signatures))
            #expect(link.shakeHands().server == .done(0))
            #expect(link.client.serverSerial == (try kit.serial(file + ".crt")))
        }
        // The other name has no RSA certificate: another name's must not serve it.
        let words = try fails(context, TLSClient(serverName: "other.test", signatures: "rsa_pss_rsae_sha256"))
        #expect(words.server.contains("no suitable signature algorithm") || words.server.contains("no shared"))
    }

    @Test func theWholeChainIsSent() throws {
        let authority = try CertificateKit()
        try authority.make("root", names: [], isAuthority: true)
        try authority.make("middle", names: [], issuer: "root", isAuthority: true)
        try authority.make("leaf", names: ["leaf.test"], issuer: "middle")
        for name in ["one.test", "leaf.test"] {
            try kit.write(
                try authority.text("leaf.crt") + authority.text("middle.crt") + authority.text("leaf.key"),
                to: "leaf.pem")
            let link = try TLSLink(.make(kit), TLSClient(serverName: name))
            #expect(link.shakeHands().server == .done(0))
            #expect(link.client.chainCount == (name == "leaf.test" ? 2 : 1))
        }
    }

    @Test func alpnTakesOursInOurOrderAndRefusesStrangers() throws {
        let context = try TLSContext.make(kit, protocols: ["h2", "http/1.1"])
        let both = try TLSLink(context, TLSClient(protocols: ["http/1.1", "h2"]))
        #expect(both.shakeHands().server == .done(0) && both.client.applicationProtocol == "h2")
        let none = try TLSLink(context, TLSClient(protocols: []))
        #expect(none.shakeHands().server == .done(0) && none.client.applicationProtocol.isEmpty)
        #expect(
            try fails(context, TLSClient(protocols: ["h", "h22", "spdy/1"])).client.contains("no application protocol"))
    }

    @Test func withoutProtocolsOfItsOwnAServerLeavesALPNAlone() throws {
        let link = try TLSLink(.make(kit, protocols: []), TLSClient(protocols: ["http/1.1"]))
        let (server, client) = link.shakeHands()
        #expect(server == .done(0) && client == .done && link.client.applicationProtocol.isEmpty)
    }

    @Test(arguments: [
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "\u{16}\u{3}\u{1}\u{0}\u{5}\u{1}\u{0}\u{0}\u{1}\u{0}",
        "\u{16}HTTP/1.1 too late", "EHLO mail.test\r\n", "SSH-2.0-OpenSSH\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n",
        "\r\n\r\n\0\r\nQUIT\n!\u{11}\0\u{0C}",
    ])
    func whatIsNoHandshakeIsRefusedInWords(text: String) throws {
        let link = try TLSLink(.make(kit))
        link.inject(Array(text.utf8))
        guard case .failed(let error) = link.server.handshake() else {
            Issue.record("taken for a handshake")
            return
        }
        #expect(error.kind == .protocol && error.words != "no reason given" && "\(error)" == error.words)
        if !text.hasPrefix("\u{16}") { #expect(error.words.hasPrefix("not TLS: it begins with "), "\(error.words)") }
        if text.hasPrefix("SSH") { #expect(error.words.hasSuffix(#""SSH-2.0-OpenSSH\x0d\x0a""#), "\(error.words)") }
        if text.contains("TCP4") || text.contains("QUIT") { #expect(error.words.contains("PROXY protocol")) }
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test(
        arguments: [
            "GET / HTTP/1.1\r\nHost: one.test\r\n\r\n", "OPTIONS * HTTP/1.1\r\n\r\n", "PROPFIND /dav HTTP/1.1\r\n\r\n",
            "GET /a?token=1 HTTP/1.1\r\nHost: one.test\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "POST /" + String(repeating: "x", count: 5000) + " HTTP/1.1\r\n",
        ], [1, 5, 100_000])
    func plainHTTPIsKnown(text: String, chunkBytes: Int) throws {
        let link = try TLSLink(.make(kit))
        let bytes = Array(text.utf8)
        var outcome = TLSConnection.Outcome.wouldBlock
        var sent = 0
        while sent < bytes.count, outcome == .wouldBlock {
            link.inject(Array(bytes[sent..<min(sent + chunkBytes, bytes.count)]))
            sent += chunkBytes
            outcome = link.server.handshake()
        }
        guard case .failed(let error) = outcome else {
            Issue.record("taken for a handshake")
            return
        }
        #expect(link.receive().isEmpty, "nothing is sent, so that an answer in cleartext can be")
        // Of a method that is not everyday, five bytes do not tell.
        if chunkBytes < 100, text.hasPrefix("PROPFIND") { return }
        #expect(error.kind == .plainHTTP && error.words.hasPrefix("plain HTTP on a TLS port: \""), "\(error.words)")
        #expect(!error.words.contains("token"), "what a query holds is in no log: \(error.words)")
        #expect(bytes.prefix(4096).starts(with: link.server.plainBytes) && link.server.plainBytes.count >= 5)
    }

    @Test func aClientThatLeavesDuringTheHandshakeIsReported() throws {
        let link = try TLSLink(.make(kit))
        #expect(link.server.handshake() == .wouldBlock)
        link.cut()
        guard case .failed(let error) = link.server.handshake() else {
            Issue.record("not reported")
            return
        }
        #expect(error.kind == .truncated && error.words == "the client ended the connection")
        #expect(link.server.sendCloseNotify(), "there is nothing to be closed in order yet")
    }

    @Test func everySingleByteOfAHelloMayBeWrong() throws {
        let context = try TLSContext.make(kit)
        let client = TLSClient()
        #expect(client.handshake() == .wouldBlock)
        let hello = client.takeOutput()
        for offset in hello.indices {
            let link = try TLSLink(context)
            var bytes = hello
            bytes[offset] ^= 0x81
            link.inject(bytes)
            _ = link.server.handshake()
            #expect(TLSClient.isErrorQueueEmpty)
        }
    }
}
