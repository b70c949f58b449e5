import Foundation
import Testing

extension EndToEnd {
    /// `ping`: a member says 100 Continue before it gets a request's content.
    @Suite("Ping")
    struct PingTests {
        private static let post = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"

        private func start(_ endpoints: [Endpoint], keys: String) throws -> MartletProcess {
            var text = EdgeText(before: endpoints)
            text.memberKeys = keys
            text.workers = 1
            return try MartletProcess.run(text.text, in: TemporaryFolder())
        }

        /// A member that says 100 Continue where that is asked for, and answers with the content.
        private func continuing() throws -> RecordingMember {
            try RecordingMember { connection in
                while var request = try connection.readHead() {
                    if request["Expect"] != nil { try connection.send("HTTP/1.1 100 Continue\r\n\r\n") }
                    try connection.reader.readContent(ofRequest: &request)
                    try connection.send(Answer.ok(request.text))
                }
            }
        }

        @Test("content follows once the member has agreed, and the client hears nothing of it", .timeLimit(.minutes(1)))
        func agreed() throws {
            let member = try continuing()
            let martlet = try start([member.endpoint], keys: "ping: 5s")
            let client = try RawClient(martlet.cleartext)
            for text in [Self.post, Self.post] { #expect(try client.exchange(text).text == "hello") }
            #expect(try client.get().text == "")
            let large = String(repeating: "0123456789", count: 20_000)
            let chunk = String(large.utf8.count, radix: 16)
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            try client.send("\(chunk)\r\n\(large)\r\n0\r\n\r\n")
            #expect(try client.response(to: "POST").text == large)
            #expect(member.requests.map { $0["Expect"] } == ["100-continue", "100-continue", nil, "100-continue"])
            #expect(member.connections.count == 1)
        }

        @Test("a member that keeps silent is in error, and another one gets the request", .timeLimit(.minutes(1)))
        func silent() throws {
            let silent = try RecordingMember { connection in
                _ = try connection.readHead()
                connection.waitForEnd()
            }
            let other = try continuing()
            let martlet = try start([silent.endpoint, other.endpoint], keys: "ping: 200ms")
            #expect(try RawClient(martlet.cleartext).exchange(Self.post).text == "hello")
            try martlet.process.errors.wait(for: "node1 of shop is in error for 60 s: no 100 Continue in time")
            #expect(silent.wait { $0.count == 1 && $0[0].hasEnded && !$0[0].bytes.ends(with: Array("hello".utf8)) })
        }
    }
}
