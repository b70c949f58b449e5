import Foundation
import Testing

extension EndToEnd {
    /// Connections are closed before the member closes them: where it says when, and where it has shown it.
    @Suite("Idle limits of members")
    struct IdleLimitTests {
        /// How long the member keeps a connection: an eighth of it is what Martlet may be late by.
        private static let seconds = 4

        @Test(
            "a connection retires before the member closes it", .timeLimit(.minutes(2)),
            arguments: [("Keep-Alive: timeout=\(seconds)\r\n", 1), ("", 8)])
        func limit(field: String, connectionsMax: Int) throws {
            /// Whether Martlet has closed a connection first, one after the other.
            let closed = Monitor<[Bool]>([])
            let member = try RecordingMember { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\(field)\r\nok")
                let isMartlet = (try? connection.reader.readToEnd(seconds: Double(Self.seconds))) != nil
                closed.withLock { $0.append(isMartlet) }
            }
            var text = EdgeText(member.endpoint)
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            // It learns of two that the member closes; a request that comes in that moment shows it none.
            for number in 0..<connectionsMax {
                #expect(try RawClient(martlet.cleartext).get().text == "ok")
                let isMartlet = closed.wait(seconds: 20) { $0.count > number ? $0[number] : nil }
                if isMartlet == true { return }
            }
            Issue.record("the member has closed all of \(connectionsMax)")
        }
    }
}
