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

        private func start(
            _ members: [RecordingMember], keys: String = "", balancer: [String] = [], workers: Int = 1
        ) throws -> MartletProcess {
            var text = EdgeText(affinity: "{ cookie: SID }")
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            text.memberKeys = keys
            text.balancer = balancer
            text.workers = workers
            text.settings = ["log: { access: { format: json } }"]
            return try MartletProcess.run(text.text, in: TemporaryFolder())
        }

        private func ask(_ martlet: MartletProcess, session: String? = nil) throws -> RawClient {
            let client = try RawClient(martlet.cleartext)
            let cookie = session.map { "Cookie: SID=s.\($0)\r\n" } ?? ""
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\(cookie)\r\n")
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
            let martlet = try start([member], keys: "max: 2", balancer: ["timeout: 30s"], workers: 2)
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

        @Test("acquire: a session waits for its member, and then goes to another one", .timeLimit(.minutes(1)))
        func acquire() throws {
            let gate = Gate()
            let busy = try gate.member("busy")
            let other = try RecordingMember(answering: "other")
            let martlet = try start([busy, other], keys: "max: 1, acquire: 300ms")
            let first = try ask(martlet, session: "node1")
            #expect(gate.await(1))
            #expect(try ask(martlet, session: "node1").response().text == "other")
            try martlet.process.output.wait(for: "\"route_reason\":\"member-busy\"")
            // One that has waited gets the place that becomes free.
            let patient = try start([busy, other], keys: "max: 1, acquire: 30s")
            let holder = try ask(patient, session: "node1")
            #expect(gate.await(2))
            let waiting = try ask(patient, session: "node1")
            gate.release(3)
            for client in [first, holder, waiting] { #expect(try client.response().text == "busy") }
        }

        @Test("max: nobody waits longer than timeout, nor a session with acquire 0", .timeLimit(.minutes(1)))
        func refused() throws {
            let gate = Gate()
            let member = try gate.member("x")
            let martlet = try start([member], keys: "max: 1, acquire: 100ms", balancer: ["timeout: 200ms"])
            let first = try ask(martlet)
            #expect(gate.await(1))
            let refused = try ask(martlet).response()
            #expect(refused.status == 503)
            try martlet.process.output.wait(for: "\"reason\":\"members-busy\"")
            gate.release()
            #expect(try first.response().text == "x")
            let strict = try start([member], keys: "max: 1, acquire: 0ms", balancer: ["no-failover: true"])
            let holder = try ask(strict, session: "node1")
            #expect(gate.await(2))
            #expect(try ask(strict, session: "node1").response().status == 503)
            try strict.process.output.wait(for: "\"reason\":\"member-busy\"")
            gate.release()
            #expect(try holder.response().text == "x")
        }

        @Test("timeout: a request waits until a member in error may be tried again", .timeLimit(.minutes(1)))
        func recovery() throws {
            let (descriptor, endpoint) = try SocketAddress.bind(at: .ipv4(port: 0))
            var text = EdgeText(endpoint)
            text.memberKeys = "retry: 200ms"
            text.balancer = ["timeout: 30s", "force-recovery: false"]
            text.workers = 1
            text.settings = ["log: { access: { format: json } }"]
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            #expect(try RawClient(martlet.cleartext).get().status == 503, "its only member was tried")
            let waiting = try ask(martlet)
            close(descriptor)
            let member = try RecordingMember(at: endpoint, answering: "back")
            // It may be tried too early, and be refused again.
            let answer = try waiting.response()
            #expect(answer.text == "back" || answer.status == 503)
            #expect(try ask(martlet).response().text == "back")
            _ = member
        }

        @Test("a client that leaves, and a reload that gives the members more room", .timeLimit(.minutes(1)))
        func leaving() throws {
            let gate = Gate()
            let member = try gate.member("x")
            let martlet = try start([member], keys: "max: 1", balancer: ["timeout: 30s"])
            let first = try ask(martlet)
            #expect(gate.await(1))
            let gone = try ask(martlet)
            let waiting = try ask(martlet)
            try expectAnswer(of: martlet)
            gone.socket.reset()
            try martlet.process.output.wait(for: "\"reason\":\"client-gone\"")
            var text = EdgeText(member.endpoint, affinity: "{ cookie: SID }")
            text.memberKeys = "max: 2"
            text.workers = 1
            text.settings = ["log: { access: { format: json } }"]
            try martlet.writeConfiguration(text.text)
            _ = try martlet.reload()
            #expect(gate.await(2))
            gate.release(2)
            for client in [first, waiting] { #expect(try client.response().text == "x") }
        }

        @Test("a reload that gives members a max: who waits then is told of room", .timeLimit(.minutes(1)))
        func newLimit() throws {
            let gate = Gate()
            let member = try gate.member("x")
            let martlet = try start([member], balancer: ["timeout: 30s"])
            let first = try ask(martlet)
            #expect(gate.await(1))
            var text = EdgeText(affinity: "{ cookie: SID }")
            text.members = [("node1", member.endpoint)]
            (text.memberKeys, text.balancer, text.workers) = ("max: 1", ["timeout: 30s"], 1)
            try martlet.writeConfiguration(text.text)
            _ = try martlet.reload()
            let waiting = try ask(martlet)
            try expectAnswer(of: martlet)
            gate.release(2)
            for client in [first, waiting] { #expect(try client.response().text == "x") }
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
