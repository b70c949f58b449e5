import Foundation
import Testing

extension EndToEnd {
    /// Clients in cleartext that end their direction, or the connection, while they wait.
    @Suite("Clients that have gone")
    struct GoneClientTests {
        @Test("a client that goes away while it waits: the member is told", .timeLimit(.minutes(1)))
        func gone() throws {
            let member = try RecordingMember { connection in
                _ = try connection.readRequest()
                connection.waitForEnd()
            }
            let client = try Scene(member).client()
            try client.send("GET /poll HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(member.waitForRequests(1))
            client.socket.close()
            #expect(member.wait { $0[0].hasEnded })
        }

        @Test("one that goes with its request's last byte likewise", .timeLimit(.minutes(1)))
        func goneAtOnce() throws {
            let member = try RecordingMember { connection in
                _ = try connection.readRequest()
                connection.waitForEnd()
            }
            let client = try Scene(member).client()
            try client.send("POST /poll HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
            client.socket.close()
            #expect(member.wait { $0.count == 1 && $0[0].hasEnded })
        }

        @Test("a client that ends its own direction gets its answer, however long it waits", .timeLimit(.minutes(1)))
        func halfClosed() throws {
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                try connection.answerEach { request in
                    if request.target == "/slow" { _ = gate.wait(seconds: 20) { $0 ? true : nil } }
                    return Answer.ok("answer")
                }
            }
            let scene = try Scene(member)
            for target in ["/quick", "/slow"] {
                let client = try scene.client()
                try client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                client.socket.finishWriting()
                var answer = try client.response()
                if target == "/slow" {
                    #expect(answer.status == 100)
                    gate.withLock { $0 = true }
                }
                while answer.status == 100 { answer = try client.response() }
                #expect(answer.text == "answer")
                #expect(client.ends())
            }
        }
    }
}
