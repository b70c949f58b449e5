import Foundation
import Testing

extension EndToEnd {
    /// What is said when the sessions of `mode: route` have no routes.
    @Suite("Sessions without routes")
    struct RouteWatchTests {
        private let members: [RecordingMember]
        private let martlet: MartletProcess
        private let client: RawClient

        init() throws {
            members = try (1...2).map { try RecordingMember(answering: "node\($0)") }
            let text = EdgeText(members[0].endpoint, members[1].endpoint, affinity: "{ cookie: PHPSESSID }")
            martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            client = try RawClient(martlet.cleartext)
        }

        private func send(_ count: Int, _ session: String) throws {
            for _ in 0..<count { #expect(try client.get(fields: "Cookie: PHPSESSID=\(session)\r\n").status == 200) }
        }

        /// How often it was told.
        private var count: Int {
            martlet.log.split(separator: "\n").count {
                $0.contains(
                    "balancer shop: 100 requests have brought the cookie PHPSESSID and none the route of a member")
                    && $0.contains("write affinity: { mode: insert, follow: PHPSESSID }")
            }
        }

        @Test("it is told once for each configuration", .timeLimit(.minutes(1)))
        func told() throws {
            #expect(martlet.log.contains("applications add no route to PHPSESSID"), "check and start say so before")
            try send(99, "abc")
            try send(150, "abc.gone")
            #expect(try client.get().status == 200)
            try martlet.reload()
            try send(99, "abc")
            let before = martlet.process.errors.bytes.count
            try send(1, "abc")
            try martlet.process.errors.wait(for: "100 requests have brought", after: before)
            try martlet.terminate()
            #expect(count == 2)
        }

        @Test("where some sessions have routes, nothing is told", .timeLimit(.minutes(1)))
        func untold() throws {
            try send(50, "abc")
            try send(1, "abc.node2")
            try send(200, "abc")
            for _ in 0..<200 { #expect(try client.get().status == 200) }
            try martlet.terminate()
            #expect(count == 0)
        }
    }
}
