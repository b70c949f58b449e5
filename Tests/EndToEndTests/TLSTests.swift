import Foundation
import Testing

extension EndToEnd {
    /// Handshakes as `openssl s_client` sees them.
    @Suite("TLS")
    struct TLSTests {
        private struct Stage {
            let folder: TemporaryFolder
            let certificates: Certificates
            let martlet: MartletProcess
            let client: OpenSSLClient

            /// Identities: an ECDSA and an RSA one for `shop.example.com`, and a wildcard.
            init(tls: String = "certificates: certs/") throws {
                folder = try TemporaryFolder()
                certificates = try Certificates(in: folder)
                try certificates.issue("shop-ecdsa", names: ["shop.example.com"], serial: 1)
                try certificates.issue("shop-rsa", names: ["shop.example.com"], serial: 2, key: .rsa)
                try certificates.issue("any", names: ["*.example.com", "example.com"], serial: 3)
                var text = EdgeText(try RecordingMember(answering: "x").endpoint, listeners: .tls)
                text.tls = tls
                martlet = try MartletProcess.run(text.text, in: folder)
                client = OpenSSLClient(to: martlet, authority: certificates.authority)
            }
        }

        @Test("TLS 1.2 and 1.3, and nothing older", .timeLimit(.minutes(1)))
        func versions() throws {
            let client = try Stage().client
            #expect(try client.handshake(["-tls1_3"]).version == "TLSv1.3")
            #expect(try client.handshake(["-tls1_2"]).version == "TLSv1.2")
            #expect(try client.handshake(["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]).isComplete == false)
        }

        @Test("the exact name wins over the wildcard, in any case of letters", .timeLimit(.minutes(1)))
        func names() throws {
            let client = try Stage().client
            for (name, serial) in [
                ("shop.example.com", 1), ("SHOP.Example.COM", 1), ("cart.example.com", 3), ("example.com", 3),
            ] {
                let handshake = try client.handshake(name: name, host: name)
                #expect(handshake.serial == serial, "\(name)")
                #expect(handshake.isVerified)
            }
        }

        @Test("a name that no identity has is refused with unrecognized_name", .timeLimit(.minutes(1)))
        func unknownName() throws {
            let client = try Stage().client
            for name in ["elsewhere.org", "a.b.example.com"] {
                let handshake = try client.handshake(name: name)
                #expect(!handshake.isComplete, "\(name)")
                #expect(handshake.errors.contains("unrecognized name"), "\(handshake.errors)")
            }
            #expect(try !client.handshake(name: nil).isComplete)
        }

        @Test("the declared default answers for unknown names, and where none is sent", .timeLimit(.minutes(1)))
        func defaultName() throws {
            let client = try Stage(tls: "certificates: certs/, default: \"example.com\"").client
            #expect(try client.handshake(name: "elsewhere.org").serial == 3)
            #expect(try client.handshake(name: nil).serial == 3)
            #expect(try client.handshake().serial == 1)
        }

        @Test("the only identity there is answers where no name is sent", .timeLimit(.minutes(1)))
        func onlyIdentity() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try RecordingMember(answering: "x")
            let martlet = try MartletProcess.run(EdgeText(member.endpoint, listeners: .tls).text, in: folder)
            let client = OpenSSLClient(to: martlet, authority: certificates.authority)
            #expect(try client.handshake(name: nil).serial == 1000)
            #expect(try client.handshake(name: "elsewhere.org").errors.contains("unrecognized name"))
        }

        @Test("ECDSA and RSA side by side for one name", .timeLimit(.minutes(1)))
        func bothKeys() throws {
            let client = try Stage().client
            let ecdsa = try client.handshake(["-sigalgs", "ECDSA+SHA256"])
            #expect(ecdsa.serial == 1)
            #expect(ecdsa.signatureType == "ECDSA")
            let rsa = try client.handshake(["-sigalgs", "RSA-PSS+SHA256:RSA+SHA256"])
            #expect(rsa.serial == 2)
            #expect(try client.handshake(["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"]).serial == 2)
            #expect(try client.handshake(["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"]).serial == 1)
            #expect(try client.handshake().serial == 1)
        }

