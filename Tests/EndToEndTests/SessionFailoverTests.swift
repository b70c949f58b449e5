import Foundation
import Testing

extension EndToEnd {
    /// Where a lost member's sessions go, and how quickly.
    @Suite("Failover of sessions")
    struct SessionFailoverTests {
        private func start(
            _ members: [RecordingMember], balancer: [String], affinity: String = "{ cookie: SID }", workers: Int = 2
        ) throws -> MartletProcess {
            var text = EdgeText(affinity: affinity)
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            text.balancer = balancer
            text.workers = workers
            return try MartletProcess.run(text.text, in: TemporaryFolder())
        }

        private func members(_ count: Int) throws -> [RecordingMember] {
            try (1...count).map { try RecordingMember(answering: "node\($0)") }
        }

        @Test(
            "two processes: a session's buddy is told to its member, is the same to both, and gets the session",
            .timeLimit(.minutes(1)))
        func buddies() throws {
            let members = try members(4)
            let keys = ["failover: buddy", "buddy-field: X-Buddy"]
            let martlets = try (0..<2).map { _ in try start(members, balancer: keys) }
            let clients = try martlets.map { try RawClient($0.cleartext) }
            func fields(_ session: Int) -> String { "x-BUDDY: forged\r\nCookie: SID=s\(session).node2\r\n" }
            for client in clients {
                for session in 0..<40 {
                    #expect(try client.get("/\(session)", fields: fields(session)).text == "node2")
                }
            }
            var told: [String: Set<String>] = [:]
            for request in members[1].requests {
                #expect(request.all("X-Buddy").count == 1)
                told[request.target, default: []].insert(request["X-Buddy"] ?? "")
            }
            #expect(told.count == 40 && told.values.allSatisfy { $0.count == 1 })
            #expect(told.values.reduce(into: Set()) { $0.formUnion($1) } == ["node1", "node3", "node4"])
            members[1].stop()
            for client in clients {
                for session in 0..<40 {
                    let heir = try client.get("/\(session)", fields: fields(session)).text
                    #expect(told["/\(session)"] == [heir])
                }
            }
            // The heir is told whose turn would be next, also by a request that its first member did not take.
            for index in [0, 2, 3] {
                for request in members[index].requests {
                    #expect(!["node2", "node\(index + 1)", "forged", ""].contains(request["X-Buddy"]))
                }
            }
        }

        @Test("a request without a session has no buddy, and content follows the head", .timeLimit(.minutes(1)))
        func withoutSession() throws {
            let members = try members(2)
            let martlet = try start(members, balancer: ["buddy-field: X-Buddy"], workers: 1)
            let client = try RawClient(martlet.cleartext)
            let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nX-Buddy: x\r\n"
            #expect(try client.exchange(post + "\r\nabcd").text == "node1")
            #expect(try client.exchange(post + "Cookie: SID=s.node1\r\n\r\nabcd").text == "node1")
            #expect(members[0].requests.map { $0["X-Buddy"] } == [nil, "node2"])
            #expect(members[0].requests.allSatisfy { $0.text == "abcd" })
        }

