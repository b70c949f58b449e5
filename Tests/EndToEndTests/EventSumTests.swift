import Foundation
import Testing

extension EndToEnd {
    /// What goes wrong again and again is a few lines of the event log.
    @Suite("Sums of events")
    struct EventSumTests {
        /// A line's events: itself, and those that it says it stands for.
        private static func count(_ line: String) -> Int {
            guard let more = line.firstMatch(of: #/\(and (\d+) more in \d+ s\)/#) else { return 1 }
            return Int(more.1) ?? 0
        }

        @Test("two dead members and 500 requests: each event is counted, and few are lines", .timeLimit(.minutes(1)))
        func deadMembers() throws {
            let dead = try (0..<2).map { _ in try RefusingAddress().endpoint }
            // With an access log the requests are not events.
            var text = EdgeText(before: dead, settings: ["log: { access: { path: access.log } }"])
            text.workers = 1
            let folder = try TemporaryFolder()
            let martlet = try MartletProcess.run(text.text, in: folder)
            let client = try RawClient(martlet.cleartext)
            for _ in 0..<500 { #expect(try client.get().status == 503) }
            #expect(try martlet.terminate() == .exited(0))
            let lines = martlet.process.errors.lines
            var counted = 0
            for name in ["node1", "node2"] {
                let told = lines.filter { $0.contains(" warning member \(name) of shop is in error for ") }
                #expect(told.contains { $0.contains(" more in ") }, "\(told)")
                #expect(told.count < 20, "\(told)")
                counted += told.map(Self.count).reduce(0, +)
            }
            for line in lines {
                guard let (_, number) = line.firstMatch(of: #/events left out, .*: (\d+)$/#)?.output else { continue }
                counted += Int(number) ?? 0
            }
            // Each was tried once at least; how often others are tried is the retry budget's matter.
            let attempts = try folder.read("access.log").matches(of: #/"attempts":(\d+)/#).compactMap { Int($0.1) }
            #expect(attempts.count == 500 && !attempts.contains(0))
            #expect(counted == attempts.reduce(0, +), "\(lines)")
        }

        @Test("what was refused is one line, by the limit", .timeLimit(.minutes(1)))
        func refused() throws {
            let member = try RecordingMember(answering: "x")
            let text = """
                listeners: [{ address: "127.0.0.1:0", limits: { connection-rate: 3/d } }]
                sites: [{ paths: { /: shop } }]
                balancers: { shop: { members: { node1: "\(member.endpoint.memberURL)" } } }
                rate-limit: 2/d
                log: { access: { path: access.log } }
                workers: 1

                """
            let martlet = try MartletProcess.run(text, in: TemporaryFolder())
            let clients = try (0..<3).map { _ in try RawClient(martlet.cleartext) }
            #expect(try clients.map { try $0.get().status } == [200, 200, 429])
            for _ in 0..<20 { #expect(try RawClient(martlet.cleartext).ends()) }
            #expect(try martlet.terminate() == .exited(0))
            let line = try martlet.process.errors.wait(for: " s refused: ")
            let told = "refused: 1 requests (rate-limit), 20 connections (limits.connection-rate)"
            #expect(line.hasSuffix(told), "\(line)")
        }
    }
}
