import Foundation
import Testing

extension EndToEnd {
    /// Floods, by those who make them: each is ended, and the others are served.
    @Suite("Floods")
    struct FloodTests {
        private struct Stage {
            let folder: TemporaryFolder
            let authority: String
            let martlet: MartletProcess

            init() throws {
                folder = try TemporaryFolder()
                authority = try Certificates.forShop(in: folder).authority
                let text = EdgeText(try RecordingMember(answering: "x").endpoint, listeners: .tls).text
                martlet = try MartletProcess.run(text, in: folder)
            }

            /// A client that is told what to do by letters.
            func client(_ version: String) throws -> ChildProcess {
                let client = try ChildProcess(
                    Tool.openssl.path(),
                    ["s_client", "-connect", "\(martlet.tls)", "-servername", "shop.example.com", version])
                try client.output.wait(for: "Verify return code")
                return client
            }

            /// Whether somebody else is answered.
            func serves() throws -> Bool {
                try OpenSSLClient(to: martlet, authority: authority).handshake().text.contains("HTTP/1.1 200 ")
            }
        }

        @Test(
            "new keys of TLS 1.3 again and again, asked for in turn (K) or not (k), end the connection",
            .timeLimit(.minutes(1)), arguments: ["k", "K"])
        func keyUpdates(letter: String) throws {
            let stage = try Stage()
            let client = try stage.client("-tls1_3")
            for count in 1...200 {
                // Of what it reads at once it looks at the first letter.
                try? client.write(letter + "\n")
                let isTaken = try? client.errors.wait(seconds: 10) { lines in
                    lines.count { $0.contains("KEYUPDATE") } >= count ? true : nil
                }
                guard isTaken == true else { break }
            }
            try stage.martlet.process.errors.wait(for: "more than 32 key updates at once")
            _ = try client.waitForEnd()
            #expect(try stage.serves())
        }

        @Test("a client of TLS 1.2 that renegotiates is refused", .timeLimit(.minutes(1)))
        func renegotiation() throws {
            let stage = try Stage()
            let client = try stage.client("-tls1_2")
            try client.write("R\n")
            #expect(try client.waitForEnd() != .exited(0))
            #expect(client.errors.text.contains("no renegotiation"), "\(client.errors.text)")
            #expect(try stage.serves())
        }

        @Test("more connections than an address may begin are closed, and one line says so", .timeLimit(.minutes(1)))
        func connections() throws {
            let member = try RecordingMember(answering: "x")
            let martlet = try MartletProcess.run(
                """
                listeners:
                  - { address: "127.0.0.1:0", limits: { connection-rate: 5/h } }
                sites:
                  - paths: { /: shop }
                balancers:
                  shop: { members: { node1: "\(member.endpoint.memberURL)" } }

                """, in: TemporaryFolder())
            for _ in 0..<5 { #expect(try RawClient(martlet.cleartext).get().status == 200) }
            for _ in 0..<20 { #expect(try RawClient(martlet.cleartext).ends()) }
            let line = try martlet.process.errors.wait(for: "limits.connection-rate (5/h)")
            #expect(line.contains("closed"))
            #expect(martlet.log.components(separatedBy: "connection-rate").count < 20)
        }
    }
}
