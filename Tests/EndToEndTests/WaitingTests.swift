import Foundation
import Testing

extension EndToEnd {
    /// `max` and `acquire` of members, `timeout` of the balancer.
    @Suite("Waiting for a member")
    struct WaitingTests {
        /// A member that holds each answer until it is told to let one go.
        private final class Gate: Sendable {
            let arrived = Monitor(0)
            let released = Monitor(0)

            /// Waits until so many requests have come in all.
            func await(_ count: Int) -> Bool { arrived.wait(seconds: 20) { $0 >= count ? true : nil } ?? false }
            func release(_ count: Int = 1) { released.withLock { $0 += count } }

            func member(_ name: String) throws -> RecordingMember {
                try RecordingMember { connection in
                    try connection.answerEach { _ in
                        self.arrived.withLock { $0 += 1 }
                        _ = self.released.wait(seconds: 30) { (left: inout Int) -> Bool? in
                            guard left > 0 else { return nil }
                            left -= 1
                            return true
                        }
                        return Answer.ok(name)
                    }
                }
            }
        }

        private func ask(_ martlet: MartletProcess) throws -> RawClient {
            let client = try RawClient(martlet.cleartext)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return client
        }

        /// Asks for what Martlet answers itself: what was sent to its one worker before has come in then.
        private func expectAnswer(of martlet: MartletProcess) throws {
            let client = try RawClient(martlet.cleartext)
            try client.send("GET\r\n\r\n")
            #expect(try client.response().status == 400)
        }

        @Test("max: requests wait their turn, whatever worker they are on", .timeLimit(.minutes(1)))
        func turns() throws {
            let gate = Gate()
            let member = try gate.member("x")
            var text = EdgeText(member.endpoint)
            (text.memberKeys, text.balancer) = ("max: 2", ["timeout: 30s"])
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let clients = try (0..<12).map { _ in try ask(martlet) }
            for count in stride(from: 2, through: 12, by: 2) {
                #expect(gate.await(count))
                // What is let go is followed by as many that have waited, and by no more.
                #expect(gate.arrived.withLock { $0 } == count)
                gate.release(2)
            }
            for client in clients { #expect(try client.response().text == "x") }
            #expect(member.connections.count <= 4, "two a worker at most")
        }

        @Test("max: uploads that come slowly keep nobody from the member", .timeLimit(.minutes(1)))
        func slowUploads() throws {
            let member = try RecordingMember(answering: "x")
            var text = EdgeText(member.endpoint)
            (text.memberKeys, text.balancer) = ("max: 2, acquire: 100ms", ["timeout: 100ms"])
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let slow = try (0..<10).map { _ in try RawClient(martlet.cleartext) }
            for client in slow {
                try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
            }
            for _ in 0..<20 { #expect(try RawClient(martlet.cleartext).get("/").status == 200) }
            for client in slow { try client.send("world") }
            for client in slow { #expect(try client.response(to: "POST").status == 200) }
        }

        @Test(
            "a reload that takes a waiting request's affinity away: nobody else gets its session",
            .timeLimit(.minutes(1)))
        func changedAffinity() throws {
            let gate = Gate()
            let (busy, other) = (try gate.member("x"), try RecordingMember(answering: "other"))
            let folder = try TemporaryFolder()
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
            let sealed = "affinity: { mode: sealed, cookie: SID, key-file: affinity.keys }"
            func configuration(_ affinity: String) -> String {
                """
                listeners:
                  - address: "127.0.0.1:0"
                sites:
                  - paths: { /: shop, /blog: blog }
                balancers:
                  shop:
                    \(affinity)
                    timeout: 30s
                    members: { node1: { url: "\(busy.endpoint.memberURL)", max: 1 } }
                  blog:
                    \(sealed)
                    members: { node1: "\(other.endpoint.memberURL)" }
                workers: 1

                """
            }
            let martlet = try MartletProcess.run(configuration(sealed), in: folder)
            let holder = try ask(martlet)
            #expect(gate.await(1))
            let waiting = try RawClient(martlet.cleartext)
            // Its token does not open: it is to get a new one.
            let token = String(repeating: "A", count: 68)
            try waiting.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: SID=secret.\(token)\r\n\r\n")
            try expectAnswer(of: martlet)
            try martlet.writeConfiguration(configuration("affinity: { cookie: SID }"))
            _ = try martlet.reload()
            gate.release(2)
            for client in [holder, waiting] { #expect(try client.response()["Set-Cookie"] == nil) }
            // Exchanges are taken up anew: the last one that ended is the first.
            for _ in 0..<3 { #expect(try RawClient(martlet.cleartext).get("/blog")["Set-Cookie"] == nil) }
        }

        @Test("a reload that seals the routes of a waiting request: its answer comes, sealed", .timeLimit(.minutes(1)))
        func newlySealed() throws {
            let gate = Gate()
            let member = try RecordingMember { connection in
                try connection.answerEach { request in
                    gate.arrived.withLock { $0 += 1 }
                    _ = gate.released.wait(seconds: 30) { $0 > 0 ? true : nil }
                    return Answer.ok(request.target, fields: "Set-Cookie: SID=abc.node1\r\n")
                }
            }
            var text = EdgeText(member.endpoint, affinity: "{ cookie: SID }")
            (text.memberKeys, text.balancer, text.workers) = ("max: 1", ["timeout: 30s"], 1)
            let folder = try TemporaryFolder()
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
            let martlet = try MartletProcess.run(text.text, in: folder)
            let holder = try ask(martlet)
            #expect(gate.await(1))
            let waiting = try ask(martlet)
            try expectAnswer(of: martlet)
            text.affinity = "{ mode: sealed, cookie: SID, key-file: affinity.keys }"
            try martlet.writeConfiguration(text.text)
            _ = try martlet.reload()
            gate.release()
            #expect(try holder.response().cookie("SID")?.value == "abc.node1", "it was given away before")
            let answer = try waiting.response()
            #expect(answer.status == 200)
            #expect(answer.cookie("SID")?.value.wholeMatch(of: #/abc\.[A-Za-z0-9_-]{68}/#) != nil)
        }
    }
}
