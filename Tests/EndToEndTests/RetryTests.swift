import Foundation
import Testing

extension EndToEnd {
    /// Requests that another member answers, because the first one has not or has said that it cannot.
    @Suite("Retries")
    struct RetryTests {
        private func start(
            _ members: [RecordingMember], keys: String = "", balancer: [String] = []
        ) throws -> ControlledMartlet {
            var text = EdgeText(before: members.map(\.endpoint), affinity: "{ cookie: SID }")
            text.memberKeys = keys
            text.balancer = balancer
            text.workers = 1
            return try ControlledMartlet(text)
        }

        private static let session = "Cookie: SID=s.node1\r\n"

        @Test("a status of retry-on: what may be repeated goes to the next member", .timeLimit(.minutes(1)))
        func status() throws {
            let broken = try RecordingMember { connection in
                try connection.answerEach { _ in "HTTP/1.1 503 No\r\nContent-Length: 6\r\n\r\nfailed" }
            }
            let other = try RecordingMember(answering: "other")
            let control = try start([broken, other], balancer: ["retry-on: [502, 503]"])
            let client = try RawClient(control.martlet.cleartext)
            #expect(try client.get(fields: Self.session).text == "other")
            let put = "PUT / HTTP/1.1\r\nHost: a\r\n\(Self.session)Content-Length: 3\r\n\r\nabc"
            #expect(try client.exchange(put).text == "other")
            #expect(other.requests.last?.text == "abc")
            let post = "POST / HTTP/1.1\r\nHost: a\r\n\(Self.session)Content-Length: 3\r\n\r\nabc"
            #expect(try client.exchange(post).text == "failed")
            try control.martlet.process.errors.wait(
                for: "member node1 of shop has answered 503: the request goes to node2")
            let member = try control.member("node1")
            #expect(member["server_errors"] as? Int == 3 && member["failures"] as? Int == 0)
        }

        @Test("refused-by: a POST that its member has not begun goes to the next one", .timeLimit(.minutes(1)))
        func refusal() throws {
            let full = try RecordingMember { connection in
                try connection.answerEach { _ in
                    "HTTP/1.1 503 No\r\nX-Not-Processed: 1\r\nContent-Length: 4\r\n\r\nfull"
                }
            }
            let other = try RecordingMember(answering: "other")
            let control = try start([full, other], balancer: ["refused-by: X-Not-Processed", "fail-on-status: [503]"])
            let client = try RawClient(control.martlet.cleartext)
            let post = "POST / HTTP/1.1\r\nHost: a\r\n\(Self.session)Content-Length: 3\r\n\r\nabc"
            for _ in 0..<2 { #expect(try client.exchange(post).text == "other") }
            #expect(full.requests.count == 2 && other.requests.last?.text == "abc")
            try control.martlet.process.errors.wait(
                for: "member node1 of shop has answered 503 without having begun: the request goes to node2")
            #expect(try control.member("node1")["failures"] as? Int == 0)
            other.stop()
            let last = try client.exchange(post)
            #expect(last.status == 502, "nobody else has taken it")
        }

        @Test("members that fail one after the other: the third one is given the request", .timeLimit(.minutes(1)))
        func backOff() throws {
            let broken = try (0..<2).map { _ in
                try RecordingMember { connection in
                    try connection.answerEach { _ in "HTTP/1.1 503 No\r\nContent-Length: 6\r\n\r\nfailed" }
                }
            }
            let control = try start(
                broken + [try RecordingMember(answering: "third")], balancer: ["retry-on: [503]"])
            let client = try RawClient(control.martlet.cleartext)
            for _ in 0..<4 { #expect(try client.get(fields: Self.session).text == "third") }
            #expect(broken.contains { $0.requests.count == 4 } && broken.allSatisfy { !$0.requests.isEmpty })
        }

        @Test("a member that takes connections and closes them is in error", .timeLimit(.minutes(1)))
        func closesAtOnce() throws {
            let closing = try RecordingMember { _ in }
            let control = try start([closing, try RecordingMember(answering: "other")])
            let client = try RawClient(control.martlet.cleartext)
            for _ in 0..<2 { #expect(try client.get(fields: Self.session).text == "other") }
            #expect(try control.member("node1")["state"] as? String == "in-error")
        }

        @Test("a member whose retry time has passed is due for a try until it answers", .timeLimit(.minutes(1)))
        func due() throws {
            let gone = try RecordingMember(answering: "gone")
            let control = try start([gone], keys: "retry: 0")
            gone.stop()
            #expect(try RawClient(control.martlet.cleartext).get().status == 503)
            #expect(try control.member("node1")["state"] as? String == "due")
            #expect(try control.text("status").contains("in error, due for a try"))
        }
    }
}
