import Foundation
import Testing

extension EndToEnd {
    /// What is waited for no longer than configured; every time is short, so that a test waits for the event itself.
    @Suite("Timeouts")
    struct TimeoutTests {
        @Test("a head that does not end: 408, and closed", .timeLimit(.minutes(1)))
        func head() throws {
            let scene = try Scene(RecordingMember(answering: "x"), settings: ["timeouts: { head: 300ms }"])
            let client = try scene.client()
            let start = Clock.now
            try client.send("GET / HTTP/1.1\r\nHos")
            #expect(try client.response().status == 408)
            #expect(client.ends())
            #expect((0.25...3).contains(Clock.now - start))
        }

        @Test("a head that dribbles is counted from its first byte", .timeLimit(.minutes(1)))
        func dribble() throws {
            let scene = try Scene(RecordingMember(answering: "x"), settings: ["timeouts: { head: 500ms }"])
            let client = try scene.client()
            try client.send("GET / HTTP/1.1\r\nX: ")
            for _ in 0..<50 where client.staysSilent(seconds: 0.1) { try? client.send("x") }
            #expect(try client.response().status == 408)
        }

        @Test("not a byte sent: closed in silence", .timeLimit(.minutes(1)))
        func silence() throws {
            let settings = ["timeouts: { head: 300ms, keepalive: 300ms }"]
            let scene = try Scene(RecordingMember(answering: "x"), settings: settings)
            #expect(try scene.client().ends(seconds: 5))
            let used = try scene.client()
            #expect(try used.get().text == "x")
            #expect(used.ends(seconds: 5))
        }

        @Test("an empty line after a request begins no head: closed in silence", .timeLimit(.minutes(1)))
        func emptyLine() throws {
            let scene = try Scene(RecordingMember(answering: "x"), settings: ["timeouts: { head: 300ms }"])
            let client = try scene.client()
            #expect(try client.get().text == "x")
            try client.send("\r\n")
            #expect(client.ends(seconds: 5))
        }

        @Test("content that stops coming: 408", .timeLimit(.minutes(1)))
        func body() throws {
            let member = try RecordingMember { _ = try $0.readRequest() }
            let client = try Scene(member, settings: ["timeouts: { body: 300ms }"]).client()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            #expect(try client.response().status == 408)
            #expect(client.ends())
        }

        @Test("an answer that does not come: 504", .timeLimit(.minutes(1)))
        func answer() throws {
            let member = try RecordingMember { connection in
                _ = try connection.readRequest()
                connection.waitForEnd()
            }
            let client = try Scene(member, settings: ["timeouts: { answer: 300ms }"]).client()
            #expect(try client.get().status == 504)
            #expect(member.connections.count == 1)
            #expect(member.wait { $0[0].hasEnded })
        }

        @Test("a member that accepts no connection: 504", .timeLimit(.minutes(1)))
        func connect() throws {
            // A listener whose queue is full answers no SYN: one connection waits in it, and nobody accepts.
            let (descriptor, endpoint) = try SocketAddress.listen(at: .ipv4(port: 0), backlog: 0)
            let filling = try (0..<1).map { _ in try Socket(to: endpoint) }
            defer {
                withExtendedLifetime(filling) {}
                close(descriptor)
            }
            let folder = try TemporaryFolder()
            let text = EdgeText(endpoint, settings: ["timeouts: { connect: 300ms }"]).text
            let martlet = try MartletProcess.run(text, in: folder)
            #expect(try RawClient(martlet.cleartext).get().status == 504)
        }

        @Test("an answer that stops in the middle is cut", .timeLimit(.minutes(1)))
        func answerContent() throws {
            let member = try RecordingMember { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
                connection.waitForEnd()
            }
            let client = try Scene(member, settings: ["timeouts: { body: 300ms }"]).client()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect((try? client.response(seconds: 3))?.isComplete != true)
            #expect(client.ends(seconds: 1, cutting: true))
        }

        @Test("a handshake that does not end is closed", .timeLimit(.minutes(1)))
        func handshake() throws {
            let folder = try TemporaryFolder()
            _ = try Certificates.forShop(in: folder)
            let member = try RecordingMember(answering: "x")
            let text = EdgeText(member.endpoint, listeners: .tls, settings: ["timeouts: { handshake: 300ms }"]).text
            let martlet = try MartletProcess.run(text, in: folder)
            let client = try RawClient(martlet.tls)
            try client.send([0x16, 0x03, 0x01])
            #expect(client.ends(seconds: 5))
            #expect(try RawClient(martlet.tls).ends(seconds: 5))
        }
    }
}
