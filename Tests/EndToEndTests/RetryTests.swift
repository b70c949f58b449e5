import Foundation
import Testing

extension EndToEnd {
    /// Requests that another member answers, because the first one has not or has said that it cannot.
    @Suite("Retries")
    struct RetryTests {
        private func start(
            _ members: [RecordingMember], keys: String = "", ofFirst: String = "", balancer: [String]
        ) throws -> ControlledMartlet {
            var text = EdgeText(affinity: "{ cookie: SID }")
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            text.memberKeys = keys
            text.keys = ["node1": ofFirst]
            text.balancer = balancer
            text.workers = 1
            return try ControlledMartlet(text)
        }

        private static let session = "Cookie: SID=s.node1\r\n"

        private func failing(_ text: String = "failed") throws -> RecordingMember {
            try RecordingMember { connection in
                try connection.answerEach { _ in
                    "HTTP/1.1 503 No\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
                }
            }
        }

        private func silent() throws -> RecordingMember {
            try RecordingMember { connection in
                _ = try connection.readRequest()
                connection.waitForEnd()
            }
        }

        @Test("a status of retry-on: what may be repeated goes to the next member", .timeLimit(.minutes(1)))
        func status() throws {
            let (broken, other) = (try failing(), try RecordingMember(answering: "other"))
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

        @Test("where nobody is left the last answer passes", .timeLimit(.minutes(1)))
        func nobodyLeft() throws {
            let members = [try failing("first"), try failing("second")]
            let control = try start(members, balancer: ["retry-on: [503]"])
            let answer = try RawClient(control.martlet.cleartext).get(fields: Self.session)
            #expect(answer.status == 503 && answer.text == "second")
            #expect(members.map(\.requests.count) == [1, 1])
            let once = try start(members, balancer: ["retry-on: [503]", "max-attempts: 1"])
            #expect(try RawClient(once.martlet.cleartext).get(fields: Self.session).text == "first")
            let strict = try start(members, balancer: ["retry-on: [503]", "no-failover: true"])
            #expect(try RawClient(strict.martlet.cleartext).get(fields: Self.session).text == "first")
        }

        @Test("the next member refuses: 502", .timeLimit(.minutes(1)))
        func nextRefuses() throws {
            let gone = try RecordingMember(answering: "gone")
            let control = try start([try failing(), gone], balancer: ["retry-on: [503]"])
            gone.stop()
            #expect(try RawClient(control.martlet.cleartext).get(fields: Self.session).status == 502)
        }

        @Test("no answer in time: one other member is asked, and no third one", .timeLimit(.minutes(1)))
        func timeout() throws {
            let (slow, other) = (try silent(), try RecordingMember(answering: "other"))
            let control = try start([slow, other], ofFirst: "timeout: 300ms", balancer: ["retry-on: [timeout]"])
            #expect(try RawClient(control.martlet.cleartext).get(fields: Self.session).text == "other")
            #expect(try control.member("node1")["state"] as? String == "usable")
            let members = try (0..<3).map { _ in try silent() }
            let all = try start(members, keys: "timeout: 300ms", balancer: ["fail-on-timeout: true"])
            #expect(try RawClient(all.martlet.cleartext).get().status == 504)
            #expect(members.map(\.requests.count).reduce(0, +) == 2)
            let states = try ["node1", "node2", "node3"].map { try all.member($0)["state"] as? String }
            #expect(states.count { $0 == "in-error" } == 1, "the second one is not what is slow")
        }

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