        @Test("ALPN: http/1.1 if it is offered, and none where none is", .timeLimit(.minutes(1)))
        func applicationProtocol() throws {
            let client = try Stage().client
            #expect(try client.handshake(["-alpn", "http/1.1"]).applicationProtocol == "http/1.1")
            #expect(try client.handshake(["-alpn", "spdy/3,http/1.1"]).applicationProtocol == "http/1.1")
            #expect(try client.handshake().applicationProtocol == nil)
        }

        @Test("tickets resume at any worker", .timeLimit(.minutes(1)), arguments: ["-tls1_2", "-tls1_3"])
        func tickets(version: String) throws {
            let stage = try Stage()
            let session = stage.folder.path + "/session"
            #expect(try !stage.client.handshake([version, "-sess_out", session]).isResumed)
            // Eight in a row meet both of the two workers.
            for _ in 0..<8 { #expect(try stage.client.handshake([version, "-sess_in", session]).isResumed) }
        }

        @Test(
            "tickets are bound to the identity that they were taken from, across reloads too", .timeLimit(.minutes(1)),
            arguments: ["-tls1_2", "-tls1_3"])
        func boundTickets(version: String) throws {
            let stage = try Stage(tls: "certificates: certs/, default: \"example.com\"")
            let (shop, cart) = ("shop.example.com", "cart.example.com")
            func take(_ name: String, _ file: String) throws {
                let session = "\(stage.folder.path)/\(file)"
                #expect(try !stage.client.handshake(name: name, [version, "-sess_out", session], host: name).isResumed)
            }
            func resume(_ name: String, _ file: String) throws -> OpenSSLClient.Handshake {
                let session = "\(stage.folder.path)/\(file)"
                return try stage.client.handshake(name: name, [version, "-sess_in", session], host: name)
            }
            try take(shop, "shop")
            try take(cart, "any")
            #expect(try resume(shop, "shop").isResumed)
            let other = try resume(cart, "shop")
            #expect(!other.isResumed && other.serial == 3)
            #expect(try !resume(shop, "any").isResumed)
            #expect(try resume(cart, "any").isResumed)

            try FileManager.default.removeItem(atPath: stage.folder.path + "/certs/shop-ecdsa.pem")
            try FileManager.default.removeItem(atPath: stage.folder.path + "/certs/shop-rsa.pem")
            try stage.martlet.reload()
            let removed = try resume(shop, "shop")
            #expect(!removed.isResumed && removed.serial == 3, "the wildcard's by now")
            #expect(try resume(cart, "any").isResumed)
        }

        @Test("renegotiation is refused", .timeLimit(.minutes(1)))
        func renegotiation() throws {
            let stage = try Stage()
            let process = try ChildProcess(
                Tool.openssl.path(),
                ["s_client", "-connect", "\(stage.martlet.tls)", "-servername", "shop.example.com", "-tls1_2"])
            try process.output.wait(for: "Verify return code")
            try process.write("R\n")
            _ = try process.waitForEnd()
            let said = process.output.text + process.errors.text
            #expect(said.contains("RENEGOTIATING"))
            #expect(
                said.contains("no renegotiation") || said.contains("handshake failure")
                    || said.contains("unexpected eof"))
            #expect(try stage.client.handshake().isComplete)
        }

        @Test("what is no TLS is closed with a line that says so, and hurts nobody", .timeLimit(.minutes(1)))
        func garbage() throws {
            let stage = try Stage()
            for (bytes, words) in [
                (String(repeating: "\u{0}", count: 3000), "not TLS: it begins with \"\\x00\\x00"),
                ("SSH-2.0-x\u{1B}[1m\r\n", #"not TLS: it begins with "SSH-2.0-x\x1b[1m\x0d\x0a""#),
                ("PROXY TCP4 1.2.3.4 5.6.7.8 9 443\r\n", "PROXY protocol"),
            ] {
                let before = stage.martlet.process.errors.bytes.count
                let client = try RawClient(stage.martlet.tls)
                try client.send(bytes)
                _ = try? client.reader.readToEnd(seconds: 5)
                #expect(client.ends(seconds: 5))
                #expect(
                    try stage.martlet.process.errors.wait(for: "TLS handshake failed", after: before).contains(words))
            }
            #expect(try stage.client.handshake().isComplete)
        }

