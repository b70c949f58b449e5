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

        /// Whoever sends requests ahead, and what he has sent and got when nothing moves any more.
        private struct Flooder {
            static let request = Array("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            static let block = [[UInt8]](repeating: request, count: 1_000).flatMap { $0 }
            let client: RawClient
            private(set) var sentBytes = 0

            /// Sends until nothing more is taken, or it is too much.
            mutating func send(upTo count: Int) throws {
                let most = count * Self.request.count
                while sentBytes < most {
                    let taken = try client.socket.writeSome(Self.block.dropFirst(sentBytes % Self.block.count))
                    sentBytes += taken
                    // Two seconds without room are a standstill: whoever reads at all makes room sooner.
                    if taken == 0, !client.socket.waitForRoom(seconds: 2) { return }
                }
            }

            /// Requests of which at least a part was sent.
            var count: Int { (sentBytes + Self.request.count - 1) / Self.request.count }
        }

        @Test(
            "requests ahead without number, whose answers nobody reads: they wait where they are",
            .timeLimit(.minutes(2)))
        func pipelined() throws {
            let asked = Monitor(0)
            let content = String(repeating: "x", count: 16 << 10)
            let (scene, member) = try Scene.local(settings: ["timeouts: { body: 5m }"]) { connection in
                try connection.answerEach { request in
                    if request.target == "/flood" { asked.withLock { $0 += 1 } }
                    return Answer.ok(content)
                }
            }
            let other = try scene.client()
            #expect(try other.get("/other").text == content)
            let before = try scene.martlet.usage()
            let (most, floods) = (200_000, 4)
            var flooders = try (0..<floods).map { _ in Flooder(client: try scene.client()) }
            for index in flooders.indices { try flooders[index].send(upTo: most) }
            let during = try scene.martlet.usage()
            // Of 26 MB of requests, and 13 GB of answers, there is what sockets and an exchange hold.
            #expect(flooders.allSatisfy { $0.count < most })
            let count = asked.withLock { $0 }
            #expect(count >= floods && count < 100 * floods, "the member was asked \(count) times")
            #expect(during.residentBytes - before.residentBytes < floods * (1 << 20) + 4 << 20)
            #expect(during.descriptors - before.descriptors <= 2 * floods)
            // The others are answered, and the member is asked no more for those who do not read.
            for _ in 0..<20 {
                #expect(try other.get("/other").text == content)
                #expect(try scene.client().get("/other").text == content)
            }
            #expect(asked.withLock { $0 } == count)
            // Who reads after all gets an answer to each.
            for _ in 0..<100 { #expect(try flooders[0].client.response().text == content) }
            #expect(member.failures == [])
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
