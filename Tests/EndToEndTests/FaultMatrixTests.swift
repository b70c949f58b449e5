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

        private static let cleartext = "protocols: [h2c, http/1.1]"

        /// The member that fails, with the sessions, and one that does not.
        private static func configuration(
            _ faulty: String, _ other: Endpoint, keys: String = "timeout: 300ms, connection-timeout: 300ms",
            settings: String = "", isSecured: Bool = false
        ) -> String {
            """
            listeners:
              - { address: "127.0.0.1:0", \(isSecured ? "tls: { certificates: certs/ }" : cleartext) }
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
            \(settings)

            """
        }

        @Test("there are 80 cases at least, each with its number")
        func count() {
            #expect(FaultCase.all.count + Leaving.all.count >= 80)
            let numbers = FaultCase.all.map(\.number) + Leaving.all.map(\.number)
            #expect(numbers == Array(1...numbers.count))
        }

        @Test("a member that fails", .timeLimit(.minutes(1)), arguments: FaultCase.all)
        func member(row: FaultCase) throws {
            let faulty = try FaultyMember.start(row.fault)
            defer { faulty.mend() }
            let other = try RecordingMember(answering: "ok")
            let folder = try TemporaryFolder()
            let text = Self.configuration(faulty.url, other.endpoint, settings: faulty.settings)
            let martlet = try MartletProcess.run(text, in: folder)
            var seen: [Seen] = []
            if row.fault.answersFirst { seen += try ask(martlet, row, count: 1) }
            try faulty.fail(martlet)
            let first = seen.count
            seen += try ask(martlet, row, count: row.fault.requestCount)
            try martlet.terminate()
            let lines = try JSONLines.objects(folder.read("access.log"))
            let logged = lines.map {
                Seen(status: $0["status"] as? Int ?? 0, isWhole: $0["reason"] as? String == "")
            }
            #expect(Self.tally(logged) == Self.tally(seen.map { Self.asLogged($0) }), "counted exactly: \(lines)")
            guard lines.count == seen.count else { return }
            let whole = Seen(status: 200, isWhole: true)
            switch row.verdict {
            case .kept:
                #expect(seen.allSatisfy { $0 == whole }, "\(lines)")
                #expect(lines.allSatisfy { $0["member"] as? String == "node1" }, "\(lines)")
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

        /// What another client is answered, over TLS where there is an authority.
        private static func askNext(_ martlet: MartletProcess, _ authority: String?) throws -> String {
            let cookie = "Cookie: SID=s.node2"
            guard let authority else {
                return try RawClient(martlet.cleartext).get(fields: cookie + "\r\n").text
            }
            let curl = try Curl(to: martlet, authority: authority, keepsCookies: false)
            return try curl.run("/", ["-H", cookie]).succeeded()
        }

        /// Waits for the part of the answer that comes. Over HTTP/1.1 it stays unread: a client that has read all and
        /// ends its direction is, for all that TCP says, one that goes on reading.
        private static func wait(forPartOf client: RawClient, _ way: Leaving.Way) throws {
            guard way == .http2 else {
                #expect(client.socket.waitForInput(seconds: 10))
                return
            }
            while !String(decoding: client.reader.buffer, as: UTF8.self).contains(Leaving.part) {
                guard try client.reader.fill() else { throw HarnessError("the answer ends before") }
            }
        }

        @Test("a client that vanishes", .timeLimit(.minutes(1)), arguments: Leaving.all)
        func client(row: Leaving) throws {
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                if row.step == .withinAnswer {
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n\(Leaving.part)")
                }
                connection.waitForEnd()
            }
            let other = try RecordingMember(answering: "ok")
            let folder = try TemporaryFolder()
            let isSecured = row.way == .tls
            let authority = isSecured ? try Certificates.forShop(in: folder).authority : nil
            let text = Self.configuration(
                member.endpoint.memberURL, other.endpoint, keys: "timeout: 30s", isSecured: isSecured)
            let martlet = try MartletProcess.run(text, in: folder)
            let client = try RawClient(isSecured ? martlet.tls : martlet.cleartext)
            try client.send(row.sent)
            #expect(member.waitForRequests(row.requestCount))
            if row.step == .withinAnswer { try Self.wait(forPartOf: client, row.way) }
            if row.isReset { client.socket.reset() } else { client.socket.close() }
            #expect(member.wait { $0.allSatisfy(\.hasEnded) }, "the member is told")
            #expect(try Self.askNext(martlet, authority) == "ok", "others are served")
            try martlet.terminate()
            let lines = try JSONLines.objects(folder.read("access.log"))
            let gone = lines.filter { $0["member"] as? String == "node1" }
            #expect(gone.count == row.requestCount, "\(lines)")
            #expect(gone.allSatisfy { $0["reason"] as? String == "client-gone" }, "\(lines)")
        }
    }
}