        @Test("plain HTTP is answered by a page that says what the port speaks", .timeLimit(.minutes(1)))
        func plainHTTP() throws {
            let stage = try Stage()
            let port = stage.martlet.tls.port
            for (request, advice) in [
                ("GET /cart HTTP/1.1\r\nHost: shop.example.com:\(port)\r\nAccept: */*\r\n\r\n", true),
                ("POST /a HTTP/1.1\r\nHost: shop.example.com:\(port)\r\nContent-Length: 70000\r\n\r\n", true),
                ("PUT / HTTP/1.1\r\nHost: <script>\r\n\r\n", false), ("GET / HTTP/1.0\r\n\r\n", false),
                ("DELETE /" + String(repeating: "x", count: 6000) + " HTTP/1.1\r\nHost: a\r\n\r\n", false),
            ] {
                let before = stage.martlet.process.errors.bytes.count
                let client = try RawClient(stage.martlet.tls)
                try client.send(request)
                if request.hasPrefix("POST") { try client.send([UInt8](repeating: 1, count: 70_000)) }
                let answer = try client.response()
                #expect(answer.status == 400)
                #expect(answer.all("connection") == ["close"])
                let text = "400 The plain HTTP request was sent to an HTTPS port\n"
                #expect(
                    answer.text == text + (advice ? "Ask for https://shop.example.com:\(port)/ instead.\n" : ""),
                    "\(answer.text)")
                #expect(client.ends(seconds: 5))
                let line = try stage.martlet.process.errors.wait(for: "plain HTTP on a TLS port", after: before)
                let asked = request.prefix { !$0.isNewline }.prefix(20)
                #expect(line.contains("\"" + asked) && line.contains("answered 400"), "\(line)")
            }
            let client = try RawClient(stage.martlet.tls)
            try client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.response(to: "HEAD").status == 400)
            #expect(client.ends(seconds: 5))
            #expect(try stage.client.handshake().isComplete)
        }

        @Test("the log names the cause of a failed handshake", .timeLimit(.minutes(1)))
        func causes() throws {
            let stage = try Stage()
            func cause(_ name: String?, _ arguments: [String] = []) throws -> String {
                let before = stage.martlet.process.errors.bytes.count
                #expect(try !stage.client.handshake(name: name, arguments).isComplete)
                return try stage.martlet.process.errors.wait(for: "TLS handshake failed: ", after: before)
            }
            #expect(try cause("x.example.net").contains("failed: no certificate for \"x.example.net\" (SNI)"))
            #expect(try cause(nil).contains("failed: the client sent no SNI and no default is declared"))
            let ciphers = ["-tls1_2", "-cipher", "AES128-SHA"]
            #expect(try cause("shop.example.com", ciphers).contains("failed: no shared cipher suite"))
            let version = ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]
            #expect(
                try cause("shop.example.com", version).contains(
                    "failed: no shared version: the client speaks TLSv1.1 at most"))
            #expect(
                try cause("shop.example.com", ["-alpn", "spdy/3"]).contains(
                    "failed: no shared application protocol (ALPN): the client offers \"spdy/3\""))
            // To the client the handshake is complete before it looks at the name.
            let before = stage.martlet.process.errors.bytes.count
            _ = try stage.client.handshake(
                name: "any.example.com", ["-verify_return_error", "-verify_hostname", "elsewhere.org"])
            let line = try stage.martlet.process.errors.wait(for: "TLS handshake failed: ", after: before)
            #expect(line.contains("failed: the client does not trust the certificate (alert \"bad certificate\")"))
        }

        @Test("a large answer over TLS arrives whole", .timeLimit(.minutes(1)))
        func largeAnswer() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let bytes = Pattern.bytes(3_000_000)
            let nginx = try Nginx(files: ["large.bin": bytes])
            let martlet = try MartletProcess.run(EdgeText(nginx.endpoint, listeners: .tls).text, in: folder)
            let curl = try Curl(to: martlet, authority: certificates.authority)
            for version in ["--tlsv1.3", "--tls-max"] {
                let arguments = version == "--tls-max" ? ["--tls-max", "1.2"] : [version]
                #expect(try curl.run("/large.bin", arguments).output == bytes)
            }
        }
    }
}
