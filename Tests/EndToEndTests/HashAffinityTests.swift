import Foundation
import Testing

extension EndToEnd {
    /// Requests that are given to members by the hash of a key.
    @Suite("Affinity by hash")
    struct HashAffinityTests {
        private func start(_ affinity: String, _ members: [RecordingMember], workers: Int = 2) throws -> MartletProcess
        {
            var text = EdgeText(affinity: affinity)
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            text.workers = workers
            return try MartletProcess.run(text.text, in: TemporaryFolder())
        }

        private func members(_ count: Int) throws -> [RecordingMember] {
            try (1...count).map { try RecordingMember(answering: "\($0)") }
        }

        /// Who answers for each of some keys, by a request that a key makes.
        private func owners(
            at martlet: MartletProcess, _ request: (Int) -> (target: String, fields: String)
        ) throws -> [String] {
            let client = try RawClient(martlet.cleartext)
            return try (0..<40).map { number in
                let (target, fields) = request(number)
                return try client.get(target, fields: fields).text
            }
        }

        @Test(
            "a key's requests go to one member, of every worker and of two processes", .timeLimit(.minutes(1)),
            arguments: ["cookie: SID", "parameter: sid", "field: X-User", "of: path"])
        func keys(_ key: String) throws {
            let members = try members(4)
            let martlets = try (0..<2).map { _ in try start("{ mode: hash, \(key) }", members) }
            let request = { (number: Int) -> (String, String) in
                switch key {
                case "cookie: SID": ("/", "Cookie: a=b; SID=\"k\(number)\"\r\n")
                case "parameter: sid": ("/x?y=1&sid=k\(number)", "")
                case "of: path": ("/k\(number)?\(Int.random(in: 0..<1_000))", "")
                default: ("/", "x-uSER: k\(number)\r\n")
                }
            }
            let first = try owners(at: martlets[0], request)
            #expect(Set(first) == ["1", "2", "3", "4"])
            for martlet in martlets { for _ in 0..<3 { #expect(try owners(at: martlet, request) == first) } }
        }

        @Test("a client's address is a key; requests without one are elected", .timeLimit(.minutes(1)))
        func others() throws {
            let members = try members(3)
            let byAddress = try start("{ mode: hash, of: address }", members)
            #expect(Set(try owners(at: byAddress) { _ in ("/", "") }).count == 1)
            let byCookie = try start("{ mode: hash, cookie: SID }", members, workers: 1)
            #expect(
                try owners(at: byCookie) { _ in ("/", "Cookie: sid=1; XSID=2\r\n") }.prefix(6) == [
                    "1", "2", "3", "1", "2", "3",
                ])
        }

        @Test("a lost member's keys go to the others, and no other key moves", .timeLimit(.minutes(1)))
        func lost() throws {
            let members = try members(3)
            let martlet = try start("{ mode: hash, field: X-User }", members)
            let request = { (number: Int) in ("/", "X-User: k\(number)\r\n") }
            let before = try owners(at: martlet, request)
            members[1].stop()
            let after = try owners(at: martlet, request)
            for (old, new) in zip(before, after) { #expect(old == "2" ? new != "2" : new == old) }
        }

        @Test("load-bound: a key whose requests are too many for its member is shared", .timeLimit(.minutes(1)))
        func bound() throws {
            let gate = Monitor(false)
            let held = Monitor([String]())
            let members = try ["1", "2"].map { name in
                try RecordingMember { connection in
                    guard try connection.readRequest() != nil else { return }
                    held.withLock { $0.append(name) }
                    _ = gate.wait(seconds: 30) { $0 ? true : nil }
                    try connection.send(Answer.ok(name))
                }
            }
            let martlet = try start("{ mode: hash, of: path, load-bound: 1.5 }", members, workers: 1)
            let clients = try (1...8).map { number in
                let client = try RawClient(martlet.cleartext)
                try client.send("GET /one HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(held.wait(seconds: 10) { $0.count == number ? true : nil } == true)
                return client
            }
            gate.withLock { $0 = true }
            for client in clients { #expect(try client.response().status == 200) }
            let counts = held.withLock { all in Set(all).map { name in all.count { $0 == name } }.sorted() }
            #expect(counts == [2, 6])
        }
    }
}
