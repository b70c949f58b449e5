import Foundation
import Testing

extension EndToEnd {
    /// Members that fail in every way, and clients that vanish: no request is lost that may be sent anew (RFC 9110,
    /// section 9.2.2), and of each that is the log says why.
    @Suite("Fault matrix")
    struct FaultMatrixTests {
        /// What a client saw of a request.
        private struct Seen: Hashable {
            let status: Int
            let isWhole: Bool
        }

        private static let requestCount = 3

        /// The member that fails, with the sessions, and one that does not.
        private static func configuration(
            _ faulty: String, _ other: Endpoint, keys: String = "timeout: 300ms, connection-timeout: 300ms"
        ) -> String {
            """
            listeners: [{ address: "127.0.0.1:0", protocols: [h2c, http/1.1] }]
            sites: [{ paths: { /: shop } }]
            balancers:
              shop:
                affinity: { cookie: SID }
                fail-on-timeout: true
                members:
                  node1: { url: "\(faulty)", \(keys) }
                  node2: "\(other.memberURL)"
            log: { access: { format: json, path: access.log } }
            workers: 1
            """
        }

        @Test("there are 80 cases at least, each with its number")
        func count() {
            #expect(FaultCase.all.count + Leaving.all.count >= 80)
            #expect(FaultCase.all.map(\.number) == Array(1...FaultCase.all.count))
        }

        @Test("a member that fails", .timeLimit(.minutes(1)), arguments: FaultCase.all)
        func member(row: FaultCase) throws {
            let faulty = try FaultyMember.start(row.fault)
            defer { faulty.mend() }
            let other = try RecordingMember(answering: "ok")
            let folder = try TemporaryFolder()
            let martlet = try MartletProcess.run(Self.configuration(faulty.url, other.endpoint), in: folder)
            var seen: [Seen] = []
            if row.fault.answersFirst { seen += try ask(martlet, row, count: 1) }
            try faulty.fail()
            let first = seen.count
            seen += try ask(martlet, row, count: Self.requestCount)
            try martlet.terminate()
            let lines = try JSONLines.objects(folder.read("access.log"))
            let logged = lines.map {
                Seen(status: $0["status"] as? Int ?? 0, isWhole: $0["reason"] as? String == "")
            }
            #expect(Self.tally(logged) == Self.tally(seen.map { Self.asLogged($0) }), "counted exactly: \(lines)")
            guard lines.count == seen.count else { return }
            let whole = Seen(status: 200, isWhole: true)
            switch row.verdict {
            case .saved: #expect(seen.allSatisfy { $0 == whole }, "\(lines)")
            case .lost(let reason):
                #expect(seen[first] != whole && lines[first]["reason"] as? String == reason, "\(lines)")
                #expect(lines.allSatisfy { ["", reason].contains($0["reason"] as? String) }, "\(lines)")
            case .counted:
                #expect(lines.allSatisfy { ["", "answer-broken"].contains($0["reason"] as? String) }, "\(lines)")
            }
            #expect(other.failures.isEmpty)
        }

        /// What the log says of such a request: one that Martlet has answered has a reason.
        private static func asLogged(_ seen: Seen) -> Seen {
            Seen(status: seen.status, isWhole: seen.isWhole && seen.status == 200)
        }

        private static func tally(_ seen: [Seen]) -> [Seen: Int] {
            Dictionary(grouping: seen) { $0 }.mapValues(\.count)
        }

        private func ask(_ martlet: MartletProcess, _ row: FaultCase, count: Int) throws -> [Seen] {
            guard !row.isHTTP2 else { return try askByHTTP2(martlet, row, count: count) }
            let content = row.method == "POST" ? "Content-Length: 3\r\n\r\nabc" : "\r\n"
            let request = "\(row.method) / HTTP/1.1\r\nHost: a\r\nCookie: SID=s.node1\r\n" + content
            return try (0..<count).map { _ in
                let answer = try RawClient(martlet.cleartext).exchange(request)
                return Seen(status: answer.status, isWhole: answer.isComplete)
            }
        }

        /// Asks frame by frame: curl drops an answer that it reads together with the reset of its stream.
        private func askByHTTP2(_ martlet: MartletProcess, _ row: FaultCase, count: Int) throws -> [Seen] {
            let script = try PythonScript.start(
                "http2_ask.py", ["--connect", "\(martlet.cleartext)", row.method, "SID=s.node1", "\(count)"])
            let answers = try script.output.wait(seconds: 50) { lines in
                let answers = lines.filter { !$0.isEmpty }
                return answers.count == count ? answers : nil
            }
            return answers.map { answer in
                let words = answer.split(separator: " ")
                return Seen(status: words.first.flatMap { Int($0) } ?? -1, isWhole: words.last == "whole")
            }
        }

        // MARK: - Clients

        /// When a client vanishes, and how.
        struct Leaving: CustomTestStringConvertible, Sendable {
            enum Step: String, CaseIterable {
                case connected, withinHead, behindHead, withinContent, awaitingAnswer, withinAnswer
            }

            let number: Int
            let step: Step
            let isReset: Bool

            var testDescription: String { "\(number): \(step.rawValue), by \(isReset ? "RST" : "FIN")" }

            static let all: [Leaving] = Step.allCases.flatMap { step in [false, true].map { (step, $0) } }
                .enumerated().map { index, pair in
                    Leaving(number: FaultCase.all.count + index + 1, step: pair.0, isReset: pair.1)
                }

            /// What it has sent by then.
            var sent: String {
                let head = "POST / HTTP/1.1\r\nHost: a\r\nCookie: SID=s.node1\r\nContent-Length: 10\r\n\r\n"
                return switch step {
                case .connected: ""
                case .withinHead: String(head.prefix(40))
                case .behindHead: head
                case .withinContent: head + "01234"
                case .awaitingAnswer, .withinAnswer: head + "0123456789"
                }
            }

            /// Requests that a member has seen the head of.
            var requestCount: Int { step == .connected || step == .withinHead ? 0 : 1 }
        }

        @Test("a client that vanishes", .timeLimit(.minutes(1)), arguments: Leaving.all)
        func client(row: Leaving) throws {
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                if row.step == .withinAnswer {
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n0123456789")
                }
                connection.waitForEnd()
            }
            let other = try RecordingMember(answering: "ok")
            let folder = try TemporaryFolder()
            let text = Self.configuration(member.endpoint.memberURL, other.endpoint, keys: "timeout: 30s")
            let martlet = try MartletProcess.run(text, in: folder)
            let client = try RawClient(martlet.cleartext)
            try client.send(row.sent)
            #expect(member.waitForRequests(row.requestCount))
            if row.step == .withinAnswer { #expect(client.socket.waitForInput(seconds: 10)) }
            if row.isReset { client.socket.reset() } else { client.socket.close() }
            #expect(member.wait { $0.allSatisfy(\.hasEnded) }, "the member is told")
            let next = try RawClient(martlet.cleartext).get(fields: "Cookie: SID=s.node2\r\n")
            #expect(next.text == "ok", "others are served")
            try martlet.terminate()
            let lines = try JSONLines.objects(folder.read("access.log"))
            let gone = lines.filter { $0["member"] as? String == "node1" }
            #expect(gone.count == row.requestCount, "\(lines)")
            #expect(gone.allSatisfy { $0["reason"] as? String == "client-gone" }, "\(lines)")
        }
    }
}
