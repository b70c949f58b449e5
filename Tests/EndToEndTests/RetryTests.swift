import Foundation
import Testing

extension EndToEnd {
    /// Requests that another member answers, because the first one has not or has said that it cannot.
    @Suite("Retries")
    struct RetryTests {
        private func start(
            _ members: [RecordingMember], keys: String = "", balancer: [String]
        ) throws -> ControlledMartlet {
            var text = EdgeText(affinity: "{ cookie: SID }")
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            text.memberKeys = keys
            text.balancer = balancer
            text.workers = 1
            return try ControlledMartlet(text)
        }

        private static let session = "Cookie: SID=s.node1\r\n"

        @Test(
            "before a 502, who is in error is tried, and is well then", .timeLimit(.minutes(1)),
            arguments: [true, false])
        func lastResort(isForcingRecovery: Bool) throws {
            let dying = try RecordingMember { _ = try $0.readRequest() }
            let well = try RecordingMember { connection in
                try connection.answerEach { request in
                    request.target == "/bad" ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" : Answer.ok("well")
                }
            }
            let control = try start(
                [dying, well], balancer: ["fail-on-status: [500]", "force-recovery: \(isForcingRecovery)"])
            let client = try RawClient(control.martlet.cleartext)
            #expect(try client.get("/bad", fields: "Cookie: SID=s.node2\r\n").status == 500)
            #expect(try control.member("node2")["state"] as? String == "in-error")
            let answer = try client.get(fields: Self.session)
            #expect(isForcingRecovery ? answer.text == "well" : answer.status == 502)
            let state = try control.member("node2")["state"] as? String
            #expect(state == (isForcingRecovery ? "usable" : "in-error"))
        }

        @Test("a member that takes connections and closes them is in error", .timeLimit(.minutes(1)))
        func closesAtOnce() throws {
            let closing = try RecordingMember { _ in }
            let control = try start([closing, try RecordingMember(answering: "other")], balancer: [])
            let client = try RawClient(control.martlet.cleartext)
            for _ in 0..<2 { #expect(try client.get(fields: Self.session).text == "other") }
            #expect(try control.member("node1")["state"] as? String == "in-error")
        }

        @Test("a member whose retry time has passed is due for a try until it answers", .timeLimit(.minutes(1)))
        func due() throws {
            let gone = try RecordingMember(answering: "gone")
            let control = try start([gone], keys: "retry: 0", balancer: [])
            gone.stop()
            #expect(try RawClient(control.martlet.cleartext).get().status == 503)
            #expect(try control.member("node1")["state"] as? String == "due")
            #expect(try control.text("status").contains("in error, due for a try"))
        }
    }
}
