import Foundation
import Testing

extension EndToEnd {
    /// Real proxies that name their clients by the PROXY protocol, before cleartext and before TLS.
    @Suite("The PROXY protocol")
    struct ProxyProtocolTests {
        private static let line = "PROXY TCP4 192.0.2.9 203.0.113.1 56324 444\r\n"

        /// Martlet with a listener in cleartext and one of TLS, both of which hear of clients from 127.0.0.1 alone.
        private func start(_ member: RecordingMember, in folder: TemporaryFolder) throws -> MartletProcess {
            let listeners = ["", "    tls: { certificates: certs/ }\n"].map {
                "  - address: \"127.0.0.1:0\"\n    proxy-protocol: [127.0.0.1]\n" + $0
            }
            let settings = ["log: { access: { format: json, path: access.log } }", "timeouts: { handshake: 500ms }"]
            let text = EdgeText(member.endpoint, settings: settings).text.replacingOccurrences(
                of: "  - address: \"127.0.0.1:0\"\n", with: listeners.joined())
            return try MartletProcess.run(text, in: folder)
        }

        private func curl(
            _ endpoint: Endpoint, isSecure: Bool, authority: String, _ arguments: [String]
        ) throws -> Finished {
            let host = "shop.example.com:\(endpoint.port)"
            return try ChildProcess.run(
                Tool.curl.path(),
                [
                    "--silent", "--show-error", "--max-time", "20", "--noproxy", "*", "--cacert", authority,
                    "--resolve", "\(host):127.0.0.1", "\(isSecure ? "https" : "http")://\(host)/",
                ] + arguments, seconds: 30)
        }

        @Test("HAProxy with send-proxy and send-proxy-v2, and its checks", .timeLimit(.minutes(1)))
        func haproxy() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try RecordingMember(answering: "x")
            let martlet = try start(member, in: folder)
            let keys = [
                "send-proxy", "send-proxy-v2 check", "send-proxy-v2 proxy-v2-options crc32c,unique-id,authority",
            ]
            for isSecure in [false, true] {
                let haproxy = try HAProxy(before: isSecure ? martlet.tls : martlet.cleartext, keys)
                for key in keys {
                    let endpoint = try #require(haproxy.endpoints[key])
                    for (version, client) in [("--http1.1", "127.0.0.2"), ("--http2", "127.0.0.3")] {
                        let finished = try curl(
                            endpoint, isSecure: isSecure, authority: certificates.authority,
                            [isSecure ? version : "--http1.1", "--interface", client])
                        #expect(finished.text == "x", "\(key): \(finished.errors)")
                        let request = try #require(member.requests.last)
                        #expect(request["X-Forwarded-For"] == client && request["X-Real-IP"] == client)
                        #expect(request["X-Forwarded-Port"] == "\(endpoint.port)")
                        #expect(request["X-Forwarded-Proto"] == (isSecure ? "https" : "http"))
                    }
                }
            }
            #expect(try martlet.terminate() == .exited(0))
            let lines = try JSONLines.objects(folder.read("access.log"))
            #expect(lines.count == 12)
            #expect(lines.allSatisfy { ["127.0.0.2", "127.0.0.3"].contains($0["client"] as? String) })
            #expect(!martlet.log.contains("PROXY header"), "\(martlet.log)")
        }

        @Test("curl --haproxy-protocol; who is not listed has it refused", .timeLimit(.minutes(1)))
        func curl() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try RecordingMember(answering: "x")
            let martlet = try start(member, in: folder)
            for isSecure in [false, true] {
                let endpoint = isSecure ? martlet.tls : martlet.cleartext
                for (arguments, text) in [
                    (["--haproxy-protocol"], "x"), ([], ""), (["--interface", "127.0.0.2"], "x"),
                ] {
                    let finished = try curl(
                        endpoint, isSecure: isSecure, authority: certificates.authority, arguments)
                    #expect(finished.text == text, "\(arguments)")
                }
                let stranger = try curl(
                    endpoint, isSecure: isSecure, authority: certificates.authority,
                    ["--haproxy-protocol", "--interface", "127.0.0.2"])
                #expect(isSecure ? stranger.ending != .exited(0) : stranger.text.contains("400"))
            }
            let clients = ["127.0.0.1", "127.0.0.2"]
            #expect(member.requests.map { $0["X-Forwarded-For"] } == clients + clients)
            #expect(martlet.log.contains("no PROXY header of a proxy that must send one"))
        }

        @Test("a header and a ClientHello cut anywhere: OpenSSL sees not a byte of the header", .timeLimit(.minutes(1)))
        func pieces() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try RecordingMember(answering: "x")
            let martlet = try start(member, in: folder)
            let header = Self.line.utf8.map { String(format: "%02x", $0) }.joined()
            let finished = try ChildProcess.run(
                Tool.python3.path(),
                [
                    "-B", PythonScript.path("proxy_header.py"), "\(martlet.tls.port)", certificates.authority, header,
                ], seconds: 50)
            let count = Self.line.utf8.count + 8
            #expect(finished.text == (0..<count).map { "\($0) x\n" }.joined(), "\(finished.errors)")
            #expect(member.requests.count == count)
            #expect(member.requests.allSatisfy { $0["X-Forwarded-For"] == "192.0.2.9" })
            #expect(member.requests.allSatisfy { $0["X-Forwarded-Port"] == "444" })
        }

        @Test("timeouts.handshake: a header that does not come is closed without an answer", .timeLimit(.minutes(1)))
        func late() throws {
            let folder = try TemporaryFolder()
            _ = try Certificates.forShop(in: folder)
            let martlet = try start(RecordingMember(answering: "x"), in: folder)
            for begun in ["", "PROXY TCP4 192."] {
                let client = try RawClient(martlet.cleartext)
                if !begun.isEmpty { try client.send(begun) }
                #expect(client.ends())
            }
            #expect(martlet.log.contains("PROXY header not finished in time"))
            // Who has named its client has the time that others have.
            let client = try RawClient(martlet.cleartext)
            try client.send(Self.line)
            #expect(client.staysSilent(seconds: 1))
            #expect(try client.get().text == "x")
        }
    }
}