        @Test(
            "failover-rate: a lost member's sessions move one by one, and the others are told when",
            .timeLimit(.minutes(1)))
        func paced() throws {
            let members = try members(3)
            let martlet = try start(members, balancer: ["failover-rate: 2"])
            let client = try RawClient(martlet.cleartext)
            let sessions = 0..<400
            // A session counts when its member has answered it again.
            for session in [Int](sessions) + [Int](sessions) {
                #expect(try client.get(fields: "Cookie: SID=s\(session).node2\r\n").text == "node2")
            }
            members[1].stop()
            let began = Clock.now
            var (moved, waits) = (0, [Int]())
            for session in sessions {
                let answer = try client.get(fields: "Cookie: SID=s\(session).node2\r\n")
                if answer.status == 200 {
                    moved += 1
                } else {
                    #expect(answer.status == 503)
                    waits.append(Int(answer["Retry-After"] ?? "") ?? 0)
                }
                if session % 20 == 0 { #expect(try client.get().status == 200, "new sessions go on") }
            }
            let seconds = Clock.now - began
            // Two at once and two a second. Which ones is by their hashes: of 400, as many as a Poisson variate.
            let due = 2 * (seconds + 1)
            #expect(Double(moved) <= due + 5 * due.squareRoot() + 1, "\(moved) in \(seconds) s")
            #expect(waits.count + moved == 400 && waits.allSatisfy { $0 >= 1 })
            // The last one's turn comes after 200 s, give or take what the count is wrong by; and they are spread.
            #expect((150...206).contains(waits.max() ?? 0))
            let half = waits.count { $0 <= 100 }
            #expect((150...250).contains(half))
            _ = try martlet.process.errors.wait(for: "answered 503: paced, limit 2")
        }

        @Test(
            "failover-rate with a timeout: a session whose turn comes in time waits for it", .timeLimit(.minutes(1)),
            arguments: [false, true])
        func pacedInTime(_ waits: Bool) throws {
            let members = try members(3)
            let martlet = try start(members, balancer: ["failover-rate: 4"] + (waits ? ["timeout: 30s"] : []))
            let client = try RawClient(martlet.cleartext)
            let sessions = (0..<16).map { "Cookie: SID=s\($0).node2\r\n" }
            for session in sessions + sessions { #expect(try client.get(fields: session).text == "node2") }
            members[1].stop()
            let statuses = try sessions.map { try client.get(fields: $0).status }
            // The last one's turn is some 3 s after the first one's.
            #expect(waits ? statuses.allSatisfy { $0 == 200 } : statuses.contains(503))
        }

        @Test("an inserted cookie with a member's former name leads to it, and is renewed", .timeLimit(.minutes(1)))
        func renamed() throws {
            let members = try members(2)
            var text = EdgeText(members[0].endpoint, members[1].endpoint, affinity: "insert")
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            let old = "Cookie: MARTLET_shop=node2\r\n"
            #expect(try client.get(fields: old).text == "node2")
            let url = members[1].endpoint.memberURL("http")
            try martlet.writeConfiguration(
                text.text.replacingOccurrences(
                    of: "node2: \"\(url)\"", with: "second: { url: \"\(url)\", was: node2 }"))
            try martlet.reload()
            for _ in 0..<2 {
                let answer = try client.get(fields: old)
                #expect(answer.text == "node2")
                #expect(answer["Set-Cookie"]?.hasPrefix("MARTLET_shop=second;") == true)
            }
            let answer = try client.get(fields: "Cookie: MARTLET_shop=second\r\n")
            #expect(answer.text == "node2" && answer["Set-Cookie"] == nil)
        }

        @Test(
            "mode hash: a path is hashed without its parameters; a key that has moved is told", .timeLimit(.minutes(1)))
        func hashed() throws {
            let members = try members(3)
            var text = EdgeText(affinity: "{ mode: hash, of: path }")
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            text.workers = 1
            text.settings = ["log: { access: { format: json, path: access.log } }"]
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            for number in 0..<20 {
                let owner = try client.get("/a\(number)/b").text
                #expect(try client.get("/a\(number);jsessionid=\(number)/b;x=y?z").text == owner)
            }
            members[0].stop()
            let after = try (0..<20).map { try client.get("/a\($0)/b").text }
            #expect(Set(after) == ["node2", "node3"])
            try martlet.terminate()
            let log = try martlet.folder.read("access.log").split(separator: "\n")
            #expect(log.count { $0.contains("\"route_reason\":\"hashed\"") } > 40)
            #expect(log.suffix(20).count { $0.contains("\"route_reason\":\"moved\"") } > 0)
            #expect(log.prefix(40).allSatisfy { $0.contains("\"route_reason\":\"hashed\"") })
        }
    }
}
