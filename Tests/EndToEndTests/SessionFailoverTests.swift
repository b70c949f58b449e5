import Foundation
import Testing

extension EndToEnd {
    /// How quickly a lost member's sessions move, by the clock on the wall.
    @Suite("Failover of sessions")
    struct SessionFailoverTests {
        @Test(
            "failover-rate: a lost member's sessions move one by one, and the others are told when",
            .timeLimit(.minutes(1)))
        func paced() throws {
            let members = try (1...3).map { try RecordingMember(answering: "node\($0)") }
            var text = EdgeText(before: members.map(\.endpoint), affinity: "{ cookie: SID }")
            text.balancer = ["failover-rate: 2"]
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
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
    }
}
